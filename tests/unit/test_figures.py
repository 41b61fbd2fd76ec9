"""What a figure counts, who may ask for it, and that totals and flows come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.canonical import canonical_bytes
from kernel.figures.cohorts import Cohort, Retention, span_of, years_before
from kernel.figures.definitions import DEFINITIONS
from kernel.figures.dimensions import MEMBERS, OF_THE_RECORD, SOURCES, Dimension, label, value_of
from kernel.figures.flows import (
    CLOSING,
    FRESHMEN,
    INWARD,
    OPENING,
    OUTWARD,
    UNPLACED,
    Flow,
    FlowCell,
    Passage,
    Side,
    count_flows,
    withheld,
)
from kernel.figures.report import ClassCounts, Report, add_cells, add_flows, add_retentions, school_year_of
from kernel.figures.scope import Scope, ScopeKind, covers, own_scope, require_within
from kernel.figures.tables import TOTAL, Breakdown, Cell, Family, Tallied
from kernel.office import NATION, Office, Tier
from kernel.refusals import BreakdownNotOffered, OutsideJurisdiction, ScopeMalformed
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem
from kernel.status import StudentStatus

S = StudentStatus
HERE = "41"


# --- Counting ---

_GRADES = ("101", "102", "201", "303", "402", "999")
_people = st.fixed_dictionaries(
    {
        "grade": st.sampled_from(_GRADES),
        "status": st.sampled_from([S.ENROLLED, S.ENROLLED, S.ENROLLED, S.SUSPENDED, S.DROPPED_OUT]),
        "sex": st.sampled_from(["1", "2", ""]),
        "ethnicity": st.sampled_from(["01", "01", "02", "53", "97", ""]),
        "attendance": st.sampled_from(["1", "2"]),
        "migrant_child": st.sampled_from(["0", "1"]),
        "left_behind": st.sampled_from(["0", "1", "2"]),
        "disability": st.sampled_from(["0", "5", "X"]),
        "inclusive_class": st.sampled_from(["0", "3"]),
        "attendance_mode": st.sampled_from(["", "home_teaching"]),
        "school": st.sampled_from(["2141000001", "2141000002"]),
    }
)


def tally(people: Sequence[dict[str, str]]) -> list[Tallied]:
    """What a database would count."""
    groups: Counter[tuple[str, Dimension | None, tuple[str, ...]]] = Counter()
    for one in people:
        groups[one["grade"], Dimension.STATUS, (one["status"],)] += 1
        if one["status"] != S.ENROLLED:
            continue
        groups[one["grade"], None, ()] += 1
        groups[one["grade"], Dimension.SCHOOL, (one["school"],)] += 1
        for dimension in OF_THE_RECORD:
            source = SOURCES[dimension]
            groups[one["grade"], dimension, tuple(one[key] for key in (*source.form, *source.standing))] += 1
    return [Tallied(grade, dimension, told, pupils) for (grade, dimension, told), pupils in groups.items()]


@settings(max_examples=40, deadline=None)
@given(st.lists(_people, max_size=40), st.integers(1, 12))
def test_every_breakdown_adds_up_to_its_totals(people: list[dict[str, str]], threshold: int) -> None:
    family = Family.of(tally(people))
    hidden = family.withheld(threshold=threshold)  # asserts every sum of the family
    enrolled = [one for one in people if one["status"] == S.ENROLLED]
    assert dict(family.table(Breakdown()))[TOTAL] == len(enrolled)
    for dimension in OF_THE_RECORD:
        cells = dict(family.table(Breakdown.of([dimension])))
        assert sum(count for cell, count in cells.items() if cell.dimension == dimension) == len(enrolled)
    told = [count for cell, count in family.counts.items() if cell not in hidden]
    assert all(count >= threshold for count in told)


@settings(max_examples=15, deadline=None)
@given(st.lists(_people, max_size=60))
def test_the_same_totals_are_withheld_whichever_table_is_asked_for(people: list[dict[str, str]]) -> None:
    groups = tally(people)
    without_members = Family.of(group for group in groups if group.dimension not in MEMBERS)
    told = Family.of(groups).withheld(threshold=10)
    assert without_members.withheld(threshold=10) <= told


@pytest.mark.parametrize(
    ("dimension", "told", "value"),
    [
        (Dimension.MINORITY, ("01",), "0"),
        (Dimension.MINORITY, ("56",), "1"),
        (Dimension.MINORITY, ("97",), "9"),
        (Dimension.MINORITY, ("",), ""),
        (Dimension.SEX, ("7",), ""),
        (Dimension.INCLUSION, ("0", "home_teaching"), "home_teaching"),
        (Dimension.INCLUSION, ("3", ""), "inclusive"),
        (Dimension.INCLUSION, ("3", "ordinary"), "ordinary"),
        (Dimension.INCLUSION, ("0", ""), "ordinary"),
        (Dimension.INCLUSION, ("", ""), ""),
    ],
)
def test_what_the_record_says_becomes_one_value(dimension: Dimension, told: tuple[str, ...], value: str) -> None:
    assert value_of(dimension, told) == value
    assert label(dimension, value)


def test_a_table_has_its_cells_and_their_totals_and_no_other() -> None:
    family = Family.of(
        [
            Tallied("101", None, (), 3),
            Tallied("102", None, (), 4),
            Tallied("101", Dimension.SEX, ("1",), 3),
            Tallied("102", Dimension.SEX, ("2",), 4),
            Tallied("101", Dimension.STATUS, ("enrolled",), 3),
            Tallied("102", Dimension.STATUS, ("enrolled",), 4),
            Tallied("102", Dimension.STATUS, ("suspended",), 1),
        ]
    )
    by_sex = Breakdown.of(["sex", "stage"])
    assert [(by_sex.by(cell), count) for cell, count in family.table(by_sex)] == [
        ({}, 7),
        ({"sex": "1"}, 3),
        ({"sex": "2"}, 4),
        ({"stage": "1"}, 7),
        ({"stage": "1", "sex": "1"}, 3),
        ({"stage": "1", "sex": "2"}, 4),
    ]
    by_status = Breakdown.of(["status"])
    assert [(by_status.by(cell), count) for cell, count in family.table(by_status)] == [
        ({}, 8),
        ({"status": "enrolled"}, 7),
        ({"status": "suspended"}, 1),
    ]
    by_grade = Breakdown.of(["grade"])
    assert [by_grade.by(cell) for cell, _ in family.table(by_grade)] == [
        {},
        {"stage": "1"},
        {"grade": "101"},
        {"grade": "102"},
    ]


@pytest.mark.parametrize(
    "words", [["sex", "boarding"], ["stage", "grade"], ["grade", "ethnicity"], ["grade", "school"], ["colour"]]
)
def test_a_breakdown_that_is_not_offered_is_refused(words: list[str]) -> None:
    with pytest.raises(BreakdownNotOffered):
        Breakdown.of(words)


def test_every_figure_has_its_sentence_and_its_source() -> None:
    for key, one in DEFINITIONS.items():
        assert one.key == key
        assert one.label
        assert one.sentence.endswith("。")
        assert one.source
    for beside in (OPENING, CLOSING, INWARD, OUTWARD, FRESHMEN, UNPLACED):
        assert beside in DEFINITIONS


# --- Scopes ---


def a_school(code: str, place: str, authority: str) -> School:
    return School(
        code=SchoolCode.parse(code),
        name="某校",
        place=place,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )


REGISTER = {
    "2141000001": a_school("2141000001", "410105", "410105"),
    "2141000002": a_school("2141000002", "410105", "410100"),  # the city runs it, in the county
    "2141000003": a_school("2141000003", "410122", "410122"),
}


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (Scope(ScopeKind.AUTHORITY, "410105"), ["2141000001"]),
        (Scope(ScopeKind.PLACE, "410105"), ["2141000001", "2141000002"]),
        (Scope(ScopeKind.AUTHORITY, "410100"), ["2141000001", "2141000002", "2141000003"]),
        (Scope(ScopeKind.AUTHORITY, "410100", direct=True), ["2141000002"]),
        (Scope(ScopeKind.PROVINCE, "41"), list(REGISTER)),
        (Scope(ScopeKind.PROVINCE, "44"), []),
        (Scope(ScopeKind.SCHOOL, "2141000002"), ["2141000002"]),
    ],
)
def test_place_and_authority_are_two_hierarchies(scope: Scope, held: list[str]) -> None:
    assert [school.code.text for school in scope.schools_among(REGISTER)] == held


COUNTY, CITY, HUB = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410100"), Office(Tier.PROVINCE, "41")
SCHOOL = Office(Tier.SCHOOL, "2141000001")


@pytest.mark.parametrize(
    ("asker", "scope", "allowed"),
    [
        (SCHOOL, Scope(ScopeKind.SCHOOL, "2141000001"), True),
        (SCHOOL, Scope(ScopeKind.SCHOOL, "2141000003"), False),
        (SCHOOL, Scope(ScopeKind.AUTHORITY, "410105"), False),
        (COUNTY, Scope(ScopeKind.SCHOOL, "2141000001"), True),
        (COUNTY, Scope(ScopeKind.SCHOOL, "2141000002"), False),
        (COUNTY, Scope(ScopeKind.PLACE, "410105"), True),
        (COUNTY, Scope(ScopeKind.PLACE, "410100"), False),
        (COUNTY, Scope(ScopeKind.PROVINCE, "41"), False),
        (CITY, Scope(ScopeKind.AUTHORITY, "410105"), True),
        (CITY, Scope(ScopeKind.SCHOOL, "2141000003"), True),
        (HUB, Scope(ScopeKind.SCHOOL, "2141000003"), True),
        (HUB, Scope(ScopeKind.PLACE, "410122"), True),
        (HUB, Scope(ScopeKind.PROVINCE, "44"), False),
        (HUB, Scope(ScopeKind.NATION, "00"), False),
        (NATION, Scope(ScopeKind.NATION, "00"), True),
        (NATION, Scope(ScopeKind.PROVINCE, "41"), True),
        (NATION, Scope(ScopeKind.AUTHORITY, "410105"), False),
    ],
)
def test_an_office_is_told_of_its_own_and_of_what_lies_below(asker: Office, scope: Scope, *, allowed: bool) -> None:
    if allowed:
        require_within(scope, asker, school=REGISTER.get)
    else:
        with pytest.raises(OutsideJurisdiction):
            require_within(scope, asker, school=REGISTER.get)


@pytest.mark.parametrize("office", [SCHOOL, COUNTY, HUB, NATION])
def test_an_office_may_ask_for_what_it_answers_for(office: Office) -> None:
    require_within(own_scope(office), office, school=REGISTER.get)


@pytest.mark.parametrize(
    ("kind", "code", "direct"),
    [("school", "21", False), ("place", "4101", False), ("nation", "41", False), ("place", "410105", True)],
)
def test_a_scope_that_is_none_is_refused(kind: str, code: str, *, direct: bool) -> None:
    with pytest.raises(ScopeMalformed):
        Scope(ScopeKind(kind), code, direct)


def test_a_division_covers_what_its_zeros_leave_open() -> None:
    assert covers("410000", "410105")
    assert covers("410100", "410105")
    assert not covers("410100", "410205")
    assert not covers("410105", "410100")


# --- Flows ---

_statuses = st.sampled_from(
    [S.ENROLLED, S.ENROLLED, S.SUSPENDED, S.DROPPED_OUT, S.GRADUATED, S.TRANSFERRED_OUT, S.AWAY]
)
_sides = st.builds(
    Side,
    status=_statuses,
    inside=st.booleans(),
    province=st.sampled_from(["41", "41", "44", ""]),
    grade=st.sampled_from(["101", "106", "201", "203", "301"]),
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(Passage, st.none() | _sides, _sides, st.integers(1, 30), st.booleans(), st.booleans()), max_size=12
    )
)
def test_the_end_is_the_beginning_with_who_came_and_without_who_left(passages: list[Passage]) -> None:
    came = sum(one.pupils for one in passages if one.after.counted and not (one.before and one.before.counted))
    left = sum(one.pupils for one in passages if not one.after.counted and one.before and one.before.counted)
    counts, sums = count_flows(passages, opening=left, closing=came, here=HERE)
    assert counts.get(FlowCell("*", INWARD), 0) == came
    assert counts.get(FlowCell("*", OUTWARD), 0) == left
    hidden = withheld(counts, sums, threshold=10)  # asserts every sum
    assert all(counts[cell] >= 10 for cell in counts.keys() - hidden)


def test_flows_that_do_not_come_out_are_not_published() -> None:
    with pytest.raises(AssertionError):
        count_flows([], opening=3, closing=4, here=HERE)


def side(status: S = S.ENROLLED, *, inside: bool = True, province: str = HERE, grade: str = "103") -> Side:
    return Side(status, inside, province, grade)


@pytest.mark.parametrize(
    ("before", "after", "flow"),
    [
        (None, side(), Flow.IN_REGISTERED),
        (side(S.GRADUATED), side(), Flow.IN_NEXT_STAGE),
        (side(S.GRADUATED, inside=False), side(), Flow.IN_NEXT_STAGE),
        (side(inside=False), side(), Flow.IN_TRANSFER_WITHIN),
        (side(inside=False, province="44"), side(), Flow.IN_TRANSFER_PROVINCE),
        (side(S.TRANSFERRED_OUT), side(), Flow.IN_TRANSFER_PROVINCE),
        (side(S.SUSPENDED), side(), Flow.IN_RESUMED),
        (side(S.DROPPED_OUT), side(), Flow.IN_RETURNED),
        (side(S.DROPPED_OUT, inside=False), side(), Flow.IN_RETURNED),
        (side(S.ABROAD), side(), Flow.IN_FROM_ABROAD),
        (side(S.MISSING), side(), Flow.IN_REAPPEARED),
        (side(S.EXPELLED), side(), Flow.IN_RESTORED),
        (side(), side(inside=False), Flow.OUT_TRANSFER_WITHIN),
        (side(), side(S.TRANSFERRED_OUT, province="44"), Flow.OUT_TRANSFER_PROVINCE),
        (side(), side(S.GRADUATED), Flow.OUT_GRADUATED),
        (side(), side(S.DROPPED_OUT), Flow.OUT_DROPPED_OUT),
        (side(), side(S.DECEASED), Flow.OUT_DECEASED),
        (side(), side(S.DELETED), Flow.OUT_STRUCK),
    ],
)
def test_each_change_has_one_reason(before: Side | None, after: Side, flow: Flow) -> None:
    day = Passage(before, after, 12)
    opening, closing = (0, 12) if flow.inward else (12, 0)
    counts, _ = count_flows([day], opening=opening, closing=closing, here=HERE)
    assert counts[FlowCell("*", flow.value)] == 12


def test_a_school_that_changes_its_authority_is_no_transfer() -> None:
    gone = Passage(side(), side(inside=False), 40, reorganised=True)
    counts, _ = count_flows([gone], opening=40, closing=0, here=HERE)
    assert counts[FlowCell("*", Flow.OUT_REORGANISED.value)] == 40


def test_freshmen_stand_against_the_graduates_below() -> None:
    graduates = Passage(side(grade="106"), side(S.GRADUATED, grade="106"), 50)
    unplaced = Passage(side(grade="106"), side(S.GRADUATED, grade="106"), 10, unplaced=True)
    entered = Passage(side(S.GRADUATED, grade="106"), side(grade="201"), 50)
    counts, _ = count_flows([graduates, unplaced, entered], opening=60, closing=50, here=HERE)
    assert counts[FlowCell("1", Flow.OUT_GRADUATED.value)] == 60
    assert counts[FlowCell("1", UNPLACED)] == 10
    assert counts[FlowCell("2", FRESHMEN)] == 50


# --- Cohorts ---


def test_the_last_year_is_counted_by_the_schools_own_system() -> None:
    six, five = (span_of(Cohort.COMPULSORY, system) for system in (SchoolSystem.SIX_THREE, SchoolSystem.FIVE_FOUR))
    assert (six.last.code, five.last.code, six.years, five.years) == ("203", "204", 8, 8)
    junior = span_of(Cohort.JUNIOR, SchoolSystem.FIVE_FOUR)
    assert (junior.first.code, junior.years) == ("201", 3)
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("remaining", "entrants", "percent"), [(95, 100, 95.0), (105, 100, 105.0), (None, 100, None), (3, 0, None)]
)
def test_a_rate_is_told_where_both_counts_are(
    remaining: int | None, entrants: int | None, percent: float | None
) -> None:
    assert Retention(Cohort.JUNIOR, remaining, entrants, (date(2023, 9, 1),)).percent == percent


# --- Reports ---


def a_report(province: str, boys: int | None, remaining: int | None = 90) -> Report:
    return Report(
        province=province,
        on=date(2026, 10, 1),
        counted_at_ms=1,
        threshold=10,
        cells={TOTAL: 100, Cell("*", "sex", "1"): boys},
        flows_from=date(2026, 9, 1),
        flows={FlowCell("*", Flow.OUT_TRANSFER_PROVINCE.value, "44"): boys},
        classes=ClassCounts(4, 1, 0),
        large_from=56,
        huge_from=66,
        retentions=(Retention(Cohort.JUNIOR, remaining, 100, (date(2024, 10, 1),)),),
    )


def test_a_report_is_read_as_it_was_written() -> None:
    report = a_report("41", None)
    assert canonical_bytes(report.to_content())
    assert Report.from_content(report.to_content()) == report


def test_the_nation_adds_what_it_was_told_and_says_who_did_not_tell() -> None:
    reports = [a_report("41", 60), a_report("44", None)]
    boys = add_cells(reports)[Cell("*", "sex", "1")]
    assert (boys.pupils, boys.withholding) == (60, 1)
    assert add_cells(reports)[TOTAL].pupils == 200
    (flow,) = add_flows(reports).values()
    assert (flow.pupils, flow.withholding) == (60, 1)
    (rate,) = add_retentions(reports)
    assert rate.percent == 90.0
    (unknown,) = add_retentions([a_report("41", 60), a_report("44", 60, remaining=None)])
    assert unknown.percent is None


@pytest.mark.parametrize(
    ("day", "begins"), [(date(2026, 9, 1), date(2026, 9, 1)), (date(2027, 8, 31), date(2026, 9, 1))]
)
def test_a_school_year_begins_in_september(day: date, begins: date) -> None:
    assert school_year_of(day) == begins
