"""What the ledger tells: cases, their pupils and timelines, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.case import Case, CaseState, Item, ItemState
from kernel.refusals import Refusal


class View(StrEnum):
    """Which cases an office looks at."""

    WAITING = "waiting"  # 待我办理
    STARTED = "started"  # 我已经办、尚未办结
    ALL = "all"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases of a view: of one procedure or family, of one school (filing or releasing); empty for all.

    Attributes:
        id_ends_with: 8 to 12 hexadecimal digits.
    """

    procedure: str = ""
    school: str = ""
    id_ends_with: str = ""


EVERY_CASE = CaseFilter()


@dataclass(frozen=True)
class Awaited:
    """Whose turn it is: the step, and the office (empty where another province's register is needed to tell)."""

    step: str
    office: str


NOBODY = Awaited("", "")


@dataclass(frozen=True)
class CaseHeading:
    """What a worklist shows of a case.

    Attributes:
        received_at: when this office committed it; due_at: end of the awaited office's statutory time, or None.
        waits_for: what must first be put right, where the case waits for that (暂停). waits_since: in worklists.
        reminded_at: when an office last asked that the awaited step be taken (催办).
        rule_pack: id of the pack that the case names.
    """

    case_id: str
    procedure_name: str
    school: str
    releasing_school: str
    state: CaseState
    awaited: Awaited
    received_at: datetime
    due_at: datetime | None
    due_provisional: bool
    items_total: int
    items_done: int
    items_refused: int
    waits_for: Refusal | None = None
    reminded_at: datetime | None = None
    waits_since: datetime | None = None
    rule_pack: str = ""


@dataclass(frozen=True)
class CaseRecord:
    """A case as this office remembers it, whole.

    Attributes:
        shown: the record as the hub holds it, where the case came down with it.
    """

    heading: CaseHeading
    case: Case
    shown: dict[str, str]

    @property
    def state(self) -> CaseState:
        return self.heading.state

    @property
    def awaited(self) -> Awaited:
        return self.heading.awaited


@dataclass(frozen=True)
class ItemRecord:
    item: Item
    state: ItemState
    number: str = ""
    student_key: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True)
class TimelineEvent:
    at: datetime
    step: str
    office: str


@dataclass(frozen=True)
class CasePage:
    """A page of a worklist; ``next_token`` is empty on the last."""

    cases: tuple[CaseHeading, ...]
    next_token: str = ""
