"""Whatever happens to schools, in whatever order: the past stays, codes stay, nobody is left without a school."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.organisations import (
    Closure,
    DatedRegister,
    DivisionReform,
    Handover,
    Merger,
    Opening,
    OrganisationChange,
    Placing,
    Reclassification,
    Renaming,
    Split,
    What,
    apply,
)
from kernel.organisations.spans import SchoolSpan
from kernel.refusals import Refusal
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

CODES = [f"{category}4100000{n}" for category in ("21", "31", "34") for n in range(4)]
DIVISIONS = ["410103", "410105", "410100", "410700"]
BEGIN = date(2026, 1, 1)
REPARENTING = (Handover, DivisionReform)
GRADES, CLASSES = ("101", "102", "203"), ("1班", "2班")

divisions = st.sampled_from(DIVISIONS)


@st.composite
def schools(draw: st.DrawFn, code: str) -> School:
    place, authority = draw(divisions), draw(divisions)
    return School(
        code=SchoolCode(code), name="学校", place=place, authority=authority, school_system=SchoolSystem.SIX_THREE
    )


@st.composite
def placings(draw: st.DrawFn, out_of: str, takers: list[str]) -> tuple[Placing, ...]:
    """Some grades and classes to some schools, and all others to one."""
    to_school = st.sampled_from(takers)
    classes = draw(st.sets(st.tuples(st.sampled_from(GRADES), st.sampled_from(("", *CLASSES))), max_size=3))
    some = [
        Placing(from_school=out_of, to_school=draw(to_school), grade=grade, school_class=name)
        for grade, name in sorted(classes)
    ]
    return (*some, Placing(from_school=out_of, to_school=draw(to_school)))


@st.composite
def whats(draw: st.DrawFn, register: DatedRegister) -> What:
    """Mostly of schools that are there, and now and then of one that is not."""
    there = [code for code in CODES if register(code) is not None] or CODES
    known = st.sampled_from(there)
    code = draw(st.one_of(known, known, known, st.sampled_from(CODES)))
    others = [other for other in there if other != code] or there
    kind = draw(st.sampled_from((Opening, Opening, Renaming, Merger, Split, Closure, Reclassification, *REPARENTING)))
    if kind is Opening:
        return Opening(school=draw(schools(draw(st.sampled_from(CODES)))))
    if kind is Renaming:
        return Renaming(code=code, name=draw(st.sampled_from(("甲校", "乙校"))))
    if kind is Merger:
        return Merger(codes=(code, *draw(st.lists(known, max_size=1))), into=draw(st.sampled_from(others)))
    if kind is Split:
        placed = draw(placings(code, others))
        return Split(code=code, placings=placed, archives_to=placed[-1].to_school)
    if kind is Closure:
        return Closure(code=code, archive_unit="档案室", placings=draw(placings(code, others)))
    if kind is Reclassification:
        return Reclassification(code=code, school=draw(schools(draw(st.sampled_from(CODES)))))
    if kind is Handover:
        return Handover(codes=(code,), authority=draw(divisions))
    return DivisionReform(renumbered=((draw(divisions), draw(divisions)),))


@dataclass
class Lived:
    """A register after one change, and what it was before."""

    before: DatedRegister
    change: OrganisationChange
    after: DatedRegister


@dataclass
class World:
    register: DatedRegister
    lived: list[Lived] = field(default_factory=list)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A province over some time. Changes that are refused have not been."""
    first = draw(st.sets(st.sampled_from(CODES), min_size=4, max_size=8))
    opened = [draw(schools(code)) for code in sorted(first)]
    world = World(DatedRegister.of(opened, since=BEGIN - timedelta(days=1)))
    on = BEGIN
    for by_days in draw(st.lists(st.sampled_from((1, 1, 1, 0, 2, -1)), min_size=2, max_size=12)):
        on += timedelta(days=by_days)
        change = OrganisationChange(
            change_id=str(uuid.uuid4()),
            effective_on=on,
            what=draw(whats(world.register)),
            order_number="",
            order_digest="",
        )
        try:
            after = apply(world.register, change)
        except Refusal:
            continue
        world.lived.append(Lived(world.register, change, after))
        world.register = after
    return world


def answers(register: DatedRegister, on: date) -> dict[str, Any]:
    """Everything that can be asked of a day."""
    told: dict[str, Any] = {}
    for code in CODES:
        told[code] = (
            register.at(code, on),
            register.successor_of(code, on),
            register.archive_custodian(code, on),
            register.answering(code, on),
            register.authority_chain(code, on),
            [register.heir(code, on, grade=grade, school_class=name) for grade in GRADES for name in CLASSES],
        )
    for division in DIVISIONS:
        told[division] = (register.schools_of(division, on), register.schools_in(division, on))
    return told


def days_around(world: World) -> list[date]:
    days = {lived.change.effective_on for lived in world.lived} | {BEGIN}
    return sorted({day + timedelta(days=by) for day in days for by in (-2, -1, 0, 1)})


@settings(max_examples=80)
@given(worlds())
def test_what_was_so_on_a_day_before_a_change_stays_so(world: World) -> None:
    for lived in world.lived:
        for day in days_around(world):
            if day < lived.change.effective_on:
                assert answers(lived.after, day) == answers(lived.before, day)


@settings(max_examples=80)
@given(worlds())
def test_now_is_the_newest_day(world: World) -> None:
    far = BEGIN + timedelta(days=10_000)
    assert {code: world.register(code) for code in CODES} == {code: world.register.at(code, far) for code in CODES}


@settings(max_examples=80)
@given(worlds())
def test_a_code_is_never_two_schools(world: World) -> None:
    """Who is the same school: whoever was never opened anew, whatever name, place or category it got since."""
    first = world.lived[0].before if world.lived else world.register
    whose = dict(zip(first.lives, range(len(first.lives)), strict=True))
    for lived in world.lived:
        match lived.change.what:
            case Opening(school=school):
                assert school.code.text not in whose
                whose[school.code.text] = len(whose) + 1_000
            case Reclassification(code=code, school=school):
                assert whose.setdefault(school.code.text, whose[code]) == whose[code]
    assert set(whose) == set(world.register.lives)
    for life in world.register.lives.values():
        for day in days_around(world):
            assert sum(span.covers(day) for span in life) <= 1


@settings(max_examples=80)
@given(worlds())
def test_every_class_of_a_school_that_ended_is_at_exactly_one_school_that_is_there(world: World) -> None:
    on = BEGIN + timedelta(days=10_000)
    for code in world.register.lives:
        for grade in GRADES:
            for name in CLASSES:
                heir = world.register.heir(code, on, grade=grade, school_class=name)
                assert heir is not None
                assert world.register.at(heir, on) is not None
        custodian = world.register.archive_custodian(code, on)
        assert custodian is not None
        assert bool(custodian.unit) != (world.register.at(custodian.school, on) is not None)
        assert world.register.answering(code, on) is not None


@settings(max_examples=50)
@given(worlds())
def test_a_life_reads_as_it_was_written(world: World) -> None:
    for life in world.register.lives.values():
        assert tuple(SchoolSpan.from_content(span.to_content()) for span in life) == life
