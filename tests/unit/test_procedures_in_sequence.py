"""Whatever offices file, in whatever order: no pupil reaches an illegal status, loses history, or has two places.

A pupil goes through random cases of every procedure of the table, judged by a random rule pack. What is accepted is
carried out and entered into the history, as a hub does it; nothing else is.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chassis.packs import load_packs
from kernel.case import Case, Item
from kernel.check_character import check_character
from kernel.clock import milliseconds
from kernel.effects import EFFECTS, Change, carry_out
from kernel.facts import Facts, grade_of, read_day
from kernel.history import Approval, HistoryEvent, counter_of, event_of, settled, state
from kernel.judging import judge
from kernel.packs import RulePack
from kernel.refusals import Refusal
from kernel.regulation import PROCEDURES, Procedure
from kernel.regulation.corrections import COUNTER_ENTRY
from kernel.stages import SchoolSystem
from kernel.status import TRANSITIONS, StudentStatus, may_become
from kernel.student import Student

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
PROVINCES = ("41", "44", "32", "51", "43", "37", "11")
SCHOOLS = ("2141000001", "3141000002", "3441000003", "5141000004", "3741000005", "2144000001")
GRADES = ("101", "102", "105", "106", "201", "203", "301", "302", "303", "401")
BY = Approval("authority/410105", "c001", "")
BEGAN = date(2024, 9, 2)

ROWS = [row for row in PROCEDURES.values() if not row.begins_record]
TEMPORARY = "L410105201603010018"
FORMAL = tuple(f"G{first17}{check_character(first17)}" for first17 in ("41010520160301001", "41010520160301003"))
FINAL = {"record_deletion", "death"}  # after these a life has no more to show: tried, but seldom


@st.composite
def filed_rows(draw: st.DrawFn, status: StudentStatus) -> Procedure:
    """Mostly a row that may start from the status, now and then any."""
    fitting = [row for row in ROWS if status in row.may_start_from and row.name not in FINAL]
    any_row: bool = draw(st.integers(0, 9)) == 0
    return draw(st.sampled_from(ROWS if any_row or not fitting else fitting))


@st.composite
def filings(draw: st.DrawFn, row: Procedure, *, grade: str, on: date) -> dict[str, str]:
    """Values for the row's fields, mostly such as an office would write."""
    values: dict[str, str] = {}
    for field in row.fields:
        if not field.required and draw(st.booleans()):
            continue
        if field.code_table is not None:
            values[field.key] = draw(st.sampled_from(sorted(field.code_table.labels)))
        elif field.key == "grade":
            values[field.key] = draw(st.sampled_from([grade, grade, *GRADES]))
        elif field.key == "leave_until":
            values[field.key] = f"{on + timedelta(days=draw(st.integers(30, 400))):%Y%m%d}"
        elif field.kind.value == "date":
            days = draw(st.integers(-40, 20 if field.future else 0))
            values[field.key] = f"{on + timedelta(days=days):%Y%m%d}"
        elif field.key == "new_number":
            values[field.key] = draw(st.sampled_from([*FORMAL, TEMPORARY, "G1"]))
        elif field.key == "counters":
            values[field.key] = str(draw(st.integers(1, 12)))
        else:
            values[field.key] = str(draw(st.integers(1, 60)))
    return values


