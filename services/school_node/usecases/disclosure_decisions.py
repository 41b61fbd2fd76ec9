"""The authority's word on what the school asked to give outside (Art. 25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chassis.disclosures.papers import read_decision
from kernel.notice import Notice
from kernel.office import Office
from kernel.refusals import OutsideJurisdiction
from school_node.store.transaction import SchoolTransaction


def take_decision(tx: SchoolTransaction, notice: Notice, /, *, now: datetime, authority: Office) -> None:
    """The authority has permitted, refused, or taken a permit back.

    Raises:
        OutsideJurisdiction: it is not the school's authority.
        DisclosureNotFound, RequestMalformed: it is about nothing.
    """
    if notice.from_office != authority:
        raise OutsideJurisdiction(office=str(notice.from_office), what="批准对外提供学籍信息")
    disclosure_id, state, items, by, why = read_decision(notice)
    found = tx.disclosures.get(disclosure_id, lock=True)
    tx.disclosures.put(replace(found, state=state, items=items, decided_by=by, reason=why), now=now)
