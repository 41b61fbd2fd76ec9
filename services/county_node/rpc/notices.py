"""Notices: from this authority's schools, and for its officers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chassis.notices.servicer_paper_archives import PaperArchiveServicer
from chassis.notices.servicers import NoticeDeskServicer, RelayServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import Clock
from kernel.office import Role, Tier


def notice_desk(
    database: Database[CountyTransaction], *, bench: Bench, clock: Clock
) -> NoticeDeskServicer[CountyTransaction]:
    return NoticeDeskServicer(database, post=bench.notices, roles=(Role.OFFICER,), clock=clock)


def notice_relay(
    database: Database[CountyTransaction], *, bench: Bench, clock: Clock
) -> RelayServicer[CountyTransaction]:
    return RelayServicer(database, post=bench.notices, senders=(Tier.SCHOOL,), clock=clock)


def paper_archive_desk(
    database: Database[CountyTransaction], *, bench: Bench, schools: Callable[[], Sequence[str]], clock: Clock
) -> PaperArchiveServicer[CountyTransaction]:
    """``schools``: codes of those that this authority runs."""
    return PaperArchiveServicer(
        database, post=bench.notices, schools=schools, packs=bench.packs, roles=(Role.OFFICER,), clock=clock
    )
