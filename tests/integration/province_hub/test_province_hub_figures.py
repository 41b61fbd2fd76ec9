"""Counting on a real PostgreSQL: what the database counts is what the histories say, entry for entry."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from chassis.packs import load_packs
from chassis.sql import Database, migrate
from kernel.case import Case, Item
from kernel.clock import day_of
from kernel.figures.answers import ClassesQuestion, FiguresQuestion, FlowsQuestion, RetentionQuestion
from kernel.figures.dimensions import OF_THE_RECORD, SOURCES, Dimension
from kernel.figures.flows import CLOSING, INWARD, OPENING, OUTWARD, Flow, FlowCell
from kernel.figures.scope import Scope, ScopeKind
from kernel.figures.tables import TOTAL, Breakdown, Family, Tallied
from kernel.history import Approval, HistoryEvent, counter_of, event_of, state
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import Refusal, SchoolUnknown, TooManyMembers
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.figures import Day, Whose
from province_hub.store.transaction import HubTransaction
from province_hub.usecases import counting as counting_module
from province_hub.usecases.counting import Counting
from province_hub.usecases.get_figures import get_figures
from province_hub.usecases.get_flows import get_flows
from province_hub.usecases.get_retention import get_retention
from province_hub.usecases.list_classes import list_classes

S = StudentStatus
DAY_MS = 86_400_000
BEGAN_MS = 1_788_220_800_000  # 2026-09-01 08:00 in China
BEGAN_ON = date(2026, 9, 1)
NOW = datetime(2027, 3, 1, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
PUPILS = 240
HUB = Office(Tier.PROVINCE, "41")
COUNTY, CITY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410100")
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"
BY = Approval("authority/410105", "410105-zhao")
CASE = Case(str(new_uuid7()), "enrolment", "2141000001", "", "2013", 1, (Item(str(new_uuid7()), {}),))
ORDINARY, RUN_BY_THE_CITY, ELSEWHERE, TINY = "2141000001", "2141000002", "2141000003", "2141000004"
SCHOOLS = ((ORDINARY, "410105", "410105"), (RUN_BY_THE_CITY, "410105", "410100"), (ELSEWHERE, "410122", "410122"))


def a_school(code: str, place: str, authority: str) -> School:
    return School(
        code=SchoolCode.parse(code),
        name=f"第{code[-1]}学校",
        place=place,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )


REGISTER = DatedRegister.of(a_school(*school) for school in SCHOOLS)


@dataclass
class Province:
    """A hub's database, and the whole histories of its pupils."""

    database: Database[HubTransaction]
    counting: Counting
    histories: list[list[HistoryEvent]]

    def family(self, *schools: str, on: date, known_ms: int | None = None) -> Family:
        day = Day.known_now(on, NOW_MS) if known_ms is None else Day(on, known_ms)
        return Family.of(self.database.transact(lambda tx: list(tx.figures.tally(Whose(schools), day, by_school=True))))

    def ask(self, use_case: Callable[..., Any], question: Any, *, asker: Office = HUB, now: datetime = NOW) -> Any:
        return self.database.look(use_case, question, asker=asker, now=now, counting=self.counting)

    def as_told(self, *schools: str, on: date, known_ms: int = NOW_MS) -> Family:
        """The same by folding every history."""
        groups: Counter[tuple[str, Dimension | None, tuple[str, ...]]] = Counter()
        for history in self.histories:
            student = state(history, on=on, known_at_ms=known_ms)
            if student is None or student.school not in schools or not student.status.live:
                continue
            groups[student.grade, Dimension.STATUS, (student.status.value,)] += 1
            if student.status is S.ENROLLED:
                groups[student.grade, None, ()] += 1
                groups[student.grade, Dimension.SCHOOL, (student.school,)] += 1
                for dimension in OF_THE_RECORD:
                    groups[student.grade, dimension, _told(student, dimension)] += 1
        return Family.of(Tallied(*group, pupils) for group, pupils in groups.items())


