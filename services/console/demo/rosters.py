"""Rosters (花名册) of the demonstration: workbooks as a school would bring them, mistakes and bad habits included.

The children are invented. Their numbers have good check characters and real divisions, and sequences from 900 on, which
registers practically never reach; the same seed and day make the same workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from console.demo.names import LATIN, REMARKABLE, FullName, invent_guardian, invent_names
from kernel.check_character import check_character
from kernel.form import ITEMS
from kernel.identity import DocumentKind, Sex
from kernel.stages import Grade, SchoolSystem

Cell = str | int | float | date | None

SHEET = "学生基本信息"
FIRST_ROW = 3  # a title and the header stand above
SEQUENCE_FROM = 900

_SEED = 20130901
_TEXT_FORMAT = "@"
_SEPTEMBER = 9
_SYSTEM = SchoolSystem.SIX_THREE
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_AGE_BEFORE_SCHOOL = 5  # completed on the last day before the first grade's year: 6 in the first grade, 15 in 高一


@dataclass(frozen=True)
class Class:
    """Which children a school brings.

    Attributes:
        school: its code; name: its name. place: division in which children and school live, six digits.
        grade: as people write it under 六三. sequence_from: of their citizen IDs; schools of one place
            whose children are of one age differ by it.
    """

    school: str
    name: str
    place: str
    grade: str
    sequence_from: int = SEQUENCE_FROM
    disability: str = "0-无残疾"


@dataclass(frozen=True)
class Pupil:
    """One row of a roster, by key of the form."""

    cells: Mapping[str, Cell]

    @property
    def name(self) -> str:
        return str(self.cells["name"])

    @property
    def document_number(self) -> str:
        return str(self.cells["document_number"])

    def but(self, **changes: Cell) -> Pupil:
        return replace(self, cells={**self.cells, **changes})


@dataclass(frozen=True)
class Planted:
    """Something that a registrar did to a row.

    Attributes:
        row: of the sheet, 1-based. what: in Chinese, for the screen.
        code: of the refusal that must come back; empty where the system must put it right by itself.
    """

    row: int
    what: str
    code: str


@dataclass(frozen=True)
class Roster:
    """A workbook to be: its pupils in order, and what is wrong with which."""

    title: str
    pupils: tuple[Pupil, ...]
    planted: tuple[Planted, ...] = ()

    @property
    def mistakes(self) -> tuple[Planted, ...]:
        return tuple(one for one in self.planted if one.code)

    @property
    def healed(self) -> tuple[Planted, ...]:
        return tuple(one for one in self.planted if not one.code)

    def write(self, path: Path) -> None:
        """Write the workbook as an office program would: typed cells, a title above the header."""
        keys = [one.key for one in ITEMS if any(one.key in pupil.cells for pupil in self.pupils)]
        labels = {one.key: f"{one.label}★" if one.required else one.label for one in ITEMS}
        book = Workbook(write_only=True)
        page = book.create_sheet(SHEET)
        page.append([self.title])
        page.append(["序号", *(labels[key] for key in keys)])
        for place, pupil in enumerate(self.pupils, start=1):
            page.append([place, *(_typed(page, pupil.cells.get(key)) for key in keys)])
        book.save(path)


def a_class(of: Class, count: int, *, on: date, remarkable: bool = False) -> Roster:
    """``count`` faultless pupils who enter this school year.

    Args:
        on: the day of the demonstration, which decides how old they are.
        remarkable: children with the names of ``console.demo.names.REMARKABLE`` among them, and one with a passport;
            ``count`` is larger than their number.
    """
    random = Random(f"{_SEED}/{of.school}")  # noqa: S311 - the same children every time
    special = (*REMARKABLE, LATIN) if remarkable else ()
    # The remarkable ones come last, where the mistakes of ``with_mistakes`` do not reach.
    names = [*invent_names(random, count - len(special)), *special]
    pupils = list(_pupils(of, names, random=random, on=on))
    if remarkable:
        pupils[-1] = _with_passport(pupils[-1])
    return Roster(title=f"{of.name}{_entry_year(on)}年新生花名册", pupils=tuple(pupils))


def with_mistakes(roster: Roster) -> Roster:
    """The same roster as a hasty registrar leaves it: one of each mistake, and the habits that must do no harm.

    Art. 7 asks for true data; what a machine can tell, it tells by the row.
    """
    rows = list(roster.pupils)
    planted: list[Planted] = []
    free = iter(range(len(rows)))

    def plant(what: str, code: str, place: int, pupil: Pupil) -> None:
        rows[place] = pupil
        planted.append(Planted(row=FIRST_ROW + place, what=what, code=code))

    def next_citizen() -> int:
        return next(place for place in free if roster.pupils[place].cells["document_kind"] == _CITIZEN)

    for what, code, spoil in _MISTAKES:
        place = next_citizen()
        plant(what, code, place, spoil(rows[place]))
    for what, heal in _HABITS:
        place = next_citizen()
        plant(what, "", place, heal(rows[place]))
    twin = next_citizen()
    rows.append(rows[twin])
    plant("同一学生填了两行", "DUPLICATE_IN_WORKBOOK", len(rows) - 1, rows[-1])
    return Roster(title=roster.title, pupils=tuple(rows), planted=tuple(sorted(planted, key=lambda one: one.row)))


def a_citizen_id(place: str, born: date, sequence: int) -> str:
    first17 = f"{place}{born:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


_CITIZEN = f"{DocumentKind.RESIDENT_ID.value}-{DocumentKind.RESIDENT_ID.label}"
_PASSPORT = f"{DocumentKind.PASSPORT.value}-{DocumentKind.PASSPORT.label}"


def _pupils(of: Class, names: Sequence[FullName], *, random: Random, on: date) -> Iterator[Pupil]:
    first_day = date(_entry_year(on) - _AGE_BEFORE_SCHOOL - _grade(of).level(_SYSTEM) - 1, _SEPTEMBER, 1)
    for place, name in enumerate(names):
        born = first_day + timedelta(days=random.randrange(365))
        sequence = of.sequence_from + 2 * (place // 2) + (1 if name.sex is Sex.MALE else 0)
        yield Pupil(_cells(of, name, born=born, sequence=sequence, on=on, guardian=invent_guardian(random, name)))


def _cells(of: Class, name: FullName, *, born: date, sequence: int, on: date, guardian: str) -> dict[str, Cell]:
    address = f"示范路{sequence - SEQUENCE_FROM + 1}号"
    phone = f"1990000{sequence:04d}"
    return {
        "name": name.text,
        "sex": f"{name.sex.value}-{name.sex.label}",
        "birth_date": f"{born:%Y%m%d}",
        "birth_place": f"{of.place}000000",
        "ethnicity": name.ethnicity,
        "nationality": "CHN-中国",
        "document_kind": _CITIZEN,
        "document_number": a_citizen_id(of.place, born, sequence),
        "hk_mo_tw_overseas": "00-否",
        "health": "10-健康或良好",
        "household_place": f"{of.place}000000",
        "household_kind": "2-非农业户口",
        "grade": of.grade,
        "school_class": "1班",
        "entry_month": f"{_entry_year(on) - _grade(of).year + 1}{_SEPTEMBER:02d}",
        "entry_way": "就近入学" if _grade(of).compulsory else "21-统一招生考试/普通入学",
        "attendance": "走读",
        "address": address,
        "mailing_address": address,
        "home_address": address,
        "phone": phone,
        "postcode": "450000" if of.place.startswith("41") else "510000",
        "preschool": "是",
        "left_behind": "0-非留守儿童",
        "migrant_child": "否",
        "orphan": "否",
        "martyr_child": "否",
        "inclusive_class": "0-非随班就读",
        "disability": of.disability,
        "aid_application": "否",
        "aid_received": "否",
        "guardian1_name": guardian,
        "guardian1_relation": "父亲",
        "guardian1_phone": phone,
        "guardian1_is_guardian": "是",
    }


def _with_passport(pupil: Pupil) -> Pupil:
    """A foreign child, who has no citizen ID and no household register, and gets a J number (Art. 28)."""
    return pupil.but(
        nationality="BRA-巴西",
        document_kind=_PASSPORT,
        document_number=f"ZZ{pupil.document_number[:2]}9001",
        hk_mo_tw_overseas="51-外国人",
        birth_place=None,
        household_place=None,
        household_kind=None,
    )


def _wrong_check(pupil: Pupil) -> Pupil:
    number = pupil.document_number
    return pupil.but(document_number=number[:17] + ("0" if number[17] != "0" else "1"))


def _impossible_birth(pupil: Pupil) -> Pupil:
    first17 = f"{pupil.document_number[:10]}0230{pupil.document_number[14:17]}"
    return pupil.but(document_number=first17 + check_character(first17))


def _other_sex(pupil: Pupil) -> Pupil:
    return pupil.but(sex="2-女" if str(pupil.cells["sex"]).startswith("1") else "1-男")


def _other_birth(pupil: Pupil) -> Pupil:
    born = _born(pupil)
    return pupil.but(birth_date=f"{born.replace(year=born.year - 1, day=min(born.day, 28)):%Y%m%d}")


def _with_x(pupil: Pupil) -> Pupil:
    """A number that ends in x, typed in lower case: the first birth date after the child's that gives one."""
    place, sequence, born = pupil.document_number[:6], int(pupil.document_number[14:17]), _born(pupil)
    number = a_citizen_id(place, born, sequence)
    while not number.endswith("X"):
        born += timedelta(days=1)
        number = a_citizen_id(place, born, sequence)
    return pupil.but(birth_date=f"{born:%Y%m%d}", document_number=number.lower())


