"""The history over two times on a real PostgreSQL: the database's answers are those of the kernel, row for row."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import province_hub
from chassis.sql import Database, migrate
from kernel.case import Case, Item
from kernel.clock import day_of
from kernel.history import Approval, HistoryEvent, counter_of, event_of, state
from kernel.ids import new_uuid7
from kernel.number import StudentNumber
from kernel.refusals import EffectiveBeforeRecord, NumberAlreadyHeld, Refusal
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.history import placements_on
from province_hub.store.transaction import HubTransaction

DAY_MS = 86_400_000
BEGAN_MS = 1_788_220_800_000  # 2026-09-01 08:00 in China
CASE = Case(str(new_uuid7()), "enrolment", "2141000001", "", "2013", 1, (Item(str(new_uuid7()), {}),))
BY = Approval("authority/410105", "410105-zhao")
Change = Callable[[Student], Student]


@pytest.fixture(scope="module")
def database(postgres: Any) -> Iterator[Database[HubTransaction]]:
    postgres.create_database("two_times")
    migrate(postgres.dsn("two_times"), "province_hub", program_version=version("xueji"))
    opened = Database(postgres.dsn("two_times"), HubTransaction, threads=2, application_name="test")
    yield opened
    opened.close()


class Child:
    """One record in the database, and what is asked of it."""

    def __init__(self, database: Database[HubTransaction], **fields: Any) -> None:
        self.database = database
        key = str(new_uuid7())
        self.begun = Student(
            student_key=key,
            number=f"T{key}",
            status=StudentStatus.ENROLLED,
            school="2141000001",
            values={"name": "张三", "grade": "小学一年级", "school_class": "1班"},
            **fields,
        )
        first = self.entry(None, self.begun, at_ms=BEGAN_MS)
        database.transact(lambda tx: tx.students.admit([self.begun], [first]))

    def entry(
        self, before: Student | None, after: Student, *, at_ms: int, effective_on: date | None = None
    ) -> HistoryEvent:
        return event_of(CASE, before, after, by=BY, step="in_authority", at_ms=at_ms, effective_on=effective_on)

    @property
    def events(self) -> list[HistoryEvent]:
        return self.database.transact(lambda tx: tx.students.history(self.begun.student_key))

    @property
    def record(self) -> Student:
        held = self.database.transact(lambda tx: tx.students.get(self.begun.student_key))
        assert held is not None
        return held.student

    def write(self, change: Change, *, days: float, effective_on: date | None = None) -> Student:
        """Enter a change, so many days after the beginning."""
        before = self.record
        after = replace(change(before), version=before.version + 1)
        event = self.entry(before, after, at_ms=BEGAN_MS + int(days * DAY_MS), effective_on=effective_on)
        return self.database.transact(lambda tx: tx.students.write(after, event))

    def take_back(self, taken_back: int, *, days: int) -> Student:
        at_ms = BEGAN_MS + days * DAY_MS
        event = counter_of(CASE, self.events, taken_back, by=BY, step="in_authority", at_ms=at_ms)
        after = replace(self.record, version=event.version)
        return self.database.transact(lambda tx: tx.students.write(after, event))

    def placed(self, on: date, known_at_ms: int) -> tuple[str, str, str, str] | None:
        """Where the database says that the pupil was."""

        def ask(tx: HubTransaction) -> tuple[str, str, str, str] | None:
            everybody = placements_on(on, known_at_ms=known_at_ms).subquery()
            row = tx.connection.execute(
                everybody.select().where(everybody.c.student_key == self.begun.student_key)
            ).one_or_none()
            return None if row is None else (row.status, row.school, row.grade, row.school_class)

        return self.database.transact(ask)


def in_class(school_class: str) -> Change:
    return lambda student: replace(student, values={**student.values, "school_class": school_class})


def with_status(status: StudentStatus) -> Change:
    return lambda student: replace(student, status=status)


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from(["1班", "2班", "3班"]).map(in_class),
    st.sampled_from([StudentStatus.ENROLLED, StudentStatus.SUSPENDED]).map(with_status),
    st.just(lambda student: replace(student, school="2141000002")),
    st.just(lambda student: replace(student, values={"name": "张珊"})),
)
# (days since the entry before, days by which it is late, version to take back or 0, change)
ENTERED = st.tuples(st.integers(0, 3), st.integers(0, 8), st.just(0) | st.integers(2, 6), CHANGES)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTERED, max_size=6))
def test_the_database_tells_where_a_pupil_was_as_the_kernel_does(database: Any, entered: list[Any]) -> None:
    child = Child(database)
    days = 0
    for gap, late, taken_back, change in entered:
        days += gap
        try:
            if taken_back:
                child.take_back(taken_back, days=days)
            else:
                at = day_of(BEGAN_MS + days * DAY_MS) - timedelta(days=late)
                child.write(change, days=days, effective_on=max(at, day_of(BEGAN_MS)))
        except Refusal:
            continue
    events = child.events
    assert child.record == state(events)
    for on in {event.effective_on + timedelta(days=shift) for event in events for shift in (-1, 0)}:
        for known_at_ms in {event.at_ms for event in events} | {BEGAN_MS - 1}:
            was = state(events, on=on, known_at_ms=known_at_ms)
            placement = was.placement if was else None
            told = child.placed(on, known_at_ms)
            assert told == (
                (placement.status.value, placement.school, placement.grade, placement.school_class)
                if placement
                else None
            )


def test_what_is_told_late_leaves_the_record_to_what_later_entries_say(database: Any) -> None:
    child = Child(database)
    child.write(in_class("2班"), days=40)
    stands = child.write(
        lambda student: replace(
            student, status=StudentStatus.SUSPENDED, values={**student.values, "school_class": "9班"}
        ),
        days=50,
        effective_on=date(2026, 9, 10),
    )
    assert stands == child.record
    assert (stands.status, stands.school_class, stands.version) == (StudentStatus.SUSPENDED, "2班", 3)
    now = BEGAN_MS + 60 * DAY_MS
    assert child.placed(date(2026, 9, 20), now) == ("suspended", "2141000001", "小学一年级", "9班")
    assert child.placed(date(2026, 10, 20), now) == ("suspended", "2141000001", "小学一年级", "2班")
    assert child.placed(date(2026, 10, 20), now - 15 * DAY_MS) == ("enrolled", "2141000001", "小学一年级", "2班")


def test_a_counter_entry_gives_the_record_back_what_was_before(database: Any) -> None:
    child = Child(database)
    child.write(in_class("2班"), days=10)
    assert child.take_back(2, days=20).school_class == "1班"
    assert child.record.school_class == "1班"
    assert [event.counters for event in child.events] == [0, 0, 2]
    later, then = BEGAN_MS + 30 * DAY_MS, BEGAN_MS + 15 * DAY_MS
    assert child.placed(date(2026, 9, 12), then) == ("enrolled", "2141000001", "小学一年级", "2班")
    assert child.placed(date(2026, 9, 12), later) == ("enrolled", "2141000001", "小学一年级", "1班")
    as_believed = database.transact(
        lambda tx: tx.students.as_of(child.begun.student_key, on=date(2026, 9, 12), known_at_ms=then)
    )
    assert as_believed.school_class == "2班"


def test_an_entry_is_taken_back_once_even_by_two_at_the_same_time(database: Any) -> None:
    """Whoever reads the history before the other has written is stopped by the record's version."""
    child = Child(database)
    child.write(in_class("2班"), days=1)
    event = counter_of(CASE, child.events, 2, by=BY, step="in_authority", at_ms=BEGAN_MS + 2 * DAY_MS)
    after = replace(child.record, version=event.version)
    database.transact(lambda tx: tx.students.write(after, event))
    again = replace(event, version=event.version + 1)
    with pytest.raises(DBAPIError) as refused:
        database.transact(lambda tx: tx.students.write(replace(after, version=again.version), again))
    assert isinstance(refused.value.orig, psycopg.errors.UniqueViolation)
    assert child.record == state(child.events)


