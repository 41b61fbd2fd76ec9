"""A class is registered: from its workbook, mended in the page, submitted; and a child at a time, in the form."""

from __future__ import annotations

import asyncio
import base64
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from browser.conftest import Look, Visit
from chassis.workbooks.reading import read_rows
from console.demo.rosters import FIRST_ROW, Pupil, Roster
from console.federation.running import Federation
from kernel.form import ITEMS, ItemKind
from kernel.office import Office, Tier
from kernel.school import School
from waiting import eventually

REGISTRAR = "2144000001/r001"
SCHOOL = "2144000001"
NOBODYS = "01900000-0000-7000-8000-000000000000"
LOGIN_FIELDS, LOGIN_CLICKS = 4, 1


def labelled(page: Page, label: str) -> Locator:
    """The item of the form: its number stands before its label."""
    return page.get_by_label(re.compile(rf"^[0-9]+ {label}( |$)"))


@dataclass
class Hand:
    """Does what a person does, and counts it."""

    page: Page
    clicks: int = 0
    fields: int = 0
    began: float = field(default_factory=time.monotonic)

    async def click(self, what: Locator) -> None:
        self.clicks += 1
        await what.click()

    async def fill(self, label: str, text: str) -> None:
        self.fields += 1
        await labelled(self.page, label).fill(text)

    def told(self, what: str) -> None:
        seconds = time.monotonic() - self.began
        sys.stdout.write(f"\n{what}: {self.clicks} clicks, {self.fields} fields, {seconds:.1f} s\n")


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """What is measured is read in the test's output."""
    with capsys.disabled():
        yield


@dataclass(frozen=True)
class Intake:
    """What a school brings: makes a roster of children whom nobody has seen, and a workbook of it."""

    roster: Callable[..., Roster]
    school: School
    folder: Path

    def a_class(self, count: int) -> Roster:
        return self.roster(self.school, count)

    def workbook(self, roster: Roster) -> Path:
        path = self.folder / f"{roster.title}.xlsx"
        roster.write(path)
        return path


@pytest.fixture
def intake(school: Callable[[str], School], new_pupils: Callable[..., Roster], tmp_path: Path) -> Intake:
    return Intake(new_pupils, school(SCHOOL), tmp_path)


def spoil(roster: Roster) -> tuple[Roster, dict[int, tuple[str, str, str]]]:
    """Five mistakes of one field each: by row, what is wrong, the label of its field, and what would be right."""
    pupils = list(roster.pupils)
    wrong: dict[int, tuple[str, str, str]] = {}

    def plant(place: int, key: str, label: str, text: str, words: str) -> None:
        wrong[FIRST_ROW + place] = (words, label, str(pupils[place].cells[key]))
        pupils[place] = pupils[place].but(**{key: text})

    number = pupils[3].document_number
    plant(3, "document_number", "身份证件号", number[:17] + ("0" if number[17] != "0" else "1"), "校验码不符")
    plant(9, "name", "姓名", "", "缺少必填项")
    plant(17, "phone", "联系电话", "12345", "联系电话")
    plant(25, "birth_date", "出生日期", "20190230", "日历中没有这一天")
    plant(38, "postcode", "邮政编码", "4500", "邮政编码")
    return Roster(title=roster.title, pupils=tuple(pupils)), wrong


async def upload(hand: Hand, path: Path) -> None:
    hand.clicks += 2  # the chooser opens; the file in it
    await hand.page.get_by_label("上传花名册").set_input_files(path)
    await expect(hand.page.get_by_role("heading", name="核对结果")).to_be_visible()


async def test_a_class_of_45_is_registered_from_its_workbook(
    visit: Visit,
    look: Look,
    intake: Intake,
    shown: None,
) -> None:
    began = time.monotonic()
    page = await visit(REGISTRAR)
    hand = Hand(page, clicks=LOGIN_CLICKS, fields=LOGIN_FIELDS, began=began)
    await hand.click(page.get_by_role("link", name="新生注册"))
    await expect(page.get_by_text("还没有草稿")).to_be_visible()
    await look(page, "10-registering-empty", "新生注册：还没有草稿")
    await upload(hand, intake.workbook(intake.a_class(45)))
    await expect(page.get_by_text("没有发现问题")).to_be_visible()
    await look(page, "11-registering-drafts", "新生注册：45人的花名册已核对，没有错误")
    await hand.click(page.get_by_role("button", name="提交 45 名学生"))
    await expect(page.get_by_role("heading", name="已提交 45 名学生")).to_be_visible()
    hand.told("from login to a registered class of 45")
    await look(page, "12-registering-submitted", "提交之后：下一步由谁办理")


