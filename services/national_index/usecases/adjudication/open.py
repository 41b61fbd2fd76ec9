"""Ask both provinces whether two records are one child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.keys import IdentityKeys
from kernel.adjudication import ANSWER_WITHIN_DAYS, Adjudication, Party
from kernel.calendar import national_calendar
from kernel.clock import milliseconds
from kernel.divisions import province_name
from kernel.office import NATION
from kernel.refusals import (
    AdjudicationOpen,
    DigestReused,
    KnownDifferent,
    OutsideJurisdiction,
    StudentNotFound,
    TransferInProgress,
)
from kernel.statement import Sign
from national_index.domain import adjudication as rules
from national_index.domain.slots import Student
from national_index.store import IndexTransaction
from national_index.store.suspicions import SuspectedPair
from national_index.usecases.adjudication.settle import tell, with_numbers
from national_index.usecases.look_up import NumberHandle


@dataclass(frozen=True, slots=True, repr=False)
class OpenAdjudication:
    """What is asked.

    Attributes:
        adjudication_id: UUIDv7, chosen by whoever asks, so that the same question is one.
        numbers: of the two, in force or earlier. why: what speaks for one child, where no comparison found it.
    """

    adjudication_id: str
    numbers: tuple[str, str]
    why: str


def open_adjudication(
    tx: IndexTransaction,
    command: OpenAdjudication,
    *,
    asked_by: str,
    province: str,
    now: datetime,
    keys: IdentityKeys,
    sign: Sign,
) -> Adjudication:
    """The case, told to both provinces. The same case again: as it stands.

    Args:
        asked_by: staff id. province: two digits of whose hub asks; ``00`` for the nation.

    Raises:
        StudentNotFound: nobody has one of the numbers. NothingToMerge: both are one record's.
        OutsideJurisdiction: a province asks about two records of others.
        TransferInProgress: one of them is on its way to another province; afterwards it can be asked.
        RecordMerged, KnownDifferent: that has been decided. AdjudicationOpen: it is being asked already.
        DigestReused: the case is known, and about another pair.
    """
    students = _locked(tx, command, keys=keys)
    first, second = sorted(student.student_key for student in students)
    known = tx.adjudications.find(command.adjudication_id)
    if known is not None:
        if (known.first.student_key, known.second.student_key) != (first, second):
            raise DigestReused(field="adjudication_id")
        return with_numbers(tx, known, keys=keys)
    if province != NATION.code and province not in {student.custodian for student in students}:
        raise OutsideJurisdiction(office=province_name(province), what="外省学籍的核查")
    case = rules.open_adjudication(
        command.adjudication_id,
        (Party(students[0].student_key, students[0].custodian), Party(students[1].student_key, students[1].custodian)),
        reasons=_reasons(tx, first, second, command, now=now),
        by=asked_by,
        at_ms=milliseconds(now),
        due_on=national_calendar().working_days_after(now, ANSWER_WITHIN_DAYS).last_day,
    )
    for student in students:
        _require_free(student)
    tx.adjudications.add(case)
    tx.suspicions.take_up(case.first.student_key, case.second.student_key, case.adjudication_id)
    return tell(tx, case, now=now, keys=keys, sign=sign)


def _locked(tx: IndexTransaction, command: OpenAdjudication, *, keys: IdentityKeys) -> tuple[Student, Student]:
    """Both, locked in one order for everybody."""
    numbers = [NumberHandle(number).fingerprint(keys) for number in command.numbers]
    found = tx.handles(keys).find(number for number in numbers if number is not None)
    student_keys = [str(found[number].student_key) for number in numbers if number in found]
    if len(student_keys) < len(numbers):
        raise StudentNotFound(field="number")
    locked = {key: tx.persons.lock(key) for key in sorted(student_keys)}
    return locked[student_keys[0]], locked[student_keys[1]]


def _require_free(student: Student) -> None:
    rules.require_unmerged(student.merged_into)
    if student.open_transfer is not None:
        raise TransferInProgress(field="number")


def _reasons(
    tx: IndexTransaction, first: str, second: str, command: OpenAdjudication, *, now: datetime
) -> tuple[str, ...]:
    """What was found of the pair; a pair that no comparison found is noted with the reason given."""
    pair = tx.suspicions.get(first, second)
    if pair is None:
        if first != second:
            tx.suspicions.add([SuspectedPair(first, second, 0.0, [command.why])], now=now)
        return (command.why,)
    if pair.different_since is not None:
        raise KnownDifferent(field="number")
    if pair.adjudication_id is not None and tx.adjudications.get(pair.adjudication_id).state.is_open:
        raise AdjudicationOpen(field="number")
    return (*pair.reasons, command.why) if command.why else pair.reasons