def refused_in_a_case_that_goes_on(database: Any, after: Student, event: HistoryEvent, by: type[Refusal]) -> None:
    """One item is refused; the transaction goes on with the others, and is committed."""

    def go_on(tx: HubTransaction) -> None:
        with pytest.raises(by):
            tx.students.write(after, event)

    database.transact(go_on)


def test_nothing_is_written_of_days_before_the_record_began(database: Any) -> None:
    child = Child(database)
    after = replace(in_class("2班")(child.begun), version=2)
    early = child.entry(child.begun, after, at_ms=BEGAN_MS + 3 * DAY_MS, effective_on=date(2026, 8, 1))
    refused_in_a_case_that_goes_on(database, after, early, EffectiveBeforeRecord)
    assert (child.record, len(child.events)) == (child.begun, 1)


def test_what_takes_a_number_of_somebody_else_changes_nothing(database: Any) -> None:
    child, other = Child(database), Child(database)
    after = replace(child.begun, number=other.begun.number, aliases=(child.begun.number,), version=2)
    event = child.entry(child.begun, after, at_ms=BEGAN_MS + DAY_MS)
    refused_in_a_case_that_goes_on(database, after, event, NumberAlreadyHeld)
    assert (child.record, len(child.events)) == (child.begun, 1)


def test_a_clock_that_is_behind_does_not_enter_the_past(database: Any) -> None:
    """Two processes of a hub, the one a second behind, at midnight, 16 hours after the record began."""
    child = Child(database)
    midnight = 2 / 3
    child.write(in_class("2班"), days=midnight)
    child.write(in_class("3班"), days=midnight - 1 / 86_400)
    assert [event.at_ms for event in child.events][1:] == [BEGAN_MS + int(midnight * DAY_MS)] * 2
    assert [event.effective_on for event in child.events][1:] == [date(2026, 9, 2)] * 2
    assert child.record.school_class == "3班"


