"""The nation's word on an adjudication arrives."""

from __future__ import annotations

from datetime import datetime

from kernel.adjudication import Adjudication
from kernel.statement import Verify
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.adjudication.carry_out import LANE_ADJUDICATION


def take_adjudication(tx: HubTransaction, jws: str, /, *, now: datetime, verify: Verify) -> None:
    """Keep it, and have it carried out; what was overtaken by a newer word changes nothing.

    Raises:
        SignatureInvalid: it is not the nation's.
    """
    case = Adjudication.read(jws, verify=verify)
    if tx.adjudications.put(case, jws, now=now):
        key = f"{case.adjudication_id}:{case.revision}"
        tx.outbox.put(LANE_ADJUDICATION, key, {"adjudication_id": case.adjudication_id}, now=now)
