"""What schools ask to give outside, and the authority's written word on it (Art. 25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from chassis.disclosures.book import DisclosurePage
from chassis.disclosures.papers import decision_content, read_request
from chassis.notices import send_notice
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.disclosure import Disclosure, DisclosureState
from kernel.endorsement import Register, authority_of
from kernel.notice import Notice, NoticeKind, id_of_occasion
from kernel.office import Identity, Office, Tier
from kernel.refusals import OutsideJurisdiction


@dataclass(frozen=True)
class DecideDisclosure:
    """``state``: PERMITTED, REFUSED or REVOKED. ``items``: of a permit, these alone; empty for all."""

    disclosure_id: str
    state: DisclosureState
    items: tuple[str, ...] = ()
    reason: str = ""


def take_request(tx: CountyTransaction, notice: Notice, /, *, now: datetime, here: Office, register: Register) -> None:
    """A school of this authority asks.

    Raises:
        OutsideJurisdiction: it is not, or it speaks of another school. RequestMalformed: it is no request.
    """
    asked = read_request(notice)
    school = Office(Tier.SCHOOL, asked.school)
    if notice.from_office != school or authority_of(asked.school, register=register) != here:
        raise OutsideJurisdiction(office=str(notice.from_office), what="对外提供学籍信息")
    if tx.disclosures.find(asked.disclosure_id) is None:
        tx.disclosures.put(asked, now=now)


def decide_disclosure(
    tx: CountyTransaction, command: DecideDisclosure, /, *, by: Identity, now: datetime, bench: Bench
) -> Disclosure:
    """Permit, whole or in part; refuse; or take a permit back. The school is told in writing. Again, it is told once.

    Raises:
        DisclosureNotFound. DisclosureDecided, DisclosureNotPermitted: it is not in a state for that.
        RequestMalformed: a refusal without a reason, or items that were not asked for.
    """
    found = tx.disclosures.get(command.disclosure_id, lock=True)
    if found.state is command.state:
        return found
    decided = _decided(found, command, by=by.person)
    tx.disclosures.put(decided, now=now)
    to = Office(Tier.SCHOOL, decided.school)
    send_notice(
        tx,
        notice_id=id_of_occasion(
            NoticeKind.DISCLOSURE_DECISION,
            sender=bench.here,
            to=to,
            occasion=f"{decided.disclosure_id}:{decided.state}",
            anchor=now,
        ),
        kind=NoticeKind.DISCLOSURE_DECISION,
        to=to,
        content=decision_content(decided),
        post=bench.notices,
        now=now,
    )
    return decided


def list_disclosures(
    tx: CountyTransaction, state: DisclosureState | None, /, *, size: int, token: str
) -> DisclosurePage:
    return tx.disclosures.page(state=state, size=size, token=token)


def _decided(found: Disclosure, command: DecideDisclosure, *, by: str) -> Disclosure:
    match command.state:
        case DisclosureState.PERMITTED:
            return found.permitted(by, command.items)
        case DisclosureState.REFUSED:
            return found.refused(by, command.reason)
        case DisclosureState.REVOKED:
            return found.revoked(by, command.reason)
        case DisclosureState.ASKED | DisclosureState.CONFIRMED:
            raise AssertionError("the door lets decisions through, and nothing else")
        case _:
            assert_never(command.state)
