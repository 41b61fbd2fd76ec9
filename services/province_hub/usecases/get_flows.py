"""Who came and who left in a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from kernel.clock import milliseconds
from kernel.figures.answers import Counted, FlowsAnswer, FlowsQuestion, Told
from kernel.figures.flows import SHOWN, FlowCell, Passage, Side, count_flows, withheld
from kernel.figures.scope import require_school_of
from kernel.figures.suppression import Sum
from kernel.office import Office
from kernel.refusals import RequestMalformed
from kernel.status import StudentStatus
from province_hub.domain.members import Members
from province_hub.store.figures import Day, Whose
from province_hub.store.passages import Inside, Period
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting, whose

_ONE_DAY = timedelta(days=1)


def get_flows(
    tx: HubTransaction, question: FlowsQuestion, *, asker: Office, now: datetime, counting: Counting
) -> FlowsAnswer:
    """Each change of the pupils in school between two days, under exactly one reason.

    Raises:
        RequestMalformed: the period ends before it begins.
        SchoolUnknown: the scope is a school that nobody knows.
        RulePackUnknown: no rules were in force at the end.
    """
    if question.last < question.first:
        raise RequestMalformed(field="last", why="期间的末日早于首日")
    register = counting.register()
    require_school_of(question.scope, school=lambda code: register.at(code, question.last))
    period = Period(question.first, question.last)
    counts, sums = flows_of(tx, counting.members(question.scope), period, counting=counting)
    threshold = counting.threshold(asker, question.last)
    hidden = withheld(counts, sums, threshold=threshold) if threshold else frozenset[FlowCell]()
    return FlowsAnswer(
        Told(question.scope, question.last, milliseconds(now), threshold),
        question.first,
        tuple(
            (cell, Counted(0, withheld=True) if cell in hidden else Counted(count))
            for cell, count in counts.items()
            if cell.flow in SHOWN
        ),
    )


def flows_of(
    tx: HubTransaction, members: Members, period: Period, *, counting: Counting
) -> tuple[Mapping[FlowCell, int], tuple[Sum[FlowCell], ...]]:
    """The counts of a period with the sums that tie them; asserts that beginning, flows and end agree.

    They are several statements: call it where all are of one moment (``Database.look``). Beginning and end are both
    read from the history, as the flows are.
    """
    inside = Inside(
        schools=[span.school for span in members.spans],
        since=[span.since for span in members.spans],
        until=[span.until for span in members.spans],
        province=members.province,
    )
    opening = _in_school(tx, members, Day(period.first - _ONE_DAY))
    closing = _in_school(tx, members, Day(period.last))
    passages = [*tx.passages.count(inside, period), *_reorganised(tx, members, period, counting=counting)]
    return count_flows(passages, opening=opening, closing=closing, here=counting.here.code)


def _in_school(tx: HubTransaction, members: Members, day: Day) -> int:
    return sum(tx.figures.by_school_and_grade(whose(members, day.on), day).values())


def _reorganised(tx: HubTransaction, members: Members, period: Period, *, counting: Counting) -> Iterable[Passage]:
    """Pupils of schools that came into the scope or left it as a whole, as they were the day before."""
    here = counting.here.code
    for on, school, joins in members.moves(period.first, period.last):
        before = Day(on - _ONE_DAY)
        for (_, grade), pupils in tx.figures.by_school_and_grade(Whose((school,)), before).items():
            was, becomes = (Side(StudentStatus.ENROLLED, inside, here, grade) for inside in (not joins, joins))
            yield Passage(was, becomes, pupils, reorganised=True)
