"""What people ask of their office, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from chassis.ledger import CaseHeading, CaseRecord
from chassis.sql import Transaction
from kernel.case import Evidence, Item
from kernel.endorsement import Decision, ItemException
from kernel.office import Identity
from kernel.pre_check import PreCheck
from kernel.refusals import Refusal


@dataclass(frozen=True)
class DecideCommand:
    """Approve, return or reject a case, with exceptions row by row.

    Attributes:
        reason_code: of the closed list (``kernel.custody``) where the releasing side refuses a transfer.
        step: the awaited step that the person saw; empty for whichever is awaited now.
        allocate_numbers: of an enrolment that a county approves: give the pupils their numbers now (预发).
    """

    case_id: str
    decision: Decision
    reason: str = ""
    reason_code: str = ""
    exceptions: tuple[ItemException, ...] = ()
    step: str = ""
    allocate_numbers: bool = False


@dataclass(frozen=True)
class FileCommand:
    """Begin a case. The caller makes ``case_id``: a replay files nothing new.

    Attributes:
        procedure: a row of the table, or a family of rows between which place decides.
        releasing_school: where the procedure has two sides; else empty.
        items: number, name and the procedure's fields of each pupil, as people write them.
    """

    case_id: str
    procedure: str
    items: tuple[Item, ...]
    releasing_school: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Filed:
    """What became of a filing: the case, and the pupils who were left out of it, each with what is wrong."""

    heading: CaseHeading
    refused: tuple[tuple[str, tuple[Refusal, ...]], ...] = ()


@dataclass(frozen=True)
class WithdrawCommand:
    case_id: str
    reason: str


@dataclass(frozen=True)
class StudentQuery:
    """Exact number, exact name, exact number of the document in force, or none of them for all; keyset pages."""

    number: str
    name: str
    size: int
    token: str = ""
    document: str = field(default="", repr=False)


@dataclass(frozen=True)
class StudentRow:
    """A line of a list of pupils. ``custody`` and ``epoch`` are known at a hub alone."""

    student_key: str
    number: str
    name: str
    school: str
    grade: str
    school_class: str
    status: str
    status_label: str
    custody: str = ""
    epoch: int = 0


@dataclass(frozen=True)
class StudentPage:
    students: tuple[StudentRow, ...]
    next_token: str = ""


@dataclass(frozen=True)
class StudentWhole:
    """One pupil as the office has a copy: the form's items, and what follows from decisions (``kernel.standing``).

    Attributes:
        status: of the record (``kernel.status``), as the province last told; empty of a pupil who has left.
    """

    row: StudentRow
    status: str
    values: Mapping[str, str] = field(repr=False)
    standing: Mapping[str, str] = field(repr=False)


TX = TypeVar("TX", bound=Transaction)
TX_contra = TypeVar("TX_contra", bound=Transaction, contravariant=True)


class Decide(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, command: DecideCommand, /, *, by: Identity, now: datetime) -> CaseHeading: ...


class FileCase(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, command: FileCommand, /, *, by: Identity, now: datetime) -> Filed: ...


class Withdraw(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, command: WithdrawCommand, /, *, by: Identity, now: datetime) -> CaseHeading: ...


class ListStudents(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, query: StudentQuery, /) -> StudentPage: ...


class GetStudent(Protocol[TX_contra]):
    def __call__(self, tx: TX_contra, number: str, student_key: str, /) -> StudentWhole: ...


class CheckBeforeDeciding(Protocol[TX_contra]):
    """Pre-checks of a case: one sequence per item, in the order of the items."""

    def __call__(self, tx: TX_contra, record: CaseRecord, /, *, now: datetime) -> Sequence[Sequence[PreCheck]]: ...


@dataclass(frozen=True)
class DeskUseCases(Generic[TX]):
    """The tier's use cases behind its desk; None where the tier has no such thing to offer."""

    list_students: ListStudents[TX] | None = None
    get_student: GetStudent[TX] | None = None
    decide: Decide[TX] | None = None
    file_case: FileCase[TX] | None = None
    withdraw: Withdraw[TX] | None = None
    pre_checks: CheckBeforeDeciding[TX] | None = None