async def test_45_rows_with_5_mistakes_are_mended_in_the_page(
    visit: Visit,
    look: Look,
    intake: Intake,
    shown: None,
) -> None:
    page = await visit(REGISTRAR)
    roster, wrong = spoil(intake.a_class(45))
    hand = Hand(page)
    await page.goto("/registering/")
    await upload(hand, intake.workbook(roster))
    await expect(page.get_by_text("有问题 5 行")).to_be_visible()
    table = page.get_by_role("table", name="有问题的行")
    for row, (words, label, _) in wrong.items():
        line = table.get_by_role("row").filter(has=page.get_by_role("link", name=f"改正第{row}行"))
        await expect(line).to_contain_text(label)
        await expect(line).to_contain_text(words)
    await look(page, "13-registering-mistakes", "花名册中有问题的行，原因写在旁边")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="下载带核对结果的花名册").click()
    rows = dict(read_rows(Path(await (await coming.value).path())))
    assert any("校验码不符" in str(cell) for cells in rows.values() for cell in cells)

    await hand.click(page.get_by_role("link", name=f"改正第{min(wrong)}行"))
    for position, (row, (words, label, right)) in enumerate(wrong.items()):
        await expect(page.get_by_role("heading", name=f"改正第{row}行")).to_be_visible()
        await expect(page.get_by_role("alert").first).to_contain_text(words)
        if position == 0:
            await look(page, "14-mending-a-row", "在页面中改正一行：只显示有问题的项和关键数据")
        await hand.fill(label, right)
        await hand.click(page.get_by_role("button", name="保存，改下一行" if position < 4 else "保存", exact=True))
    await expect(page.get_by_text("有问题的行都已处理")).to_be_visible()
    await hand.click(page.get_by_role("button", name="提交 45 名学生"))
    await expect(page.get_by_role("heading", name="已提交 45 名学生")).to_be_visible()
    hand.told("45 rows with 5 mistakes, mended in the page and submitted")


async def fill_form(page: Page, pupil: Pupil) -> None:
    """Everything that the roster says of a child, into the form; what the page filled in by itself is left."""
    for one in ITEMS:
        text = str(pupil.cells.get(one.key) or "")
        place = page.locator(f"#{one.key}")
        if not text or await place.input_value():
            continue
        if one.code_table is not None:
            await place.select_option(value=one.code_table.parse(text))
        elif one.kind is ItemKind.GRADE:
            await place.select_option(label=text)
        else:
            await place.fill(text)


async def kept(page: Page) -> int:
    """How many forms this tab keeps."""
    return int(await page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('kept:')).length"))


