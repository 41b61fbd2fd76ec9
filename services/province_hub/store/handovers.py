"""Children who dropped out, and whose archives have been handed to the county of the household (Article 22)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Date, cast, exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.custody import Custody
from kernel.status import StudentStatus
from province_hub.store import schema
from province_hub.store.records import Held, held, selected


@dataclass(frozen=True)
class Handover:
    """That a child's archive was handed over, or that none was to be: then ``county`` and digest are empty."""

    student_key: str
    dropped_on: date
    term: str
    authority: str
    county: str
    archive_digest: str
    at_ms: int


class Handovers:
    """As use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def outstanding(self, *, until: date, limit: int) -> list[Held]:
        """Records held here of children who had dropped out by a day, and of whom nothing was done since; locked."""
        students, done = schema.students, schema.handovers
        dropped_on = cast(students.c.standing["status_since"].astext, Date)
        rows = self._connection.execute(
            selected()
            .where(
                students.c.status == StudentStatus.DROPPED_OUT.value,
                students.c.custody == Custody.HELD.value,
                dropped_on <= until,
                ~exists(
                    select(done.c.student_key).where(
                        done.c.student_key == students.c.student_key, done.c.dropped_on == dropped_on
                    )
                ),
            )
            .order_by(students.c.student_key)
            .limit(limit)
            .with_for_update(of=students)
        )
        return [held(row) for row in rows]

    def put(self, handover: Handover) -> None:
        """The first word stands."""
        self._connection.execute(upsert(schema.handovers).values(**asdict(handover)).on_conflict_do_nothing())