def _spaced(pupil: Pupil) -> Pupil:
    return pupil.but(name="\u3000".join(pupil.name))


def _dotted(pupil: Pupil) -> Pupil:
    return pupil.but(name=" \u2022 ".join(("热依汗", "吐尔逊")), ethnicity="维吾尔族")


def _born(pupil: Pupil) -> date:
    digits = str(pupil.cells["birth_date"])
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


_MISTAKES = (
    ("证件号末位校验码写错", "CHECK_CHARACTER_WRONG", _wrong_check),
    ("证件号中的出生日期不存在", "BIRTH_DATE_IMPOSSIBLE", _impossible_birth),
    ("性别与证件号不一致", "SEX_CONTRADICTS_ID", _other_sex),
    ("出生日期与证件号不一致", "BIRTH_DATE_CONTRADICTS_ID", _other_birth),
    ("代码表中没有的民族", "CODE_UNKNOWN", lambda pupil: pupil.but(ethnicity="华夏族")),
    ("没有填姓名", "VALUE_MISSING", lambda pupil: pupil.but(name=None)),
    (
        "证件号成了数字，末几位已丢失",
        "NUMERIC_ID_LOST_DIGITS",
        lambda p: p.but(document_number=float(p.document_number[:17]) * 10),
    ),
)
_HABITS = (
    ("全角数字", lambda pupil: pupil.but(document_number=pupil.document_number.translate(_FULL_WIDTH))),
    ("小写 x", _with_x),
    ("日期单元格", lambda pupil: pupil.but(birth_date=_born(pupil))),
    ("姓名中有空格", _spaced),
    ("另一种间隔号", _dotted),
)


def _grade(of: Class) -> Grade:
    return Grade.parse(of.grade, system=_SYSTEM)


def _entry_year(on: date) -> int:
    """The year in which the school year began: it begins on 1 September."""
    return on.year if on.month >= _SEPTEMBER else on.year - 1


def _typed(page: WriteOnlyWorksheet, value: Cell) -> SheetCell | Cell:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value=value)
    cell.number_format = _TEXT_FORMAT
    return cell
