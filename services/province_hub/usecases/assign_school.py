"""A pupil whom a full school cannot take is not turned away: the authority is asked for another school (Art. 11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kernel.case import Case
from kernel.feed import ItemOutcome
from kernel.refusals import SchoolToBeAssigned
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.write_to_authority import write_to_authority


def ask_to_assign(
    tx: HubTransaction, case: Case, outcomes: Iterable[ItemOutcome], *, now: datetime, rules: Rules
) -> None:
    """Write to the receiving school's authority, once for a case; nothing where no pupil is to be assigned."""
    if not any(isinstance(outcome.refused, SchoolToBeAssigned) for outcome in outcomes):
        return
    (item,) = case.items
    write_to_authority(
        tx,
        case,
        "{school}学位已满，未能接收下列申请转入的学生。请另行安排学校，由该校重新申请转学。",
        [{key: item.values[key] for key in ("name", "number", "grade") if item.values.get(key)}],
        occasion="assign",
        now=now,
        rules=rules,
    )
