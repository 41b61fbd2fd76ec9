"""That a child was at a reform school is told to few (Art. 17.2): the veil over records and histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kernel.attending import VEILED
from kernel.case import Case, Item
from kernel.history import Approval, HistoryEvent, event_of
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.protection import WITHHELD, shown
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem
from kernel.status import StudentStatus
from kernel.student import Student
from kernel.trail import trail
from province_hub.usecases.veil import protected_record, protected_trail, veiled_record, veiled_trail

HUB = Office(Tier.PROVINCE, "41")
OURS, REFORMS, LATER = (Office(Tier.AUTHORITY, code) for code in ("410105", "410100", "410122"))
SCHOOL, REFORM, NEXT, SPECIAL = "3141000002", "3741000005", "3141000003", "5141000004"
_AUTHORITY_OF = {SCHOOL: OURS.code, REFORM: REFORMS.code, NEXT: LATER.code, SPECIAL: OURS.code}


register = DatedRegister.of(
    School(
        code=SchoolCode.parse(code),
        name=code,
        place=authority,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )
    for code, authority in _AUTHORITY_OF.items()
)


BEGUN = Student(
    student_key="019b0000-0000-7000-8000-000000000001",
    number="L410105201501010014",
    status=StudentStatus.ENROLLED,
    school=SCHOOL,
    values={"name": "张三"},
)


def at(place: str, *, version: int, before: Student) -> Student:
    standing = {"attends": place, "attends_since": "2026-09-10"} if place else {}
    return replace(before, standing=standing, version=version)


def history(place: str) -> list[HistoryEvent]:
    """Enrolled, placed, back, and then moved to a school of another authority."""
    placed = at(place, version=2, before=BEGUN)
    back = at("", version=3, before=placed)
    moved = replace(back, school=NEXT, version=4)
    steps = [
        ("enrolment", SCHOOL, None, BEGUN),
        ("reform_school_placement", place, BEGUN, placed),
        ("dual_placement_end", place, placed, back),
        ("transfer_within_province", NEXT, back, moved),
    ]
    return [
        event_of(
            Case(f"019b0000-0000-7000-8000-00000000001{n}", name, school, "", "2025.1", 0, (Item("a", {}),)),
            before,
            after,
            by=Approval(str(OURS), "zhao", "商定"),
            step="in_authority",
            at_ms=1_789_000_000_000 + n,
            effective_on=date(2026, 9, 10),
        )
        for n, (name, school, before, after) in enumerate(steps)
    ]


def told_to(asker: Office, place: str = REFORM) -> list[str]:
    told = veiled_trail(trail(history(place)), asker=asker, here=HUB, register=register)
    return [entry.event.procedure for entry in told]


@pytest.mark.parametrize("asker", [HUB, OURS, REFORMS])
def test_those_who_agreed_on_it_see_it(asker: Office) -> None:
    assert told_to(asker)[1:3] == ["reform_school_placement", "dual_placement_end"]


def test_whoever_has_the_child_later_sees_that_there_is_an_entry_and_not_what_it_says() -> None:
    told = veiled_trail(trail(history(REFORM)), asker=LATER, here=HUB, register=register)
    plain = trail(history(REFORM))
    assert [entry.event.procedure for entry in told] == ["enrolment", VEILED, VEILED, "transfer_within_province"]
    for veiled in told[1:3]:
        assert (veiled.changes, veiled.event.reason, veiled.event.articles, veiled.event.evidence) == ((), "", (), ())
    assert [entry.digest for entry in told] == [entry.digest for entry in plain]


def test_a_placement_at_any_other_school_is_nobodys_secret() -> None:
    assert VEILED not in told_to(LATER, SPECIAL)


def test_the_record_of_a_day_is_veiled_as_the_history_is() -> None:
    placed = at(REFORM, version=2, before=BEGUN)
    for asker, seen in ((HUB, True), (OURS, True), (REFORMS, True), (LATER, False)):
        told = veiled_record(placed, asker=asker, here=HUB, register=register)
        assert ("attends" in told.standing) is seen
    assert veiled_record(BEGUN, asker=LATER, here=HUB, register=register) is BEGUN


def renamed(protected: str) -> Student:
    """A child who has another name and another address than once, with what is protected of it."""
    values = {"name": "李四", "former_name": "张三", "address": "新址", "phone": "19900000000"}
    return replace(BEGUN, values=values, standing={"protected": protected} if protected else {}, version=2)


def renaming(after: Student) -> list[HistoryEvent]:
    begun = replace(BEGUN, values={"name": "张三", "address": "旧址"})
    by = Approval(str(OURS), "zhao", "收养")
    case = Case(
        "019b0000-0000-7000-8000-000000000020", "key_data_correction", SCHOOL, "", "2025.1", 0, (Item("a", {}),)
    )
    first = event_of(case, None, begun, by=by, step="in_authority", at_ms=1_789_000_000_000)
    return [first, event_of(case, begun, after, by=by, step="in_authority", at_ms=1_789_000_000_001)]


@pytest.mark.parametrize(
    ("protected", "hidden", "told"),
    [
        ("", [], ["张三", "李四", "旧址", "新址"]),
        ("address", ["旧址", "新址"], ["张三", "李四"]),
        ("former_name", ["张三"], ["李四", "旧址", "新址"]),
        ("both", ["张三", "旧址", "新址"], ["李四"]),
    ],
)
def test_what_is_protected_today_is_withheld_of_every_day(protected: str, hidden: list[str], told: list[str]) -> None:
    now = renamed(protected)
    entries = protected_trail(trail(renaming(now)), now=now)
    past = protected_record(replace(BEGUN, values={"name": "张三", "address": "旧址"}), now=now)
    seen = {text for entry in entries for one in entry.changes for text in (one.before, one.after)}
    seen |= set(past.values.values()) | set(protected_record(now, now=now).values.values())
    assert seen.isdisjoint(hidden)
    assert seen >= set(told)
    assert (WITHHELD in seen) is bool(hidden)
    assert "19900000000" in seen


def test_an_office_that_compares_is_shown_what_is_not_protected() -> None:
    told = shown(renamed("both"))
    assert (told["name"], told["former_name"], told["address"]) == ("李四", WITHHELD, WITHHELD)
    assert shown(renamed("")) == renamed("").values
