"""Schools change on their day, and their pupils move, a handful at a time (Article 9)."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.organisations.live import LiveRegister
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Office
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.organisations import carry_out_next, enter_next


@dataclass(frozen=True)
class ChangesLink:
    """What is due enters the register, and what it leaves to be done is done."""

    database: Database[HubTransaction]
    here: Office
    register: LiveRegister
    clock: Clock

    async def step(self) -> bool:
        """Whether there may be more."""
        if await self.database.run(enter_next, now=self.clock.now()):
            await self.register.refresh(self.database)  # before anybody below can act on what it was told
            return True
        return await self.database.run(carry_out_next, now=self.clock.now(), here=self.here)
