"""The desk of the province's own people."""

from __future__ import annotations

from functools import partial

from chassis.desk.commands import DeskUseCases
from chassis.desk.servicer import DeskServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from kernel.titles import Titles
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.decide_case import decide_case
from province_hub.usecases.file_case import file_case
from province_hub.usecases.list_students import list_students
from province_hub.usecases.rules import Rules
from province_hub.usecases.transfer import Handshake, withdraw_transfer

_OFFICERS = (Role.OFFICER,)


def desk(
    database: Database[HubTransaction], *, rules: Rules, handshake: Handshake, clock: Clock
) -> DeskServicer[HubTransaction]:
    """Officers look, begin what is the province's to begin, endorse where it is asked, and may take back a transfer."""
    return DeskServicer(
        database,
        office=rules.here,
        use_cases=DeskUseCases(
            list_students=list_students,
            decide=partial(decide_case, rules=rules),
            file_case=partial(file_case, rules=rules),
            withdraw=partial(withdraw_transfer, handshake=handshake),
        ),
        roles=_OFFICERS,
        entering=_OFFICERS,
        deciding=_OFFICERS,
        titles=Titles(rules.packs),
        clock=clock,
    )
