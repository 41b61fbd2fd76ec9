"""What happens to a paper at an office: it is written, taken in, passed on, or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from chassis.ledger import Feeding, Sending, publish
from chassis.logs import bind_notice, get_logger
from chassis.notices.book import NoticeHeading
from chassis.notices.transactions import Noticing
from kernel.clock import milliseconds
from kernel.endorsement import Register
from kernel.feed import NoticeArrived, NoticePaper, NoticeReceipted
from kernel.notice import (
    KINDS,
    Across,
    Arrived,
    Came,
    Down,
    Hop,
    Notice,
    NoticeKind,
    NoticeReceipt,
    NoticeState,
    ReceiptStage,
    Up,
    Value,
    next_hop,
    require_line,
)
from kernel.office import Office
from kernel.refusals import OutsideJurisdiction, Refusal
from kernel.statement import Sign, StatementKind, Verify, statement_digest

LANE_NOTICES = "notices"

log = get_logger()


@dataclass(frozen=True)
class Paper:
    """A notice or a receipt with its signed form: what is passed on."""

    of: Notice | NoticeReceipt
    jws: str

    @property
    def key(self) -> str:
        """The same paper is the same row of an outbox."""
        match self.of:
            case Notice():
                return self.of.notice_id
            case NoticeReceipt():
                return f"{self.of.notice_id}:{self.of.stage}:{self.of.from_office}"


class WriteAcross(Protocol):
    """Puts a paper into a letter to another province's hub; for hubs alone."""

    def __call__(self, tx: Any, paper: Paper, /, *, to: str, now: datetime) -> None: ...


class OnArrival(Protocol):
    """A use case that a notice sets off where it arrives, once, in the transaction that takes it in."""

    def __call__(self, tx: Any, notice: Notice, /, *, now: datetime) -> None: ...


class OnReceipt(Protocol):
    """A use case that a receipt sets off at the office that wrote the notice, once for each stage."""

    def __call__(self, tx: Any, notice: Notice, receipt: NoticeReceipt, /, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class NoticePost:
    """What the use cases of notices are given: who this office is, whom it knows, and what it signs with.

    Attributes:
        across: writes letters; at hubs alone.
        on_arrival: by kind. What it refuses goes back to whoever wrote it, with the reason, and is not delivered.
        on_receipt: by kind of the notice; it has nothing to refuse.
    """

    here: Office
    register: Register
    sign: Sign
    verify: Verify
    across: WriteAcross | None = None
    on_arrival: Mapping[NoticeKind, OnArrival] = field(default_factory=dict)
    on_receipt: Mapping[NoticeKind, OnReceipt] = field(default_factory=dict)


def send_notice(
    tx: Noticing,
    *,
    notice_id: str,
    kind: NoticeKind,
    to: Office,
    content: Mapping[str, Value],
    post: NoticePost,
    now: datetime,
    subject: str = "",
    due_on: date | None = None,
    wants_receipt: bool | None = None,
) -> NoticeHeading:
    """Write a notice in the caller's transaction, and send it on its way. An id that is known writes nothing new.

    It may append to a feed, which locks it to the commit: call it late.

    Args:
        notice_id: made by whoever asked, or of the occasion (``kernel.notice.id_of_occasion``).
        subject: id of the case that it is about.
        wants_receipt: as the kind says where it is not given.

    Raises:
        RequestMalformed, MessageTooLarge: the content is not that of its kind.
        OutsideJurisdiction: this office may not tell that one such a thing.
        Refusal: to itself, what the use case of ``on_arrival`` refuses.
        NoticeAstray, SchoolUnknown: there is no way to that office.
    """
    known = tx.notices.find(notice_id)
    if known is not None:
        return known.heading
    notice = Notice(
        notice_id=notice_id,
        kind=kind,
        from_office=post.here,
        to_office=to,
        at_ms=milliseconds(now),
        content=content,
        subject=subject,
        due_on=due_on,
        wants_receipt=KINDS[kind].wants_receipt if wants_receipt is None else wants_receipt,
    )
    require_line(notice, register=post.register)
    hop = next_hop(to, here=post.here, came=Came.WRITTEN, register=post.register)
    jws = post.sign(StatementKind.NOTICE, notice.to_content())
    if tx.notices.add(notice, jws, state=NoticeState.WRITTEN, now=now):
        if isinstance(hop, Arrived):
            _act_on(tx, notice, post=post, now=now)
        _bring(tx, notice, jws, hop, post=post, now=now)
    return tx.notices.get(notice_id).heading


def take_from_below(tx: Noticing, entry: NoticePaper, /, *, sender: Office, post: NoticePost, now: datetime) -> str:
    """Take in what the node of an office below hands up; the same again changes nothing.

    Whoever wrote it has signed it, so an office may hand up what comes from below it without more.

    Returns:
        The id of the notice.

    Raises:
        OutsideJurisdiction: the sender is not directly below this office.
        SignatureInvalid, IdentityNotProven, RequestMalformed, MessageTooLarge: the paper is not what it says.
        DigestReused: another one is known under its id.
    """
    if not _is_next_below(sender, post):
        raise OutsideJurisdiction(office=str(sender), what=f"向{post.here}报送")
    return _take(tx, entry, came=Came.BELOW, post=post, now=now)


def take_from_above(tx: Noticing, entry: NoticePaper, /, *, post: NoticePost, now: datetime) -> None:
    """Take in what the feed of the tier above brings.

    A paper that is not what it says is passed over, loudly: it writes to no record, and the cases behind it in the feed
    must not wait for it.
    """
    try:
        with tx.connection.begin_nested():
            _take(tx, entry, came=Came.ABOVE, post=post, now=now)
    except Refusal as said:
        log.error("notice_refused", kind=entry.KIND, code=said.code, field=said.field)


def take_from_across(tx: Noticing, entry: NoticePaper, /, *, sender: str, post: NoticePost, now: datetime) -> str:
    """Take in what the hub of the province ``sender`` has written: a paper of its own province's.

    Returns:
        The id of the notice.

    Raises:
        OutsideJurisdiction: it is another's. SignatureInvalid and the others: see ``take_from_below``.
    """
    read = Notice.read if isinstance(entry, NoticeArrived) else NoticeReceipt.read
    of = read(entry.jws, verify=post.verify)
    if of.from_office.province != sender:
        raise OutsideJurisdiction(office=f"province/{sender}", what=f"转送{of.from_office}的告知书")
    return _take(tx, entry, came=Came.ACROSS, post=post, now=now)


def give_receipt(tx: Noticing, receipt: NoticeReceipt, *, post: NoticePost, now: datetime) -> None:
    """Sign a receipt, keep it, and send it back to whoever wrote the notice. The same again gives none."""
    known = tx.notices.receipt(receipt.notice_id, receipt.stage, receipt.from_office)
    if known is not None:
        return
    jws = post.sign(StatementKind.NOTICE_RECEIPT, receipt.to_content())
    tx.notices.add_receipt(receipt, jws, now=now)
    tx.notices.advance(receipt.notice_id, receipt.stage.state)
    _return(tx, receipt, jws, came=Came.WRITTEN, post=post, now=now)


def send_back(tx: Noticing, notice: Notice, jws: str, said: Refusal, *, post: NoticePost, now: datetime) -> None:
    """It cannot be passed on, or its writer may not tell that: whoever wrote it is told why, and nothing is lost."""
    log.warning("notice_sent_back", notice_id=notice.notice_id, kind=notice.kind.value, code=said.code)
    give_receipt(
        tx,
        NoticeReceipt(
            notice_id=notice.notice_id,
            notice_digest=statement_digest(jws),
            stage=ReceiptStage.UNDELIVERABLE,
            from_office=post.here,
            to_office=notice.from_office,
            at_ms=milliseconds(now),
            refused=said,
        ),
        post=post,
        now=now,
    )


def _take(tx: Noticing, entry: NoticePaper, *, came: Came, post: NoticePost, now: datetime) -> str:
    match entry:
        case NoticeArrived():
            return _take_notice(tx, entry.jws, came=came, post=post, now=now).notice_id
        case NoticeReceipted():
            return _take_receipt(tx, entry.jws, came=came, post=post, now=now).notice_id


def _take_notice(tx: Noticing, jws: str, *, came: Came, post: NoticePost, now: datetime) -> Notice:
    notice = Notice.read(jws, verify=post.verify)
    if not tx.notices.add(notice, jws, state=NoticeState.WRITTEN, now=now):
        return notice
    try:
        with tx.connection.begin_nested():
            hop = next_hop(notice.to_office, here=post.here, came=came, register=post.register)
            if isinstance(hop, Arrived):
                require_line(notice, register=post.register)
                _act_on(tx, notice, post=post, now=now)
    except Refusal as said:
        send_back(tx, notice, jws, said, post=post, now=now)
    else:
        _bring(tx, notice, jws, hop, post=post, now=now)
    return notice


def _act_on(tx: Noticing, notice: Notice, *, post: NoticePost, now: datetime) -> None:
    """What a notice sets off where it arrives. Raises what its use case refuses."""
    act = post.on_arrival.get(notice.kind)
    if act is not None:
        act(tx, notice, now=now)


def _bring(tx: Noticing, notice: Notice, jws: str, hop: Hop, *, post: NoticePost, now: datetime) -> None:
    """Take a notice its next step, which is a row of this database."""
    _pass_on(tx, Paper(notice, jws), hop, post=post, now=now)
    match hop:
        case Arrived():
            delivered = NoticeReceipt(
                notice_id=notice.notice_id,
                notice_digest=statement_digest(jws),
                stage=ReceiptStage.DELIVERED,
                from_office=post.here,
                to_office=notice.from_office,
                at_ms=milliseconds(now),
            )
            give_receipt(tx, delivered, post=post, now=now)
        case Down() | Across():
            tx.notices.advance(notice.notice_id, NoticeState.SENT)
        case Up():
            pass  # sent when the tier above has answered


def _take_receipt(tx: Noticing, jws: str, *, came: Came, post: NoticePost, now: datetime) -> NoticeReceipt:
    receipt = NoticeReceipt.read(jws, verify=post.verify)
    known = tx.notices.find(receipt.notice_id, lock=True)
    if known is not None:
        receipt.require_for(known.jws, sender=known.heading.from_office, receiver=known.heading.to_office)
    if tx.notices.add_receipt(receipt, jws, now=now):
        tx.notices.advance(receipt.notice_id, receipt.stage.state)
        _return(tx, receipt, jws, came=came, post=post, now=now)
    return receipt


def _return(tx: Noticing, receipt: NoticeReceipt, jws: str, *, came: Came, post: NoticePost, now: datetime) -> None:
    """A step of the way back; where there is none, the receipt stays here with its notice."""
    with bind_notice(receipt.notice_id):
        try:
            hop = next_hop(receipt.to_office, here=post.here, came=came, register=post.register)
        except Refusal as said:
            log.error("notice_receipt_astray", code=said.code)
            return
        _pass_on(tx, Paper(receipt, jws), hop, post=post, now=now)
        if isinstance(hop, Arrived):
            _hear(tx, receipt, post=post, now=now)


def _hear(tx: Noticing, receipt: NoticeReceipt, *, post: NoticePost, now: datetime) -> None:
    """What a receipt sets off at the office that wrote the notice."""
    known = tx.notices.find(receipt.notice_id)
    if known is None:
        log.warning("notice_receipt_of_unknown", kind=receipt.stage.value)
        return
    hear = post.on_receipt.get(known.heading.kind)
    if hear is not None:
        hear(tx, Notice.read(known.jws, verify=post.verify), receipt, now=now)


def _pass_on(tx: Noticing, paper: Paper, hop: Hop, *, post: NoticePost, now: datetime) -> None:
    match hop:
        case Arrived():
            pass
        case Up():
            assert isinstance(tx, Sending), "a tier with one above it sends"
            tx.outbox.put(LANE_NOTICES, paper.key, _row(paper), now=now)
        case Down(office):
            assert isinstance(tx, Feeding), "a tier with one below it is followed"
            is_notice = isinstance(paper.of, Notice)
            publish(tx, NoticeArrived(paper.jws) if is_notice else NoticeReceipted(paper.jws), to=office, now=now)
        case Across(province):
            assert post.across is not None, "a hub writes letters"
            post.across(tx, paper, to=province, now=now)


def _row(paper: Paper) -> dict[str, str]:
    match paper.of:
        case Notice():
            return {"notice_id": paper.of.notice_id}
        case NoticeReceipt():
            return {
                "notice_id": paper.of.notice_id,
                "stage": paper.of.stage.value,
                "office": str(paper.of.from_office),
            }


def _is_next_below(sender: Office, post: NoticePost) -> bool:
    """Whether papers climb from ``sender`` to here in one step: it is then what this office would pass down to."""
    if sender == post.here:
        return False
    try:
        hop = next_hop(sender, here=post.here, came=Came.ABOVE, register=post.register)
    except Refusal:
        return False
    return hop == Down(sender)
