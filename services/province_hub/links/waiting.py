"""Cases that wait (暂停) are looked at again when something was settled, and from time to time whatever happened."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.sql import Database
from kernel.clock import Clock
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.recheck_waiting import recheck, waiting_after
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import Handshake

WAITING_IDLE_SECONDS = 60.0  # how long a case may wait for what passed without this hub's doing


@dataclass(frozen=True)
class WaitingCases:
    """A round over all that wait, each in a transaction of its own."""

    database: Database[HubTransaction]
    rules: Rules
    handshake: Handshake
    clock: Clock

    async def step(self) -> bool:
        position = ""
        while waiting := await self.database.run(waiting_after, position):
            for case_id in waiting:
                await self.database.run(
                    recheck, case_id, now=self.clock.now(), rules=self.rules, handshake=self.handshake
                )
            position = waiting[-1]
        return False
