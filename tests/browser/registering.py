"""What the tests of registering share: a hand that counts what it does, a school's intake, and the form filled in."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from console.demo.rosters import FIRST_ROW, Pupil, Roster
from kernel.form import ITEMS, ItemKind
from kernel.school import School

REGISTRAR = "2144000001/r001"
SCHOOL = "2144000001"


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
