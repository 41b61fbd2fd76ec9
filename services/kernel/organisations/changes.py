"""What can happen to schools and divisions (机构变更), as values: who it is about, from which day, by which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from kernel.canonical import digest
from kernel.organisations.spans import Placing
from kernel.school import School


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A new school under a new code."""

    KIND: ClassVar[str] = "school_opening"
    school: School

    def to_content(self) -> dict[str, Any]:
        return {"school": self.school.to_content()}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(school=School.from_content(content["school"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """Another name; the code stays."""

    KIND: ClassVar[str] = "school_renaming"
    code: str
    name: str

    def to_content(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(code=content["code"], name=content["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """Schools become one (Art. 9.2): ``into`` takes pupils and archives of the others, and keeps its code.

    Attributes:
        codes: the schools that end. into: one of those that merge, or one that was opened for it.
        classes: the classes whose name changes on the way.
    """

    KIND: ClassVar[str] = "school_merger"
    codes: tuple[str, ...]
    into: str
    classes: tuple[Placing, ...] = ()

    def to_content(self) -> dict[str, Any]:
        classes = [placing.to_content() for placing in self.classes]
        return {"codes": list(self.codes), "into": self.into, "classes": classes}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        classes = tuple(map(Placing.from_content, content["classes"]))
        return cls(codes=tuple(content["codes"]), into=content["into"], classes=classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A school gives classes to others, each class to a school that is named.

    Attributes:
        placings: which class goes where.
        archives_to: code of the school that takes the archives of those who left before; empty where the school itself
            goes on with the classes that are not named.
    """

    KIND: ClassVar[str] = "school_split"
    code: str
    placings: tuple[Placing, ...]
    archives_to: str = ""

    def to_content(self) -> dict[str, Any]:
        placings = [placing.to_content() for placing in self.placings]
        return {"code": self.code, "placings": placings, "archives_to": self.archives_to}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        placings = tuple(map(Placing.from_content, content["placings"]))
        return cls(code=content["code"], placings=placings, archives_to=content["archives_to"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A school ends (Art. 9.3): its archives go to the unit that the county names, its pupils to the schools named."""

    KIND: ClassVar[str] = "school_closure"
    code: str
    archive_unit: str
    placings: tuple[Placing, ...] = ()

    def to_content(self) -> dict[str, Any]:
        placings = [placing.to_content() for placing in self.placings]
        return {"code": self.code, "archive_unit": self.archive_unit, "placings": placings}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        placings = tuple(map(Placing.from_content, content["placings"]))
        return cls(code=content["code"], archive_unit=content["archive_unit"], placings=placings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassification:
    """A school becomes one of another category, and so gets another code; the old one is void."""

    KIND: ClassVar[str] = "school_reclassification"
    code: str
    school: School

    def to_content(self) -> dict[str, Any]:
        return {"code": self.code, "school": self.school.to_content()}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(code=content["code"], school=School.from_content(content["school"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Schools get another 学籍主管部门 (Art. 3), and stay where they stand."""

    KIND: ClassVar[str] = "school_handover"
    codes: tuple[str, ...]
    authority: str

    def to_content(self) -> dict[str, Any]:
        return {"codes": list(self.codes), "authority": self.authority}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(codes=tuple(content["codes"]), authority=content["authority"])


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionReform:
    """Divisions become others, or part of others: schools get another place and another authority, and no number moves.

    Attributes:
        renumbered: pairs of six-digit codes, what was and what is.
    """

    KIND: ClassVar[str] = "division_reform"
    renumbered: tuple[tuple[str, str], ...]

    def to_content(self) -> dict[str, Any]:
        return {"renumbered": [list(pair) for pair in self.renumbered]}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(renumbered=tuple((before, after) for before, after in content["renumbered"]))


What = Opening | Renaming | Merger | Split | Closure | Reclassification | Handover | DivisionReform
KINDS: dict[str, type[What]] = {
    kind.KIND: kind for kind in (Opening, Renaming, Merger, Split, Closure, Reclassification, Handover, DivisionReform)
}
TITLES = {
    Opening.KIND: "设立学校",
    Renaming.KIND: "学校更名",
    Merger.KIND: "学校合并",
    Split.KIND: "学校分立",
    Closure.KIND: "学校撤销",
    Reclassification.KIND: "学校变更类别",
    Handover.KIND: "变更学籍主管部门",
    DivisionReform.KIND: "行政区划调整",
}
# What the Measures say of it; of what they do not name, whose it is to arrange (Art. 3.3: 省级统筹).
_CLAUSES = {Merger.KIND: ("9.2",), Closure.KIND: ("9.3",)}
_ARRANGED_BY_THE_PROVINCE = ("3.3",)


def clauses_of(kind: str) -> tuple[str, ...]:
    """The clauses that a change of this kind carries out, as a record's history names them."""
    return _CLAUSES.get(kind, _ARRANGED_BY_THE_PROVINCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChange:
    """One change, whole.

    Attributes:
        change_id: UUIDv7 in text; the same id is the same change everywhere.
        effective_on: the first day on which it is so.
        order_number: of the order that it rests on (批文号). order_digest: SHA-256 of that document, in hex.
        reason: in the words of the office that asks for it.
    """

    change_id: str
    effective_on: date
    what: What
    order_number: str
    order_digest: str
    reason: str = ""

    @property
    def kind(self) -> str:
        return self.what.KIND

    @property
    def title(self) -> str:
        return TITLES[self.kind]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the Measures that it carries out."""
        return clauses_of(self.kind)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content, in hex."""
        return digest("organisation-change", self.to_content()).hex()

    def to_content(self) -> dict[str, Any]:
        return {
            "change_id": self.change_id,
            "kind": self.kind,
            "effective_on": self.effective_on.isoformat(),
            "what": self.what.to_content(),
            "order_number": self.order_number,
            "order_digest": self.order_digest,
            "reason": self.reason,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError where the object is no change."""
        return cls(
            change_id=content["change_id"],
            effective_on=date.fromisoformat(content["effective_on"]),
            what=KINDS[content["kind"]].from_content(content["what"]),
            order_number=content["order_number"],
            order_digest=content["order_digest"],
            reason=content["reason"],
        )
