"""Who asks for a number: one row of an intake, read and checked, or the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

from kernel.divisions import division_code, province_name
from kernel.identity import DocumentKind, IdentityDocument, birth_date_of, plain_citizen_id
from kernel.number import OFFLINE_FROM, NumberKind, StudentNumber, coded_numbers
from kernel.refusals import AllocatedNumberInvalid, BirthDateContradictsId, OutsideJurisdiction, Refusal
from kernel.school import SchoolCode
from kernel.writing import code_as_typed
from national_index.domain.matching.features import Guardian, Person

_BIRTH_DATE_DIGITS = 8
_RESIDENT_ID = DocumentKind.RESIDENT_ID.value


# No repr shows a person: it would end in a log.


@dataclass(frozen=True, slots=True, repr=False)
class Intake:
    """An intake as it was sent: columns of one length, because a row as an object would cost more than its number.

    Attributes:
        item_ids: of the registrations, UUIDs in their usual form.
        birth_dates: YYYYMMDD. divisions: of the school's place, by which the number is coded.
        nationalities: of the form, GB/T 2659; of a passport it says who issued it.
        names, sexes, guardians: what records are compared by; empty columns where the hub sends none.
        allocated: numbers that the county gave already, '' for whom it gave none; an empty column where it gave none.
    """

    item_ids: Sequence[str]
    document_kinds: Sequence[str]
    document_numbers: Sequence[str]
    birth_dates: Sequence[int]
    schools: Sequence[str]
    divisions: Sequence[str]
    nationalities: Sequence[str]
    names: Sequence[str] = ()
    sexes: Sequence[int] = ()
    guardians: Sequence[tuple[Guardian, ...]] = ()
    allocated: Sequence[str] = ()

    def person(self, row: int, *, birth_date: date) -> Person:
        """What of a row is compared; the birth date as it was read."""
        citizen_id = self.document_numbers[row] if self.document_kinds[row] == _RESIDENT_ID else ""
        return Person(
            self.names[row], self.sexes[row], birth_date, code_as_typed(citizen_id).upper(), self.guardians[row]
        )


@dataclass(frozen=True, slots=True, eq=False)  # one of each in an intake: told apart by identity, which costs nothing
class Block:
    """A space of numbers that differ by their sequence alone, for one kind, place and birth date: from 000 on the
    nation's to give, from ``OFFLINE_FROM`` the county's."""

    division: str
    birth_date: date
    kind: NumberKind

    def numbers(self, sequences: range) -> list[str]:
        """A number for each sequence up to the last one that the nation gives (Art. 5)."""
        nations = range(sequences.start, min(sequences.stop, OFFLINE_FROM))
        return coded_numbers(self.kind, division=self.division, birth_date=self.birth_date, sequences=nations)

    def require_allocated(self, text: str) -> None:
        """Raises AllocatedNumberInvalid, StudentNumberMalformed: it is none that this place may have given."""
        number = StudentNumber.parse(text)
        own = coded_numbers(
            NumberKind.TEMPORARY,
            division=self.division,
            birth_date=self.birth_date,
            sequences=range(number.sequence, number.sequence + 1),
        )
        if self.kind is not NumberKind.TEMPORARY or number.sequence < OFFLINE_FROM or own != [number.text]:
            raise AllocatedNumberInvalid(field="allocated_numbers")


@dataclass(frozen=True, slots=True, repr=False)
class Applicants:
    """The children for whom numbers are asked, as columns of one length.

    Attributes:
        rows: of the intake, from 0.
        student_keys: 16 bytes: those of the item id. A registration makes one child, so its id is the child's for life.
        document_keys: what the document's fingerprint is taken of; empty for a child without a document (Art. 28).
    """

    rows: list[int] = field(default_factory=list)
    student_keys: list[bytes] = field(default_factory=list)
    document_keys: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    allocated: list[str] = field(default_factory=list)  # '' for whom the nation gives the number


def read_intake(intake: Intake, *, province: str, today: date) -> tuple[Applicants, dict[int, Refusal]]:
    """Those who can be asked for, and the reason why not by row; a bad row leaves the others alone.

    Args:
        province: two digits of the province that asks; it registers pupils of its own schools and no others (Art. 3).
        today: the day in China; nobody is born after it.
    """
    # An intake names few schools, places and birthdays: each is read once.
    read_school = cache(partial(_own_school, province=province))
    read_block = cache(partial(_read_block, today=today))
    applicants = Applicants()
    refused: dict[int, Refusal] = {}
    columns = zip(
        intake.item_ids,
        intake.document_kinds,
        intake.document_numbers,
        intake.birth_dates,
        intake.schools,
        intake.divisions,
        intake.nationalities,
        intake.allocated or [""] * len(intake.item_ids),
        strict=True,
    )
    for row, (item_id, document_kind, number, birth_date, school, division, nationality, given) in enumerate(columns):
        try:
            key, born, has_citizen_id = _document(document_kind, number, nationality, today=today)
            block = read_block(division, birth_date, has_citizen_id)
            if born not in (None, block.birth_date):
                raise BirthDateContradictsId(field="birth_date")
            own_school = read_school(school)
            if given:
                block.require_allocated(given)
        except Refusal as flaw:
            refused[row] = flaw
            continue
        applicants.rows.append(row)
        applicants.student_keys.append(bytes.fromhex(item_id.replace("-", "")))
        applicants.document_keys.append(key)
        applicants.schools.append(own_school)
        applicants.blocks.append(block)
        applicants.allocated.append(given)
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


def _document(kind: str, number: str, nationality: str, *, today: date) -> tuple[str, date | None, bool]:
    """The document's key, the birth date that it states, and whether it is a citizen ID; no key for none at all."""
    if kind == _RESIDENT_ID and (born := plain_citizen_id(number, on=today)) is not None:
        return f"{kind}:{number}", born, True
    if not number.strip():
        return "", None, False
    document = IdentityDocument.parse(kind, number, country=nationality, on=today)
    if not document.identifies:
        return "", None, False
    return document.require_issuer().key, document.birth_date, document.kind is DocumentKind.RESIDENT_ID
