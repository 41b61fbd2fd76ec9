"""A certificate at the counter, and the stranger who asks whether it is genuine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from browser.conftest import VIEWPORT, Look, Visit, download, find_account
from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.school import School

PRIMARY = "2144000001"


async def test_a_certificate_is_given_out_and_found_genuine_by_a_stranger(  # noqa: PLR0917 - fixtures
    visit: Visit,
    look: Look,
    scene: Scene,
    school: Callable[[str], School],
    new_pupils: Callable[..., Roster],
    browser: Browser,
    federation: Federation,
    tmp_path: Path,
) -> None:
    roster = new_pupils(school(PRIMARY), 3)
    await enter_roster(scene, school(PRIMARY), roster)
    registered = await register(scene, school(PRIMARY))
    child = roster.pupils[0].name
    number = registered.numbers[child]

    page = await visit(f"{PRIMARY}/r001")
    await page.goto("/papers")
    await page.get_by_label("学籍号、姓名或证件号").fill(child)
    await page.get_by_role("button", name="查找学生").click()
    await expect(page.get_by_role("row", name=child)).to_be_visible()
    assert number not in await page.inner_text("main"), "masked on the screen"
    await look(page, "60-papers", "证明与名册：查找学生，开具学籍证明，下载花名册")

    text = await download(page, f"开具{child}的学籍证明", tmp_path / "certificate.pdf")
    assert number in text
    assert child in text
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)
    assert code is not None

    portal, _ = find_account(federation, f"{PRIMARY}/r001")
    context = await browser.new_context(viewport=VIEWPORT, locale="zh-CN", base_url=portal.url)
    stranger = await context.new_page()
    await _check(stranger, PRIMARY, number, child, code.group())
    await expect(stranger.get_by_role("status")).to_contain_text("查验通过")
    await expect(stranger.get_by_role("status")).to_contain_text("在读")
    await look(stranger, "61-check", "任何人查验学籍证明")
    await _check(stranger, PRIMARY, number, f"{child}一", code.group())
    await expect(stranger.get_by_role("alert")).to_contain_text("查验未通过")
    await context.close()

    await page.get_by_label("班级").select_option(index=0)
    listed = await download(page, "下载花名册", tmp_path / "roster.pdf")
    assert child in listed


async def _check(page: Page, school: str, number: str, name: str, code: str) -> None:
    await page.goto("/check")
    await page.get_by_label("学校标识码").fill(school)
    await page.get_by_label("学籍号").fill(number)
    await page.get_by_label("姓名").fill(name)
    await page.get_by_label("查验码").fill(code)
    await page.get_by_role("button", name="查验").click()
