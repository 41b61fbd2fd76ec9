"""The rule at the door (Art. 23): who is not trained, or not on duty today, may look and write nothing."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from chassis.rpc.door import OnDuty
from chassis.sql import Database
from chassis.staff.transactions import StaffKeeping
from kernel.clock import Clock, day_of, milliseconds
from kernel.office import Identity, Office
from kernel.refusals import RoleNotAllowed
from kernel.staff import ROLES_OF, require_on_duty

TX = TypeVar("TX", bound=StaffKeeping)


def duty(database: Database[TX], *, here: Office, clock: Clock) -> OnDuty:
    """What ``chassis.node.Rooms`` is given. Somebody of another office is let pass: no desk here is theirs, and each
    says so by name.

    It raises NotTrained, or RoleNotAllowed for a role that this tier has not.
    """

    async def on_duty(who: Identity) -> None:
        if who.office != here:
            return
        if who.role is None or who.role not in ROLES_OF[here.tier]:
            raise RoleNotAllowed(role=who.role.label if who.role else "系统节点")
        await database.run(_require, who, day_of(milliseconds(clock.now())))

    return on_duty


def _require(tx: StaffKeeping, who: Identity, day: date) -> None:
    """Raises NotTrained."""
    assert who.role is not None, "a person has a role"
    require_on_duty(tx.staff.of(who.office, who.role, who.person), who, day)