def _told(student: Student, dimension: Dimension) -> tuple[str, ...]:
    source = SOURCES[dimension]
    form = tuple(student.values.get(key, "") for key in source.form)
    return form + tuple(student.standing.get(key, "") for key in source.standing)


@pytest.fixture(scope="module")
def province(postgres: Any) -> Iterator[Province]:
    """Some hundred pupils with eventful lives; the same ones every time."""
    postgres.create_database("figures")
    migrate(postgres.dsn("figures"), "province_hub", program_version=version("xueji"))
    database = Database(postgres.dsn("figures"), HubTransaction, threads=2, application_name="test")
    counting = Counting(here=HUB, register=lambda: REGISTER, packs=load_packs(POLICIES))
    histories = [_a_life(database, random.Random(number)) for number in range(PUPILS)]  # noqa: S311 - a test's
    yield Province(database, counting, histories)
    database.close()


def _a_life(database: Database[HubTransaction], chance: random.Random) -> list[HistoryEvent]:
    key = str(new_uuid7())
    student = Student(
        student_key=key,
        number=f"T{key}",
        status=S.ENROLLED,
        school=chance.choice([school for school, _, _ in SCHOOLS]),
        values={
            "name": "某某",
            "grade": chance.choice(["101", "102", "203"]),
            "school_class": chance.choice(["1班", "2班", ""]),
            "sex": chance.choice("12"),
            "ethnicity": chance.choice(["01", "01", "01", "02", "53"]),
            "attendance": chance.choice("12"),
            "migrant_child": chance.choice("01"),
            "left_behind": chance.choice("012"),
            "disability": chance.choice("00005"),
            "inclusive_class": "0",
        },
    )
    first = _entry(None, student, at_ms=BEGAN_MS + chance.randrange(20) * DAY_MS)
    database.transact(lambda tx: tx.students.admit([student], [first]))
    history, at_ms = [first], first.at_ms
    for _ in range(chance.randrange(5)):
        at_ms += chance.randrange(1, 25) * DAY_MS
        event, after = _happens(history, student, chance, at_ms)
        student = database.transact(_write, after, event)
        history.append(event)
    assert state(history) == student
    return history


def _write(tx: HubTransaction, after: Student, event: HistoryEvent) -> Student:
    return tx.students.write(after, event)


def _happens(
    history: list[HistoryEvent], before: Student, chance: random.Random, at_ms: int
) -> tuple[HistoryEvent, Student]:
    if chance.random() < 0.25:
        with contextlib.suppress(Refusal):  # not every entry can be taken back
            version = chance.choice(history).version
            event = counter_of(CASE, history, version, by=BY, step="in_authority", at_ms=at_ms)
            return event, replace(before, version=event.version)
    after = replace(chance.choice(CHANGES)(before, chance), version=before.version + 1)
    late_days = chance.choice([0, 0, 0, 5, 40])
    on = max(history[0].effective_on, day_of(at_ms) - timedelta(days=late_days))
    return _entry(before, after, at_ms=at_ms, on=on), after


def _entry(before: Student | None, after: Student, *, at_ms: int, on: date | None = None) -> HistoryEvent:
    return event_of(CASE, before, after, by=BY, step="in_authority", at_ms=at_ms, effective_on=on)


def _with_item(key: str, choices: list[str]) -> Callable[[Student, random.Random], Student]:
    return lambda student, chance: replace(student, values={**student.values, key: chance.choice(choices)})


CHANGES: list[Callable[[Student, random.Random], Student]] = [
    lambda student, chance: replace(student, status=chance.choice([S.SUSPENDED, S.ENROLLED, S.DROPPED_OUT])),
    lambda student, chance: replace(student, status=chance.choice([S.GRADUATED, S.TRANSFERRED_OUT, S.ENROLLED])),
    lambda student, chance: replace(student, school=chance.choice([school for school, _, _ in SCHOOLS])),
    lambda student, _: replace(student, standing={"attendance_mode": "home_teaching"}),
    lambda student, _: replace(student, standing={}),
    _with_item("attendance", ["1", "2"]),
    _with_item("grade", ["101", "102", "203"]),
    _with_item("ethnicity", ["01", "02"]),
    _with_item("school_class", ["1班", "2班"]),
]

