"""The way of a notice, from any office to any other, as each tier decides its own hop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.endorsement import Register
from kernel.ids import new_uuid7
from kernel.notice import (
    KINDS,
    Across,
    Arrived,
    Came,
    Down,
    Line,
    Notice,
    NoticeKind,
    Up,
    is_above,
    next_hop,
    require_line,
)
from kernel.notice.kinds import CONTENT_LABELS
from kernel.office import NATION, Office, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import NoticeAstray, OutsideJurisdiction, SchoolUnknown
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

# (school, place, authority): of counties, of a prefecture, and of the province itself, in two provinces.
_SCHOOLS = (
    ("2141000001", "410105", "410105"),
    ("2141000002", "410105", "410105"),
    ("3141000003", "410122", "410122"),
    ("3441000004", "410105", "410100"),
    ("3441000005", "410203", "410000"),
    ("2144000001", "440106", "440106"),
    ("3444000002", "440106", "440100"),
)
SCHOOLS = {
    code: School(
        code=SchoolCode.parse(code),
        name="学校",
        place=place,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )
    for code, place, authority in _SCHOOLS
}
OFFICES = sorted(
    {Office(Tier.SCHOOL, code) for code in SCHOOLS}
    | {Office(Tier.AUTHORITY, code) for row in _SCHOOLS for code in row[1:]}
    | {Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")}
)
SOME = st.sampled_from(OFFICES)


def register_of(here: Office) -> Register:
    """What an office's register reaches: its own province's schools, and of a school, those of its authority."""

    def known(school: School) -> bool:
        if here.tier is Tier.SCHOOL and school.authority != SCHOOLS[here.code].authority:
            return False
        return school.code.province == here.province

    return DatedRegister.of(filter(known, SCHOOLS.values()))


def above(office: Office) -> Office:
    """Whom an office dials."""
    if office.tier is Tier.SCHOOL:
        return Office(Tier.AUTHORITY, SCHOOLS[office.code].authority)
    return Office(Tier.PROVINCE, office.province)


def walk(sender: Office, to: Office) -> list[tuple[Office, str]]:
    """Each office on the way, with how it was left."""
    here, came = sender, Came.WRITTEN
    way: list[tuple[Office, str]] = []
    while True:
        match next_hop(to, here=here, came=came, register=register_of(here)):
            case Arrived():
                return [*way, (here, "arrived")]
            case Up():
                way.append((here, "up"))
                here, came = above(here), Came.BELOW
            case Down(office):
                way.append((here, "down"))
                assert above(office) == here, "down is what follows this office's feed, and nobody else"
                here, came = office, Came.ABOVE
            case Across(province):
                way.append((here, "across"))
                here, came = Office(Tier.PROVINCE, province), Came.ACROSS
        assert len(way) < 10, "in circles"


@given(SOME, SOME)
def test_there_is_a_way_from_every_office_to_every_other_that_visits_each_once(sender: Office, to: Office) -> None:
    way = walk(sender, to)
    offices = [office for office, _ in way]
    assert offices[0] == sender
    assert offices[-1] == to
    assert len(set(offices)) == len(offices)
    left = "".join({"up": "u", "across": "a", "down": "d", "arrived": "."}[how] for _, how in way)
    assert left == "u" * left.count("u") + "a" * left.count("a") + "d" * left.count("d") + "."
    assert left.count("a") == (sender.province != to.province)


@given(SOME, SOME)
def test_a_receipt_comes_back_by_the_same_offices(sender: Office, to: Office) -> None:
    there = [office for office, _ in walk(sender, to)]
    back = [office for office, _ in walk(to, sender)]
    assert back == there[::-1]


@given(SOME, SOME)
def test_it_climbs_no_higher_than_it_must(sender: Office, to: Office) -> None:
    """What a county and its own schools have to tell each other is no business of the province."""
    hubs = [office for office, _ in walk(sender, to) if office.tier is Tier.PROVINCE]
    lines = [{office, above(office)} if office.tier is Tier.SCHOOL else {office} for office in (sender, to)]
    if lines[0] & lines[1]:
        assert [hub for hub in hubs if hub not in (sender, to)] == []


@pytest.mark.parametrize("came", [Came.ABOVE, Came.ACROSS])
def test_what_descends_never_climbs_again(came: Came) -> None:
    """Two registers disagree: the hub says that a school is this county's, and the county knows nothing of it."""
    county = Office(Tier.AUTHORITY, "410122")
    for to in (Office(Tier.SCHOOL, "2141000001"), Office(Tier.AUTHORITY, "410105"), Office(Tier.PROVINCE, "44")):
        with pytest.raises(NoticeAstray):
            next_hop(to, here=county, came=came, register=register_of(county))
    hub = Office(Tier.PROVINCE, "41")
    with pytest.raises(NoticeAstray):
        next_hop(Office(Tier.AUTHORITY, "440106"), here=hub, came=came, register=register_of(hub))


