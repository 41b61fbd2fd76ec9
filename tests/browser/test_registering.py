"""A class is registered: from its workbook, mended in the page, submitted; and a child at a time, in the form."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from browser.conftest import Look, Visit
from chassis.workbooks.reading import read_rows
from console.demo.rosters import FIRST_ROW, Roster
from kernel.school import School

REGISTRAR = "2144000001/r001"
SCHOOL = "2144000001"
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