DAYS = [BEGAN_ON - timedelta(days=1), *(BEGAN_ON + timedelta(days=days) for days in (0, 9, 15, 30, 61, 90, 300))]


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("schools", [(ORDINARY,), (ORDINARY, ELSEWHERE)])
def test_a_day_is_counted_as_the_histories_say_that_it_was(
    province: Province, schools: tuple[str, ...], on: date
) -> None:
    assert province.family(*schools, on=on).counts == province.as_told(*schools, on=on).counts


@pytest.mark.parametrize("known_days", [3, 25, 45, 80])
def test_and_as_it_was_known_at_an_earlier_moment(province: Province, known_days: int) -> None:
    known_ms = BEGAN_MS + known_days * DAY_MS
    for on in DAYS:
        told = province.as_told(ORDINARY, RUN_BY_THE_CITY, on=on, known_ms=known_ms)
        assert province.family(ORDINARY, RUN_BY_THE_CITY, on=on, known_ms=known_ms).counts == told.counts


def test_a_province_is_all_its_schools(province: Province) -> None:
    everywhere = [school for school, _, _ in SCHOOLS]
    by_code = province.database.transact(
        lambda tx: list(
            tx.figures.tally(Whose((), province="41"), Day.known_now(BEGAN_ON + timedelta(days=50), NOW_MS))
        )
    )
    assert (
        Family.of(by_code).counts[TOTAL]
        == province.as_told(*everywhere, on=BEGAN_ON + timedelta(days=50)).counts[TOTAL]
    )


@pytest.mark.parametrize(
    "scope",
    [
        Scope(ScopeKind.SCHOOL, ORDINARY),
        Scope(ScopeKind.AUTHORITY, "410105"),
        Scope(ScopeKind.PLACE, "410105"),
        Scope(ScopeKind.PROVINCE, "41"),
    ],
    ids=str,
)
@pytest.mark.parametrize(("first", "days"), [(0, 0), (1, 20), (30, 60), (0, 200), (-30, 29)])
def test_the_end_is_the_beginning_with_the_flows(province: Province, scope: Scope, first: int, days: int) -> None:
    begins = BEGAN_ON + timedelta(days=first)
    asker = Office(Tier.SCHOOL, ORDINARY) if scope.kind is ScopeKind.SCHOOL else HUB
    question = FlowsQuestion(scope, begins, begins + timedelta(days=days))
    # The count itself asserts that opening, flows and closing agree (kernel.figures.flows.count_flows).
    told = {cell: count.pupils for cell, count in province.ask(get_flows, question, asker=asker).flows}
    if asker.tier is Tier.SCHOOL:
        opening, closing = (
            province.as_told(ORDINARY, on=day).counts.get(TOTAL, 0)
            for day in (begins - timedelta(days=1), question.last)
        )
        assert told.get(FlowCell("*", OPENING), 0) == opening
        assert told.get(FlowCell("*", CLOSING), 0) == closing
        assert opening + told.get(FlowCell("*", INWARD), 0) - told.get(FlowCell("*", OUTWARD), 0) == closing


def test_the_clock_of_who_asks_decides_nothing(province: Province) -> None:
    """An office's clock may lag behind that of those who record: what is known now is what is there."""
    question = FlowsQuestion(Scope(ScopeKind.PROVINCE, "41"), BEGAN_ON, BEGAN_ON + timedelta(days=200))
    told = province.ask(get_flows, question)
    asked_early = province.ask(get_flows, question, now=NOW - timedelta(days=365))
    assert asked_early.flows == told.flows


