"""Giving pupils' data to somebody outside: ask, check, be permitted, give, and remember it (Art. 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.disclosures.book import DisclosurePage
from chassis.disclosures.papers import request_content
from chassis.notices import send_notice
from kernel.clock import day_of, milliseconds
from kernel.disclosure import ITEM_LABELS, NUMBER, Disclosure, DisclosureState, Given
from kernel.notice import NoticeKind
from kernel.office import Identity
from kernel.record_items import read_value
from kernel.refusals import DigestReused
from school_node.domain.pupil import PupilState
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice

USE_LABEL = "使用限制"
_PAGE = 500


@dataclass(frozen=True)
class Sheet:
    """What is given: a header, and a line for each pupil in school, with what it may be used for on every one."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def ask_disclosure(tx: SchoolTransaction, asked: Disclosure, /, *, now: datetime, office: SchoolOffice) -> Disclosure:
    """The registrar asks; the other person of the school has to check it. Asked again, it is asked once.

    Raises:
        RequestMalformed, DisclosureTooLong: see ``Disclosure.require_askable``. DigestReused: the id is another's.
    """
    asked = replace(asked, school=office.here.code)
    known = tx.disclosures.find(asked.disclosure_id, lock=True)
    if known is not None:
        if replace(known, state=asked.state, confirmed_by="", decided_by="", reason="", items=asked.items) != asked:
            raise DigestReused(field="disclosure_id")
        return known
    asked.require_askable(day_of(milliseconds(now)))
    tx.disclosures.put(asked, now=now)
    return asked


def confirm_disclosure(
    tx: SchoolTransaction, disclosure_id: str, /, *, by: Identity, now: datetime, office: SchoolOffice
) -> Disclosure:
    """The other person has checked it: it goes to the authority, signed. Again, it has gone once.

    Raises:
        DisclosureNotFound. MakerIsChecker: whoever asked does not check. DisclosureDecided: it was decided already.
        OfficeHasAnotherAuthority: the school has another authority than this node asks.
    """
    found = tx.disclosures.get(disclosure_id, lock=True)
    if found.state is DisclosureState.CONFIRMED:
        return found
    office.require_own_authority()
    confirmed = found.confirmed(by.person)
    tx.disclosures.put(confirmed, now=now)
    send_notice(
        tx,
        notice_id=disclosure_id,
        kind=NoticeKind.DISCLOSURE_REQUEST,
        to=office.upstream,
        content=request_content(confirmed),
        post=office.notices,
        now=now,
    )
    return confirmed


def list_disclosures(
    tx: SchoolTransaction, state: DisclosureState | None, /, *, size: int, token: str
) -> DisclosurePage:
    return tx.disclosures.page(state=state, size=size, token=token)


def read_sheet(tx: SchoolTransaction, disclosure_id: str, /, *, now: datetime) -> Sheet:
    """The pupils in school, with the permitted items alone. Raises DisclosureNotFound, DisclosureNotPermitted."""
    permit = tx.disclosures.get(disclosure_id)
    permit.require_permitted(day_of(milliseconds(now)))
    header = (*(ITEM_LABELS[key] for key in permit.items), USE_LABEL)
    return Sheet(header, tuple(_lines(tx, permit)))


def record_given(tx: SchoolTransaction, given: Given, /, *, now: datetime) -> None:
    """Into the ledger, before the first byte leaves. Raises DisclosureNotPermitted: it was taken back meanwhile."""
    tx.disclosures.get(given.disclosure_id, lock=True).require_permitted(day_of(milliseconds(now)))
    tx.disclosures.record(given)


def _lines(tx: SchoolTransaction, permit: Disclosure) -> Iterator[tuple[str, ...]]:
    after, notice = "", permit.notice_of_use
    while page := tx.pupils.page((PupilState.NUMBERED,), number="", name="", after=after, size=_PAGE):
        for pupil in page:
            if permit.grade in ("", pupil.values.get("grade", "")):
                told = {**pupil.values, NUMBER: pupil.number}
                yield (*(read_value(key, told.get(key, "")) for key in permit.items), notice)
        after = page[-1].pupil_id
