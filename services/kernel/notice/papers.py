"""The two papers: a notice, signed by the node of the office that tells, and a receipt, signed by whoever gives it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from kernel.canonical import canonical_bytes, digest
from kernel.clock import milliseconds
from kernel.feed import refusal_from_content, refusal_to_content
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.notice.kinds import CONTENT_LABELS, KINDS, NoticeKind
from kernel.office import Office
from kernel.refusals import MessageTooLarge, Refusal, RequestMalformed, SignatureInvalid
from kernel.statement import StatementKind, Verified, Verify, statement_digest

# A hundred of them, signed, are a page of a feed; longer lists go in several notices.
CONTENT_BYTES_MAX = 64 * 1024
LIST_MAX = 500
ANSWER_CHARACTERS_MAX = 2000

# What stands under a key: a text, a count, or a list of texts or of flat records.
Value = str | int | Sequence[str] | Sequence[Mapping[str, str | int]]
Content = Mapping[str, Value]


class NoticeState(StrEnum):
    """How far a notice has come, as an office that wrote it, passed it on or received it knows."""

    WRITTEN = "written"  # 待发出: in this office's outbox
    SENT = "sent"  # 已发出: the next office has it
    DELIVERED = "delivered"  # 已送达: the receiver's node has it
    CONFIRMED = "confirmed"  # 已签收: an officer of the receiver has confirmed it
    UNDELIVERABLE = "undeliverable"  # 无法送达

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    NoticeState.WRITTEN: "待发出",
    NoticeState.SENT: "已发出",
    NoticeState.DELIVERED: "已送达",
    NoticeState.CONFIRMED: "已签收",
    NoticeState.UNDELIVERABLE: "无法送达",
}


class ReceiptStage(StrEnum):
    """What a receipt says of its notice."""

    DELIVERED = "delivered"  # 送达回执, by the receiver's node by itself
    CONFIRMED = "confirmed"  # 签收回执, by an officer of the receiver, with an answer where there is one
    UNDELIVERABLE = "undeliverable"  # 退件, by the office that could not pass it on

    @property
    def state(self) -> NoticeState:
        return NoticeState(self.value)


@dataclass(frozen=True)
class Notice:
    """What one office tells another.

    Attributes:
        notice_id: UUIDv7 in text; the same id is the same notice everywhere.
        at_ms: when it was written, milliseconds since 1970-01-01 UTC.
        content: under the keys of ``CONTENT_LABELS``; at most ``CONTENT_BYTES_MAX``.
        subject: id of the case that it is about; empty where it is about none.
        due_on: the day in Beijing by which the receiver is to have done what it asks for.

    Raises:
        RequestMalformed: a key is missing or has no label, or a value is none of ``Value``.
        MessageTooLarge: it says too much for one notice.
    """

    notice_id: str
    kind: NoticeKind
    from_office: Office
    to_office: Office
    at_ms: int
    content: Content = field(repr=False)
    subject: str = ""
    due_on: date | None = None
    wants_receipt: bool = False

    def __post_init__(self) -> None:
        _require_uuid7(self.notice_id)
        for key in KINDS[self.kind].requires:
            if key not in self.content:
                raise RequestMalformed(field="content", why=f"{self.kind.title}应写明“{CONTENT_LABELS[key]}”")
        for key, value in self.content.items():
            _require_value(key, value)
        if _content_bytes(self.content) > CONTENT_BYTES_MAX:
            raise MessageTooLarge(field="content", most=f"{CONTENT_BYTES_MAX // 1024} KB")

    def to_content(self) -> dict[str, Any]:
        """What is signed, as a canonical JSON object."""
        return {
            "notice_id": self.notice_id,
            "kind": self.kind.value,
            "from": str(self.from_office),
            "to": str(self.to_office),
            "at": self.at_ms,
            "content": _plain(self.content),
            "subject": self.subject,
            "due_on": self.due_on.isoformat() if self.due_on else "",
            "wants_receipt": self.wants_receipt,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """A notice that the office which it names has signed.

        Raises:
            SignatureInvalid: somebody else signed it, or a person, or it is no notice that this program knows.
            IdentityNotProven: it names an office that cannot be.
            RequestMalformed, MessageTooLarge: see the class.
        """
        verified = verify(jws, StatementKind.NOTICE)
        content = verified.content
        try:
            notice = cls(
                notice_id=content["notice_id"],
                kind=NoticeKind(content["kind"]),
                from_office=Office.parse(content["from"]),
                to_office=Office.parse(content["to"]),
                at_ms=content["at"],
                content=content["content"],
                subject=_text(content, "subject"),
                due_on=date.fromisoformat(content["due_on"]) if content["due_on"] else None,
                wants_receipt=content["wants_receipt"] is True,
            )
        except (KeyError, ValueError, TypeError, AttributeError) as malformed:
            raise SignatureInvalid(why="告知书内容不完整，或本系统版本较旧") from malformed
        _require_signed_by(verified, notice.from_office)
        return notice


@dataclass(frozen=True)
class NoticeReceipt:
    """That a notice has arrived, has been confirmed, or could not be passed on.

    Attributes:
        notice_digest: of the notice's signed form, so that the receipt is for these words and no others.
        from_office: who gives the receipt. to_office: who wrote the notice.
        person: staff id of the officer who confirmed; empty for a node's own word. answer: what the officer answered.
        refused: why it could not be passed on, or may not be told by its writer.
    """

    notice_id: str
    notice_digest: str
    stage: ReceiptStage
    from_office: Office
    to_office: Office
    at_ms: int
    person: str = ""
    answer: str = field(default="", repr=False)
    refused: Refusal | None = None

    def __post_init__(self) -> None:
        _require_uuid7(self.notice_id)
        if len(self.answer) > ANSWER_CHARACTERS_MAX:
            raise MessageTooLarge(field="answer", most=f"{ANSWER_CHARACTERS_MAX} 字")
        if (self.refused is not None) != (self.stage is ReceiptStage.UNDELIVERABLE):
            raise RequestMalformed(field="refused", why="退件应写明原因，回执则不写")
        if bool(self.person) != (self.stage is ReceiptStage.CONFIRMED):
            raise RequestMalformed(field="person", why="签收回执应写明签收人，其他回执则不写")

    def to_content(self) -> dict[str, Any]:
        """What is signed, as a canonical JSON object."""
        return {
            "notice_id": self.notice_id,
            "notice": self.notice_digest,
            "stage": self.stage.value,
            "from": str(self.from_office),
            "to": str(self.to_office),
            "at": self.at_ms,
            "person": self.person,
            "answer": self.answer,
            "refused": refusal_to_content(self.refused) if self.refused else None,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """A receipt that the office which it names has signed.

        Raises:
            SignatureInvalid, IdentityNotProven, RequestMalformed, MessageTooLarge: as of a notice.
        """
        verified = verify(jws, StatementKind.NOTICE_RECEIPT)
        content = verified.content
        try:
            receipt = cls(
                notice_id=content["notice_id"],
                notice_digest=_text(content, "notice"),
                stage=ReceiptStage(content["stage"]),
                from_office=Office.parse(content["from"]),
                to_office=Office.parse(content["to"]),
                at_ms=content["at"],
                person=_text(content, "person"),
                answer=_text(content, "answer"),
                refused=refusal_from_content(content["refused"]) if content["refused"] else None,
            )
        except (KeyError, ValueError, TypeError, AttributeError) as malformed:
            raise SignatureInvalid(why="回执内容不完整，或本系统版本较旧") from malformed
        _require_signed_by(verified, receipt.from_office)
        return receipt

    def require_for(self, notice_jws: str, *, sender: Office, receiver: Office) -> None:
        """That it is a receipt for these words from ``sender`` to ``receiver``, by somebody who can give it.

        Raises:
            SignatureInvalid: it is for other words, or not the receiver's where only the receiver can speak.
        """
        fits = self.notice_digest == statement_digest(notice_jws) and self.to_office == sender
        if not fits or not (self.from_office == receiver or self.stage is ReceiptStage.UNDELIVERABLE):
            raise SignatureInvalid(why="回执与告知书不符")


def id_of_occasion(kind: NoticeKind, *, sender: Office, to: Office, occasion: str, anchor: datetime) -> str:
    """A UUIDv7 for a notice that must be written once for each occasion, however often it is looked for.

    Args:
        occasion: what it is about, such as a case and a step; no random part is needed where the occasion is one.
        anchor: a moment that belongs to the occasion, such as a due date: the time in the id.
    """
    told = [kind.value, str(sender), str(to), occasion]
    return str(uuid7(now_ms=milliseconds(anchor), randomness=digest("notice-occasion", told)[:RANDOM_BYTES]))


def content_of(**values: Value | None) -> dict[str, Value]:
    """The content of a notice without what is not there."""
    return {key: value for key, value in values.items() if value is not None}


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _require_uuid7(text: str) -> None:
    try:
        parsed = uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        parsed = uuid.UUID(int=0)
    if str(parsed) != text or parsed.version != 7:
        raise RequestMalformed(field="notice_id", why="告知书编号应为 UUIDv7")


def _content_bytes(content: Content) -> int:
    try:
        return len(canonical_bytes(_plain(content)))
    except TypeError as not_canonical:  # a number beyond 2^53, half a character
        raise RequestMalformed(field="content", why="有不能签名的数字或字符") from not_canonical


def _plain(content: Content) -> dict[str, Any]:
    """As canonical JSON has it: objects and arrays."""
    return {key: _plain_value(value) for key, value in content.items()}


def _plain_value(value: Value) -> Any:
    if isinstance(value, str | int):
        return value
    return [one if isinstance(one, str) else dict(one) for one in value]


def _require_value(key: str, value: object) -> None:
    if key not in CONTENT_LABELS:
        raise RequestMalformed(field="content", why=f"告知书中没有“{key[:40]}”这一项")
    match value:
        case str() | int():
            return
        case list() | tuple() if len(value) <= LIST_MAX:
            for one in value:
                _require_listed(key, one)
        case _:
            raise RequestMalformed(field="content", why=f"“{CONTENT_LABELS[key]}”不合格式，或超过 {LIST_MAX} 条")


def _require_listed(key: str, one: object) -> None:
    match one:
        case str():
            return
        case Mapping() if all(isinstance(value, str | int) and inner in CONTENT_LABELS for inner, value in one.items()):
            return
        case _:
            raise RequestMalformed(field="content", why=f"“{CONTENT_LABELS[key]}”中有不合格式的一条")


def _require_signed_by(verified: Verified, office: Office) -> None:
    """An office is bound by its node alone: a person at a desk signs nothing that leaves it."""
    if verified.signer.office != office or not verified.signer.is_node:
        raise SignatureInvalid(why="不是所称单位签发")