def test_flows_have_the_reasons_that_the_histories_have(province: Province) -> None:
    last = BEGAN_ON + timedelta(days=200)
    question = FlowsQuestion(Scope(ScopeKind.SCHOOL, ORDINARY), BEGAN_ON, last)
    told = province.ask(get_flows, question, asker=Office(Tier.SCHOOL, ORDINARY))
    counted = Counter(
        {cell.flow: count.pupils for cell, count in told.flows if cell.level == "*" and not cell.province}
    )
    expected: Counter[str] = Counter()
    for history in province.histories:
        before: Student | None = None
        for day in (BEGAN_ON + timedelta(days=days) for days in range(201)):
            after = state(history, on=day)
            was, becomes = (
                one is not None and one.school == ORDINARY and one.status is S.ENROLLED for one in (before, after)
            )
            if becomes and not was:
                expected[_why_came(before)] += 1
            elif was and not becomes:
                assert after is not None
                expected[_why_left(after)] += 1
            before = after
    assert {flow: counted[flow] for flow in expected} == dict(expected)
    assert sum(expected.values()) == counted[INWARD] + counted[OUTWARD]


def _why_came(before: Student | None) -> str:
    if before is None:
        return Flow.IN_REGISTERED.value
    return {
        S.ENROLLED: Flow.IN_TRANSFER_WITHIN,
        S.SUSPENDED: Flow.IN_RESUMED,
        S.DROPPED_OUT: Flow.IN_RETURNED,
        S.GRADUATED: Flow.IN_NEXT_STAGE,
        S.TRANSFERRED_OUT: Flow.IN_TRANSFER_PROVINCE,
    }[before.status].value


def _why_left(after: Student) -> str:
    return {
        S.ENROLLED: Flow.OUT_TRANSFER_WITHIN,
        S.SUSPENDED: Flow.OUT_SUSPENDED,
        S.DROPPED_OUT: Flow.OUT_DROPPED_OUT,
        S.GRADUATED: Flow.OUT_GRADUATED,
        S.TRANSFERRED_OUT: Flow.OUT_TRANSFER_PROVINCE,
    }[after.status].value


# --- Who is told what ---


def figures(by: list[str], scope: Scope, on: date | None = None) -> FiguresQuestion:
    return FiguresQuestion(scope, on, Breakdown.of(by))


def test_a_school_is_told_all_of_its_own_and_nobody_above_is_told_small_counts(province: Province) -> None:
    question = figures(["grade", "disability"], Scope(ScopeKind.SCHOOL, ORDINARY))
    own = province.ask(get_figures, question, asker=Office(Tier.SCHOOL, ORDINARY))
    assert own.told.threshold == 0
    assert not any(count.withheld for _, count in own.cells)
    assert any(0 < count.pupils < 10 for _, count in own.cells)
    above = province.ask(get_figures, question, asker=COUNTY)
    assert above.told.threshold == 10
    assert [cell for cell, _ in above.cells] == [cell for cell, _ in own.cells]
    assert not any(0 < count.pupils < 10 for _, count in above.cells)
    assert any(count.withheld for _, count in above.cells)
    assert all(count.pupils == 0 for _, count in above.cells if count.withheld)


def test_a_county_learns_no_small_count_of_schools_that_others_run_in_its_place(province: Province) -> None:
    """What the county knows of its own schools, taken from the sum over its place, is what others run there."""
    place, own, others = (
        province.family(*schools, on=NOW.date())
        for schools in ((ORDINARY, RUN_BY_THE_CITY), (ORDINARY,), (RUN_BY_THE_CITY,))
    )
    for by in (["ethnicity"], ["grade", "disability"], ["grade", "migrant"], ["stage", "left_behind"]):
        breakdown = Breakdown.of(by)
        told = province.ask(get_figures, figures(by, Scope(ScopeKind.PLACE, "410105")), asker=COUNTY)
        shown = {tuple(sorted(cell.items())) for cell, count in told.cells if not count.withheld}
        for cell, count in place.table(breakdown):
            rest = count - own.counts.get(cell, 0)
            assert rest == others.counts.get(cell, 0)
            if tuple(sorted(breakdown.by(cell).items())) in shown:
                assert rest == 0 or rest >= 10


