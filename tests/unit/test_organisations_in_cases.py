"""A register that changes: read for a case as of its filing; and what must be clear before a change is decided."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.case import Case, Item
from kernel.clock import SHANGHAI, milliseconds
from kernel.endorsement import authority_in, authority_of, office_of_step, require_school, require_school_in
from kernel.office import Office, Tier
from kernel.organisations import (
    Closure,
    DatedRegister,
    DivisionReform,
    Handover,
    Merger,
    OrganisationChange,
    Placing,
    Reclassification,
    Seat,
    What,
    apply,
    clauses_of,
    mixed_classes,
    require_after,
    seat_moves,
    without_successor,
)
from kernel.organisations.changes import KINDS, TITLES
from kernel.refusals import OrganisationChangeTooSoon, SchoolNoLongerInForce, SchoolUnknown
from kernel.regulation import Step
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

FIRST, SECOND, NEW = "2141000001", "2141000002", "3141000001"
DAY = date(2026, 9, 1)
EVE = DAY - timedelta(days=1)


def a_school(code: str, *, authority: str = "410105") -> School:
    return School(
        code=SchoolCode.parse(code),
        name=f"学校{code}",
        place="410105",
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )


REGISTER = DatedRegister.of([a_school(FIRST), a_school(SECOND)])


def after(*whats: What, on: date = DAY, register: DatedRegister = REGISTER) -> DatedRegister:
    for what in whats:
        change = OrganisationChange(
            change_id=str(uuid.uuid4()), effective_on=on, what=what, order_number="批文", order_digest="ab" * 32
        )
        register = apply(register, change)
    return register


def a_case(*, filed_on: date, hour: int = 12) -> Case:
    at = datetime(filed_on.year, filed_on.month, filed_on.day, hour, tzinfo=SHANGHAI)
    item = Item(str(uuid.uuid4()), {})
    return Case(str(uuid.uuid4()), "suspension", FIRST, "", "2025.1", milliseconds(at), (item,))


def test_what_was_begun_is_finished_with_whom_it_was_begun() -> None:
    register = after(Handover(codes=(FIRST,), authority="410103"))
    old, new = a_case(filed_on=EVE, hour=23), a_case(filed_on=DAY, hour=0)
    assert [authority_in(case, FIRST, register=register).code for case in (old, new)] == ["410105", "410103"]
    assert authority_of(FIRST, register=register) == Office(Tier.AUTHORITY, "410103")
    asked = [office_of_step(case, Step.IN_AUTHORITY, register=register) for case in (old, new)]
    assert asked == [Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410103")]


def test_a_school_that_has_ended_finishes_and_begins_nothing() -> None:
    register = after(Merger(codes=(FIRST,), into=SECOND))
    old, new = a_case(filed_on=EVE), a_case(filed_on=DAY)
    assert [register.in_force_for(case, FIRST) for case in (old, new)] == [True, False]
    assert require_school_in(old, FIRST, register=register) == a_school(FIRST)
    with pytest.raises(SchoolNoLongerInForce) as no:
        require_school(FIRST, register=register)
    assert (no.value.detail["since"], SECOND in str(no.value.detail["goes_on"])) == ("2026-09-01", True)
    with pytest.raises(SchoolUnknown):
        require_school(NEW, register=register)


def test_somebody_answers_for_a_school_that_has_ended() -> None:
    """Whose graduates name it when they enter the next stage: its successor's authority, or its last."""
    merged = after(Merger(codes=(FIRST,), into=SECOND))
    merged = after(Handover(codes=(SECOND,), authority="410103"), on=DAY + timedelta(days=1), register=merged)
    late = a_case(filed_on=DAY + timedelta(days=5))
    assert authority_in(late, FIRST, register=merged).code == merged.answers_for(FIRST) == "410103"
    closed = after(Closure(code=FIRST, archive_unit="档案馆"))
    closed = after(DivisionReform(renumbered=(("410105", "410103"),)), on=DAY + timedelta(days=1), register=closed)
    assert authority_in(late, FIRST, register=closed).code == closed.answers_for(FIRST) == "410103"
    assert closed.answers_for(NEW) is None


