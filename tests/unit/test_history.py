"""The history over two times: whatever is entered late or taken back, no earlier answer is lost."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.archive import Archive
from kernel.canonical import canonical_bytes
from kernel.case import Case, Evidence, Item
from kernel.clock import day_of, milliseconds
from kernel.history import (
    Approval,
    HistoryEvent,
    Placed,
    change_between,
    counter_of,
    event_of,
    in_order,
    placements,
    state,
)
from kernel.refusals import (
    ArchiveCorrupt,
    EffectiveBeforeRecord,
    EntryAlreadyTakenBack,
    EntryStands,
    HistoryEntryNotFound,
    Refusal,
)
from kernel.regulation import procedure
from kernel.status import StudentStatus
from kernel.student import Student

BEGAN = datetime(2026, 9, 1, 2, tzinfo=UTC)
CASE = Case(
    str(uuid.uuid4()),
    "enrolment",
    "2141000001",
    "",
    "2013",
    1,
    (Item(str(uuid.uuid4()), {}),),
    evidence=(Evidence("ab" * 32, "image/png", "household_register"),),
)
BY = Approval("authority/410105", "410105-zhao", "情况属实")
ENROLLED = Student(
    student_key=str(uuid.uuid4()),
    number="L410105201501010014",
    status=StudentStatus.ENROLLED,
    school="2141000001",
    values={"name": "张三", "grade": "小学一年级", "school_class": "1班"},
    standing={"status_since": "2026-09-01"},
)


def entry(
    before: Student | None, after: Student, *, days: int = 0, effective_on: date | None = None, **fields: Any
) -> HistoryEvent:
    """An entry that was recorded so many days after the record began."""
    at_ms = milliseconds(BEGAN + timedelta(days=days))
    event = event_of(CASE, before, after, by=BY, step="in_authority", at_ms=at_ms, effective_on=effective_on)
    return replace(event, **fields)


def later(student: Student, **values: str) -> Student:
    return replace(student, values={**student.values, **values}, version=student.version + 1)


# --- Sequences of what offices enter ---

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["张三", "张珊"]),
        "grade": st.sampled_from(["小学一年级", "小学二年级"]),
        "school_class": st.sampled_from(["1班", "2班", "3班", ""]),
    },
)
STANDING = st.dictionaries(st.sampled_from(["leave_until", "problem"]), st.sampled_from(["", "1", "2"]), max_size=2)


@dataclass(frozen=True)
class Entered:
    """One thing that an office does. ``takes_back`` of 0 is none: a change."""

    days_later: int
    days_back: int
    takes_back: int
    values: dict[str, str] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)
    status: StudentStatus | None = None
    school: str | None = None
    number: str | None = None

    def on(self, student: Student) -> Student:
        """What it makes of a record; an empty text takes an item away."""
        values = {**student.values, **self.values}
        standing = {**student.standing, **self.standing}
        renumbered = self.number is not None and self.number not in (student.number, *student.aliases)
        return replace(
            student,
            values={key: value for key, value in values.items() if value},
            standing={key: value for key, value in standing.items() if value},
            status=self.status or student.status,
            school=self.school or student.school,
            number=self.number if renumbered and self.number else student.number,
            aliases=(*student.aliases, student.number) if renumbered else student.aliases,
            version=student.version + 1,
        )


ENTERED = st.builds(
    Entered,
    days_later=st.integers(0, 3),
    days_back=st.integers(0, 9),
    takes_back=st.one_of(st.just(0), st.integers(0, 8)),
    values=VALUES,
    standing=STANDING,
    status=st.none() | st.sampled_from([StudentStatus.ENROLLED, StudentStatus.SUSPENDED]),
    school=st.none() | st.sampled_from(["2141000001", "2141000002"]),
    number=st.none() | st.sampled_from(["G41010520150101001X", "G410105201501010036"]),
)


def enter(events: list[HistoryEvent], one: Entered) -> HistoryEvent | None:
    """The entry that follows, or None where it is refused."""
    at_ms = events[-1].at_ms + one.days_later * 86_400_000
    current = state(events)
    assert current is not None
    try:
        if one.takes_back:
            return counter_of(CASE, events, one.takes_back, by=BY, step="in_authority", at_ms=at_ms)
        effective_on = max(day_of(at_ms) - timedelta(days=one.days_back), events[0].effective_on)
        return event_of(
            CASE, current, one.on(current), by=BY, step="in_authority", at_ms=at_ms, effective_on=effective_on
        )
    except Refusal:
        return None


def histories() -> st.SearchStrategy[list[HistoryEvent]]:
    def build(entered: list[Entered]) -> list[HistoryEvent]:
        events = [entry(None, ENROLLED)]
        for one in entered:
            event = enter(events, one)
            if event is not None:
                events.append(event)
        return events

    return st.lists(ENTERED, max_size=8).map(build)


def questions(events: list[HistoryEvent]) -> list[tuple[date, int]]:
    """Every day and every moment at which an answer may differ."""
    days = {event.effective_on for event in events}
    days |= {day + timedelta(days=shift) for day in days for shift in (-1, 1)}
    moments = {event.at_ms for event in events}
    return [(day, moment) for day in sorted(days) for moment in sorted(moments | {min(moments) - 1})]


@given(histories())
def test_an_answer_never_changes_once_its_moment_is_past(events: list[HistoryEvent]) -> None:
    for end in range(1, len(events)):
        known, next_moment = events[:end], events[end].at_ms
        for on, moment in questions(known):
            if moment < next_moment:
                assert state(events, on=on, known_at_ms=moment) == state(known, on=on, known_at_ms=moment)


@given(histories(), ENTERED)
def test_an_entry_that_is_not_late_leads_to_the_record_that_the_change_made(
    events: list[HistoryEvent], one: Entered
) -> None:
    current = state(events)
    assert current is not None
    event = enter(events, replace(one, days_later=10, days_back=0, takes_back=0))
    assert event is not None
    made, read = one.on(current), state([*events, event])
    assert read is not None
    assert set(read.aliases) == set(made.aliases)
    assert replace(read, aliases=made.aliases) == made


@given(histories())
def test_what_was_taken_back_counts_for_nothing_but_its_numbers(events: list[HistoryEvent]) -> None:
    void: set[int] = set()
    for event in reversed(events):
        if event.counters and event.version not in void:
            void.add(event.counters)
    left = [event for event in events if event.version not in void and not event.counters]
    with_counters, without = state(events), state(left)
    assert with_counters is not None
    assert without is not None
    assert replace(with_counters, version=without.version) == without


@given(histories())
def test_lines_tell_where_the_pupil_was_on_every_day_as_known_at_every_moment(events: list[HistoryEvent]) -> None:
    """Whoever keeps the lines needs no history: of those known, the one of the latest day by then, and the newest."""
    lines = [
        (event.at_ms, event.version, placed)
        for position, event in enumerate(events)
        for placed in placements(events[:position], event)
    ]
    for on, moment in questions(events):
        known = [(placed.effective_on, version, placed) for at_ms, version, placed in lines if at_ms <= moment]
        by_then = [line for line in known if line[0] <= on]
        told = max(by_then, key=lambda line: line[:2])[2].placement if by_then else None
        was = state(events, on=on, known_at_ms=moment)
        assert told == (was.placement if was else None)


@given(histories())
def test_a_history_travels_in_an_archive_and_comes_out_as_it_went_in(events: list[HistoryEvent]) -> None:
    record = state(events)
    assert record is not None
    archive = Archive(record, tuple(events))
    assert Archive.from_bytes(archive.to_bytes(), digest=archive.digest) == archive


# --- Single rules ---


def test_what_is_told_late_leaves_alone_what_later_entries_say() -> None:
    second = later(ENROLLED, school_class="2班")
    events = [entry(None, ENROLLED), entry(ENROLLED, second, days=40)]
    third = later(second, grade="小学二年级", school_class="3班")
    events.append(entry(second, third, days=60, effective_on=date(2026, 9, 10)))
    between = state(events, on=date(2026, 9, 20))
    assert between is not None
    assert (between.grade, between.school_class) == ("小学二年级", "3班")
    now = state(events)
    assert now is not None
    assert (now.grade, now.school_class, now.version) == ("小学二年级", "2班", 3)


def test_what_was_believed_stays_on_record_beside_what_is_known_now() -> None:
    wrong = later(ENROLLED, school_class="2班")
    events = [entry(None, ENROLLED), entry(ENROLLED, wrong, days=10)]
    events.append(counter_of(CASE, events, 2, by=BY, step="in_authority", at_ms=milliseconds(BEGAN) + 30 * 86_400_000))
    asked = date(2026, 9, 20)
    then = state(events, on=asked, known_at_ms=events[1].at_ms)
    now = state(events, on=asked)
    assert then is not None
    assert now is not None
    assert (then.school_class, now.school_class) == ("2班", "1班")
    assert events[2].changes == {}
    assert (events[2].counters, events[2].effective_on) == (2, events[1].effective_on)


def test_an_entry_that_was_taken_back_returns_when_its_counter_entry_is() -> None:
    events = [entry(None, ENROLLED), entry(ENROLLED, later(ENROLLED, school_class="2班"))]
    for version in (2, 3):
        events.append(counter_of(CASE, events, version, by=BY, step="in_authority", at_ms=events[-1].at_ms + 1))
    now = state(events)
    assert now is not None
    assert (now.school_class, now.version) == ("2班", 4)
    with pytest.raises(EntryAlreadyTakenBack) as refused:
        counter_of(CASE, events, 2, by=BY, step="in_authority", at_ms=events[-1].at_ms)
    assert refused.value.detail == {"version": "2", "by": "3"}


@pytest.mark.parametrize(
    "change",
    [
        {"number": "G41010520150101001X", "aliases": (ENROLLED.number,)},
        {"school": "2144000001"},
        {"school": "2141000002"},
        {"status": StudentStatus.TRANSFERRED_OUT},
    ],
    ids=["a number", "an arrival from another province", "from another school", "a departure"],
)
def test_what_others_decided_too_is_not_taken_back_by_one(change: dict[str, Any]) -> None:
    events = [entry(None, ENROLLED), entry(ENROLLED, replace(ENROLLED, version=2, **change))]
    with pytest.raises(EntryStands):
        counter_of(CASE, events, 2, by=BY, step="in_authority", at_ms=events[-1].at_ms)


def test_the_beginning_of_a_record_is_not_taken_back_and_what_is_not_there_is_not_found() -> None:
    events = [entry(None, ENROLLED)]
    with pytest.raises(EntryStands):
        counter_of(CASE, events, 1, by=BY, step="in_authority", at_ms=events[0].at_ms)
    with pytest.raises(HistoryEntryNotFound):
        counter_of(CASE, events, 2, by=BY, step="in_authority", at_ms=events[0].at_ms)


def test_nothing_is_true_of_a_record_before_it_began() -> None:
    events = [entry(None, ENROLLED)]
    assert state(events, on=date(2026, 8, 31)) is None
    early = entry(ENROLLED, later(ENROLLED, school_class="2班"), days=3, effective_on=date(2026, 8, 31))
    with pytest.raises(EffectiveBeforeRecord) as refused:
        placements(events, early)
    assert refused.value.detail == {"on": "2026-08-31", "began": "2026-09-01"}


def test_what_is_told_ahead_is_true_from_the_day_on_which_it_is_recorded() -> None:
    told = entry(ENROLLED, later(ENROLLED, school_class="2班"), days=3, effective_on=date(2027, 1, 1))
    assert told.effective_on == date(2026, 9, 4)


def test_an_entry_says_who_decided_by_which_articles_and_on_which_proof() -> None:
    event = entry(None, ENROLLED)
    assert (event.office, event.person, event.reason) == ("authority/410105", "410105-zhao", "情况属实")
    assert (event.rule_pack, event.evidence) == ("2013", ("ab" * 32,))
    assert event.articles == procedure(event.procedure).clauses


def test_a_change_holds_what_differs_and_nothing_else() -> None:
    after = replace(
        ENROLLED,
        values={"name": "张三", "grade": "小学二年级"},
        status=StudentStatus.SUSPENDED,
        standing={"leave_until": "2027-09-01"},
        version=2,
    )
    assert change_between(ENROLLED, after) == {
        "status": "suspended",
        "values": {"grade": "小学二年级", "school_class": None},
        "standing": {"leave_until": "2027-09-01", "status_since": None},
    }


def test_an_entry_of_an_earlier_program_is_read_as_setting_everything() -> None:
    """It held the whole record after it, and neither the day from which it was true nor who decided."""
    second = later(ENROLLED, school_class="2班")
    written = [
        {
            "version": student.version,
            "at": milliseconds(BEGAN) + student.version,
            "case_id": CASE.case_id,
            "procedure": "enrolment",
            "step": "in_authority",
            "office": "province/41",
            "content": {key: value for key, value in student.to_content().items() if key != "standing"},
        }
        for student in (ENROLLED, second)
    ]
    events = [HistoryEvent.from_content(json.loads(canonical_bytes(told))) for told in written]
    assert in_order(events)
    assert state(events) == replace(second, standing={})
    assert [event.effective_on for event in events] == [date(2026, 9, 1)] * 2
    assert placements(events[:1], events[1]) == (Placed(date(2026, 9, 1), second.placement),)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda events: events[1:],
        lambda events: [events[0], replace(events[1], version=3)],
        lambda events: [events[0], replace(events[1], at_ms=events[0].at_ms - 1)],
        lambda events: [events[0], replace(events[1], counters=1)],
        lambda events: [*events, replace(events[1], version=3, counters=3)],
        lambda events: [*events, replace(events[1], version=3, counters=2, effective_on=date(2026, 9, 1))],
        lambda events: [events[0], replace(events[1], effective_on=date(2026, 8, 1))],
    ],
    ids=[
        "no beginning",
        "a gap",
        "out of order",
        "takes back the beginning",
        "takes back itself",
        "takes back from another day",
        "before the beginning",
    ],
)
def test_a_history_that_is_not_whole_makes_no_archive(spoil: Any) -> None:
    second = later(ENROLLED, school_class="2班")
    events = [entry(None, ENROLLED), entry(ENROLLED, second, days=2)]
    assert in_order(events)
    assert not in_order(spoil(events))
    with pytest.raises(ArchiveCorrupt):
        Archive(second, tuple(spoil(events)))


def test_an_archive_holds_the_record_that_its_history_makes_and_no_other() -> None:
    second = later(ENROLLED, school_class="2班")
    events = (entry(None, ENROLLED), entry(ENROLLED, second, days=2))
    assert Archive(second, events).student == second
    with pytest.raises(ArchiveCorrupt):
        Archive(replace(second, status=StudentStatus.GRADUATED), events)
