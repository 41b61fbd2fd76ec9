"""巩固率 on a day: who is in the last year, over who was in the first when they entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from kernel.clock import day_of, milliseconds
from kernel.figures.answers import RetentionAnswer, RetentionQuestion, Told
from kernel.figures.cohorts import Cohort, Retention, span_of, years_before
from kernel.figures.scope import Scope, require_school_of
from kernel.figures.tables import IN_SCHOOL, Cell
from kernel.office import Office
from kernel.stages import SchoolSystem
from province_hub.store.figures import Day
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting, family_of, whose, withheld_from


def get_retention(
    tx: HubTransaction, question: RetentionQuestion, *, asker: Office, now: datetime, counting: Counting
) -> RetentionAnswer:
    """The cohorts of a scope; a count that its table by grade would withhold is withheld here.

    Raises:
        SchoolUnknown: the scope is a school that nobody knows.
        RulePackUnknown: no rules were in force on that day.
    """
    known_ms = milliseconds(now)
    on = question.on or day_of(known_ms)
    register = counting.register()
    require_school_of(question.scope, school=lambda code: register.at(code, on))
    retentions = retentions_of(tx, question.scope, on, now_ms=known_ms, asker=asker, counting=counting)
    return RetentionAnswer(Told(question.scope, on, known_ms, counting.threshold(asker, on)), retentions)


def retentions_of(
    tx: HubTransaction, scope: Scope, on: date, *, now_ms: int, asker: Office, counting: Counting
) -> tuple[Retention, ...]:
    """Every cohort that ends on that day, as known now and as the office may be told."""
    days = _Days(tx, scope, now_ms=now_ms, asker=asker, counting=counting)
    told = []
    for cohort in Cohort:
        remaining = entrants = 0
        withheld, entered_on = False, set[date]()
        for system in SchoolSystem:
            span = span_of(cohort, system)
            began = years_before(on, span.years)
            now_there = days.count(on, span.last.code, system)
            then_there = days.count(began, span.first.code, system)
            if now_there or then_there:
                entered_on.add(began)
            withheld |= bool(now_there) and days.withheld(on, span.last.code)
            withheld |= bool(then_there) and days.withheld(began, span.first.code)
            remaining, entrants = remaining + now_there, entrants + then_there
        if remaining or entrants:
            days_of_entry = tuple(sorted(entered_on))
            told.append(
                Retention(cohort, None, None, days_of_entry)
                if withheld
                else Retention(cohort, remaining, entrants, days_of_entry)
            )
    return tuple(told)


class _Days:
    """Counts of a scope by grade and school system on several days, each day asked for once."""

    def __init__(self, tx: HubTransaction, scope: Scope, *, now_ms: int, asker: Office, counting: Counting) -> None:
        self._tx = tx
        self._scope = scope
        self._now_ms = now_ms
        self._asker = asker
        self._counting = counting
        self._counts: dict[date, dict[tuple[str, SchoolSystem], int]] = {}
        self._withheld: dict[date, Collection[Cell]] = {}

    def count(self, on: date, grade: str, system: SchoolSystem) -> int:
        if on not in self._counts:
            self._counts[on] = self._counted(on)
        return self._counts[on].get((grade, system), 0)

    def withheld(self, on: date, grade: str) -> bool:
        if on not in self._withheld:
            day, members = Day.known_now(on, self._now_ms), self._counting.members(self._scope)
            family = family_of(self._tx, members, day, counting=self._counting)
            self._withheld[on] = withheld_from(self._tx, self._asker, self._scope, family, day, counting=self._counting)
        return Cell(grade, IN_SCHOOL, "") in self._withheld[on]

    def _counted(self, on: date) -> dict[tuple[str, SchoolSystem], int]:
        members, day = self._counting.members(self._scope), Day.known_now(on, self._now_ms)
        counts: dict[tuple[str, SchoolSystem], int] = {}
        register = self._counting.register()
        for (code, grade), pupils in self._tx.figures.by_school_and_grade(whose(members, on), day).items():
            school = register.at(code, on)
            system = SchoolSystem.SIX_THREE if school is None else school.school_system
            counts[grade, system] = counts.get((grade, system), 0) + pupils
        return counts
