"""The desk of the province's own people: they look, and may take back a transfer; cases are decided below."""

from __future__ import annotations

from functools import partial

from chassis.desk.commands import DeskUseCases
from chassis.desk.servicer import DeskServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Office, Role
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.list_students import list_students
from province_hub.usecases.transfer import Handshake, withdraw_transfer

_OFFICERS = (Role.OFFICER,)


def desk(
    database: Database[HubTransaction], *, here: Office, handshake: Handshake, clock: Clock
) -> DeskServicer[HubTransaction]:
    """What an officer asks for beyond looking is refused by name: this tier does not offer it."""
    return DeskServicer(
        database,
        office=here,
        use_cases=DeskUseCases(list_students=list_students, withdraw=partial(withdraw_transfer, handshake=handshake)),
        roles=_OFFICERS,
        entering=_OFFICERS,
        deciding=_OFFICERS,
        clock=clock,
    )
