"""A person looks up: within a budget, counted by the pupil, and noticed where it is more than the work needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.keys import IdentityKeys
from kernel.clock import SHANGHAI
from kernel.refusals import LookUpBudgetSpent, PupilLookedUpTooOften
from national_index.domain.budgets import DAY, HOUR, PUPIL_PER_DAY, USER_PER_HOUR, weight_of, window
from national_index.store import IndexTransaction
from national_index.store.look_ups import LookUpAlarm
from national_index.usecases.look_up import DocumentHandle, Found, NumberHandle, look_up


def look_up_at_a_desk(
    tx: IndexTransaction,
    handles: Sequence[NumberHandle | DocumentHandle],
    *,
    caller: str,
    now: datetime,
    keys: IdentityKeys,
) -> list[Found | None]:
    """As ``look_up``, for a person.

    What is not found is paid for after the answer, so the last question of an hour may go beyond the budget; then there
    is an alarm, and the next one is refused.

    Args:
        caller: who asks, as the certificate names them.

    Raises:
        LookUpBudgetSpent: more than ``USER_PER_HOUR`` this hour.
        PupilLookedUpTooOften: one of those found was asked for more than ``PUPIL_PER_DAY`` times today, by whomever.
            Either way nothing is said, and nothing is paid.
    """
    hour = window(now, HOUR)
    if (spent := tx.look_ups.spend(caller, len(handles), since=hour)) > USER_PER_HOUR:
        raise LookUpBudgetSpent(budget=USER_PER_HOUR, time=f"{(hour + HOUR).astimezone(SHANGHAI):%H:%M}")
    ((found),) = look_up(tx, [handles], keys=keys)
    known = {UUID(one.student_key) for one in found if one is not None}
    asked_for = tx.look_ups.count(known, since=window(now, DAY))
    if max(asked_for.values(), default=0) > PUPIL_PER_DAY:
        raise PupilLookedUpTooOften
    if PUPIL_PER_DAY in asked_for.values():
        tx.look_ups.alarm(LookUpAlarm(now, caller, "PUPIL"))
    hits = sum(one is not None for one in found)
    more = weight_of(asked=len(handles), found=hits) - len(handles)
    if more and tx.look_ups.spend(caller, more, since=hour) >= USER_PER_HOUR > spent:
        tx.look_ups.alarm(LookUpAlarm(now, caller, "BUDGET"))
    return found


def note_misses(tx: IndexTransaction, caller: str, /, *, now: datetime) -> None:
    """A hub has asked too often for nobody (``domain.budgets``): an alarm, and no refusal."""
    tx.look_ups.alarm(LookUpAlarm(now, caller, "MISSES"))


def list_alarms(tx: IndexTransaction, *, before: int | None, limit: int) -> list[tuple[int, LookUpAlarm]]:
    """The newest first; see ``LookUps.alarms``."""
    return tx.look_ups.alarms(before=before, limit=limit)
