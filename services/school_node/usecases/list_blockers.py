"""What stands in the way of promotion among this school's pupils: open cases, problem records, 学制, graduation."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from chassis.desk.blockers import BlockerPage, Line, sweep, year_ahead
from kernel.clock import day_of, milliseconds
from kernel.promotion import Standing
from kernel.refusals import RequestMalformed
from kernel.status import StudentStatus
from school_node.domain.pupil import PupilState
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def list_blockers(
    tx: SchoolTransaction, /, *, size: int, token: str, now: datetime, office: SchoolOffice
) -> BlockerPage:
    """In the order of the roll.

    Raises:
        RequestMalformed: the page token is none of ours.
    """

    def look(after: str, most: int) -> Sequence[Line]:
        return [
            Line(
                pupil.pupil_id,
                pupil.number,
                pupil.values.get("name", ""),
                office.here.code,
                pupil.values.get("grade", ""),
                pupil.values.get("school_class", ""),
                Standing(
                    StudentStatus(pupil.status or StudentStatus.ENROLLED),
                    pupil.values.get("grade", ""),
                    problem="problem" in pupil.standing,
                    held_back_in=pupil.standing.get("held_back_in", ""),
                ),
            )
            for pupil in tx.pupils.page([PupilState.NUMBERED], after=after, size=most)
        ]

    pack = office.packs.in_force(office.here.province, day_of(milliseconds(now)))
    return sweep(
        look,
        tx.cases.numbers_in_work,
        system_of=lambda _school: office.school.school_system,
        ahead=year_ahead(pack, now),
        size=size,
        token=_after(token),
    )


def _after(token: str) -> str:
    try:
        return str(uuid.UUID(token)) if token else ""
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed
