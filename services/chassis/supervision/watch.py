"""The clock's part: a step of Article 14 that an office below has let pass is a finding, without anybody asking.

Which steps those are is the statutory clock's to know (``chassis.deadlines``): of schools from this office's ledger, of
authorities because their own nodes tell whoever is above them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from chassis.logs import get_logger
from chassis.notices import NoticePost
from chassis.sql import Database
from chassis.supervision.acts import find
from chassis.supervision.book import OverdueStep
from chassis.supervision.transactions import Supervising
from kernel.clock import SHANGHAI, Clock, milliseconds
from kernel.office import Office
from kernel.regulation import Step, procedure
from kernel.supervision import Finding, Source, finding_id_of, ground_of_overdue_step

WATCH_IDLE_SECONDS = 5.0  # between looks
_BATCH = 100

TX = TypeVar("TX", bound=Supervising)

log = get_logger()


class OverdueWatch(Generic[TX]):
    """A step of a loop: a page of overdue steps becomes findings, each once.

    Args:
        schools: those of an authority; none of a province, whose authorities order theirs.
    """

    def __init__(
        self, database: Database[TX], *, schools: Callable[[], Sequence[Office]], post: NoticePost, clock: Clock
    ) -> None:
        self._database = database
        self._schools = schools
        self._post = post
        self._clock = clock

    async def step(self) -> bool:
        """True when there may be more."""
        schools = [str(school) for school in self._schools()]
        found = await self._database.run(_find_overdue, schools, now=self._clock.now(), post=self._post)
        if found:
            log.info("steps_overdue_found", count=found)
        return found == _BATCH


def _find_overdue(tx: Supervising, schools: Sequence[str], /, *, now: datetime, post: NoticePost) -> int:
    steps = tx.supervision.overdue_steps(schools, here=str(post.here), now=now, size=_BATCH)
    for one in steps:
        find(tx, _finding(one, now=now), post=post, now=now)
    return len(steps)


def _finding(one: OverdueStep, *, now: datetime) -> Finding:
    row = procedure(one.procedure)
    ground = ground_of_overdue_step(row)
    step = Step(one.step).label if one.step in list(Step) else one.step
    end = one.due_at.astimezone(SHANGHAI)
    return Finding(
        finding_id=finding_id_of(
            one.office, ground, about=one.case_id, step=one.step, anchor_ms=milliseconds(one.due_at)
        ),
        subject=one.office,
        ground=ground,
        source=Source.STEP,
        sentence=f"{row.title}的“{step}”环节应于{end:%Y-%m-%d}零时前办结，逾期未办",
        found_at_ms=milliseconds(now),
        about=one.case_id,
        step=one.step,
        days_late=max((one.until - one.due_at).days, 0),
    )
