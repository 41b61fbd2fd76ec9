"""Children of the stories: invented, and each different from every other that this stage has ever seen."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

from console.demo.rosters import SEQUENCE_FROM, Cell, Class, Pupil, a_citizen_id, a_class
from kernel.identity import Sex
from kernel.school import School

_SEPTEMBER_YEAR_DAYS = 365
_SEQUENCES = 49  # of each sex, from 900 to 999
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}

_count = itertools.count()


@dataclass
class Child:
    """A child on the stage.

    Attributes:
        name: as in the story. row: what the school's sheet says of the child.
        school: where the child was enrolled. number: the student number; empty before there is one.
    """

    name: str
    row: Pupil
    school: School
    number: str = ""

    @property
    def document_number(self) -> str:
        return self.row.document_number


def a_child(
    name: str,
    *,
    school: School,
    on: date,
    grade: str = "小学一年级",
    school_class: str = "1班",
    sex: str = "女",
    **cells: Cell,
) -> Child:
    """A child of the right age for its grade, with a citizen ID of the school's place.

    Args:
        on: the day on which the sheet is filled in.
        cells: items of the form to be written otherwise, by key; None leaves one empty.
    """
    (template,) = a_class(
        Class(school=school.code.text, name=school.name, place=school.place, grade=grade), 1, on=on
    ).pupils
    count = next(_count)
    born = _first_possible_day(template) + timedelta(days=count % _SEPTEMBER_YEAR_DAYS)
    sequence = SEQUENCE_FROM + 2 * (count // _SEPTEMBER_YEAR_DAYS % _SEQUENCES) + (sex == "男")
    row = template.but(
        name=name,
        sex=f"{_SEXES[sex].value}-{sex}",
        birth_date=f"{born:%Y%m%d}",
        document_number=a_citizen_id(school.place, born, sequence),
        school_class=school_class,
        phone=f"1990{count:07d}",
    )
    return Child(name=name, row=row.but(**cells), school=school)


def _first_possible_day(template: Pupil) -> date:
    """1 September of the year in which the children of a grade began to be born."""
    digits = str(template.cells["birth_date"])
    born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    first = date(born.year, 9, 1)
    return first if born >= first else first.replace(year=born.year - 1)
