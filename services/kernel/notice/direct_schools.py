"""Each term's written notice of directly run schools (省、市直管学校, Article 18): who came and who left.

The school writes it on the term's last day, of what was settled from the last day of the term before up to the day
before: so each pupil is in one notice, and the notice is in time. A term without any is told as well, for silence and a
forgotten notice look alike to the county.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kernel.clock import beginning_of
from kernel.notice.kinds import NoticeKind
from kernel.notice.papers import id_of_occasion
from kernel.office import Office, Tier
from kernel.packs import RulePack
from kernel.packs.keys import DIRECT_SCHOOL_NOTICE, TERM_DATES
from kernel.packs.school_terms import SchoolTerm
from kernel.regulation import PROCEDURES, Step
from kernel.school import School

# What moves a record from one school to another while both are asked: 转学, and 转入 of Article 17. An entrance to the
# next stage is no 转入转出.
MOVES = tuple(row.name for row in PROCEDURES.values() if row.moves_record and Step.OUT_SCHOOL in row.chain)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TermToTell:
    """A term of which the schools tell.

    Attributes:
        since, until: it tells of what was settled from the one moment on and before the other.
        due_on: the last day on which it is in time.
    """

    term: SchoolTerm
    since: datetime
    until: datetime
    due_on: date

    @property
    def label(self) -> str:
        first, last = self.since.date(), self.until.date() - _ONE_DAY
        return f"{self.term.label}（{first.isoformat()}至{last.isoformat()}）"


def term_to_tell(pack: RulePack, day: date) -> TermToTell:
    """The last term whose last day has come; ``pack`` is the one in force on ``day``."""
    reading = pack.read()
    terms = reading(TERM_DATES)
    term = terms.ended(day)
    before = terms.ended(term.last - _ONE_DAY)
    due = reading(DIRECT_SCHOOL_NOTICE).due(beginning_of(term.last))
    return TermToTell(term, beginning_of(before.last), beginning_of(term.last), due.last_day)


def county_of(school: School) -> Office:
    """所在地县（区）教育行政部门."""
    return Office(Tier.AUTHORITY, school.place)


def term_notice_id(school: School, told: TermToTell, part: int) -> str:
    """Of the ``part``-th notice of a school about a term, from 1: the same wherever it is looked for."""
    return id_of_occasion(
        NoticeKind.DIRECT_SCHOOL_TERM_NOTICE,
        sender=Office(Tier.SCHOOL, school.code.text),
        to=county_of(school),
        occasion=f"{told.term.label}:{part}",
        anchor=told.until,
    )
