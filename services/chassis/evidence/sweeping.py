"""What nobody named in a case within a day is forgotten: a mistaken upload is a child's paper too."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from chassis.ledger import Ledgered
from chassis.logs import get_logger
from chassis.sql import Database
from kernel.clock import Clock

SWEEP_BATCH = 100
SWEEP_SECONDS = 600.0  # between looks

TX = TypeVar("TX", bound=Ledgered)

log = get_logger()


class EvidenceSweep(Generic[TX]):
    """A step of a loop."""

    def __init__(self, database: Database[TX], *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def step(self) -> bool:
        """Forget a batch; True when there may be more."""
        swept = await self._database.run(_sweep, now=self._clock.now())
        if swept:
            log.info("evidence_swept", count=swept)
        return swept == SWEEP_BATCH


def _sweep(tx: Ledgered, *, now: datetime) -> int:
    return tx.evidence.sweep(now=now, limit=SWEEP_BATCH)
