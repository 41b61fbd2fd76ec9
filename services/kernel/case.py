"""A case (业务): the only thing that writes to a student's record.

One procedure over one or many items, its evidence, and a chain of endorsements. The canonical bytes that endorsements
cover are those of ``Case.body``; ``Case.digest`` is their SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from kernel.canonical import digest
from kernel.refusals import ChainBroken, DigestReused, RequestMalformed, TooManyItems
from kernel.regulation import ITEMS_PER_CASE_MAX, Procedure, procedure
from kernel.statement import statement_digest


class CaseState(StrEnum):
    CHECKING = "checking"  # 待学校审核: entered, not yet checked by the school's second person
    OPEN = "open"  # 在办
    CLOSED = "closed"  # 已办结

    @property
    def label(self) -> str:
        return {CaseState.CHECKING: "待学校审核", CaseState.OPEN: "在办", CaseState.CLOSED: "已办结"}[self]


class ItemState(StrEnum):
    PENDING = "pending"  # 待办
    DONE = "done"  # 已核准
    RETURNED = "returned"  # 退回修改
    REFUSED = "refused"  # 不予核准


@dataclass(frozen=True)
class Item:
    """One pupil's part: form values under the keys of ``kernel.form``, in canonical form."""

    item_id: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Evidence:
    """A document that backs a case (证明材料).

    Attributes:
        digest: SHA-256 of the content, in hex. kind: a ``kernel.evidence.EvidenceKind``.
        item_id: the pupil whom it is about; empty where it is about the whole case. One pupil's papers do not go into
            another pupil's archive because both were in one case.
    """

    digest: str
    media_type: str
    kind: str
    item_id: str = ""

    def to_content(self) -> dict[str, str]:
        """As a canonical JSON object; ``item_id`` stands in it only where there is one, as before there was any."""
        content = {"digest": self.digest, "media_type": self.media_type, "kind": self.kind}
        return {**content, "item_id": self.item_id} if self.item_id else content

    @classmethod
    def from_content(cls, content: Mapping[str, str]) -> Self:
        return cls(content["digest"], content["media_type"], content["kind"], content.get("item_id", ""))


@dataclass(frozen=True)
class Case:
    """One case, as it climbs.

    Attributes:
        case_id: UUIDv7 in text; the same id is the same case everywhere, and of a transfer the transfer's id.
        school: code of the school that files. releasing_school: of a transfer; else empty.
        filed_at_ms: milliseconds since 1970-01-01 UTC.
        endorsements: JWS each, in the order given, each covering the one before.
    """

    case_id: str
    procedure_name: str
    school: str
    releasing_school: str
    rule_pack: str
    filed_at_ms: int
    items: tuple[Item, ...]
    evidence: tuple[Evidence, ...] = ()
    endorsements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.items:
            raise RequestMalformed(field="items", why="业务中没有学生")
        if len(self.items) > ITEMS_PER_CASE_MAX:
            raise TooManyItems(field="items", most=ITEMS_PER_CASE_MAX)
        if len({item.item_id for item in self.items}) != len(self.items):
            raise RequestMalformed(field="items", why="同一学生出现两次")
        about = {evidence.item_id for evidence in self.evidence if evidence.item_id}
        if not about.issubset({item.item_id for item in self.items}):
            raise RequestMalformed(field="evidence", why="证明材料所指的学生不在本业务中")

    @property
    def procedure(self) -> Procedure:
        return procedure(self.procedure_name)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical body, in hex: what every endorsement names."""
        return digest("case", self.body()).hex()

    @property
    def head(self) -> str:
        """What the next endorsement must cover: the last endorsement's digest, or the body's where there is none."""
        return statement_digest(self.endorsements[-1]) if self.endorsements else self.digest

    def body(self) -> dict[str, Any]:
        """The canonical body: everything that was filed, and nothing that came after."""
        return {
            "case_id": self.case_id,
            "procedure": self.procedure_name,
            "school": self.school,
            "releasing_school": self.releasing_school,
            "rule_pack": self.rule_pack,
            "filed_at": self.filed_at_ms,
            "items": [{"item_id": item.item_id, "values": dict(item.values)} for item in self.items],
            "evidence": [evidence.to_content() for evidence in self.evidence],
        }

    def about(self, number: str) -> tuple[Item, ...]:
        """The items of the pupil with this number in force; whom one item names may be filed under an earlier one."""
        if len(self.items) == 1:
            return self.items
        return tuple(item for item in self.items if item.values.get("number") == number)

    def evidence_of(self, item_id: str) -> tuple[Evidence, ...]:
        """What backs the case as a whole, and this pupil's part of it."""
        return tuple(evidence for evidence in self.evidence if evidence.item_id in ("", item_id))

    def with_endorsement(self, jws: str) -> Case:
        return replace(self, endorsements=(*self.endorsements, jws))

    def extends(self, known: Case) -> bool:
        """Whether this is the known case with further endorsements; False where nothing is new.

        Raises:
            DigestReused: it is another case under the same id.
            ChainBroken: it has other endorsements than those that are known.
        """
        if self.digest != known.digest:
            raise DigestReused(field="case_id")
        both = min(len(self.endorsements), len(known.endorsements))
        if self.endorsements[:both] != known.endorsements[:both]:
            raise ChainBroken(why="与已收到的签批不一致")
        return len(self.endorsements) > both

    def to_content(self) -> dict[str, Any]:
        """The whole case as a canonical JSON object, for storage and for letters."""
        return {**self.body(), "endorsements": list(self.endorsements)}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            case_id=content["case_id"],
            procedure_name=content["procedure"],
            school=content["school"],
            releasing_school=content["releasing_school"],
            rule_pack=content["rule_pack"],
            filed_at_ms=content["filed_at"],
            items=tuple(Item(i["item_id"], i["values"]) for i in content["items"]),
            evidence=tuple(Evidence.from_content(evidence) for evidence in content["evidence"]),
            endorsements=tuple(content["endorsements"]),
        )
