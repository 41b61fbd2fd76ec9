"""What an officer does with notices: look, confirm, and write a plain message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chassis.notices.book import NoticeEntry, NoticeHeading, NoticePage, NoticeView
from chassis.notices.post import NoticePost, give_receipt, send_notice
from chassis.notices.transactions import Noticing
from kernel.clock import milliseconds
from kernel.notice import Notice, NoticeKind, NoticeReceipt, NoticeState, ReceiptStage
from kernel.office import Identity, Office
from kernel.refusals import DigestReused, NoticeAlreadyConfirmed, NoticeNotFound, OutsideJurisdiction
from kernel.statement import statement_digest


@dataclass(frozen=True)
class NoticeQuery:
    """``subject``, ``kind``: those about one case, or of one kind, alone. ``token``: where the page before ended."""

    view: NoticeView
    size: int
    token: str = ""
    subject: str = ""
    kind: NoticeKind | None = None


@dataclass(frozen=True)
class NoticeShown:
    """A notice as it was signed, with its receipts as they were."""

    heading: NoticeHeading
    notice: Notice
    receipts: tuple[NoticeReceipt, ...]


@dataclass(frozen=True)
class WriteMessageCommand:
    """A plain message (公务函). The caller makes ``notice_id``: a replay writes nothing new."""

    notice_id: str
    to: Office
    text: str
    subject: str = ""
    due_on: date | None = None
    wants_receipt: bool = False


def list_notices(tx: Noticing, query: NoticeQuery, /, *, post: NoticePost) -> NoticePage:
    """A page of what this office wrote or got. Raises RequestMalformed: the page token is none of ours."""
    return tx.notices.page(
        query.view, office=post.here, size=query.size, token=query.token, subject=query.subject, kind=query.kind
    )


def show_notice(tx: Noticing, notice_id: str, /, *, post: NoticePost) -> NoticeShown:
    """What it says, read from its signed form.

    Raises:
        NoticeNotFound: this office neither wrote it nor got it; what it only passed on is not for its people.
        SignatureInvalid: what is stored is no longer what was signed.
    """
    entry = tx.notices.get(notice_id)
    if not _is_ours(entry, post):
        raise NoticeNotFound(field="notice_id")
    return NoticeShown(
        heading=entry.heading,
        notice=Notice.read(entry.jws, verify=post.verify),
        receipts=tuple(NoticeReceipt.read(jws, verify=post.verify) for jws in tx.notices.receipts(notice_id)),
    )


def confirm_notice(
    tx: Noticing, notice_id: str, /, *, answer: str, by: Identity, now: datetime, post: NoticePost
) -> NoticeHeading:
    """Confirm (签收) what was written to this office; the receipt goes back to whoever wrote it.

    Raises:
        NoticeNotFound: there is no such notice for this office.
        OutsideJurisdiction: it was written by this office, not to it.
        NoticeAlreadyConfirmed: it was confirmed with another answer.
    """
    entry = tx.notices.get(notice_id, lock=True)
    if not _is_ours(entry, post):
        raise NoticeNotFound(field="notice_id")
    if entry.heading.to_office != post.here:
        raise OutsideJurisdiction(office=str(post.here), what="签收本单位发出的告知书")
    said = answer.strip()
    if entry.heading.state is NoticeState.CONFIRMED:
        _require_confirmed_so(tx, notice_id, said, post)
        return entry.heading
    receipt = NoticeReceipt(
        notice_id=notice_id,
        notice_digest=statement_digest(entry.jws),
        stage=ReceiptStage.CONFIRMED,
        from_office=post.here,
        to_office=entry.heading.from_office,
        at_ms=milliseconds(now),
        person=by.person,
        answer=said,
    )
    give_receipt(tx, receipt, post=post, now=now)
    return tx.notices.get(notice_id).heading


def write_message(
    tx: Noticing, command: WriteMessageCommand, /, *, by: Identity, now: datetime, post: NoticePost
) -> NoticeHeading:
    """Write a plain message to an office above or below this one.

    Raises:
        OutsideJurisdiction: it is neither. NoticeAstray, SchoolUnknown: there is no way to it.
        DigestReused: another message was written under this id.
        RequestMalformed, MessageTooLarge: the message is none.
    """
    known = tx.notices.find(command.notice_id)
    if known is not None:
        _require_written_so(known, command, post)
        return known.heading
    return send_notice(
        tx,
        notice_id=command.notice_id,
        kind=NoticeKind.PLAIN_MESSAGE,
        to=command.to,
        content={"text": command.text, "written_by": by.person},
        post=post,
        now=now,
        subject=command.subject,
        due_on=command.due_on,
        wants_receipt=command.wants_receipt,
    )


def _is_ours(entry: NoticeEntry, post: NoticePost) -> bool:
    heading = entry.heading
    arrived = heading.state in (NoticeState.DELIVERED, NoticeState.CONFIRMED)
    return heading.from_office == post.here or (heading.to_office == post.here and arrived)


def _require_confirmed_so(tx: Noticing, notice_id: str, answer: str, post: NoticePost) -> None:
    jws = tx.notices.receipt(notice_id, ReceiptStage.CONFIRMED, post.here)
    assert jws is not None, "what is confirmed has its receipt"
    given = NoticeReceipt.read(jws, verify=post.verify)
    if given.answer != answer:
        raise NoticeAlreadyConfirmed(person=given.person)


def _require_written_so(known: NoticeEntry, command: WriteMessageCommand, post: NoticePost) -> None:
    written = Notice.read(known.jws, verify=post.verify)
    same = (
        written.kind is NoticeKind.PLAIN_MESSAGE
        and (written.from_office, written.to_office) == (post.here, command.to)
        and written.content.get("text") == command.text
        and (written.subject, written.due_on) == (command.subject, command.due_on)
        and written.wants_receipt == command.wants_receipt
    )
    if not same:
        raise DigestReused(field="notice_id")