def test_what_came_with_a_record_is_known_here_from_its_arrival(database: Any) -> None:
    key = str(new_uuid7())
    there = Student(
        student_key=key,
        number=f"T{key}",
        status=StudentStatus.ENROLLED,
        school="2144000001",
        values={"name": "李四", "grade": "小学一年级"},
    )
    here = replace(there, school="2141000001", version=2)
    first = event_of(CASE, None, there, by=BY, step="in_authority", at_ms=BEGAN_MS)
    arrived_ms = BEGAN_MS + 30 * DAY_MS
    arrival = event_of(CASE, there, here, by=BY, step="activated", at_ms=arrived_ms)
    database.transact(lambda tx: tx.students.take_over(here, epoch=2, history=[first], event=arrival))
    asked = date(2026, 9, 10)

    def told(known_at_ms: int) -> list[str]:
        query = placements_on(asked, known_at_ms=known_at_ms).subquery()
        chosen = query.select().where(query.c.student_key == key)
        schools: list[str] = database.transact(lambda tx: [row.school for row in tx.connection.execute(chosen)])
        return schools

    assert told(arrived_ms - 1) == []
    assert told(arrived_ms) == ["2144000001"]


@pytest.mark.parametrize("change", ["UPDATE restatements SET school = ''", "DELETE FROM restatements"])
def test_what_was_said_of_other_days_cannot_be_rewritten(database: Any, change: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        database.transact(lambda tx: tx.connection.execute(text(change)))
    assert isinstance(refused.value.orig, psycopg.errors.RestrictViolation)


# --- Databases of earlier programs ---


@pytest.fixture
def before_two_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with the migrations that there were before histories had two times."""
    ours = Path(province_hub.__file__).parent / "store" / "migrations" / "versions"
    theirs = tmp_path / "hub_before" / "store" / "migrations" / "versions"
    theirs.mkdir(parents=True)
    for file in ("0001_begin.py", "0002_transfers_between_provinces.py"):
        shutil.copy(ours / file, theirs / file)
    (tmp_path / "hub_before" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "hub_before"
    sys.modules.pop("hub_before", None)


def test_a_database_of_an_earlier_program_keeps_its_records_and_histories(
    database_dsn: str, before_two_times: str
) -> None:
    migrate(database_dsn, before_two_times, program_version="0.0.9")
    key, number = str(new_uuid7()), StudentNumber.parse("L410105201501010014")
    values = {"name": "张三", "grade": "小学一年级", "school_class": "1班", "sex": "1"}
    first = Student(
        student_key=key, number=str(number), status=StudentStatus.ENROLLED, school="2141000001", values=values
    )
    second = replace(first, school="2141000002", version=2)
    old = Database(database_dsn, HubTransaction, threads=1, application_name="test")

    def fill(tx: HubTransaction) -> None:
        tx.connection.execute(
            text(
                "INSERT INTO students (student_key, number, status, school, name, values, version, custody, epoch,"
                " since_epoch) VALUES (:key, :number, 'enrolled', :school, '张三', CAST(:values AS jsonb), 2, 'held',"
                " 1, 1)"
            ),
            {"key": key, "number": second.number, "school": second.school, "values": json.dumps(values)},
        )
        tx.connection.execute(
            text("INSERT INTO student_numbers VALUES (:number, :key, 0)"), {"number": second.number, "key": key}
        )
        for student in (first, second):
            content = {name: value for name, value in student.to_content().items() if name != "standing"}
            tx.connection.execute(
                text(
                    "INSERT INTO history VALUES (:key, 1, :version, :at_ms, :case_id, 'enrolment', 'in_authority',"
                    " 'province/41', CAST(:content AS jsonb))"
                ),
                {
                    "key": key,
                    "version": student.version,
                    "at_ms": BEGAN_MS + student.version * DAY_MS,
                    "case_id": CASE.case_id,
                    "content": json.dumps(content),
                },
            )

    old.transact(fill)
    old.close()
    migrate(database_dsn, "province_hub", program_version=version("xueji"))
    opened = Database(database_dsn, HubTransaction, threads=1, application_name="test")
    try:
        held = opened.transact(lambda tx: tx.students.get(key))
        events = opened.transact(lambda tx: tx.students.history(key))
        assert held is not None
        assert held.student == second == state(events)
        assert [event.effective_on for event in events] == [date(2026, 9, 2), date(2026, 9, 3)]
        placed = opened.transact(lambda tx: tx.connection.execute(placements_on(date(2026, 9, 2))).one())
        assert (placed.school, placed.grade, placed.school_class) == ("2141000001", "小学一年级", "1班")
        third = replace(second, status=StudentStatus.SUSPENDED, version=3)
        event = event_of(CASE, second, third, by=BY, step="in_authority", at_ms=BEGAN_MS + 9 * DAY_MS)
        assert opened.transact(lambda tx: tx.students.write(third, event)) == third
    finally:
        opened.close()