def test_the_file_of_the_operator_begins_a_register_and_then_tells_only_what_is_not_dated() -> None:
    register = after(Handover(codes=(FIRST,), authority="410103"), Merger(codes=(SECOND,), into=FIRST))
    told = [
        replace(a_school(FIRST), name="别的名字", address="纬五路 1 号", school_system=SchoolSystem.FIVE_FOUR),
        replace(a_school(SECOND), address="已撤的校址"),
        a_school(NEW),
    ]
    seeded = register.seeded(told)
    first = seeded(FIRST)
    assert first is not None
    assert (first.authority, first.name, first.address) == ("410103", f"学校{FIRST}", "纬五路 1 号")
    assert first.school_system is SchoolSystem.FIVE_FOUR
    assert (seeded.lives[SECOND], seeded(NEW)) == (register.lives[SECOND], a_school(NEW))
    assert seeded.seeded(told).lives == seeded.lives


GRADES, CLASSES = ("101", "102"), ("1班", "2班", "")
SEATS = st.builds(Seat, st.just(FIRST), st.sampled_from(GRADES), st.sampled_from(CLASSES))


@given(st.dictionaries(SEATS, st.integers(1, 60)), st.sets(st.sampled_from(("", *GRADES))))
def test_no_pupil_is_lost_by_a_plan(pupils: dict[Seat, int], told: set[str]) -> None:
    """Every class has a place to go, or the change is refused and names it."""
    placings = tuple(Placing(from_school=FIRST, to_school=SECOND, grade=grade) for grade in sorted(told))
    moves = seat_moves(placings, pupils)
    assert {move.seat: move.pupils for move in moves} == pupils
    left = {seat for seat in pupils if not told & {"", seat.grade}}
    assert {move.seat for move in moves if move.to is None} == left
    refused = without_successor(moves)
    if left:
        assert refused is not None
        assert refused.detail["count"] == str(sum(pupils[seat] for seat in left))
    else:
        assert refused is None


def test_two_classes_of_one_name_become_one_only_where_it_is_said() -> None:
    moving = {Seat(FIRST, "101", "1班"): 40, Seat(FIRST, "101", ""): 3}
    there = [Seat(SECOND, "101", "1班"), Seat(SECOND, "101", "")]
    everybody = Placing(from_school=FIRST, to_school=SECOND)
    refused = mixed_classes(seat_moves((everybody,), moving), there)
    assert refused is not None
    assert (refused.detail["school"], refused.detail["classes"]) == (SECOND, "小学一年级1班")
    renamed = Placing(from_school=FIRST, to_school=SECOND, grade="101", school_class="1班", becomes="3班")
    assert mixed_classes(seat_moves((everybody, renamed), moving), there) is None


def test_two_schools_that_end_do_not_mix_their_classes_either() -> None:
    moving = {Seat(code, "101", "1班"): 40 for code in (FIRST, SECOND)}
    placings = tuple(Placing(from_school=code, to_school=NEW) for code in (FIRST, SECOND))
    assert mixed_classes(seat_moves(placings, moving), ()) is not None


def test_a_change_begins_with_a_day_that_has_not_begun() -> None:
    require_after(DAY, EVE)
    for today in (DAY, DAY + timedelta(days=1)):
        with pytest.raises(OrganisationChangeTooSoon):
            require_after(DAY, today)


def test_every_kind_of_change_has_a_title_and_a_clause() -> None:
    assert TITLES.keys() == KINDS.keys()
    assert {kind: clauses_of(kind) for kind in (Merger.KIND, Closure.KIND, Reclassification.KIND)} == {
        Merger.KIND: ("9.2",),
        Closure.KIND: ("9.3",),
        Reclassification.KIND: ("3.3",),
    }
