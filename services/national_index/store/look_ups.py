"""What persons looked up, as counts by the hour and by the pupil, and the alarms that came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text

from chassis.sql import Transaction
from national_index.store.arrays import UuidColumn
from national_index.store.schema import look_up_alarm

_SPEND = text(
    "INSERT INTO look_up_budget AS budget (caller, since, spent) VALUES (:caller, :since, :weight)"
    " ON CONFLICT (caller, since) DO UPDATE SET spent = budget.spent + excluded.spent RETURNING spent"
)
# In the order of the key, so that two questions about the same pupils wait for each other and never deadlock.
_COUNT = text(
    "INSERT INTO look_up_pupil AS pupil (student_key, since, asked)"
    " SELECT student_key, :since, 1 FROM unnest(CAST(:student_keys AS uuid[])) AS told(student_key)"
    " ORDER BY student_key"
    " ON CONFLICT (student_key, since) DO UPDATE SET asked = pupil.asked + 1 RETURNING student_key, asked"
)


@dataclass(frozen=True, slots=True)
class LookUpAlarm:
    """Somebody looked up more than the work needs.

    Attributes:
        caller: the person or the hub, as the certificate names them. reason: ``BUDGET``, ``PUPIL`` or ``MISSES``.
    """

    at: datetime
    caller: str
    reason: str


class LookUps:
    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def spend(self, caller: str, weight: int, *, since: datetime) -> int:
        """Add to what a caller spent since then; how much it is now. Held to the end of the transaction."""
        spent: int = self._connection.execute(_SPEND, {"caller": caller, "since": since, "weight": weight}).scalar_one()
        return spent

    def count(self, student_keys: Collection[UUID], *, since: datetime) -> dict[UUID, int]:
        """How often each of these pupils was asked for since then, this time among it."""
        if not student_keys:
            return {}
        column = UuidColumn([key.bytes for key in student_keys])
        rows = self._connection.execute(_COUNT, {"student_keys": column, "since": since})
        return {row[0]: row[1] for row in rows}

    def alarm(self, alarm: LookUpAlarm) -> None:
        self._connection.execute(insert(look_up_alarm).values(at=alarm.at, caller=alarm.caller, reason=alarm.reason))

    def alarms(self, *, before: int | None, limit: int) -> list[tuple[int, LookUpAlarm]]:
        """The newest first, each with its place, which is the ``before`` of the next page."""
        query = select(look_up_alarm).order_by(look_up_alarm.c.alarm_id.desc()).limit(limit)
        if before is not None:
            query = query.where(look_up_alarm.c.alarm_id < before)
        rows = self._connection.execute(query)
        return [(row.alarm_id, LookUpAlarm(row.at, row.caller, row.reason)) for row in rows]
