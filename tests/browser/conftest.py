"""A real browser before the portals of one real federation; a person for each account; and pictures of what they saw.

Children of different tests are different children: a test that fails leaves the others alone.
"""

from __future__ import annotations

import html
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect
from pypdf import PdfReader

from browser.registering import SCHOOL as INTAKE_OF
from browser.registering import Intake
from console.demo.cast import Cast, Scene
from console.demo.report import Report
from console.demo.rosters import Class, Roster, a_class
from console.demo.screen import Screen
from console.desk import Desk
from console.federation.portals import DemonstrationAccount
from console.federation.running import Federation, PortalReach
from kernel.school import School

VIEWPORT: ViewportSize = {"width": 1366, "height": 768}  # the screens that schools have
GALLERY = Path(__file__).parents[2] / "build" / "gallery"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# In a picture of a whole page nothing sticks to the bottom of a screen (a style sheet is forbidden there).
UNSTICK = """() => document.querySelectorAll("*").forEach(one => {
  if (getComputedStyle(one).position === "sticky") one.style.position = "static";
})"""
# A dozen services and a browser share two cores: what comes, comes; what does not, is told after this long.
expect.set_options(timeout=20_000)
_divisions = (f"41{city:02d}{county:02d}" for city in (7, 8, 9) for county in range(1, 100))
_rosters = itertools.count(1)
_names: set[str] = set()
_pictures: list[tuple[str, str]] = []

Look = Callable[[Page, str, str], Awaitable[None]]
Visit = Callable[[str], Awaitable[Page]]


@pytest.fixture(scope="session")
def federation() -> Iterator[Federation]:
    with Federation.demonstration(portals=True) as running:
        yield running


@pytest.fixture(scope="session")
async def cast(federation: Federation) -> AsyncIterator[Cast]:
    async with Cast(federation.whereabouts) as everybody:
        yield everybody


@pytest.fixture
def scene(cast: Cast, tmp_path: Path) -> Scene:
    return Scene(cast=cast, report=Report(), screen=Screen(aside=True), workbooks=tmp_path)


@pytest.fixture
def school(federation: Federation) -> Callable[[str], School]:
    return federation.plan.school


@pytest.fixture
def new_pupils(federation: Federation) -> Callable[..., Roster]:
    """A roster of children whom nobody has seen, for a primary school."""

    def make(of: School, count: int, *, grade: str = "小学一年级") -> Roster:
        number = next(_rosters)
        described = Class(school=f"{of.code}-{number}", name=of.name, place=next(_divisions), grade=grade)
        pupils = a_class(described, count, on=federation.today).pupils
        return Roster(title=f"花名册{number}", pupils=tuple(one.but(name=_new_name(one.name)) for one in pupils))

    return make


def _new_name(name: str) -> str:
    """The name, or one like it that no child of these tests has: a page is read by names."""
    alike = (name, *(f"{name[:-1]}{other}" for other in "安宁康泰平和顺祥瑞丰盈朗晴岚川屿舟野禾麦"))
    free = next(one for one in alike if one not in _names)
    _names.add(free)
    return free


@pytest.fixture
async def intake(
    school: Callable[[str], School], new_pupils: Callable[..., Roster], cast: Cast, tmp_path: Path
) -> AsyncIterator[Intake]:
    """Of a school whose desk is clear before and after: what one test entered and did not send is none of the next."""
    await _clear(cast.registrar(school(INTAKE_OF)))
    yield Intake(new_pupils, school(INTAKE_OF), tmp_path)
    await _clear(cast.registrar(school(INTAKE_OF)))


async def _clear(desk: Desk) -> None:
    drafts = [draft.item_id for draft in await desk.drafts()]
    if drafts:
        await desk.discard_drafts(drafts[:500])


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium on this machine: make test-browser says so and does not come here"
    async with async_playwright() as playwright:
        # As root there is no sandbox to enter; nothing but our own pages is opened.
        launched = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
async def visit(federation: Federation, browser: Browser) -> AsyncIterator[Visit]:
    """The page of whoever is named (``2141000001/r001``), logged in; the same one when asked again."""
    pages: dict[str, Page] = {}

    async def come_in(who: str) -> Page:
        if who not in pages:
            portal, account = find_account(federation, who)
            context = await browser.new_context(viewport=VIEWPORT, locale="zh-CN", base_url=portal.url)
            pages[who] = await context.new_page()
            await type_login(pages[who], account)
            await pages[who].get_by_role("button", name="退出").wait_for()
        return pages[who]

    yield come_in
    for page in pages.values():
        await page.context.close()


async def download(page: Page, button: str, to: Path) -> str:
    """The text of the PDF that a button gives."""
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name=button).click()
    await (await downloading.value).save_as(to)
    return "".join(one.extract_text() for one in PdfReader(to).pages)


def find_account(federation: Federation, who: str) -> tuple[PortalReach, DemonstrationAccount]:
    code, _, person = who.partition("/")
    for portal in federation.whereabouts.portals:
        for account in portal.accounts:
            if account.who.office.code == code and account.who.person == person:
                return portal, account
    raise LookupError(who)


async def type_login(page: Page, account: DemonstrationAccount, *, password: str = "", otp: str = "") -> None:
    """Fill the login form as a person would, and send it."""
    await page.goto("/login")
    await page.get_by_label("单位代码").fill(account.who.office.code)
    await page.get_by_label("人员编号").fill(account.who.person)
    await page.get_by_label("密码").fill(password or account.password)
    await page.get_by_label("动态口令").fill(otp or pyotp.TOTP(account.otp_secret).now())
    await page.get_by_role("button", name="登录").click()


@pytest.fixture(scope="session")
def look() -> Iterator[Look]:
    """Look at a page: nothing sticks out, an accessibility checker finds nothing, and a picture for the gallery."""
    GALLERY.mkdir(parents=True, exist_ok=True)

    async def at(page: Page, name: str, what: str) -> None:
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name}: {wide} pixels stick out to the right"
        found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert found.violations_count == 0, found.generate_report()
        await page.evaluate(UNSTICK)
        await page.screenshot(path=GALLERY / f"{name}.png", full_page=True)
        _pictures.append((name, what))

    yield at
    figures = "\n".join(
        f'<figure><figcaption>{html.escape(what)}</figcaption><img src="{name}.png" alt="{html.escape(what)}"></figure>'
        for name, what in sorted(_pictures)
    )
    style = "<style>body{font-family:sans-serif;margin:2rem}img{max-width:100%;border:1px solid #ccc}</style>"
    page = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>xueji</title>{style}{figures}</html>'
    (GALLERY / "index.html").write_text(page, encoding="utf-8")
