"""Between supervision and its messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.notices import NoticeHeading
from chassis.supervision.acts import Decide, Entering, Ordering, Referring
from chassis.supervision.book import Known
from chassis.supervision.looking import Read, Verified
from kernel.office import Office
from kernel.refusals import RequestMalformed
from kernel.supervision import FindingState, Ground
from xueji.supervision.v1 import supervision_pb2


def entering_from_message(message: supervision_pb2.EnterFindingRequest) -> Entering:
    """Raises RequestMalformed: no such ground. IdentityNotProven: no such office."""
    if message.ground not in list(Ground):
        raise RequestMalformed(field="ground", why=f"没有“{message.ground}”这种情形")
    return Entering(
        finding_id=message.finding_id,
        subject=Office.parse(message.subject),
        ground=Ground(message.ground),
        sentence=message.sentence,
        evidence=tuple(digest.hex() for digest in message.evidence),
        count=message.count,
    )


def decide_from_message(message: supervision_pb2.DecideFindingRequest) -> Decide:
    return Decide(message.finding_id, message.confirmed, message.reason)


def closing_from_message(message: supervision_pb2.CloseFindingRequest) -> Decide:
    return Decide(message.finding_id, confirmed=True, reason=message.reason)


def ordering_from_message(message: supervision_pb2.OrderRectificationRequest) -> Ordering:
    """Raises RequestMalformed: no such day."""
    try:
        return Ordering(message.finding_id, message.measure, date.fromisoformat(message.due_on))
    except ValueError as malformed:
        raise RequestMalformed(field="due_on", why="没有这一天") from malformed


def referring_from_message(message: supervision_pb2.ReferFindingRequest) -> Referring:
    return Referring(message.finding_id, message.to, tuple(message.persons), message.reason)


def state_from_text(text: str) -> FindingState | None:
    """Raises RequestMalformed: no such state."""
    if text and text not in list(FindingState):
        raise RequestMalformed(field="state", why=f"线索没有“{text}”这种状态")
    return FindingState(text) if text else None


def finding_to_message(known: Known) -> supervision_pb2.Finding:
    finding = known.finding
    return supervision_pb2.Finding(
        finding_id=finding.finding_id,
        subject=str(finding.subject),
        ground=finding.ground.value,
        ground_title=finding.ground.label,
        clause=finding.clause,
        breached_clause=finding.ground.clause,
        source=finding.source.value,
        source_title=finding.source.label,
        sentence=finding.sentence,
        found_at_ms=finding.found_at_ms,
        about=finding.about,
        days_late=finding.days_late,
        count=finding.count,
        state=known.state.value,
        state_title=known.state.label,
        due_on=known.due_on.isoformat() if known.due_on else "",
        order_id=known.order_id or "",
        referred_to=known.referred_to,
    )


def entry_to_message(read: Read) -> supervision_pb2.RegisterEntry:
    entry = read.entry
    return supervision_pb2.RegisterEntry(
        sequence=entry.sequence,
        digest=read.digest,
        covers=entry.covers,
        finding_id=entry.finding_id,
        act=entry.act.value,
        act_title=entry.act.label,
        subject=str(entry.subject),
        at_ms=entry.at_ms,
        person=entry.person,
        told={key: _text(value) for key, value in entry.told.items()},
    )


def order_to_message(heading: NoticeHeading) -> supervision_pb2.Order:
    return supervision_pb2.Order(
        order_id=heading.notice_id,
        finding_id=heading.subject,
        from_office=str(heading.from_office),
        at_ms=heading.at_ms,
        due_on=heading.due_on.isoformat() if heading.due_on else "",
        state=heading.state.value,
        state_title=heading.state.label,
    )


def verified_to_message(verified: Verified) -> supervision_pb2.VerifyRegisterResponse:
    broken = verified.broken
    return supervision_pb2.VerifyRegisterResponse(
        last=verified.last,
        head=verified.head,
        more=verified.more,
        broken_at=int(broken.detail["sequence"]) if broken else 0,
        why=broken.sentence if broken else "",
        found_at=verified.found_at,
    )


def _text(value: str | int | Sequence[str]) -> str:
    return str(value) if isinstance(value, str | int) else "；".join(value)
