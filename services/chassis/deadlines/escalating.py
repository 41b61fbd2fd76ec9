"""What an office above does with what it is told of lateness below: it stands in its own list until it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from chassis.deadlines.book import OverdueStep
from chassis.deadlines.transactions import Timed
from kernel.clock import beginning_of, moment_of
from kernel.endorsement import Register
from kernel.notice import Notice, is_above
from kernel.office import Office, Tier
from kernel.refusals import IdentityNotProven, OutsideJurisdiction, RequestMalformed

_ONE_DAY = timedelta(days=1)


def take_overdue(tx: Timed, notice: Notice, /, *, now: datetime, register: Register) -> None:
    """Steps that an office below has let pass, or one below it.

    Raises:
        OutsideJurisdiction: it tells of an office that is neither itself nor below it.
        RequestMalformed: what it tells is no list of steps.
    """
    del now  # it counts from when it was told: an end that was told later stays one
    tx.deadlines.begin(list(_steps(notice, register=register)), now=moment_of(notice.at_ms))


def take_overdue_ended(tx: Timed, notice: Notice, /, *, now: datetime, register: Register) -> None:
    """They are no longer owed. Raises as ``take_overdue``."""
    del now
    tx.deadlines.end(list(_steps(notice, register=register)), at=moment_of(notice.at_ms))


def _steps(notice: Notice, *, register: Register) -> Iterator[OverdueStep]:
    told = notice.content.get("cases")
    if not isinstance(told, list | tuple):
        raise RequestMalformed(field="cases", why="应逐件写明业务")
    for one in told:
        yield _step(one, notice.from_office, register=register)


def _step(told: Any, by: Office, *, register: Register) -> OverdueStep:
    try:
        office = Office.parse(told["office"])
        step = OverdueStep(
            case_id=str(told["case_id"]),
            procedure=str(told["procedure_name"]),
            school=str(told["school"]),
            step=str(told["step_name"]),
            office=str(office),
            authority=by.code if office.tier is Tier.SCHOOL else office.code,
            due_at=beginning_of(date.fromisoformat(told["due_on"]) + _ONE_DAY),
            told_by=str(by),
        )
    except (KeyError, TypeError, ValueError, IdentityNotProven) as malformed:
        raise RequestMalformed(field="cases", why="业务的写法不符") from malformed
    if office != by and not is_above(by, office, register=register):
        raise OutsideJurisdiction(office=str(by), what=f"报告{office}逾期")
    return step
