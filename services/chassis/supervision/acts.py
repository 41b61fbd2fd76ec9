"""What is done about findings: each act is an entry of the register, in the transaction that does it.

Each act asked for again, in the same words, is answered as before and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from chassis.notices import NoticePost, send_notice
from chassis.notices.post import OnArrival
from chassis.supervision.book import Known
from chassis.supervision.transactions import Supervising
from kernel.clock import day_of, milliseconds, moment_of
from kernel.measures import citation
from kernel.notice import Notice, NoticeKind, Value, id_of_occasion, is_above
from kernel.office import Identity, Office, Tier
from kernel.refusals import (
    EvidenceNotReceived,
    EvidenceRequired,
    FindingAlreadyDecided,
    FindingNotFound,
    OutsideJurisdiction,
    ReasonRequired,
    RequestMalformed,
)
from kernel.statement import StatementKind
from kernel.supervision import (
    Act,
    Entry,
    Finding,
    FindingState,
    Ground,
    Source,
    after,
)

# A school is its authority's to order, and nobody else's (Art. 27); an authority whoever is above it (Art. 26).
_MAY_ORDER = {Tier.AUTHORITY: (Tier.SCHOOL, Tier.AUTHORITY), Tier.PROVINCE: (Tier.AUTHORITY,)}


@dataclass(frozen=True)
class Entering:
    """What an officer enters, with proof. The caller makes ``finding_id``: a replay enters nothing new."""

    finding_id: str
    subject: Office
    ground: Ground
    sentence: str = field(repr=False)
    evidence: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Decide:
    """Confirm or dismiss, with the reason."""

    finding_id: str
    confirmed: bool
    reason: str = field(repr=False)


@dataclass(frozen=True)
class Ordering:
    """What is to be put right, and by when."""

    finding_id: str
    measure: str = field(repr=False)
    due_on: date


@dataclass(frozen=True)
class Referring:
    """A serious case: ``to`` is who holds persons responsible; ``persons`` are roles, such as 校长, and no names."""

    finding_id: str
    to: str
    persons: tuple[str, ...]
    reason: str = field(repr=False)


def find(tx: Supervising, finding: Finding, /, *, post: NoticePost, now: datetime, person: str = "") -> bool:
    """Keep what was found, by itself or by somebody; False when it is known already.

    Raises:
        OutsideJurisdiction: the subject is not this office's to order.
    """
    _require_below(finding.subject, post)
    if not tx.supervision.add(finding):
        return False
    _write(tx, Known(finding, FindingState.FOUND), Act.FIND, finding.to_content(), person=person, post=post, now=now)
    return True


def enter_finding(tx: Supervising, command: Entering, /, *, by: Identity, now: datetime, post: NoticePost) -> Known:
    """An officer enters what no rule can find, such as a leak or false data, with the proof of it.

    Raises:
        EvidenceRequired: without proof nobody is accused. EvidenceNotReceived: the proof has not been brought.
        OutsideJurisdiction: the subject is not this office's to order. ReasonRequired: it does not say what was found.
        FindingAlreadyDecided: another finding was entered under this id.
    """
    known = tx.supervision.find(command.finding_id)
    said = command.sentence.strip()
    if known is not None:
        told = (known.finding.subject, known.finding.ground, known.finding.sentence, known.finding.evidence)
        if told != (command.subject, command.ground, said, command.evidence):
            raise FindingAlreadyDecided(field="finding_id", person=by.person, act=Act.FIND.label)
        return known
    if not said:
        raise ReasonRequired(field="sentence")
    if not command.evidence:
        raise EvidenceRequired(field="evidence", kind="线索的证明材料")
    if tx.evidence.name(command.evidence):
        raise EvidenceNotReceived(field="evidence")
    finding = Finding(
        finding_id=command.finding_id,
        subject=command.subject,
        ground=command.ground,
        source=Source.OFFICER,
        sentence=said,
        found_at_ms=milliseconds(now),
        count=command.count,
        evidence=command.evidence,
    )
    find(tx, finding, post=post, now=now, person=by.person)
    return tx.supervision.get(command.finding_id)


def decide_finding(tx: Supervising, command: Decide, /, *, by: Identity, now: datetime, post: NoticePost) -> Known:
    """Confirm that it is so (认定), or dismiss it with the reason.

    Raises:
        FindingNotFound, FindingStateForbids, ReasonRequired.
    """
    act = Act.CONFIRM if command.confirmed else Act.DISMISS
    reason = _required(command.reason, "reason")
    return _act(tx, command.finding_id, act, {"reason": reason}, by=by, now=now, post=post)


def order_rectification(
    tx: Supervising, command: Ordering, /, *, by: Identity, now: datetime, post: NoticePost
) -> Known:
    """责令改正 (Art. 26, 27): in writing, signed, with a day by which it is to be put right, and a receipt.

    The notice names the digest of the order's entry in the register: the paper that the other office holds binds this
    one to its register.

    Raises:
        FindingNotFound, FindingStateForbids, ReasonRequired.
        RequestMalformed: the day is not after today.
    """
    measure = _required(command.measure, "measure")
    known = tx.supervision.get(command.finding_id, lock=True)
    told = {"measure": measure, "due_on": command.due_on.isoformat()}
    if _done_so(tx, known, Act.ORDER, told, post=post):
        return known
    if command.due_on <= day_of(milliseconds(now)):
        raise RequestMalformed(field="due_on", why="改正期限应在今天之后")
    state = after(known.state, Act.ORDER)
    ordered = replace(known, state=state, due_on=command.due_on)
    digest = _write(tx, ordered, Act.ORDER, told, person=by.person, post=post, now=now)
    notice_id = _tell(
        tx,
        NoticeKind.RECTIFICATION_ORDER,
        ordered,
        digest,
        {"measure": measure},
        by=by,
        now=now,
        post=post,
        due_on=command.due_on,
    )
    tx.supervision.put(replace(ordered, order_id=notice_id))
    return tx.supervision.get(command.finding_id)


def take_answer(tx: Supervising, notice: Notice, /, *, now: datetime, post: NoticePost) -> None:
    """An office that was ordered reports what it did: set off by its notice, once.

    Raises:
        FindingNotFound: this office ordered it nothing of the kind. FindingStateForbids: it is not expected now.
    """
    known = tx.supervision.find(notice.subject, lock=True)
    if known is None or known.finding.subject != notice.from_office:
        raise FindingNotFound(field="subject")
    answered = replace(known, state=after(known.state, Act.ANSWER))
    told = {"measure": str(notice.content["measure"]), "notice_id": notice.notice_id}
    _write(tx, answered, Act.ANSWER, told, person=str(notice.content.get("written_by", "")), post=post, now=now)


def refer_finding(tx: Supervising, command: Referring, /, *, by: Identity, now: datetime, post: NoticePost) -> Known:
    """情节严重: referred, so that persons are held responsible. The order to put it right goes on beside it.

    Raises:
        FindingNotFound, FindingStateForbids, ReasonRequired.
        RequestMalformed: it does not say to whom, or about whom.
    """
    reason, to = _required(command.reason, "reason"), command.to.strip()
    if not to or not command.persons:
        raise RequestMalformed(field="to", why="应写明移送给谁、追究谁的责任")
    known = tx.supervision.get(command.finding_id, lock=True)
    told: dict[str, str | Sequence[str]] = {"to": to, "persons": list(command.persons), "reason": reason}
    if _done_so(tx, known, Act.REFER, told, post=post):
        return known
    referred = replace(known, state=after(known.state, Act.REFER), referred_to=to)
    digest = _write(tx, referred, Act.REFER, told, person=by.person, post=post, now=now)
    about = f"建议依法追究{'、'.join(command.persons)}的责任：{reason}"
    content: dict[str, Value] = {"reason": about, "forward_to": to}
    _tell(tx, NoticeKind.ACCOUNTABILITY_REFERRED, referred, digest, content, by=by, now=now, post=post)
    return tx.supervision.get(command.finding_id)


def close_finding(tx: Supervising, command: Decide, /, *, by: Identity, now: datetime, post: NoticePost) -> Known:
    """It has been put right, as somebody has looked and says how; the other office is told.

    Raises:
        FindingNotFound, FindingStateForbids, ReasonRequired.
    """
    reason = _required(command.reason, "reason")
    known = tx.supervision.get(command.finding_id, lock=True)
    if _done_so(tx, known, Act.CLOSE, {"reason": reason}, post=post):
        return known
    closed = replace(known, state=after(known.state, Act.CLOSE))
    digest = _write(tx, closed, Act.CLOSE, {"reason": reason}, person=by.person, post=post, now=now)
    _tell(tx, NoticeKind.RECTIFICATION_CLOSED, closed, digest, {"text": reason}, by=by, now=now, post=post)
    return closed


def arrivals(post: NoticePost) -> Mapping[NoticeKind, OnArrival]:
    """What notices set off at an office that supervises; ``post`` is its own, with nothing set off."""
    return {NoticeKind.RECTIFICATION_DONE: partial(take_answer, post=post)}


def _act(
    tx: Supervising,
    finding_id: str,
    act: Act,
    told: Mapping[str, str],
    *,
    by: Identity,
    now: datetime,
    post: NoticePost,
) -> Known:
    known = tx.supervision.get(finding_id, lock=True)
    if _done_so(tx, known, act, told, post=post):
        return known
    acted = replace(known, state=after(known.state, act))
    _write(tx, acted, act, told, person=by.person, post=post, now=now)
    return acted


def _done_so(
    tx: Supervising,
    known: Known,
    act: Act,
    told: Mapping[str, str | Sequence[str]],
    *,
    post: NoticePost,
) -> bool:
    """Whether the last thing done about it is this very act, in these words."""
    last = Entry.read(tx.supervision.entries_of(known.finding.finding_id)[-1].jws, verify=post.verify)
    return last.act is act and dict(last.told) == dict(told)


def _write(
    tx: Supervising,
    known: Known,
    act: Act,
    told: Mapping[str, str | int | Sequence[str]],
    *,
    person: str,
    post: NoticePost,
    now: datetime,
) -> str:
    """Put the act into the register and the finding into its new state; the digest of the entry."""
    head = tx.supervision.hold()
    entry = Entry(
        sequence=head.sequence,
        covers=head.digest,
        finding_id=known.finding.finding_id,
        act=act,
        keeper=post.here,
        subject=known.finding.subject,
        at_ms=milliseconds(now),
        person=person,
        told=told,
    )
    tx.supervision.put(known)
    jws = post.sign(StatementKind.REGISTER_ENTRY, entry.to_content())
    return tx.supervision.append(known.finding.finding_id, head.sequence, jws)


def _tell(
    tx: Supervising,
    kind: NoticeKind,
    known: Known,
    digest: str,
    content: Mapping[str, Value],
    *,
    by: Identity,
    now: datetime,
    post: NoticePost,
    due_on: date | None = None,
) -> str:
    """Write to the office that the finding is about, naming the entry of the register; the notice's id."""
    finding = known.finding
    notice_id = id_of_occasion(
        kind, sender=post.here, to=finding.subject, occasion=digest, anchor=moment_of(finding.found_at_ms)
    )
    send_notice(
        tx,
        notice_id=notice_id,
        kind=kind,
        to=finding.subject,
        content={
            "breach": f"{finding.ground.label}：{finding.sentence}",
            "clause": citation(finding.clause),
            "digest": digest,
            "written_by": by.person,
            **content,
        },
        post=post,
        now=now,
        subject=finding.finding_id,
        due_on=due_on,
    )
    return notice_id


def _required(text: str, name: str) -> str:
    said = text.strip()
    if not said:
        raise ReasonRequired(field=name)
    return said


def _require_below(subject: Office, post: NoticePost) -> None:
    may_order = subject.tier in _MAY_ORDER.get(post.here.tier, ())
    if not may_order or not is_above(post.here, subject, register=post.register):
        raise OutsideJurisdiction(office=str(subject), what="监督事项")