def test_places_and_authorities_are_counted_apart(province: Province) -> None:
    on = BEGAN_ON + timedelta(days=60)
    place = province.ask(get_figures, figures([], Scope(ScopeKind.PLACE, "410105"), on))
    authority = province.ask(get_figures, figures([], Scope(ScopeKind.AUTHORITY, "410105"), on))
    direct = province.ask(get_figures, figures([], Scope(ScopeKind.AUTHORITY, "410100", direct=True), on))
    counts = [answer.cells[0][1].pupils for answer in (place, authority, direct)]
    assert counts[0] == counts[1] + counts[2]
    assert counts == [
        province.as_told(*schools, on=on).counts[TOTAL]
        for schools in ((ORDINARY, RUN_BY_THE_CITY), (ORDINARY,), (RUN_BY_THE_CITY,))
    ]


@pytest.mark.parametrize(
    ("by", "codes"),
    [
        ("school", {ORDINARY, RUN_BY_THE_CITY, ELSEWHERE}),
        ("authority", {"410105", "410100", "410122"}),
        ("place", {"410105", "410122"}),
    ],
)
def test_a_scope_is_told_by_its_parts(province: Province, by: str, codes: set[str]) -> None:
    told = province.ask(get_figures, figures([by], Scope(ScopeKind.AUTHORITY, "410100")))
    assert {cell[by] for cell, _ in told.cells if by in cell} == codes
    assert set(told.names) == (codes if by == "school" else set())
    total, *parts = (count.pupils for _, count in told.cells)
    assert total == sum(parts)


def test_more_parts_than_a_table_holds_are_refused(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("province_hub.usecases.get_figures.MEMBERS_MAX", 2)
    assert counting_module.MEMBERS_MAX == 500
    with pytest.raises(TooManyMembers):
        province.ask(get_figures, figures(["school"], Scope(ScopeKind.PROVINCE, "41")))


def test_a_school_that_nobody_knows_is_none(province: Province) -> None:
    with pytest.raises(SchoolUnknown):
        province.ask(get_figures, figures([], Scope(ScopeKind.SCHOOL, "2141999999")))


# --- Classes and cohorts ---


def test_classes_are_listed_the_largest_first_page_by_page(province: Province) -> None:
    question = ClassesQuestion(Scope(ScopeKind.SCHOOL, ORDINARY), None, at_least=1, size=2)
    asker = Office(Tier.SCHOOL, ORDINARY)
    pages, token = [], ""
    while True:
        page = province.ask(list_classes, replace(question, after=token), asker=asker)
        pages.append(page)
        token = page.next_token
        if not token:
            break
    listed = [one for page in pages for one in page.listed]
    expected: Counter[tuple[str, str]] = Counter()
    for history in province.histories:
        student = state(history)
        if student and student.school == ORDINARY and student.status is S.ENROLLED and student.school_class:
            expected[student.grade, student.school_class] += 1
    assert {(one.grade, one.school_class): one.pupils for one in listed} == dict(expected)
    assert [one.pupils for one in listed] == sorted((one.pupils for one in listed), reverse=True)
    assert all(len(page.listed) == 2 for page in pages[:-1])
    assert pages[0].counts.classes == len(expected)
    assert (pages[0].large_from, pages[0].huge_from) == (56, 66)


def test_above_the_school_only_large_classes_are_listed(province: Province) -> None:
    question = ClassesQuestion(Scope(ScopeKind.SCHOOL, ORDINARY), None, at_least=1, size=100)
    told = province.ask(list_classes, question, asker=COUNTY)
    assert told.counts.classes > 0
    assert [one for one in told.listed if one.pupils < 56] == []


def test_a_rate_that_the_records_do_not_reach_back_for_is_not_told(province: Province) -> None:
    told = province.ask(get_retention, RetentionQuestion(Scope(ScopeKind.PROVINCE, "41"), None))
    assert [(one.cohort.value, one.percent) for one in told.retentions] == [("compulsory", None), ("junior", None)]
    compulsory, junior = told.retentions
    assert compulsory.entered_on == (date(2019, 3, 1),)
    assert junior.entered_on == (date(2025, 3, 1),)
    assert compulsory.remaining == province.as_told(*(school for school, _, _ in SCHOOLS), on=NOW.date()).counts.get(
        TOTAL._replace(level="203")
    )
