"""A night of promotion on a real PostgreSQL: what the statements decide, what the history says, how it goes on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from chassis.notices import NoticePost
from chassis.packs import load_packs
from chassis.sql import Database, migrate
from kernel.clock import SHANGHAI, day_of
from kernel.feed import entry_from_content
from kernel.history import HistoryEvent, change_between, in_order, state
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.organisations import DatedRegister
from kernel.promotion import Blocker, ClassesPromoted, Standing, goes_up, ladder
from kernel.refusals import ClassNotPromoted, PromotionNotFound, PromotionNotNow
from kernel.school import School, SchoolCode
from kernel.stages import Grade, SchoolSystem
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.promotions import Run
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.year import (
    Rehearsal,
    UndoClass,
    begin_promotion,
    list_runs,
    of_year,
    promote_next,
    rehearse_promotion,
    undo_class,
)

HUB, COUNTY = Office(Tier.PROVINCE, "41"), Office(Tier.AUTHORITY, "410105")
OFFICER = Identity("dev", HUB, Role.OFFICER, "s001")
SIX_THREE, FIVE_FOUR, JUNIOR = "2141000001", "2141000005", "3141000003"
SYSTEMS = {SIX_THREE: SchoolSystem.SIX_THREE, FIVE_FOUR: SchoolSystem.FIVE_FOUR, JUNIOR: SchoolSystem.SIX_THREE}
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"
NIGHT = datetime(2027, 8, 11, 0, 5, tzinfo=SHANGHAI)
ENTERED_MS = 1_790_000_000_000
_numbers = itertools.count(1)


REGISTER = DatedRegister.of(
    School(
        code=SchoolCode.parse(code),
        name=f"第{code[-1]}学校",
        place="410105",
        authority="410105",
        school_system=system,
    )
    for code, system in SYSTEMS.items()
)


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("promotion signs nothing and moves nobody to another province")


RULES = Rules(
    here=HUB,
    register=REGISTER,
    sign=never,
    verify=never,
    packs=load_packs(POLICIES),
    notices=NoticePost(HUB, REGISTER, never, never),
    begin_gaining=never,
    take_releasing_endorsement=never,
)


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[HubTransaction]]:
    migrate(database_dsn, "province_hub", program_version=version("xueji"))
    opened = Database(database_dsn, HubTransaction, threads=2, application_name="test")
    yield opened
    opened.close()


@pytest.fixture
def do(database: Database[HubTransaction]) -> Callable[..., Any]:
    return database.transact


def a_pupil(
    grade: str, *, school: str = SIX_THREE, school_class: str = "1班", status: str = "enrolled", **standing: str
) -> Student:
    return Student(
        student_key=str(new_uuid7()),
        number=f"L4101052015{next(_numbers):08}",
        status=StudentStatus(status),
        school=school,
        values={"name": "张三", "grade": grade, "school_class": school_class},
        standing=standing,
    )


def entered(do: Callable[..., Any], pupils: Sequence[Student]) -> None:
    events = [
        HistoryEvent(1, ENTERED_MS, day_of(ENTERED_MS), str(new_uuid7()), "enrolment", "in_authority", str(HUB))
        for _ in pupils
    ]
    begun = [
        HistoryEvent(**{**vars(event), "changes": change_between(None, pupil)})
        for event, pupil in zip(events, pupils, strict=True)
    ]
    do(lambda tx: tx.students.admit(pupils, begun))


def grade_of_pupil(do: Callable[..., Any], pupil: Student) -> str:
    held = do(lambda tx: tx.students.get(pupil.student_key))
    events = do(lambda tx: tx.students.history(pupil.student_key))
    assert in_order(events)
    assert state(events) == held.student, "the record is what its history says"
    return str(held.student.grade)


def the_night(do: Callable[..., Any], *, now: datetime = NIGHT, schools_at_once: int = 1) -> Run:
    do(begin_promotion, now.year, by=OFFICER, run_id=str(new_uuid7()), now=now, rules=RULES)
    while do(promote_next, now=now, rules=RULES, schools_at_once=schools_at_once):
        pass
    run: Run = do(of_year, now.year)
    return run


def told(do: Callable[..., Any]) -> list[ClassesPromoted]:
    rows = do(lambda tx: tx.feed.read(str(COUNTY), after=0, limit=100))
    entries = [entry_from_content(row.kind, row.content) for row in rows]
    return [entry for entry in entries if isinstance(entry, ClassesPromoted)]


def test_the_statements_decide_as_the_rule_does(do: Callable[..., Any]) -> None:
    """Every grade under both systems, in and out of school, free and in a case, with and without a problem."""
    grades = sorted({code for system in SchoolSystem for code in ladder(system)} | {"小学一年级"})
    pupils = [
        a_pupil(grade, school=school, status=status, **standing)
        for grade in grades
        for school in (SIX_THREE, FIVE_FOUR)
        for status in ("enrolled", "suspended", "dropped_out", "graduated", "transferred_out")
        for standing in ({}, {"problem": "duplicate"}, {"held_back_in": "2027"}, {"held_back_in": "2026"})
    ]
    entered(do, pupils)
    busy = pupils[::3]
    for pupil in busy:
        do(lambda tx, key=pupil.student_key: tx.students.open_case(key, str(new_uuid7())))
    in_case = {pupil.student_key for pupil in busy}
    expected = {
        pupil.student_key: goes_up(
            Standing(
                pupil.status,
                pupil.grade,
                has_open_case=pupil.student_key in in_case,
                problem="problem" in pupil.standing,
                held_back_in=pupil.standing.get("held_back_in", ""),
            ),
            system=SYSTEMS[pupil.school],
            year=2027,
        )
        for pupil in pupils
    }
    rehearsal: Rehearsal = do(
        rehearse_promotion, "", size=10_000, token="", now=NIGHT - timedelta(days=30), rules=RULES
    )
    run = the_night(do, schools_at_once=2)
    live = {pupil.student_key for pupil in pupils if pupil.status.live}
    by_blocker: dict[Blocker | None, int] = {
        why: sum(answer is why for key, answer in expected.items() if key in live)
        for why in Blocker
        if any(answer is why for key, answer in expected.items() if key in live)
    }
    counts = dict(by_blocker)
    went_up = counts[None] = sum(isinstance(answer, Grade) for answer in expected.values())
    assert rehearsal.counts == counts
    assert {one.number: one.blocker for one in rehearsal.blocked} == {
        pupil.number: answer
        for pupil in pupils
        if pupil.student_key in live and isinstance(answer := expected[pupil.student_key], Blocker)
    }
    assert (run.promoted, run.stayed) == (went_up, by_blocker)
    for pupil in pupils:
        answer = expected[pupil.student_key]
        after = answer.code if isinstance(answer, Grade) else pupil.grade
        assert do(lambda tx, key=pupil.student_key: tx.students.get(key)).student.grade == after
    stayed = {key for entry in told(do) for key in entry.stayed}
    assert stayed == {
        pupil.student_key
        for pupil in pupils
        if pupil.status is StudentStatus.ENROLLED
        and ladder(SYSTEMS[pupil.school]).get(pupil.grade)
        and isinstance(expected[pupil.student_key], Blocker)
    }, "below, whoever is in a grade that went up goes with it, but for these"


def test_each_record_has_one_entry_more_and_any_day_can_still_be_asked(do: Callable[..., Any]) -> None:
    pupil = a_pupil("103")
    entered(do, [pupil])
    run = the_night(do)
    events = do(lambda tx: tx.students.history(pupil.student_key))
    assert [(e.procedure, e.case_id, e.changes.get("values"), e.person) for e in events[1:]] == [
        ("promotion", run.run_id, {"grade": "104"}, "s001")
    ]
    assert events[1].effective_on == date(2027, 8, 11)
    assert state(events, on=date(2027, 8, 10)).grade == "103"  # type: ignore[union-attr]
    placed = do(
        lambda tx: tx.connection.execute(
            text("SELECT grade FROM placements WHERE student_key = :key ORDER BY effective_on"),
            {"key": pupil.student_key},
        ).all()
    )
    assert [grade for (grade,) in placed] == ["103", "104"]


def test_a_night_that_ended_half_way_goes_on_with_the_next_school_and_no_pupil_goes_up_twice(
    database_dsn: str, do: Callable[..., Any]
) -> None:
    pupils = [a_pupil("102", school=school) for school in SYSTEMS for _ in range(3)]
    pupils = [pupil if pupil.school != JUNIOR else a_pupil("201", school=JUNIOR) for pupil in pupils]
    entered(do, pupils)
    do(begin_promotion, 2027, by=OFFICER, run_id=str(new_uuid7()), now=NIGHT, rules=RULES)
    assert do(promote_next, now=NIGHT, rules=RULES, schools_at_once=1)

    class Killed(Exception):
        pass

    def killed(tx: HubTransaction) -> None:
        assert promote_next(tx, now=NIGHT, rules=RULES, schools_at_once=1)
        raise Killed  # before the commit: nothing of this school has happened

    with pytest.raises(Killed):
        do(killed)
    half = do(of_year, 2027)
    assert (half.schools, half.schools_done, half.promoted, half.finished_ms) == (3, 1, 3, None)

    another = Database(database_dsn, HubTransaction, threads=1, application_name="another")
    try:
        later = NIGHT + timedelta(hours=3)
        while another.transact(promote_next, now=later, rules=RULES, schools_at_once=1):
            pass
    finally:
        another.close()
    whole = do(of_year, 2027)
    assert (whole.schools_done, whole.promoted) == (3, 9)
    assert whole.finished_ms is not None
    assert [grade_of_pupil(do, pupil) for pupil in pupils] == ["103"] * 3 + ["103"] * 3 + ["202"] * 3
    assert len(told(do)) == 3


def test_running_it_again_changes_nothing(do: Callable[..., Any]) -> None:
    pupil = a_pupil("101")
    entered(do, [pupil])
    first, again = the_night(do), the_night(do, now=NIGHT + timedelta(days=2))
    assert again == first
    assert grade_of_pupil(do, pupil) == "102"
    assert len(do(list_runs, size=10, token="").runs) == 1


@pytest.mark.parametrize("day", [date(2027, 8, 10), date(2027, 9, 1), date(2026, 8, 20)])
def test_it_begins_after_the_national_day_and_before_the_school_year(do: Callable[..., Any], day: date) -> None:
    now = datetime(day.year, day.month, day.day, 23, tzinfo=SHANGHAI).astimezone(UTC)
    with pytest.raises(PromotionNotNow):
        do(begin_promotion, 2027, by=OFFICER, run_id=str(new_uuid7()), now=now, rules=RULES)


def test_one_class_goes_back_and_the_others_do_not(do: Callable[..., Any]) -> None:
    back = [a_pupil("201", school=JUNIOR, school_class="2班") for _ in range(3)]
    others = [a_pupil("201", school=JUNIOR, school_class="1班"), a_pupil("202", school=JUNIOR, school_class="2班")]
    entered(do, [*back, *others])
    run = the_night(do)
    moved_since = back[2]

    def leave(tx: HubTransaction) -> None:
        """Something was entered since: suspended, say, and back again."""
        held = tx.students.get(moved_since.student_key)
        assert held is not None
        after = Student(**{**vars(held.student), "version": 3, "standing": {"leave_spells": "1"}})
        at_ms = int(NIGHT.timestamp() * 1000) + 60_000
        tx.students.write(
            after,
            HistoryEvent(
                3, at_ms, day_of(at_ms), str(new_uuid7()), "resumption", "in_authority", str(HUB),
                changes=change_between(held.student, after),
            ),
        )  # fmt: skip

    do(leave)
    command = UndoClass(2027, JUNIOR, "202", "2班", "分班名单有误")
    later = NIGHT + timedelta(hours=9)
    undone = do(undo_class, command, by=OFFICER, now=later, rules=RULES)
    assert (undone.undone.pupils, undone.left) == (2, 1)
    assert do(undo_class, command, by=OFFICER, now=later, rules=RULES).undone == undone.undone, "asked again"
    assert [grade_of_pupil(do, pupil) for pupil in [*back, *others]] == ["201", "201", "202", "202", "203"]
    events = do(lambda tx: tx.students.history(back[0].student_key))
    assert [(event.procedure, event.counters, event.reason) for event in events[1:]] == [
        ("promotion", 0, ""),
        ("promotion_undone", 2, "分班名单有误"),
    ]
    assert events[2].effective_on == events[1].effective_on
    entry = told(do)[-1]
    assert (entry.grades, entry.school_class, entry.stayed) == ({"202": "201"}, "2班", (moved_since.student_key,))
    ((_, listed),) = do(list_runs, size=10, token="").runs
    assert listed == (undone.undone,)
    assert run.promoted == 5


def test_a_class_that_did_not_go_up_cannot_go_back(do: Callable[..., Any]) -> None:
    entered(do, [a_pupil("101")])
    with pytest.raises(PromotionNotFound):
        do(undo_class, UndoClass(2027, SIX_THREE, "102", "1班", "误"), by=OFFICER, now=NIGHT, rules=RULES)
    the_night(do)
    for school, grade, school_class in (
        (JUNIOR, "202", "1班"),
        (SIX_THREE, "101", "1班"),
        (SIX_THREE, "102", "9班"),
    ):
        command = UndoClass(2027, school, grade, school_class, "误")
        with pytest.raises(ClassNotPromoted):
            do(undo_class, command, by=OFFICER, now=NIGHT, rules=RULES)


def test_the_blocked_come_page_by_page(do: Callable[..., Any]) -> None:
    pupils = [a_pupil("106") for _ in range(5)] + [a_pupil("105", school=FIVE_FOUR) for _ in range(4)]
    entered(do, [*pupils, a_pupil("101")])
    found: list[str] = []
    token, pages = "", 0
    while True:
        page: Rehearsal = do(rehearse_promotion, "", size=4, token=token, now=NIGHT, rules=RULES)
        assert bool(page.counts) == (pages == 0)
        found += [one.number for one in page.blocked]
        pages, token = pages + 1, page.next_token
        if not token:
            break
    assert sorted(found) == sorted(pupil.number for pupil in pupils)
    one_school: Rehearsal = do(rehearse_promotion, FIVE_FOUR, size=10, token="", now=NIGHT, rules=RULES)
    assert one_school.counts == {Blocker.NOT_GRADUATED: 4}
