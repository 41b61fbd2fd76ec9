"""Disclosures as messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.disclosures.book import DisclosurePage
from kernel.disclosure import ITEM_LABELS, Disclosure, DisclosureState, Given
from kernel.refusals import RequestMalformed
from xueji.disclosure.v1 import disclosure_pb2


def disclosure_to_message(one: Disclosure, given: Sequence[Given] = ()) -> disclosure_pb2.Disclosure:
    return disclosure_pb2.Disclosure(
        disclosure_id=one.disclosure_id,
        school=one.school,
        recipient=one.recipient,
        purpose=one.purpose,
        basis=one.basis,
        items=one.items,
        item_titles=[ITEM_LABELS[key] for key in one.items],
        grade=one.grade,
        until=one.until,
        state=one.state.value,
        state_title=one.state.label,
        asked_by=one.asked_by,
        confirmed_by=one.confirmed_by,
        decided_by=one.decided_by,
        reason=one.reason,
        given=[
            disclosure_pb2.Given(person=each.person, pupils=each.pupils, digest=each.digest, at_ms=each.at_ms)
            for each in given
        ],
    )


def page_to_message(page: DisclosurePage) -> disclosure_pb2.ListDisclosuresResponse:
    return disclosure_pb2.ListDisclosuresResponse(
        disclosures=[disclosure_to_message(one, given) for one, given in page.disclosures],
        next_page_token=page.next_token,
    )


def state_of_message(text: str) -> DisclosureState | None:
    """None for every state. Raises RequestMalformed."""
    try:
        return DisclosureState(text) if text else None
    except ValueError:
        raise RequestMalformed(field="state", why="没有这样的状态") from None


def day_of_message(text: str) -> str:
    """An ISO day. Raises RequestMalformed."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise RequestMalformed(field="until", why="日期应如 2026-12-31") from None