async def test_a_child_is_entered_in_the_form_which_helps_and_forgets_nothing(
    visit: Visit, look: Look, intake: Intake
) -> None:
    page = await visit(REGISTRAR)
    (pupil,) = intake.a_class(1).pupils
    number = pupil.document_number
    await page.goto("/registering/")
    await page.get_by_role("link", name="逐个登记").click()
    await expect(page.get_by_role("heading", name="登记学生")).to_be_visible()
    await look(page, "15-pupil-form", "逐个登记：72项分七个部分，带星号的必填，旁边写明依据")

    document = labelled(page, "身份证件号")
    await document.fill(number[:17] + ("0" if number[17] != "0" else "1"))
    await page.keyboard.press("Tab")
    told = page.locator("#document_number-wrong")
    await expect(told).to_contain_text(f"按前 17 位计算应为“{number[17]}”")
    await document.fill(f" {number.lower()} ")
    await page.keyboard.press("Tab")
    await expect(told).to_be_hidden()
    await expect(document).to_have_value(number)
    await expect(labelled(page, "出生日期")).to_have_value(number[6:14])
    await expect(labelled(page, "性别")).to_have_value("1" if int(number[16]) % 2 else "2")

    await labelled(page, "姓名").fill(pupil.name)
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("已暂存")).to_be_visible()
    await page.reload()
    await expect(labelled(page, "姓名")).to_have_value(pupil.name)
    await expect(page.get_by_text(re.compile("已恢复.*暂存的内容"))).to_be_visible()

    await page.get_by_role("button", name="保存", exact=True).click()
    summary = page.get_by_role("alert").filter(has=page.get_by_role("heading", name="还没有保存"))
    await expect(summary).to_be_focused()
    await expect(labelled(page, "姓名")).to_have_value(pupil.name)
    await look(page, "16-pupil-form-mistakes", "没有保存：错误汇总在顶部，也写在各项旁边")
    await summary.get_by_role("link", name="民族").click()
    await expect(labelled(page, "民族")).to_be_focused()

    await fill_form(page, pupil)
    form = page.url
    await page.context.set_offline(True)
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text("网络不通，内容已暂存")).to_be_visible()
    await page.context.set_offline(False)
    await page.goto("/registering/")
    await page.goto(form)
    await expect(labelled(page, "民族")).to_have_value("01")
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text(f"{pupil.name}：已保存。")).to_be_visible()
    assert await kept(page) == 0


async def test_the_next_child_of_a_class_begins_with_what_is_alike_and_a_draft_is_corrected_and_discarded(
    visit: Visit, look: Look, intake: Intake
) -> None:
    page = await visit(REGISTRAR)
    first, second = intake.a_class(2).pupils
    await page.goto("/registering/pupils/new")
    await fill_form(page, first)
    await page.get_by_role("button", name="保存，登记下一名").click()
    await expect(page.get_by_text(f"{first.name}：已保存。")).to_be_visible()
    await expect(labelled(page, "姓名")).to_have_value("")
    await expect(labelled(page, "班级")).to_have_value("1班")
    same_number = {key: first.cells[key] for key in ("document_number", "sex", "birth_date")}
    await fill_form(page, second.but(**same_number))
    await page.get_by_role("button", name="保存", exact=True).click()
    summary = page.get_by_role("alert").filter(has=page.get_by_role("heading", name="还没有保存"))
    await expect(summary).to_contain_text("本校已为该生录入了另一份草稿")

    await page.goto("/registering/")
    await page.get_by_role("link", name=f"修改{first.name}").click()
    await labelled(page, "班级").fill("2班")
    await page.get_by_role("button", name="保存", exact=True).click()
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=first.name, exact=True))
    await expect(line).to_contain_text("2班")
    await line.get_by_role("checkbox").check()
    await page.get_by_role("button", name="删除所选草稿").click()
    await expect(page.get_by_role("heading", name="删除以下 1 份草稿？")).to_be_visible()
    await look(page, "17-discard", "删除草稿前再确认一次")
    await page.get_by_role("button", name="确认删除").click()
    await expect(page.get_by_text("已删除 1 份草稿")).to_be_visible()
    await expect(line).to_have_count(0)


async def test_what_was_typed_while_the_office_is_down_is_saved_when_it_is_back(
    federation: Federation, visit: Visit, intake: Intake
) -> None:
    page = await visit(REGISTRAR)
    (pupil,) = intake.a_class(1).pupils
    node = federation.node(Office(Tier.SCHOOL, SCHOOL))
    await page.goto("/registering/pupils/new")
    await fill_form(page, pupil)
    await asyncio.to_thread(node.kill)
    try:
        await page.get_by_role("button", name="保存", exact=True).click()
        await expect(page.get_by_role("alert").first).to_contain_text("还没有保存")
        await expect(labelled(page, "姓名")).to_have_value(pupil.name)
    finally:
        await asyncio.to_thread(node.start)

    async def saved() -> bool | None:
        """The portal finds its way back to the node within seconds; until then a person tries again."""
        async with page.expect_navigation():
            await page.get_by_role("button", name="保存", exact=True).click()
        return await page.get_by_text(f"{pupil.name}：已保存。").count() > 0 or None

    await eventually(saved)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("花名册.xlsx", b"not a workbook", "这不是 Excel 工作簿"),
        ("<script>alert(1)</script>.xlsx", b"PK\x03\x04 and no more", "文件"),
        ("空.xlsx", b"", "文件"),
    ],
)
async def test_a_file_that_is_no_roster_is_refused_beside_its_name(
    visit: Visit, intake: Intake, name: str, content: bytes, words: str
) -> None:
    page = await visit(REGISTRAR)
    await page.goto("/registering/")
    path = intake.folder / name.replace("/", "_")
    path.write_bytes(content)
    await page.get_by_label("上传花名册").set_input_files(path)
    await expect(page.get_by_role("alert")).to_contain_text("文件未能核对")
    await expect(page.get_by_role("alert")).to_contain_text(words)
    await expect(page.get_by_role("heading", name="核对结果")).to_contain_text(path.name)


