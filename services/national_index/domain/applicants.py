"""Who asks for a number: one row of an intake, read and checked, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import NamedTuple

from kernel.divisions import division_code, province_name
from kernel.identity import DocumentKind, IdentityDocument, birth_date_of
from kernel.number import NumberKind, coded_numbers
from kernel.refusals import BirthDateContradictsId, OutsideJurisdiction, Refusal
from kernel.school import SchoolCode

_BIRTH_DATE_DIGITS = 8


# No repr shows a person: it would end in a log.


@dataclass(frozen=True, slots=True, repr=False)
class Intake:
    """An intake as it was sent: columns of one length, because a row as an object would cost more than its number.

    Attributes:
        item_ids: of the registrations, UUIDs in their usual form.
        birth_dates: YYYYMMDD. divisions: of the school's place, by which the number is coded.
        nationalities: of the form, GB/T 2659; of a passport it says who issued it.
    """

    item_ids: Sequence[str]
    document_kinds: Sequence[str]
    document_numbers: Sequence[str]
    birth_dates: Sequence[int]
    schools: Sequence[str]
    divisions: Sequence[str]
    nationalities: Sequence[str]


@dataclass(frozen=True, slots=True)
class Block:
    """A space of numbers that differ by their sequence alone: 000 to 999 for one kind, place and birth date."""

    division: str
    birth_date: date
    kind: NumberKind

    def numbers(self, sequences: Iterable[int]) -> Iterator[str]:
        """A number for each sequence up to the last one there is (Art. 5)."""
        return coded_numbers(self.kind, division=self.division, birth_date=self.birth_date, sequences=sequences)


class Applicant(NamedTuple):
    """A child for whom a number is asked.

    Attributes:
        row: of the intake, from 0.
        student_key: 16 bytes: those of the item id. A registration makes one child, so its id is the child's for life.
        document_key: what the document's fingerprint is taken of; empty for a child without any document (Art. 28).
    """

    row: int
    student_key: bytes
    document_key: str
    school: str
    block: Block

    def __repr__(self) -> str:
        return f"Applicant({self.row})"


def read_intake(intake: Intake, *, province: str, today: date) -> tuple[list[Applicant], dict[int, Refusal]]:
    """Those who can be asked for, and the reason why not by row; a bad row leaves the others alone.

    Args:
        province: two digits of the province that asks; it registers pupils of its own schools and no others (Art. 3).
        today: the day in China; nobody is born after it.
    """
    # An intake names few schools, places and birthdays: each is read once.
    read_school = cache(partial(_own_school, province=province))
    read_block = cache(partial(_read_block, today=today))
    applicants: list[Applicant] = []
    refused: dict[int, Refusal] = {}
    columns = zip(
        intake.item_ids,
        intake.document_kinds,
        intake.document_numbers,
        intake.birth_dates,
        intake.schools,
        intake.divisions,
        intake.nationalities,
        strict=True,
    )
    for row, (item_id, document_kind, number, birth_date, school, division, nationality) in enumerate(columns):
        try:
            document = _document(document_kind, number, nationality, today=today)
            has_citizen_id = document is not None and document.kind is DocumentKind.RESIDENT_ID
            block = read_block(division, birth_date, has_citizen_id)
            if document is not None and document.birth_date not in (None, block.birth_date):
                raise BirthDateContradictsId(field="birth_date")
            key = document.key if document is not None else ""
            student_key = bytes.fromhex(item_id.replace("-", ""))
            applicants.append(Applicant(row, student_key, key, read_school(school), block))
        except Refusal as flaw:
            refused[row] = flaw
    return applicants, refused


def _own_school(code: str, *, province: str) -> str:
    school = SchoolCode.parse(code)
    if school.province != province:
        raise OutsideJurisdiction(field="school", office=province_name(province), what="外省学校的学生注册")
    return school.text


def _read_block(division: str, birth_date: int, has_citizen_id: bool, *, today: date) -> Block:
    """A citizen ID leads to an L number; any other document, or none, to a J number (Art. 5 and 28)."""
    born = birth_date_of(f"{birth_date:0{_BIRTH_DATE_DIGITS}d}", on=today)
    return Block(division_code(division), born, NumberKind.TEMPORARY if has_citizen_id else NumberKind.SELF_CODED)


def _document(kind: str, number: str, nationality: str, *, today: date) -> IdentityDocument | None:
    """The document by which the child can be found; None for a child without any."""
    if not number.strip():
        return None
    document = IdentityDocument.parse(kind, number, country=nationality, on=today)
    return document.require_issuer() if document.identifies else None
