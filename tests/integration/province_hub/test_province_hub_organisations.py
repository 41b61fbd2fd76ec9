"""Schools that change, on a real database: the statements move as the rule says, in handfuls, and nobody is lost."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import pytest

from chassis.sql import Database, migrate
from kernel.clock import SHANGHAI
from kernel.feed import entry_from_content
from kernel.history import HistoryEvent, change_between, in_order, state
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.organisations import (
    PUPILS_TOLD_MAX,
    Closure,
    DatedRegister,
    DivisionReform,
    Handover,
    Merger,
    Opening,
    OrganisationChange,
    Placing,
    PupilsLeft,
    PupilsPlaced,
    Reclassification,
    RegisterChanged,
    Split,
    What,
    placing_of,
)
from kernel.refusals import (
    DigestReused,
    MakerIsChecker,
    OrganisationChangeDecided,
    OrganisationChangeNotFound,
    OutsideJurisdiction,
    PupilsWithoutSuccessor,
    ReasonRequired,
)
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.organisations import Asked, ChangeState
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.organisations import (
    carry_out_next,
    decide_change,
    enter_next,
    list_changes,
    plan_change,
    propose_change,
    show_change,
)

HUB, COUNTY, OTHER = Office(Tier.PROVINCE, "41"), Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410103")
OFFICER = Identity("dev", HUB, Role.OFFICER, "p002")
FIRST, SECOND, THIRD, NEW = "2141000001", "2141000002", "2141000003", "3141000001"
EVE, DAY = datetime(2026, 8, 31, 9, tzinfo=SHANGHAI), datetime(2026, 9, 1, 0, 0, 1, tzinfo=SHANGHAI)
TODAY = date(2026, 9, 1)
ENTERED_MS = 1_750_000_000_000
_numbers = itertools.count(1)


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[HubTransaction]]:
    migrate(database_dsn, "province_hub", program_version=version("xueji"))
    opened = Database(database_dsn, HubTransaction, threads=2, application_name="test")
    opened.transact(lambda tx: tx.schools.put(DatedRegister.of(map(a_school, (FIRST, SECOND, THIRD))).lives.values()))
    yield opened
    opened.close()


@pytest.fixture
def do(database: Database[HubTransaction]) -> Callable[..., Any]:
    return database.transact


def a_school(code: str, *, authority: str = COUNTY.code) -> School:
    return School(
        code=SchoolCode.parse(code),
        name=f"学校{code}",
        place=COUNTY.code,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )


def a_pupil(
    grade: str = "101", school_class: str = "1班", *, school: str = FIRST, status: str = "enrolled", **standing: str
) -> Student:
    return Student(
        student_key=str(new_uuid7()),
        number=f"L4101052015{next(_numbers):08}",
        status=StudentStatus(status),
        school=school,
        values={"name": "张三", "grade": grade, **({"school_class": school_class} if school_class else {})},
        standing=standing,
    )


def entered(do: Callable[..., Any], pupils: Sequence[Student]) -> None:
    events = [
        HistoryEvent(
            1,
            ENTERED_MS,
            date(2025, 6, 15),
            str(new_uuid7()),
            "enrolment",
            "in_authority",
            str(HUB),
            changes=change_between(None, pupil),
        )
        for pupil in pupils
    ]
    do(lambda tx: tx.students.admit(pupils, events))


def a_change(what: What, *, on: date = TODAY) -> OrganisationChange:
    return OrganisationChange(
        change_id=str(uuid.uuid4()), effective_on=on, what=what, order_number="金教〔2026〕7号", order_digest="ab" * 32
    )


def asked(do: Callable[..., Any], change: OrganisationChange, *, by: Office = COUNTY) -> Asked:
    answer: Asked = do(propose_change, change, by=by, person="c001", jws="signed", now=EVE)
    return answer


def approved(do: Callable[..., Any], change: OrganisationChange, *, by: Office = COUNTY) -> OrganisationChange:
    asked(do, change, by=by)
    do(decide_change, change.change_id, approve=True, reason="", by=OFFICER, now=EVE)
    return change


def its_day_comes(do: Callable[..., Any], *, now: datetime = DAY) -> int:
    """Whatever is due enters and is carried out; in how many handfuls."""
    while do(enter_next, now=now):
        pass
    handfuls = 0
    while do(carry_out_next, now=now, here=HUB):
        handfuls += 1
    return handfuls


def at(do: Callable[..., Any], pupil: Student) -> tuple[str, str]:
    """School and class of a record, which is what its history says."""
    held = do(lambda tx: tx.students.get(pupil.student_key))
    events = do(lambda tx: tx.students.history(pupil.student_key))
    assert in_order(events)
    assert state(events) == held.student
    return held.student.school, held.student.school_class


def told(do: Callable[..., Any], office: Office) -> list[Any]:
    rows = do(lambda tx: tx.feed.read(str(office), after=0, limit=100))
    return [entry_from_content(row.kind, row.content) for row in rows]


def shown(do: Callable[..., Any], change: OrganisationChange) -> tuple[Asked, int]:
    answer: tuple[Asked, int] = do(show_change, change.change_id, asker=HUB)
    return answer


def test_the_statement_moves_each_pupil_as_the_rule_says(do: Callable[..., Any]) -> None:
    """Classes by name, grades, the whole school; every status; free, in a case, frozen."""
    placings = (
        Placing(from_school=FIRST, to_school=THIRD, grade="101", school_class="1班", becomes="7班"),
        Placing(from_school=FIRST, to_school=SECOND, grade="101", school_class="2班"),
        Placing(from_school=FIRST, to_school=THIRD, grade="102"),
        Placing(from_school=FIRST, to_school=SECOND),
    )
    pupils = [
        a_pupil(grade, school_class, status=status.value)
        for grade in ("101", "102", "103")
        for school_class in ("1班", "2班", "")
        for status in StudentStatus
        if status is not StudentStatus.PENDING
        for _ in range(3)
    ]
    entered(do, pupils)
    in_case = {pupil.student_key for pupil in pupils[1::3]}
    for key in in_case:
        do(lambda tx, key=key: tx.students.open_case(key, str(new_uuid7())))
    frozen = {pupil.student_key for pupil in pupils[2::3]}
    for key in frozen:
        do(lambda tx, key=key: tx.students.freeze(key, str(new_uuid7())))
    change = approved(do, a_change(Closure(code=FIRST, archive_unit="金水区档案馆", placings=placings)))
    its_day_comes(do)
    moved = 0
    for pupil in pupils:
        placing = placing_of(placings, grade=pupil.grade, school_class=pupil.school_class)
        assert placing is not None
        goes = pupil.status.live and pupil.student_key not in in_case | frozen
        moved += goes
        here = (FIRST, pupil.school_class)
        there = (placing.to_school, placing.becomes or pupil.school_class)
        assert at(do, pupil) == (there if goes else here), pupil
    view, waiting = shown(do, change)
    live = sum(pupil.status.live for pupil in pupils)
    assert (view.moved, waiting, moved) == (moved, live - moved, live // 3)


def test_a_large_school_moves_in_handfuls_and_both_sides_hear_of_each(do: Callable[..., Any]) -> None:
    """Three thousand pupils are thirty transactions, a hundred records in each entry that tells of them."""
    pupils = [a_pupil(school_class=f"{number % 60}班") for number in range(3_000)]
    entered(do, pupils)
    change = approved(do, a_change(Merger(codes=(FIRST,), into=SECOND)))
    assert its_day_comes(do) == 3_000 // PUPILS_TOLD_MAX + 1  # the last finds nobody left
    assert do(lambda tx: tx.organisations.held([FIRST])).pupils == {}
    first, *entries = told(do, COUNTY)
    assert isinstance(first, RegisterChanged)
    left = [key for entry in entries if isinstance(entry, PupilsLeft) for key in entry.keys]
    placed = [pupil for entry in entries if isinstance(entry, PupilsPlaced) for pupil in entry.pupils]
    assert (
        sorted(left) == sorted(pupil.student_key for pupil in placed) == sorted(pupil.student_key for pupil in pupils)
    )
    assert {(pupil.number, pupil.values["school_class"]) for pupil in placed} == {
        (pupil.number, pupil.school_class) for pupil in pupils
    }
    entry = do(lambda tx: tx.students.history(pupils[0].student_key))[-1]
    assert (entry.procedure, entry.case_id, entry.effective_on) == ("school_merger", change.change_id, DAY.date())
    assert (entry.articles, entry.person, entry.changes) == (("9.2",), "p002", {"school": SECOND})


def test_whom_a_case_holds_follows_when_it_is_over(do: Callable[..., Any]) -> None:
    pupil, case_id = a_pupil(), str(new_uuid7())
    entered(do, [pupil, a_pupil()])
    do(lambda tx: tx.students.open_case(pupil.student_key, case_id))
    change = approved(do, a_change(Merger(codes=(FIRST,), into=SECOND)))
    its_day_comes(do)
    assert (at(do, pupil)[0], shown(do, change)[1]) == (FIRST, 1)
    do(lambda tx: (tx.students.close_cases([pupil.student_key], case_id), tx.organisations.reopen([FIRST])))
    its_day_comes(do)
    assert (at(do, pupil)[0], shown(do, change)[1]) == (SECOND, 0)
    late = a_pupil()  # whose enrolment was begun before and ended after
    entered(do, [late])
    assert its_day_comes(do) == 0
    do(lambda tx: tx.organisations.reopen([FIRST]))
    its_day_comes(do)
    assert at(do, late)[0] == SECOND


def test_what_speaks_against_a_change_on_its_day_makes_it_lapse(do: Callable[..., Any]) -> None:
    """A closure that was approved when the school was empty: on its day somebody has entered."""
    change = approved(do, a_change(Closure(code=FIRST, archive_unit="金水区档案馆")))
    entered(do, [a_pupil()])
    its_day_comes(do)
    view, _ = shown(do, change)
    assert (view.state, type(view.lapsed)) == (ChangeState.LAPSED, PupilsWithoutSuccessor)
    assert do(lambda tx: tx.schools.read())(FIRST) is not None
    assert told(do, COUNTY) == []


def test_an_old_code_that_comes_back_lets_nobody_be_dragged_away(do: Callable[..., Any]) -> None:
    """原校恢复的，恢复原代码: what the first change left to be done at the old code is over."""
    pupil = a_pupil()
    entered(do, [pupil])
    approved(do, a_change(Reclassification(code=FIRST, school=a_school(NEW))))
    its_day_comes(do)
    assert at(do, pupil)[0] == NEW
    later = DAY.replace(day=3)
    approved(do, a_change(Reclassification(code=NEW, school=a_school(FIRST)), on=later.date()))
    its_day_comes(do, now=later)
    do(lambda tx: tx.organisations.reopen([FIRST, NEW]))
    its_day_comes(do, now=later)
    assert at(do, pupil)[0] == FIRST


def test_a_school_that_gives_up_classes_keeps_the_others(do: Callable[..., Any]) -> None:
    going, staying = a_pupil("101", "1班"), a_pupil("101", "2班")
    entered(do, [going, staying])
    placing = Placing(from_school=FIRST, to_school=SECOND, grade="101", school_class="1班")
    change = approved(do, a_change(Split(code=FIRST, placings=(placing,))))
    its_day_comes(do)
    assert (at(do, going)[0], at(do, staying)[0]) == (SECOND, FIRST)
    newcomer = a_pupil("101", "1班")  # next year's class of that name
    entered(do, [newcomer])
    do(lambda tx: tx.organisations.reopen([FIRST]))
    its_day_comes(do)
    assert (at(do, newcomer)[0], shown(do, change)[1]) == (FIRST, 0)


@pytest.mark.parametrize(
    "what", [Handover(codes=(FIRST,), authority="410103"), DivisionReform(renumbered=(("410105", "410103"),))]
)
def test_another_authority_hears_whose_records_it_has_and_no_record_changes(do: Callable[..., Any], what: What) -> None:
    pupils = [a_pupil(status=status) for status in ("enrolled", "graduated") * 120]
    entered(do, pupils)
    approved(do, a_change(what), by=HUB)
    its_day_comes(do)
    entries = [entry for entry in told(do, OTHER) if isinstance(entry, PupilsPlaced)]
    assert {pupil.number for entry in entries for pupil in entry.pupils} == {pupil.number for pupil in pupils}
    assert {(entry.from_school, entry.to_school) for entry in entries} == {(FIRST, FIRST)}
    assert all(len(do(lambda tx, key=one.student_key: tx.students.history(key))) == 1 for one in pupils[:20])
    assert do(lambda tx: tx.schools.read())(FIRST).authority == "410103"


def test_asking_twice_is_asking_once(do: Callable[..., Any]) -> None:
    change = a_change(Merger(codes=(FIRST,), into=SECOND))
    assert asked(do, change) == asked(do, change)
    other = OrganisationChange(**{**_fields(change), "reason": "改"})
    with pytest.raises(DigestReused):
        asked(do, other)
    first = do(decide_change, change.change_id, approve=True, reason="", by=OFFICER, now=EVE)
    assert do(decide_change, change.change_id, approve=True, reason="", by=OFFICER, now=EVE) == first
    with pytest.raises(OrganisationChangeDecided):
        do(decide_change, change.change_id, approve=False, reason="重复", by=OFFICER, now=EVE)
    its_day_comes(do)
    assert do(enter_next, now=DAY) is False


def test_a_refusal_needs_a_reason_and_is_final(do: Callable[..., Any]) -> None:
    change = a_change(Merger(codes=(FIRST,), into=SECOND))
    asked(do, change)
    with pytest.raises(ReasonRequired):
        do(decide_change, change.change_id, approve=False, reason=" ", by=OFFICER, now=EVE)
    do(decide_change, change.change_id, approve=False, reason="批文不全", by=OFFICER, now=EVE)
    its_day_comes(do)
    assert shown(do, change)[0].state is ChangeState.REFUSED
    with pytest.raises(OrganisationChangeNotFound):
        do(decide_change, str(new_uuid7()), approve=True, reason="", by=OFFICER, now=EVE)


def test_who_asked_at_the_province_does_not_approve(do: Callable[..., Any]) -> None:
    change = a_change(Opening(school=a_school("2141000009")))
    do(propose_change, change, by=HUB, person=OFFICER.person, jws="signed", now=EVE)
    with pytest.raises(MakerIsChecker):
        do(decide_change, change.change_id, approve=True, reason="", by=OFFICER, now=EVE)


def test_an_authority_sees_what_concerns_it_and_asks_for_its_own(do: Callable[..., Any]) -> None:
    with pytest.raises(OutsideJurisdiction):
        asked(do, a_change(Merger(codes=(FIRST,), into=SECOND)), by=OTHER)
    changes = [a_change(Handover(codes=(code,), authority="410103")) for code in (FIRST, SECOND, THIRD)]
    for change in changes:
        asked(do, change)
    unrelated = a_change(Opening(school=a_school("2141000009")))
    asked(do, unrelated)
    first = do(list_changes, asker=OTHER, size=2, token="")
    second = do(list_changes, asker=OTHER, size=2, token=first.next_token)
    seen = [view.change.change_id for view, _ in (*first.changes, *second.changes)]
    assert sorted(seen) == sorted(change.change_id for change in changes)
    assert (second.next_token, len(do(list_changes, asker=HUB, size=10, token="").changes)) == ("", 4)
    with pytest.raises(OrganisationChangeNotFound):
        do(show_change, unrelated.change_id, asker=OTHER)


def test_a_plan_tells_what_would_move_and_writes_nothing(do: Callable[..., Any]) -> None:
    pupils = [a_pupil(), a_pupil(), a_pupil(status="graduated"), a_pupil("101", "1班", school=SECOND)]
    entered(do, pupils)
    do(lambda tx: tx.students.open_case(pupils[0].student_key, str(new_uuid7())))
    change = a_change(Merger(codes=(FIRST,), into=SECOND))
    plan = do(plan_change, change, by=COUNTY, now=EVE)
    ((school, seats),) = [(one.before.code.text, one.seats) for one in plan.schools if one.ending]
    assert (school, plan.pupils, plan.waiting) == (FIRST, 2, 1)
    assert [(move.pupils, move.to.school) for move in seats] == [(2, SECOND)]
    assert (plan.schools[0].archives, plan.refused.code) == (1, "CLASSES_WOULD_MIX")
    assert do(plan_change, change, by=OTHER, now=EVE).refused.code == "OUTSIDE_JURISDICTION"
    assert do(plan_change, change, by=COUNTY, now=DAY).refused.code == "ORGANISATION_CHANGE_TOO_SOON"
    assert do(list_changes, asker=HUB, size=10, token="").changes == ()


def _fields(change: OrganisationChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in OrganisationChange.__dataclass_fields__}
