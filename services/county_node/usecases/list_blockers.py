"""What stands in the way of promotion in this authority's schools, as far as it is known here.

Problem records are the schools' and the province's to tell: the record is not here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from chassis.desk.blockers import BlockerPage, Line, sweep, year_ahead
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import day_of, milliseconds
from kernel.endorsement import require_school
from kernel.promotion import Standing
from kernel.refusals import RequestMalformed
from kernel.status import StudentStatus


def list_blockers(tx: CountyTransaction, /, *, size: int, token: str, now: datetime, bench: Bench) -> BlockerPage:
    """In the order of the pupils' keys.

    Raises:
        RequestMalformed: the page token is none of ours.
    """

    def look(after: str, most: int) -> Sequence[Line]:
        return [
            Line(
                pupil.student_key,
                pupil.number,
                pupil.name,
                pupil.school,
                pupil.grade,
                pupil.school_class,
                Standing(StudentStatus(pupil.status), pupil.grade),
            )
            for pupil in tx.students.page(number="", name="", after=after, size=most)
        ]

    return sweep(
        look,
        tx.cases.numbers_in_work,
        system_of=lambda school: require_school(school, register=bench.register).school_system,
        ahead=year_ahead(bench.packs.in_force(bench.here.province, day_of(milliseconds(now))), now),
        size=size,
        token=_after(token),
    )


def _after(token: str) -> str:
    try:
        return str(uuid.UUID(token)) if token else ""
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed
