"""Who asks for a number: one row of an intake, read and checked, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from uuid import UUID

from kernel.divisions import division_code, province_name
from kernel.identity import DocumentKind, IdentityDocument, birth_date_of
from kernel.number import NumberKind, StudentNumber, self_coded_number, temporary_number
from kernel.refusals import BirthDateContradictsId, OutsideJurisdiction, Refusal
from kernel.school import SchoolCode

_BIRTH_DATE_DIGITS = 8


# No repr shows a person: it would end in a log.


@dataclass(frozen=True, slots=True, repr=False)
class IntakeRow:
    """One row as it was sent.

    Attributes:
        birth_date: YYYYMMDD. division: of the school's place, by which the number is coded.
        nationality: of the form, GB/T 2659; of a passport it says who issued it.
    """

    item_id: str
    document_kind: str
    document_number: str
    birth_date: int
    school: str
    division: str
    nationality: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A space of numbers that differ by their sequence alone: 000 to 999 for one kind, place and birth date."""

    division: str
    birth_date: date
    kind: NumberKind

    def number(self, sequence: int) -> StudentNumber:
        """Raises NumberSpaceExhausted beyond the last sequence (Art. 5)."""
        make = temporary_number if self.kind is NumberKind.TEMPORARY else self_coded_number
        return make(division=self.division, birth_date=self.birth_date, sequence=sequence)


@dataclass(frozen=True, slots=True, repr=False)
class Applicant:
    """A child for whom a number is asked.

    Attributes:
        document_key: what the document's fingerprint is taken of; empty for a child without any document (Art. 28).
    """

    item_id: UUID
    document_key: str
    school: str
    block: Block


def read_intake(rows: Iterable[IntakeRow], *, province: str, today: date) -> list[Applicant | Refusal]:
    """Each row as an applicant, or as the reason why not; a bad row leaves the others alone.

    Args:
        province: two digits of the province that asks; it registers pupils of its own schools and no others (Art. 3).
        today: the day in China; nobody is born after it.
    """
    # An intake names few schools, places and birthdays: each is read once.
    read_school = cache(partial(_own_school, province=province))
    read_division = cache(division_code)
    read_birth_date = cache(partial(birth_date_of, on=today))
    read: list[Applicant | Refusal] = []
    for row in rows:
        try:
            born = read_birth_date(f"{row.birth_date:0{_BIRTH_DATE_DIGITS}d}")
            kind, document_key = _document(row, born=born, today=today)
            block = Block(read_division(row.division), born, kind)
            read.append(Applicant(UUID(row.item_id), document_key, read_school(row.school), block))
        except Refusal as flaw:
            read.append(flaw)
    return read


def _own_school(code: str, *, province: str) -> str:
    school = SchoolCode.parse(code)
    if school.province != province:
        raise OutsideJurisdiction(field="school", office=province_name(province), what="外省学校的学生注册")
    return school.text


def _document(row: IntakeRow, *, born: date, today: date) -> tuple[NumberKind, str]:
    """A citizen ID leads to an L number; any other document, or none, to a J number (Art. 5 and 28)."""
    if not row.document_number.strip():
        return NumberKind.SELF_CODED, ""
    document = IdentityDocument.parse(row.document_kind, row.document_number, country=row.nationality, on=today)
    if not document.identifies:
        return NumberKind.SELF_CODED, ""
    document.require_issuer()
    if document.birth_date not in (None, born):
        raise BirthDateContradictsId(field="birth_date")
    has_citizen_id = document.kind is DocumentKind.RESIDENT_ID
    return NumberKind.TEMPORARY if has_citizen_id else NumberKind.SELF_CODED, document.key
