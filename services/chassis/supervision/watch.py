"""The clock's part: an office that has let its time of Article 14 pass is found without anybody asking.

An office below this one becomes a finding here. That this office itself is late, it tells the tier above, which cannot
see it: a case climbs when it has been decided, and not before. There it becomes a finding about this office (Art. 26).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from chassis.logs import get_logger
from chassis.notices import NoticePost, send_notice
from chassis.sql import Database
from chassis.supervision.acts import find
from chassis.supervision.book import OverdueStep
from chassis.supervision.transactions import Supervising
from kernel.clock import SHANGHAI, Clock, milliseconds
from kernel.notice import NoticeKind, id_of_occasion
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
        below: the offices directly below. above: who hears of this office's own; None where nobody does.
    """

    def __init__(
        self,
        database: Database[TX],
        *,
        below: Callable[[], Sequence[Office]],
        above: Office | None,
        post: NoticePost,
        clock: Clock,
    ) -> None:
        self._database = database
        self._below = below
        self._above = above
        self._post = post
        self._clock = clock

    async def step(self) -> bool:
        """True when there may be more."""
        offices = [str(office) for office in self._below()]
        found = await self._database.run(_find_overdue, offices, now=self._clock.now(), post=self._post)
        told = 0
        if self._above is not None:
            told = await self._database.run(_tell_own, self._above, now=self._clock.now(), post=self._post)
        if found or told:
            log.info("steps_overdue", count=found + told)
        return _BATCH in (found, told)


def _find_overdue(tx: Supervising, offices: Sequence[str], /, *, now: datetime, post: NoticePost) -> int:
    steps = tx.supervision.overdue_steps(offices, now=now, size=_BATCH)
    for one in steps:
        find(tx, _finding(one, now=now), post=post, now=now)
    return len(steps)


def _tell_own(tx: Supervising, above: Office, /, *, now: datetime, post: NoticePost) -> int:
    steps = tx.supervision.own_overdue_steps(str(post.here), now=now, size=_BATCH)
    for one in steps:
        notice_id = id_of_occasion(
            NoticeKind.OWN_DELAY,
            sender=post.here,
            to=above,
            occasion=f"{one.case_id}:{one.step}",
            anchor=one.due_at,
        )
        send_notice(
            tx,
            notice_id=notice_id,
            kind=NoticeKind.OWN_DELAY,
            to=above,
            content={
                "text": _sentence(one),
                "case_id": one.case_id,
                "procedure": one.procedure,
                "step": one.step,
                "days_late": _days_late(one, now),
            },
            post=post,
            now=now,
            subject=one.case_id,
        )
    return len(steps)


def _finding(one: OverdueStep, *, now: datetime) -> Finding:
    ground = ground_of_overdue_step(procedure(one.procedure))
    return Finding(
        finding_id=finding_id_of(
            one.office, ground, about=one.case_id, step=one.step, anchor_ms=milliseconds(one.due_at)
        ),
        subject=one.office,
        ground=ground,
        source=Source.STEP,
        sentence=_sentence(one),
        found_at_ms=milliseconds(now),
        about=one.case_id,
        step=one.step,
        days_late=_days_late(one, now),
    )


def _sentence(one: OverdueStep) -> str:
    step = Step(one.step).label if one.step in list(Step) else one.step
    end = one.due_at.astimezone(SHANGHAI)
    return f"{procedure(one.procedure).title}的“{step}”环节应于{end:%Y-%m-%d}零时前办结，逾期未办"


def _days_late(one: OverdueStep, now: datetime) -> int:
    return max((now - one.due_at).days, 0)