def test_a_school_that_the_province_does_not_have_is_named() -> None:
    hub = Office(Tier.PROVINCE, "41")
    with pytest.raises(SchoolUnknown):
        next_hop(Office(Tier.SCHOOL, "2141999999"), here=hub, came=Came.BELOW, register=register_of(hub))


def test_notices_end_at_the_provinces() -> None:
    hub = Office(Tier.PROVINCE, "41")
    with pytest.raises(NoticeAstray):
        next_hop(NATION, here=hub, came=Came.WRITTEN, register=register_of(hub))


@pytest.mark.parametrize(
    ("upper", "lower", "stands_above"),
    [
        ("province/41", "school/2141000001", True),
        ("province/41", "authority/410122", True),
        ("province/41", "province/44", False),
        ("province/44", "authority/410105", False),
        ("authority/410105", "school/2141000001", True),
        ("authority/410105", "school/3141000003", False),
        ("authority/410105", "school/3441000004", False),  # it stands there and is run by the prefecture (Art. 18)
        ("authority/410100", "school/3441000004", True),
        ("authority/410100", "authority/410122", True),
        ("authority/410100", "authority/410203", False),
        ("authority/410000", "authority/410203", True),
        ("authority/410105", "authority/410122", False),
        ("authority/410105", "authority/410105", False),
        ("authority/410105", "authority/410100", False),
        ("school/2141000001", "school/2141000002", False),
        ("school/2141000001", "authority/410105", False),
    ],
)
def test_who_stands_above_whom(upper: str, lower: str, stands_above: bool) -> None:
    register = register_of(Office(Tier.PROVINCE, "41"))
    assert is_above(Office.parse(upper), Office.parse(lower), register=register) is stands_above


@given(SOME, SOME)
def test_nobody_stands_above_whoever_stands_above_them(one: Office, other: Office) -> None:
    register = register_of(one)
    assert not (is_above(one, other, register=register) and is_above(other, one, register=register))


@given(SOME, SOME, st.sampled_from(NoticeKind))
def test_orders_go_down_and_reports_go_up(sender: Office, to: Office, kind: NoticeKind) -> None:
    content = dict.fromkeys(KINDS[kind].requires, "…")
    assert set(content) <= set(CONTENT_LABELS)
    notice = Notice(str(new_uuid7()), kind, sender, to, 1, content)
    register = register_of(Office(Tier.PROVINCE, "41"))
    ways = {
        Line.UP: is_above(to, sender, register=register),
        Line.DOWN: is_above(sender, to, register=register),
        Line.ANY: True,
    }
    ways[Line.OWN] = ways[Line.UP] or ways[Line.DOWN] or sender == to
    if ways[KINDS[kind].line]:
        require_line(notice, register=register)
    else:
        with pytest.raises(OutsideJurisdiction):
            require_line(notice, register=register)
