"""The records on a real PostgreSQL: who may write them, what the history keeps, and that both are as declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.sql import Database, difference, migrate
from kernel.clock import day_of
from kernel.custody import Custody
from kernel.history import HistoryEvent, change_between
from kernel.ids import new_uuid7
from kernel.refusals import NotCustodian, NumberAlreadyHeld, RecordFrozen, StudentHasOpenCase, StudentNotFound
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.schema import metadata
from province_hub.store.transaction import HubTransaction

AT_MS = 1_790_000_000_000
CASE, OTHER_CASE = str(new_uuid7()), str(new_uuid7())
TRANSFER, OTHER_TRANSFER = str(new_uuid7()), str(new_uuid7())
Do = Callable[..., Any]


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[HubTransaction]]:
    migrate(database_dsn, "province_hub", program_version=version("xueji"))
    opened = Database(database_dsn, HubTransaction, threads=2, application_name="test")
    yield opened
    opened.close()


@pytest.fixture
def do(database: Database[HubTransaction]) -> Do:
    """``do("freeze", key, transfer)``: one call on the records, in a transaction of its own."""

    def call(verb: str, *args: Any, **kwargs: Any) -> Any:
        return database.transact(lambda tx: getattr(tx.students, verb)(*args, **kwargs))

    return call


def a_student(number: str = "L410105201501010014", **fields: Any) -> Student:
    student = Student(
        student_key=str(new_uuid7()),
        number=number,
        status=StudentStatus.ENROLLED,
        school="2141000001",
        values={"name": "张三", "grade": "小学一年级", "school_class": "1班"},
        standing={"status_since": "2026-09-01"},
    )
    return replace(student, **fields)


def event_to(student: Student, case_id: str = CASE, *, before: Student | None = None) -> HistoryEvent:
    """The entry that led to a record; from the version before it, where none is named, nothing changed."""
    if before is None and student.version > 1:
        before = student
    return HistoryEvent(
        version=student.version,
        at_ms=AT_MS,
        effective_on=day_of(AT_MS),
        case_id=case_id,
        procedure="enrolment",
        step="in_authority",
        office="province/41",
        changes=change_between(before, student),
    )


def later(student: Student, **fields: Any) -> Student:
    return replace(student, version=student.version + 1, **fields)


@pytest.fixture
def held(do: Do) -> Student:
    student = a_student()
    do("admit", [student], [event_to(student)])
    return student


def test_the_migrations_make_what_the_models_declare(database: Any, database_dsn: str) -> None:
    assert difference(database_dsn, metadata) == []


def test_admitting_twice_changes_nothing(do: Do, held: Student) -> None:
    do("admit", [replace(held, school="3141000003")], [event_to(held, OTHER_CASE)])
    found = do("get", held.student_key)
    assert (found.student, found.custody, found.epoch) == (held, Custody.HELD, 1)
    assert [event.case_id for event in do("history", held.student_key)] == [CASE]


def test_a_number_given_to_two_is_stopped_by_the_database(do: Do, held: Student) -> None:
    other = a_student(held.number)
    with pytest.raises(IntegrityError):
        do("admit", [other], [event_to(other)])
    assert do("get", other.student_key) is None


def test_an_earlier_number_still_finds_its_pupil(do: Do, held: Student) -> None:
    renumbered = later(held, number="G41010520150101001X", aliases=(held.number,))
    do("write", renumbered, event_to(renumbered, before=held))
    assert do("by_number", held.number).student == do("by_number", renumbered.number).student == renumbered


def test_a_number_of_somebody_else_cannot_be_taken(do: Do, held: Student) -> None:
    other = a_student("L410105201501010022")
    do("admit", [other], [event_to(other)])
    with pytest.raises(NumberAlreadyHeld):
        do("write", later(other, number=held.number), event_to(later(other)))
    assert do("get", other.student_key).student == other


@pytest.mark.parametrize(
    "change", ["UPDATE history SET office = 'nobody'", "DELETE FROM history", "TRUNCATE history CASCADE"]
)
def test_history_cannot_be_rewritten(database: Any, held: Student, change: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        database.transact(lambda tx: tx.connection.execute(text(change)))
    assert isinstance(refused.value.orig, psycopg.errors.RestrictViolation)


def test_a_frozen_record_is_not_written_and_not_locked(do: Do, held: Student) -> None:
    do("freeze", held.student_key, TRANSFER)
    do("freeze", held.student_key, TRANSFER)
    with pytest.raises(RecordFrozen):
        do("write", later(held), event_to(later(held)))
    with pytest.raises(RecordFrozen):
        do("open_case", held.student_key, CASE)
    with pytest.raises(RecordFrozen):
        do("freeze", held.student_key, OTHER_TRANSFER)


def test_only_the_transfer_that_froze_a_record_unfreezes_it(do: Do, held: Student) -> None:
    do("freeze", held.student_key, TRANSFER)
    assert not do("unfreeze", held.student_key, OTHER_TRANSFER)
    assert do("get", held.student_key).frozen_by == TRANSFER
    assert do("unfreeze", held.student_key, TRANSFER)
    assert not do("unfreeze", held.student_key, TRANSFER)
    assert do("get", held.student_key).custody is Custody.HELD


def test_a_pupil_has_one_open_case(do: Do, held: Student) -> None:
    do("open_case", held.student_key, CASE)
    do("open_case", held.student_key, CASE)
    with pytest.raises(StudentHasOpenCase):
        do("open_case", held.student_key, OTHER_CASE)
    with pytest.raises(StudentHasOpenCase):
        do("freeze", held.student_key, TRANSFER)
    do("close_cases", [held.student_key], OTHER_CASE)
    assert do("get", held.student_key).open_case == CASE
    do("close_cases", [held.student_key], CASE)
    do("open_case", held.student_key, OTHER_CASE)


def test_what_is_not_here_is_refused_by_name(do: Do) -> None:
    nobody = a_student()
    assert do("get", nobody.student_key) is None
    for verb, args in (("open_case", (CASE,)), ("freeze", (TRANSFER,))):
        with pytest.raises(StudentNotFound):
            do(verb, nobody.student_key, *args)


def test_a_record_that_left_stays_as_a_copy_that_nobody_writes(do: Do, held: Student) -> None:
    do("open_case", held.student_key, TRANSFER)
    gone = later(held, status=StudentStatus.TRANSFERRED_OUT)
    leaving = {"transfer_id": TRANSFER, "epoch": 2, "student": gone, "event": event_to(gone, TRANSFER, before=held)}
    assert not do("leave", held.student_key, **leaving), "it is not frozen for that transfer"
    do("freeze", held.student_key, TRANSFER)
    assert do("leave", held.student_key, **leaving)
    assert not do("leave", held.student_key, **leaving), "the second time changes nothing"

    copy = do("get", held.student_key)
    assert (copy.custody, copy.epoch, copy.student, copy.open_case) == (Custody.GONE, 2, gone, "")
    with pytest.raises(NotCustodian):
        do("write", later(gone), event_to(later(gone)))
    with pytest.raises(NotCustodian):
        do("freeze", held.student_key, OTHER_TRANSFER)
    assert [event.version for event in do("history", held.student_key)] == [1, 2]
    assert do("count_by_custody") == {Custody.GONE: 1}


def test_a_record_that_comes_back_brings_the_history_it_had_elsewhere(do: Do, held: Student) -> None:
    gone = later(held, status=StudentStatus.TRANSFERRED_OUT)
    do("freeze", held.student_key, TRANSFER)
    do(
        "leave",
        held.student_key,
        transfer_id=TRANSFER,
        epoch=2,
        student=gone,
        event=event_to(gone, TRANSFER, before=held),
    )

    elsewhere = later(held, school="2144000001", number="G41010520150101001X", aliases=(held.number,))
    back = later(elsewhere, school="2141000002")
    received = [event_to(held), event_to(elsewhere, OTHER_CASE, before=held)]
    arrival = event_to(back, OTHER_TRANSFER, before=elsewhere)
    assert not do("take_over", back, epoch=2, history=received, event=arrival), "R9: this epoch was here"
    assert do("take_over", back, epoch=3, history=received, event=arrival)
    assert not do("take_over", back, epoch=3, history=received, event=arrival)

    now = do("get", held.student_key)
    assert (now.custody, now.epoch, now.student) == (Custody.HELD, 3, back)
    assert do("history", held.student_key) == [*received, arrival]
    do("write", later(back), event_to(later(back)))
    assert [event.version for event in do("history", held.student_key)] == [1, 2, 3, 4]


def test_a_record_from_another_province_is_taken_over(do: Do) -> None:
    student = a_student(version=3, aliases=("L440105201501010014", "L440105201501010022"))
    received = [event_to(replace(student, version=number)) for number in (1, 2)]
    received[0] = replace(received[0], changes=change_between(None, student))
    assert do("take_over", student, epoch=4, history=received, event=event_to(student))
    assert do("get", student.student_key).student == student
    for number in (*student.aliases, student.number):
        assert do("by_number", number).student.student_key == student.student_key


def test_a_taken_over_record_cannot_bring_somebody_elses_number(do: Do, held: Student) -> None:
    student = a_student("L440105201501010014", aliases=(held.number,))
    with pytest.raises(NumberAlreadyHeld):
        do("take_over", later(student), epoch=2, history=[event_to(student)], event=event_to(later(student)))
    assert do("get", student.student_key) is None
