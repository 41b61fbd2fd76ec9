"""A transfer: what stands against it is told before it is filed, and both sides see how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from browser.conftest import Look, Visit, download
from browser.test_filing import a_scan
from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.moving import approve_when_asked, turn_of
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.regulation import Step
from kernel.school import School
from waiting import eventually

ARRIVING, LEAVING = "2141000001", "2144000001"
REGISTRAR = f"{ARRIVING}/r001"
GRADE = "小学三年级"


@dataclass(frozen=True)
class Child:
    name: str
    number: str
    document: str


@pytest.fixture
async def child(scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]) -> Child:
    """A child of 44 in its third grade, from where it may move to 41."""
    here = school(LEAVING)
    roster = new_pupils(here, 1, grade=GRADE)
    await enter_roster(scene, here, roster)
    registered = await register(scene, here)
    name = roster.pupils[0].name
    return Child(name, registered.numbers[name], registered.items[name].values["document_number"])


async def fill(page: Page, child: Child, *, document: str = "", grade: str = GRADE) -> None:
    """A new form, filled in as a registrar does with a parent at the desk."""
    await page.goto("/transfer/")
    await page.get_by_role("link", name="申请转入").click()
    await page.get_by_label("转出学校标识码").fill(LEAVING)
    await page.get_by_label("学籍号").fill(child.number)
    await page.get_by_label("姓名").fill(child.name)
    await page.get_by_label("学生证件号码").fill(document or child.document)
    await page.get_by_label("年级").select_option(label=grade)
    await page.get_by_label("班级").fill("1班")
    await page.get_by_label("理由").fill("随父母工作调动迁居")


async def look_beforehand(page: Page) -> None:
    await page.get_by_role("button", name="预检", exact=True).click()


async def test_what_stands_against_a_transfer_is_told_in_words_before_it_is_filed(
    visit: Visit, look: Look, child: Child
) -> None:
    page = await visit(REGISTRAR)
    await page.goto("/transfer/")
    await page.get_by_role("link", name="申请转入").click()
    await look(page, "40-transfer-form", "申请转入：先预检，再提交")
    await look_beforehand(page)
    await expect(page.get_by_role("alert")).to_contain_text("缺少必填项“转出学校标识码”")
    await fill(page, child, document="41010520190307001X")
    await look_beforehand(page)
    told = page.get_by_role("alert")
    await expect(told).to_be_focused()
    await expect(told).to_contain_text("学籍号与姓名或证件不相符")
    await expect(told).to_contain_text("第十四条")
    await expect(page.get_by_role("button", name="提交学校审核")).to_have_count(0)
    await expect(page.get_by_label("姓名")).to_have_value(child.name)

    await fill(page, child, grade="小学五年级")
    await look_beforehand(page)
    await expect(told).to_contain_text("现在不能申请")
    await expect(told).to_contain_text("年级")
    await look(page, "41-transfer-against", "转学预检：不符合规定之处，谁的规定，依据哪一条")


async def test_both_sides_see_how_far_a_transfer_has_come_until_the_child_is_there(  # noqa: PLR0917 - fixtures
    visit: Visit,
    look: Look,
    scene: Scene,
    school: Callable[[str], School],
    child: Child,
    tmp_path: Path,
) -> None:
    page = await visit(REGISTRAR)
    await fill(page, child)
    await page.get_by_label("其他材料的种类").select_option(label="转学理由证明")
    await page.get_by_label("其他材料", exact=True).set_input_files(a_scan(tmp_path))
    await expect(page.get_by_text("已上传 休学申请书.png")).to_be_visible()
    await look_beforehand(page)
    await expect(page.get_by_role("status").filter(has_text="可以提交")).to_be_focused()
    await look(page, "42-transfer-clear", "转学预检：可以提交，证明材料已上传")
    await page.get_by_role("button", name="提交学校审核").click()
    way = page.get_by_role("list", name="办理进程")
    now = way.locator("[aria-current=step]")
    await expect(now).to_contain_text("转入学校审核")
    await look(page, "43-transfer-filed", "转学：刚刚提交，进程图")
    case_id = page.url.partition("/cases/")[2].partition("?")[0]

    arriving, leaving = school(ARRIVING), school(LEAVING)
    await scene.cast.principal(arriving).approve(case_id)
    await approve_when_asked(scene, scene.cast.authority_of(arriving), case_id, Step.IN_AUTHORITY)
    await turn_of(scene, scene.cast.principal(leaving), case_id, Step.OUT_SCHOOL)
    await shows(page, case_id, "转出学校核办")
    await expect(way.locator(".way-done")).to_have_count(3)
    await look(page, "44-transfer-way", "转学：转入方看到的进程")

    other = await visit(f"{LEAVING}/r001")
    await other.goto("/transfer/")
    row = other.locator(f'[data-case="{case_id}"]')
    await expect(row).to_contain_text("转出本校")
    await expect(row).to_contain_text(child.name)
    await look(other, "45-transfers", "转学：转入和转出本校的业务")
    await row.get_by_role("link", name=child.name).click()
    await expect(other.get_by_role("list", name="办理进程").locator("[aria-current=step]")).to_contain_text("还剩")
    await look(other, "46-transfer-way-out", "转学：转出方看到的进程")

    await approve_when_asked(scene, scene.cast.principal(leaving), case_id, Step.OUT_SCHOOL)
    await approve_when_asked(scene, scene.cast.authority_of(leaving), case_id, Step.OUT_AUTHORITY)
    registrar = scene.cast.registrar(arriving)

    async def arrived() -> bool | None:
        return True if (await registrar.case(case_id)).summary.state == "closed" else None

    await eventually(arrived)
    await page.goto(f"/cases/{case_id}")
    await expect(way.locator(".way-done")).to_have_count(await way.locator("li").count())
    await look(page, "47-transfer-done", "转学：办成")
    for side in (page, other):
        paper = await download(side, "转学联系表", tmp_path / "transfer.pdf")
        assert child.name in paper
        assert child.number in paper
        assert "转出学校核办" in paper


async def shows(page: Page, case_id: str, stage: str) -> None:
    """The case's way comes to a stage, as the feeds bring it."""

    async def there() -> bool | None:
        await page.goto(f"/cases/{case_id}")
        return True if stage in await page.locator(".way [aria-current=step]").inner_text() else None

    await eventually(there)


async def test_while_the_authority_is_down_it_is_filed_without_having_been_asked_only_on_purpose(
    visit: Visit, look: Look, federation: Federation, child: Child
) -> None:
    authority = federation.node(Office(Tier.AUTHORITY, "410105"))
    page = await visit(REGISTRAR)
    await fill(page, child)
    authority.kill()
    try:
        await look_beforehand(page)
        await expect(page.get_by_role("heading", name="暂时不能预检")).to_be_visible()
        await page.get_by_role("button", name="提交学校审核").click()
        await expect(page.get_by_role("heading", name="暂时不能预检")).to_be_visible()
        await look(page, "48-transfer-silent", "转学预检：上级暂时联系不上")
        await page.get_by_label("不经预检，仍要提交").check()
        await page.get_by_role("button", name="提交学校审核").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("跨省转学")
    finally:
        authority.start()


async def test_a_school_sees_no_transfer_of_others(visit: Visit) -> None:
    page = await visit("3141000002/r001")
    await page.goto("/transfer/")
    await expect(page.get_by_text("本校还没有转学业务")).to_be_visible()
    answer = await page.goto(f"/cases/{new_uuid7()}")
    assert answer is not None
    assert answer.status == 404
