"""What hands children over is killed and started again, as a seed decides; nothing is stopped in good order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from console.federation.running import Federation
from kernel.office import NATION, Office, Tier

CALM_SECONDS = (1.0, 6.0)  # between two blows
DOWN_SECONDS = (0.0, 4.0)


@dataclass(frozen=True)
class Blow:
    """Who was killed, and when it was there again, in seconds since the storm began."""

    what: str
    at: float
    back_at: float


@dataclass
class Storm:
    """Kills until it is told that it is over, then leaves everything running."""

    federation: Federation
    random: Random
    blows: list[Blow] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def rage(self, seconds: float, *, over: Callable[[], bool]) -> None:
        """For so long, or until ``over``; the broker's storage is deleted at its end, whatever chance chose before."""
        victims = list(self._victims().items())
        while self.seconds < seconds and not over():
            await asyncio.sleep(self.random.uniform(*CALM_SECONDS))
            what, strike = self.random.choice(victims)
            await self._blow(what, strike)
        await self._blow(*victims[-1])

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def _victims(self) -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
        """How each is struck, and how it is raised."""
        parts = self.federation.parts
        nodes = {
            self.federation.plan.names[office]: self.federation.node(office)
            for office in (Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44"), NATION)
        }

        def delete_the_brokers_storage() -> None:
            parts.nats.kill()
            parts.nats.wipe_storage()

        return {
            **{name: (node.kill, node.start) for name, node in nodes.items()},
            "PostgreSQL": (parts.postgres.kill, parts.postgres.start),
            "NATS": (parts.nats.kill, parts.nats.start),
            "NATS 存储": (delete_the_brokers_storage, parts.nats.start),
        }

    async def _blow(self, what: str, strike: tuple[Callable[[], None], Callable[[], None]]) -> None:
        kill, raise_again = strike
        at = self.seconds
        await asyncio.to_thread(kill)
        await asyncio.sleep(self.random.uniform(*DOWN_SECONDS))
        await asyncio.to_thread(raise_again)
        self.blows.append(Blow(what, at, self.seconds))