async def test_a_roster_that_is_dropped_onto_the_page_is_brought(visit: Visit, intake: Intake) -> None:
    page = await visit(REGISTRAR)
    roster = intake.a_class(2)
    path = intake.workbook(roster)
    await page.goto("/registering/")
    dropped = await page.evaluate_handle(
        """([name, content]) => {
          const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], name));
          return carried;
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )
    await page.dispatch_event("form[data-upload]", "drop", {"dataTransfer": dropped})
    await expect(page.get_by_role("heading", name=f"核对结果：{path.name}")).to_be_visible()
    await expect(page.get_by_text("没有发现问题")).to_be_visible()


async def test_without_a_script_a_roster_is_brought_and_mended_by_plain_forms(
    browser: Browser, visit: Visit, intake: Intake
) -> None:
    known = await visit(REGISTRAR)
    base_url = known.url.partition("/registering")[0]
    state = await known.context.storage_state()
    context = await browser.new_context(java_script_enabled=False, storage_state=state, base_url=base_url)
    page = await context.new_page()
    roster, wrong = spoil(intake.a_class(45))
    await page.goto("/registering/")
    await page.get_by_label("上传花名册").set_input_files(intake.workbook(roster))
    await page.get_by_role("button", name="上传并核对").click()
    await expect(page.get_by_text("有问题 5 行")).to_be_visible()
    await page.get_by_role("link", name=f"改正第{min(wrong)}行").click()
    _, label, right = wrong[min(wrong)]
    await labelled(page, label).fill(right)
    await page.get_by_role("button", name="保存，改下一行").click()
    await expect(page.get_by_text("已保存。")).to_be_visible()
    await page.goto("/registering/")
    await page.get_by_role("button", name=f"忽略第{max(wrong)}行").click()
    await expect(page.get_by_role("table", name="有问题的行").get_by_role("link")).to_have_count(3)
    await context.close()


async def test_script_in_a_field_is_text_wherever_it_is_shown(visit: Visit, intake: Intake) -> None:
    page = await visit(REGISTRAR)
    ran: list[str] = []
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    (pupil,) = intake.a_class(1).pupils
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' OR 1=1 --"
    await page.goto("/registering/pupils/new")
    await fill_form(page, pupil.but(address=hostile, school_class="</td><script>alert(3)</script>"))
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text(f"{pupil.name}：已保存。")).to_be_visible()
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=pupil.name, exact=True))
    await expect(line).to_contain_text("<script>alert(3)</script>")
    await page.get_by_role("link", name=f"修改{pupil.name}").click()
    await expect(labelled(page, "现住址")).to_have_value(hostile)
    assert ran == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/registering/?after='; DROP TABLE pupils --", 400),
        ("/registering/pupils/..%2f..%2fetc%2fpasswd", 404),
        (f"/registering/pupils/{NOBODYS}?of=not-an-id", 400),
        (f"/registering/submitted?cases={NOBODYS}", 404),
        (f"/filing/suspension/{NOBODYS}?pupil={NOBODYS}", 404),
        (f"/filing/suspension/{NOBODYS}?pupil=' OR 1=1", 400),
        (f"/filing/enrolment/{NOBODYS}", 400),
        ("/filing/problem_mark/", 400),
        (f"/filing/filed/{NOBODYS}", 404),
    ],
)
async def test_an_address_that_was_made_up_is_refused_in_words(visit: Visit, address: str, status: int) -> None:
    page = await visit(REGISTRAR)
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == status
    assert "Traceback" not in await page.content()
