"""What comes down a feed: the answers and questions that an upper tier has for a lower one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from kernel.adjudication import AdjudicationTold
from kernel.attending import RecordTold
from kernel.calendar import Due
from kernel.case import Case
from kernel.clock import moment_of
from kernel.handover import ArchiveToHandOver
from kernel.organisations import PupilsLeft, PupilsPlaced, RegisterChanged
from kernel.promotion import ClassesPromoted
from kernel.refusals import Refusal, refusal


@dataclass(frozen=True)
class CaseAsked:
    """A case waits for an endorsement of the reader's office, or of one below it.

    Attributes:
        step: the step awaited. shown: the record as the hub holds it, by form key, for the office to compare with.
    """

    KIND: ClassVar[str] = "case_asked"
    case: Case
    step: str
    shown: Mapping[str, str] = field(default_factory=dict)

    def to_content(self) -> dict[str, Any]:
        return {"case": self.case.to_content(), "step": self.step, "shown": dict(self.shown)}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(Case.from_content(content["case"]), content["step"], content["shown"])


@dataclass(frozen=True)
class CaseProgress:
    """A step that was taken, and what is awaited next.

    Attributes:
        step: a step of the procedure or of the transfer. office: who took it, e.g. ``authority/410105``.
        at_ms, due_at_ms: milliseconds since 1970-01-01 UTC; due_at_ms is 0 where nothing is awaited.
        waits_for: why the case waits, where something must first be put right (暂停).
        due_provisional: the date may still move, for a year's calendar is not out (暂定).
    """

    KIND: ClassVar[str] = "case_progress"
    case_id: str
    step: str
    office: str
    at_ms: int
    awaited_step: str = ""
    awaited_office: str = ""
    due_at_ms: int = 0
    waits_for: Refusal | None = None
    due_provisional: bool = False

    @property
    def due(self) -> Due | None:
        """The time of the awaited step, as the office above counts it."""
        return Due(moment_of(self.due_at_ms), self.due_provisional, "") if self.due_at_ms else None

    def to_content(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "step": self.step,
            "office": self.office,
            "at": self.at_ms,
            "awaited_step": self.awaited_step,
            "awaited_office": self.awaited_office,
            "due_at": self.due_at_ms,
            "waits_for": refusal_to_content(self.waits_for) if self.waits_for else None,
            "due_provisional": self.due_provisional,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["case_id"],
            content["step"],
            content["office"],
            content["at"],
            content["awaited_step"],
            content["awaited_office"],
            content["due_at"],
            _refusal_in(content, "waits_for"),
            content.get("due_provisional", False),
        )


@dataclass(frozen=True)
class DueRecounted:
    """The time of an awaited step was counted again, for the calendar of a further year is out (暂定 no longer).

    Attributes:
        awaited_step, awaited_office: whose turn it was; where it is another's by now, this is nothing.
    """

    KIND: ClassVar[str] = "due_recounted"
    case_id: str
    awaited_step: str
    awaited_office: str
    due_at_ms: int
    due_provisional: bool
    at_ms: int

    @property
    def due(self) -> Due:
        return Due(moment_of(self.due_at_ms), self.due_provisional, "")

    def to_content(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "awaited_step": self.awaited_step,
            "awaited_office": self.awaited_office,
            "due_at": self.due_at_ms,
            "due_provisional": self.due_provisional,
            "at": self.at_ms,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["case_id"],
            content["awaited_step"],
            content["awaited_office"],
            content["due_at"],
            content["due_provisional"],
            content["at"],
        )


@dataclass(frozen=True)
class ItemOutcome:
    """What became of one item: a number, or a refusal.

    Attributes:
        record, status, standing: the record as the hub holds it afterwards; empty where one began as it was filed.
    """

    item_id: str
    number: str = ""
    student_key: str = ""
    refused: Refusal | None = None
    record: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    standing: Mapping[str, str] = field(default_factory=dict)

    def to_content(self) -> dict[str, Any]:
        return {
            "item_id": self.item_id,
            "number": self.number,
            "student_key": self.student_key,
            "refused": refusal_to_content(self.refused) if self.refused else None,
            "record": dict(self.record),
            "status": self.status,
            "standing": dict(self.standing),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["item_id"],
            content["number"],
            content["student_key"],
            _refusal_in(content, "refused"),
            content["record"],
            content.get("status", ""),
            content.get("standing", {}),
        )


@dataclass(frozen=True)
class CaseOutcome:
    """What became of items of a case; ``closed`` when none is left undecided."""

    KIND: ClassVar[str] = "case_outcome"
    case_id: str
    items: tuple[ItemOutcome, ...]
    closed: bool
    at_ms: int

    def without_records(self) -> Self:
        """For the school where the pupil only attends: what became of the case, and nothing of the record."""
        items = (replace(item, record={}, status="", standing={}) for item in self.items)
        return replace(self, items=tuple(items))

    def to_content(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "items": [item.to_content() for item in self.items],
            "closed": self.closed,
            "at": self.at_ms,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        items = tuple(ItemOutcome.from_content(item) for item in content["items"])
        return cls(content["case_id"], items, content["closed"], content["at"])


@dataclass(frozen=True)
class StudentLeft:
    """A record went to another school; the reader keeps a copy, read only (Article 9).

    Attributes:
        destination: school code inside the province; of another province its two digits alone.
    """

    KIND: ClassVar[str] = "student_left"
    case_id: str
    number: str
    destination: str
    at_ms: int

    def to_content(self) -> dict[str, Any]:
        return {"case_id": self.case_id, "number": self.number, "destination": self.destination, "at": self.at_ms}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["case_id"], content["number"], content["destination"], content["at"])


@dataclass(frozen=True)
class CustodyReceipt:
    """The outcome of a transfer between provinces: a JWS of the index (``kernel.custody.Receipt``)."""

    KIND: ClassVar[str] = "custody_receipt"
    jws: str

    def to_content(self) -> dict[str, Any]:
        return {"jws": self.jws}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["jws"])


@dataclass(frozen=True)
class NoticeArrived:
    """A notice for the reader, or for an office below it (``kernel.notice.Notice``, as its writer signed it)."""

    KIND: ClassVar[str] = "notice"
    jws: str

    def to_content(self) -> dict[str, Any]:
        return {"jws": self.jws}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["jws"])


@dataclass(frozen=True)
class NoticeReceipted:
    """A receipt of a notice that the reader wrote, or an office below it (``kernel.notice.NoticeReceipt``)."""

    KIND: ClassVar[str] = "notice_receipt"
    jws: str

    def to_content(self) -> dict[str, Any]:
        return {"jws": self.jws}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["jws"])


@dataclass(frozen=True)
class BreachFound:
    """A rule found that a school did not keep a duty; the case went on all the same (Article 27).

    Attributes:
        code: of the breach (``kernel.rules.Breach``). sentence, days_late: of the worst of the case's pupils.
        count: how many pupils of the case it concerns. filed_at_ms: when the case was filed.
    """

    KIND: ClassVar[str] = "breach_found"
    case_id: str
    school: str
    code: str
    sentence: str
    days_late: int
    count: int
    filed_at_ms: int

    def to_content(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "school": self.school,
            "code": self.code,
            "sentence": self.sentence,
            "days_late": self.days_late,
            "count": self.count,
            "filed_at": self.filed_at_ms,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            content["case_id"],
            content["school"],
            content["code"],
            content["sentence"],
            content["days_late"],
            content["count"],
            content["filed_at"],
        )


# A notice on its way, in either direction: what climbs is the same as what comes down.
NoticePaper = NoticeArrived | NoticeReceipted

Entry = (
    CaseAsked
    | CaseProgress
    | CaseOutcome
    | StudentLeft
    | CustodyReceipt
    | NoticeArrived
    | NoticeReceipted
    | ClassesPromoted
    | BreachFound
    | ArchiveToHandOver
    | DueRecounted
    | RecordTold
    | RegisterChanged
    | PupilsPlaced
    | PupilsLeft
    | AdjudicationTold
)

_KINDS: dict[str, type[Entry]] = {
    CaseAsked.KIND: CaseAsked,
    CaseProgress.KIND: CaseProgress,
    CaseOutcome.KIND: CaseOutcome,
    StudentLeft.KIND: StudentLeft,
    CustodyReceipt.KIND: CustodyReceipt,
    NoticeArrived.KIND: NoticeArrived,
    NoticeReceipted.KIND: NoticeReceipted,
    ClassesPromoted.KIND: ClassesPromoted,
    BreachFound.KIND: BreachFound,
    ArchiveToHandOver.KIND: ArchiveToHandOver,
    DueRecounted.KIND: DueRecounted,
    RecordTold.KIND: RecordTold,
    RegisterChanged.KIND: RegisterChanged,
    PupilsPlaced.KIND: PupilsPlaced,
    PupilsLeft.KIND: PupilsLeft,
    AdjudicationTold.KIND: AdjudicationTold,
}


def entry_from_content(kind: str, content: Mapping[str, Any]) -> Entry:
    """The entry that was stored under ``kind``; a kind that nobody declared is a bug, hence a KeyError."""
    return _KINDS[kind].from_content(content)


def _refusal_in(content: Mapping[str, Any], key: str) -> Refusal | None:
    told = content.get(key)
    return refusal_from_content(told) if told else None


def refusal_to_content(said: Refusal) -> dict[str, Any]:
    return {"code": said.code, "field": said.field, "row": said.row, "detail": dict(said.detail)}


def refusal_from_content(content: Mapping[str, Any]) -> Refusal:
    return refusal(content["code"], content["field"], content["row"], dict(content["detail"]))
