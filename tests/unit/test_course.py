"""Whatever is entered late or taken back, a record's status goes from day to day by steps that the life cycle has."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.case import Case, Item
from kernel.clock import day_of
from kernel.course import require_lawful, unlawful_steps
from kernel.history import Approval, HistoryEvent, counter_of, event_of, state
from kernel.refusals import LaterEntryForbids, Refusal, StatusTransitionIllegal
from kernel.status import StudentStatus, may_become
from kernel.student import Student

S = StudentStatus
DAY_MS = 86_400_000
BEGAN_MS = 1_788_220_800_000  # 2026-09-01 08:00 in China
CASE = Case(str(uuid.uuid4()), "enrolment", "3441000001", "", "2013", 1, (Item(str(uuid.uuid4()), {}),))
BY = Approval("authority/410105")
PUPIL = Student(
    student_key=str(uuid.uuid4()),
    number="L410105201001010014",
    status=S.ENROLLED,
    school="3441000001",
    values={"name": "张三", "grade": "301"},
)
OF_A_JUNIOR = replace(PUPIL, values={"name": "张三", "grade": "101"})


def begun(pupil: Student = PUPIL) -> list[HistoryEvent]:
    return [event_of(CASE, None, pupil, by=BY, step="in_authority", at_ms=BEGAN_MS)]


def becomes(events: list[HistoryEvent], status: StudentStatus, *, day: int, recorded: int) -> HistoryEvent:
    """The entry by which the record has another status from a day on; days are counted from the beginning."""
    now = state(events)
    assert now is not None
    after = replace(now, status=status, version=events[-1].version + 1)
    on = day_of(BEGAN_MS + day * DAY_MS)
    # Said of the day itself, and not only where it differs from today.
    event = event_of(CASE, now, after, by=BY, step="in_authority", at_ms=BEGAN_MS + recorded * DAY_MS, effective_on=on)
    return replace(event, changes={**event.changes, "status": status.value})


def takes_back(events: list[HistoryEvent], version: int, *, recorded: int) -> HistoryEvent:
    return counter_of(CASE, events, version, by=BY, step="in_authority", at_ms=BEGAN_MS + recorded * DAY_MS)


def test_what_a_later_entry_stands_on_is_not_taken_back_before_it() -> None:
    events = begun()
    for day, status in enumerate((S.SUSPENDED, S.ENROLLED, S.GRADUATED), start=1):
        events.append(becomes(events, status, day=day * 10, recorded=day * 10))
    resumption = takes_back(events, 3, recorded=40)
    with pytest.raises(LaterEntryForbids) as refused:
        require_lawful(events, resumption)
    assert refused.value.detail == {"version": "4", "before": "休学", "after": "毕业"}
    graduation = takes_back(events, 4, recorded=40)
    require_lawful(events, graduation)
    events.append(graduation)
    require_lawful(events, takes_back(events, 3, recorded=41))


def test_what_comes_late_is_judged_by_the_status_of_its_day() -> None:
    events = begun()
    events.append(becomes(events, S.DROPPED_OUT, day=10, recorded=10))
    with pytest.raises(StatusTransitionIllegal):
        require_lawful(events, becomes(events, S.GRADUATED, day=15, recorded=20))
    require_lawful(events, becomes(events, S.ENROLLED, day=15, recorded=20))


@pytest.mark.parametrize(("pupil", "unlawful"), [(OF_A_JUNIOR, {2}), (PUPIL, set())], ids=["compulsory", "senior high"])
def test_what_the_compulsory_years_forbid_depends_on_the_grade_of_that_time(pupil: Student, unlawful: set[int]) -> None:
    events = begun(pupil)
    events.append(becomes(events, S.EXPELLED, day=5, recorded=5))
    assert {step.version for step in unlawful_steps(events)} == unlawful


def test_what_came_unlawful_from_elsewhere_does_not_forbid_what_is_lawful() -> None:
    events = begun(OF_A_JUNIOR)
    events.append(becomes(events, S.EXPELLED, day=5, recorded=5))
    require_lawful(events, becomes(events, S.ENROLLED, day=10, recorded=12))


ENTERED = st.tuples(
    st.just(0) | st.integers(2, 7),  # the version to take back, or none
    st.sampled_from([S.ENROLLED, S.SUSPENDED, S.DROPPED_OUT, S.ABROAD, S.GRADUATED, S.WITHDRAWN, S.DECEASED]),
    st.integers(1, 40),
)


@given(st.sampled_from([PUPIL, OF_A_JUNIOR]), st.lists(ENTERED, max_size=9))
def test_no_sequence_of_accepted_entries_takes_an_unlawful_step(
    pupil: Student, entered: list[tuple[int, StudentStatus, int]]
) -> None:
    """At most one entry a day here, so that every day's step can be read off the record itself."""
    events = begun(pupil)
    for recorded, (version, status, day) in enumerate(entered, start=41):
        on = day_of(BEGAN_MS + day * DAY_MS)
        if not version and any(event.effective_on == on for event in events):
            continue
        try:
            event = (
                takes_back(events, version, recorded=recorded)
                if version
                else becomes(events, status, day=day, recorded=recorded)
            )
            require_lawful(events, event)
        except Refusal:
            continue
        events.append(event)
    compulsory = pupil is OF_A_JUNIOR
    first_day = day_of(BEGAN_MS)
    days = [state(events, on=first_day + timedelta(days=day)) for day in range(42)]
    statuses = [one.status for one in days if one is not None]
    assert len(statuses) == len(days)
    for before, after in pairwise(statuses):
        assert before is after or may_become(before, after, compulsory=compulsory)
