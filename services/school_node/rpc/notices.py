"""Notices, and the archives that follow pupils, for the school's two people."""

from __future__ import annotations

from chassis.notices.servicer_paper_archives import PaperArchiveServicer
from chassis.notices.servicers import NoticeDeskServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


def notice_desk(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> NoticeDeskServicer[SchoolTransaction]:
    return NoticeDeskServicer(database, post=office.notices, roles=(Role.REGISTRAR, Role.PRINCIPAL), clock=clock)


def paper_archive_desk(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> PaperArchiveServicer[SchoolTransaction]:
    return PaperArchiveServicer(
        database,
        post=office.notices,
        schools=lambda: (office.here.code,),
        packs=office.packs,
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        clock=clock,
    )
