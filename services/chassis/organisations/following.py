"""The loop that keeps a process's register as its database has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chassis.loops import Loop
from chassis.organisations.live import LiveRegister
from chassis.organisations.store import REGISTER_CHANGED, Registered
from chassis.sql import Database

REFRESH_SECONDS = 1.0  # how long what another process of this node wrote may be unknown here

TX = TypeVar("TX", bound=Registered)


def register_loop(register: LiveRegister, database: Database[TX], *, failed: Callable[[str], None]) -> Loop:
    """Looks after every change that this process made, and from time to time."""

    async def step() -> bool:
        await register.refresh(database)
        return False

    wake = database.signal(REGISTER_CHANGED)
    return Loop("register", step, wake=wake, idle_seconds=REFRESH_SECONDS, failed=failed)
