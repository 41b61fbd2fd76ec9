"""Staff (Art. 23): what makes a person one who may work on a day, whatever the order in which it was heard."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.rpc.door import writes
from chassis.staff.declared import load_staff
from kernel.ids import new_uuid7
from kernel.notice import CONTENT_LABELS
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import NotTrained, RequestMalformed, StaffNotFound
from kernel.staff import (
    DEPLOYMENT,
    StaffAct,
    StaffEntry,
    StaffMember,
    handed_over,
    inherits,
    read_members,
    require_next,
    require_on_duty,
    superior_of,
    turnover_of,
)

SCHOOL = Office(Tier.SCHOOL, "2141000001")
COUNTY = Office(Tier.AUTHORITY, "410105")
WHO = Identity("dev", SCHOOL, Role.REGISTRAR, "r002")
FIRST = date(2026, 9, 1)
DAYS = st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days))


def said(act: StaffAct, day: date = FIRST, *, person: str = "r002", at_ms: int = 0, **more: Any) -> StaffEntry:
    """An entry of the authority's; its training says what a training must."""
    told = {
        StaffAct.PROPOSED: {"name": "张老师"},
        StaffAct.TRAINED: {"course": "岗前培训", "certificate": "2026-1", "issued_by": "市教育局"},
    }.get(act, {})
    fields = {"role": Role.REGISTRAR, "office": SCHOOL, "decided_by": str(COUNTY), **told, **more}
    return StaffEntry(str(new_uuid7()), act, person=person, day=day, at_ms=at_ms, **fields)


def the_one(*entries: StaffEntry) -> StaffMember:
    (member,) = read_members(entries)
    return member


HIRED = (
    said(StaffAct.PROPOSED, at_ms=1),
    said(StaffAct.TRAINED, date(2026, 8, 25), at_ms=2),
    said(StaffAct.APPOINTED, FIRST, at_ms=3),
)


@pytest.mark.clause("23.2")
@pytest.mark.parametrize("known", [(), HIRED[:1], HIRED[:2], (HIRED[0], HIRED[2])])
def test_whoever_lacks_a_step_may_not_work(known: tuple[StaffEntry, ...]) -> None:
    """先培训后上岗：没有登记、没有培训或没有上岗的，都不能办理。"""
    with pytest.raises(NotTrained):
        require_on_duty(known, WHO, FIRST)


def test_trained_and_appointed_works_from_that_day_on() -> None:
    require_on_duty(HIRED, WHO, FIRST)
    with pytest.raises(NotTrained):
        require_on_duty(HIRED, WHO, FIRST - timedelta(days=1))
    for other in (replace(WHO, role=Role.PRINCIPAL), replace(WHO, person="r003"), replace(WHO, office=COUNTY)):
        with pytest.raises(NotTrained):
            require_on_duty(HIRED, other, FIRST)


def test_a_training_that_has_run_out_ends_the_work() -> None:
    short = replace(HIRED[1], until=date(2026, 9, 30))
    known = (HIRED[0], short, HIRED[2])
    require_on_duty(known, WHO, date(2026, 9, 30))
    with pytest.raises(NotTrained):
        require_on_duty(known, WHO, date(2026, 10, 1))
    assert the_one(*known).state_on(date(2026, 10, 1)) == "培训过期"


@given(st.permutations([*HIRED, said(StaffAct.LEFT, date(2027, 1, 8), at_ms=4)]), DAYS)
def test_the_order_of_hearing_changes_nothing(heard: list[StaffEntry], day: date) -> None:
    assert the_one(*heard).may_work(day) == (FIRST <= day <= date(2027, 1, 8))


@given(
    st.lists(st.tuples(st.sampled_from([StaffAct.APPOINTED, StaffAct.LEFT]), DAYS), max_size=8),
    DAYS,
    st.integers(0, 400),
)
def test_nobody_works_after_the_last_day(acts: list[tuple[StaffAct, date]], last: date, later: int) -> None:
    """Whatever was said before: who has left is not on duty again until somebody says so."""
    heard = [said(act, day, at_ms=number) for number, (act, day) in enumerate(acts)]
    member = the_one(*HIRED[:2], *heard, said(StaffAct.LEFT, last, at_ms=len(heard)))
    assert not member.may_work(last + timedelta(days=1 + later))


def test_a_hand_over_leaves_no_day_without_one_and_none_with_two() -> None:
    successor = said(StaffAct.APPOINTED, date(2026, 9, 15), person="r003", other="r002", at_ms=4)
    trained = said(StaffAct.TRAINED, date(2026, 9, 10), person="r003", at_ms=2)
    members = read_members([*HIRED, trained, *handed_over(successor, to="r003")])
    for day in (FIRST, date(2026, 9, 14), date(2026, 9, 15), date(2027, 3, 1)):
        assert sum(member.may_work(day) for member in members) == 1


def test_what_was_entered_is_inherited_along_the_line() -> None:
    entries = [
        *handed_over(said(StaffAct.APPOINTED, person="b", other="a"), to="b"),
        *handed_over(said(StaffAct.APPOINTED, person="c", other="b"), to="c"),
    ]
    assert inherits(entries, "a", "c")
    assert inherits(entries, "a", "b")
    assert not inherits(entries, "c", "a")
    assert not inherits(entries, "a", "d")


def test_a_deputy_works_between_two_days() -> None:
    deputy = said(StaffAct.DEPUTISED, date(2026, 9, 7), until=date(2026, 9, 11), other="r001", at_ms=3)
    member = the_one(*HIRED[:2], deputy)
    assert [member.may_work(date(2026, 9, day)) for day in (6, 7, 11, 12)] == [False, True, True, False]


