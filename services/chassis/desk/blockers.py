"""What stands in the way of promotion among an office's own pupils (Article 12), page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.clock import day_of, milliseconds
from kernel.packs import Freeze, RulePack
from kernel.packs.keys import FREEZE, FREEZE_GRADUATING_CLEARED, PROMOTION_DATE
from kernel.promotion import Blocked, Blocker, Standing, goes_up
from kernel.stages import SchoolSystem

LOOKED_AT_MAX = 5_000  # pupils that one question looks at; its page may be short for that and is not the last one then
_BATCH = 500


@dataclass(frozen=True)
class Line:
    """A pupil as the office knows one; ``key``: by which the office's pages go on."""

    key: str
    number: str
    name: str
    school: str
    grade: str
    school_class: str
    standing: Standing


@dataclass(frozen=True)
class YearAhead:
    """The days of the coming summer.

    Attributes:
        freezes: each with its first and last day.
    """

    promotion_on: date
    cleared_on: date
    freezes: tuple[tuple[Freeze, date, date], ...]


@dataclass(frozen=True)
class BlockerPage:
    ahead: YearAhead
    blocked: tuple[Blocked, ...]
    next_token: str


def year_ahead(pack: RulePack, now: datetime) -> YearAhead:
    """From today's pack: the next night of promotion, and the freezes that are on or come next."""
    today, reading = day_of(milliseconds(now)), pack.read()
    promotion = reading(PROMOTION_DATE)
    year = today.year if today <= promotion.in_year(today.year) else today.year + 1
    freezes = []
    for freeze in sorted(reading(FREEZE)):
        first, last = freeze.span.around(today) or freeze.span.beginning_in(today.year)
        if last < today:
            first, last = freeze.span.beginning_in(today.year + 1)
        freezes.append((freeze, first, last))
    return YearAhead(promotion.in_year(year), reading(FREEZE_GRADUATING_CLEARED).in_year(year), tuple(freezes))


def sweep(
    look: Callable[[str, int], Sequence[Line]],
    in_work: Callable[[Sequence[str]], Collection[str]],
    *,
    system_of: Callable[[str], SchoolSystem],
    ahead: YearAhead,
    size: int,
    token: str,
) -> BlockerPage:
    """Look through the office's pupils for those in whose way something stands.

    Args:
        look: the pupils after a key, at most so many. in_work: of student numbers, those with an open case here.
        system_of: 学制 by school. token: of the page before; empty for the first.
    """
    found: list[Blocked] = []
    looked_at = 0
    while looked_at < LOOKED_AT_MAX:
        lines = look(token, _BATCH)
        busy = in_work([line.number for line in lines])
        for line in lines:
            token = line.key
            looked_at += 1
            standing = replace(line.standing, has_open_case=line.number in busy)
            why = goes_up(standing, system=system_of(line.school), year=ahead.promotion_on.year)
            if isinstance(why, Blocker) and why.in_the_way:
                found.append(Blocked(line.number, line.name, line.school, line.grade, line.school_class, why))
            if len(found) == size:
                return BlockerPage(ahead, tuple(found), token)
        if len(lines) < _BATCH:
            return BlockerPage(ahead, tuple(found), "")
    return BlockerPage(ahead, tuple(found), token)
