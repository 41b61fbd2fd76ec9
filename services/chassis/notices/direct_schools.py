"""Which directly run schools have told the county of the last term (Article 18), and which have not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from chassis.notices.transactions import Noticing
from kernel.clock import day_of, milliseconds
from kernel.notice import NoticeState
from kernel.notice.direct_schools import county_of, term_notice_id, term_to_tell
from kernel.office import Office
from kernel.packs import RulePack
from kernel.school import School


@dataclass(frozen=True)
class DirectSchool:
    """A school, and how far its notice has come; ``state`` is None while there is none (未告知)."""

    school: School
    county: Office
    term: str
    due_on: date
    notice_id: str
    state: NoticeState | None


@dataclass(frozen=True)
class Overseen:
    """Whose notices an office sees: those that it gets, and those that pass through it.

    Attributes:
        schools: of its register. in_force: the rule pack of a day.
    """

    schools: Callable[[], Iterable[School]]
    in_force: Callable[[date], RulePack]

    @property
    def directly_run(self) -> list[School]:
        return sorted((school for school in self.schools() if school.directly_run), key=lambda school: school.code)


def list_direct_schools(
    tx: Noticing, /, *, size: int, token: str, now: datetime, overseen: Overseen
) -> tuple[list[DirectSchool], str]:
    """A page in the order of the codes, and where the next begins."""
    today = day_of(milliseconds(now))
    told = term_to_tell(overseen.in_force(today), today)
    schools = [school for school in overseen.directly_run if school.code.text > token]
    found = []
    for school in schools[:size]:
        notice_id = term_notice_id(school, told, 1)
        known = tx.notices.find(notice_id)
        found.append(
            DirectSchool(
                school=school,
                county=county_of(school),
                term=told.label,
                due_on=told.due_on,
                notice_id=notice_id if known else "",
                state=known.heading.state if known else None,
            )
        )
    return found, found[-1].school.code.text if len(schools) > size else ""