def test_first_proposed_then_trained_then_on_duty() -> None:
    with pytest.raises(StaffNotFound):
        require_next(HIRED[1], [])
    with pytest.raises(NotTrained):
        require_next(HIRED[2], HIRED[:1])
    with pytest.raises(NotTrained):
        require_next(replace(HIRED[2], day=date(2026, 8, 24)), HIRED[:2])
    with pytest.raises(RequestMalformed):
        require_next(said(StaffAct.LEFT), HIRED[:2])
    require_next(HIRED[0], [])
    require_next(HIRED[2], HIRED[:2])
    require_next(said(StaffAct.LEFT), HIRED)


def test_turnover_counts_twelve_months_and_no_deputies() -> None:
    day = date(2026, 12, 31)
    entries = [
        *HIRED,
        *(
            said(act, date(2020, 9, 1), person="old", at_ms=number)
            for number, act in enumerate((StaffAct.PROPOSED, StaffAct.TRAINED, StaffAct.APPOINTED))
        ),
        said(StaffAct.LEFT, date(2026, 8, 31), person="old", at_ms=9),
        said(StaffAct.DEPUTISED, FIRST, person="dep", until=FIRST, other="old"),
    ]
    turnover = turnover_of(SCHOOL, read_members(entries), day)
    assert (turnover.on_duty, turnover.arrived, turnover.left) == (1, 1, 1)
    long_after = turnover_of(SCHOOL, read_members(entries), date(2028, 1, 1))
    assert (long_after.on_duty, long_after.arrived, long_after.left) == (1, 0, 0)
    assert turnover_of(COUNTY, read_members(entries), day).on_duty == 0


@given(st.sampled_from(StaffAct), DAYS, st.integers(0, 10**13), st.text(min_size=1, max_size=100))
def test_an_entry_is_read_as_it_was_written(act: StaffAct, day: date, at_ms: int, text: str) -> None:
    named = text if text.strip() else "名"
    needed: dict[str, Any] = {"until": day, "other": "r001"} if act is StaffAct.DEPUTISED else {}
    texts = {"name": named, "course": named, "certificate": named, "issued_by": named}
    entry = said(act, day, at_ms=at_ms, **{**texts, **needed})
    content = entry.to_content()
    assert StaffEntry.from_content(content) == entry
    assert content.keys() <= CONTENT_LABELS.keys()


@pytest.mark.parametrize("wrong", [{}, {"act": "升官"}, {"role": "校长"}, {"entry_id": "1"}, {"date": "2026-13-01"}])
def test_what_is_no_entry_is_refused(wrong: dict[str, str]) -> None:
    content = HIRED[0].to_content() | wrong if wrong else {}
    with pytest.raises(RequestMalformed):
        StaffEntry.from_content(content)


@pytest.mark.parametrize(
    ("act", "more"),
    [
        (StaffAct.PROPOSED, {"name": " "}),
        (StaffAct.TRAINED, {"certificate": ""}),
        (StaffAct.TRAINED, {"until": FIRST - timedelta(days=1)}),
        (StaffAct.DEPUTISED, {"other": "r001"}),
        (StaffAct.APPOINTED, {"role": Role.OFFICER}),
        (StaffAct.PROPOSED, {"name": "张" * 101}),
    ],
)
def test_an_entry_says_what_it_must(act: StaffAct, more: dict[str, Any]) -> None:
    with pytest.raises(RequestMalformed):
        said(act, **more)


def test_whose_superior_is_who() -> None:
    nobody = DatedRegister({})
    assert superior_of(COUNTY, register=nobody) == Office(Tier.PROVINCE, "41")
    assert superior_of(Office(Tier.PROVINCE, "41"), register=nobody) == NATION
    assert superior_of(NATION, register=nobody) is None


def test_a_file_declares_the_people_of_its_tier(tmp_path: Path) -> None:
    one = {
        "role": "registrar",
        "person": "r001",
        "name": "学籍管理员",
        "course": "岗前培训",
        "certificate": "1",
        "issued_by": "市教育局",
        "trained_on": "2013-08-20",
        "since": "2013-09-01",
    }
    file = tmp_path / "staff.json"
    file.write_text(json.dumps([one | {"until": "2026-08-31"}, one | {"role": "officer", "person": "c001"}]), "utf-8")
    entries = load_staff(file, SCHOOL)
    assert entries == load_staff(file, SCHOOL)  # the same at every start
    assert {entry.decided_by for entry in entries} == {DEPLOYMENT}
    member = the_one(*entries)
    assert member.person == "r001"
    assert [member.may_work(day) for day in (date(2013, 9, 1), date(2026, 8, 31), date(2026, 9, 1))] == [
        True,
        True,
        False,
    ]
    assert load_staff(None, SCHOOL) == ()
    file.write_text(json.dumps([{"person": "r001"}]), "utf-8")
    with pytest.raises(ValueError, match=r"staff\.json"):
        load_staff(file, SCHOOL)


def test_a_method_writes_unless_its_name_says_that_it_looks() -> None:
    """What a new service forgets to name is refused to the untrained, and never the other way round."""
    assert not any(
        writes(f"/xueji.x.v1.X/{name}") for name in ("GetCase", "ListStudents", "LookUp", "Read", "Rehearse", "Replay")
    )
    assert all(
        writes(f"/xueji.x.v1.X/{name}")
        for name in ("DecideCase", "FileCase", "ImportRoster", "PutEvidence", "EnterStaff", "Promote", "Anything")
    )