class Life(RuleBasedStateMachine):
    """One pupil's life, as a province's hub writes it down."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2024, 9, 2, 2, tzinfo=UTC)
        self.history: list[HistoryEvent] = []
        self.answers: list[tuple[date, int, Student | None]] = []
        self.student: Student

    @initialize(grade=st.sampled_from(GRADES), province=st.sampled_from(PROVINCES))
    def begin(self, grade: str, province: str) -> None:
        self.province = province
        values = {"name": "王小明", "birth_date": "20160301", "grade": grade, "school_class": "1班"}
        key = str(uuid.UUID(int=7))
        self.student = Student(key, TEMPORARY, StudentStatus.ENROLLED, SCHOOLS[0], values)
        case = self._case(PROCEDURES["enrolment"], values, SCHOOLS[0], "")
        self.history.append(
            event_of(case, None, self.student, by=BY, step="in_authority", at_ms=milliseconds(self.now))
        )

    @rule(days=st.integers(1, 200))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self._remember()

    @rule(data=st.data(), school=st.sampled_from(SCHOOLS), unproved=st.integers(0, 9))
    def an_office_files(self, data: st.DataObject, school: str, unproved: int) -> None:
        on = self.now.date()
        row = data.draw(filed_rows(self.student.status))
        if row.two_sided and school == self.student.school:
            return  # the front door refuses one school on both sides
        values = data.draw(filings(row, grade=self.student.grade, on=on))
        filing, releasing = (school, self.student.school) if row.two_sided else (self.student.school, "")
        case = self._case(row, values, filing, releasing)
        facts = Facts(
            procedure=row.name,
            filed_on=on.isoformat(),
            values=case.items[0].values,
            status=self.student.status.value,
            grade=self.student.grade,
            standing=self.student.standing,
            birth_date=self.student.values["birth_date"],
            school=filing,
            releasing_school=releasing,
            evidence=tuple(kind.value for kind in row.evidence) if unproved else (),
        )
        pack = PACKS.in_force(self.province, on)
        judgement = judge(row, facts, pack)
        assert judgement.pack
        if judgement.approved:
            self._carry_out(row, case, pack)

    def _carry_out(self, row: Procedure, case: Case, pack: RulePack) -> None:
        (item,) = case.items
        before, at_ms = self.student, milliseconds(self.now)
        try:
            if row is COUNTER_ENTRY:
                entry = counter_of(case, self.history, int(item.values["counters"]), by=BY, step="s", at_ms=at_ms)
                after = state([*self.history, entry])
                assert after is not None
            else:
                on = read_day(item.values.get(row.effective_field, "")) or self.now.date()
                on = max(BEGAN, min(on, self.now.date()))
                change = Change.under(pack.read(), case, item, on, system=SchoolSystem.SIX_THREE)
                after = carry_out(before, change)
                entry = event_of(case, before, after, by=BY, step="s", at_ms=at_ms, effective_on=on)
                after = settled(self.history, entry, after)
        except Refusal:
            return  # said by name, and nothing changed
        grade = grade_of(before.grade)
        if row is not COUNTER_ENTRY and after.status is not before.status:
            assert may_become(before.status, after.status, compulsory=grade is None or grade.compulsory)
            assert after.status in row.leads_to
        self.student = after
        self.history.append(entry)
        self._remember()

    def _remember(self) -> None:
        """What is answered today of some day must be answered so for ever, as known today."""
        on, known = self.now.date() - timedelta(days=30), milliseconds(self.now)
        self.answers.append((on, known, state(self.history, on=on, known_at_ms=known)))
        self.now += timedelta(milliseconds=1)

    def _case(self, row: Procedure, values: dict[str, str], school: str, releasing: str) -> Case:
        item = Item(str(uuid.UUID(int=9)), {"number": TEMPORARY, "name": "王小明", **values})
        return Case(str(uuid.UUID(int=8)), row.name, school, releasing, "2013.1", milliseconds(self.now), (item,))

    @invariant()
    def the_status_is_one_of_the_life_cycle(self) -> None:
        assert self.student.status in TRANSITIONS

    @invariant()
    def the_history_tells_the_record(self) -> None:
        told = state(self.history)
        assert told is not None
        assert replace(told, values=dict(told.values), standing=dict(told.standing)) == replace(
            self.student, values=dict(self.student.values), standing=dict(self.student.standing)
        )
        assert [event.version for event in self.history] == list(range(1, len(self.history) + 1))

    @invariant()
    def nothing_that_was_answered_changes(self) -> None:
        for on, known, answer in self.answers[-5:]:
            assert state(self.history, on=on, known_at_ms=known) == answer

    @invariant()
    def the_pupil_has_one_place(self) -> None:
        """One school has the record, and at most one other is attended."""
        assert self.student.school
        assert self.student.standing.get("attends") != self.student.school

    @invariant()
    def the_number_is_for_life(self) -> None:
        assert self.student.number in (TEMPORARY, *FORMAL)
        assert {TEMPORARY, self.student.number} == {self.student.number, *self.student.aliases}, "and the one of before"


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_a_life_of_cases = Life.TestCase


def test_every_row_has_its_effect() -> None:
    """A row without one could be filed, endorsed, and never carried out."""
    begun_or_counted = {"enrolment", "enrolment_without_document", COUNTER_ENTRY.name}
    assert set(EFFECTS) | begun_or_counted == set(PROCEDURES)
