"""Adjudication of two records that may be one child (问题学籍核查): what each province says, what comes of it (Art. 6).

Each of the two records is answered for by the province that has it. Nobody's record is touched before there is an
outcome, and one side alone can merge nobody: what the two say is weighed by one table, and where it does not agree, the
nation decides (双佐证).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Self

from kernel.evidence import EvidenceKind
from kernel.office import NATION, Office, Tier
from kernel.statement import StatementKind, Verify, built, require_signer

ANSWER_WITHIN_DAYS = 10
"""Working days in which both provinces answer, as every office that is asked (Art. 14); then the nation decides."""


class Word(StrEnum):
    """What a province says of its own record."""

    PROVED = "proved"  # 佐证: it is a child's own, and that is proved
    CORRECTED = "corrected"  # 变更: what was wrong in it has been corrected
    DELETED = "deleted"  # 删除: it was made in error, and has been struck
    OURS_STANDS = "ours_stands"  # 同一人，保留本条
    OTHER_STANDS = "other_stands"  # 同一人，保留对方

    @property
    def label(self) -> str:
        return _WORD_LABELS[self]

    @property
    def consequence(self) -> str:
        """What will come of it, told before it is said."""
        return _CONSEQUENCES[self]


_WORD_LABELS = {
    Word.PROVED: "佐证：本条属实",
    Word.CORRECTED: "变更：本条已更正",
    Word.DELETED: "删除：本条误建，已删除",
    Word.OURS_STANDS: "同一学生，保留本条",
    Word.OTHER_STANDS: "同一学生，保留对方",
}
_CONSEQUENCES = {
    Word.PROVED: "对方更正的，认定为两名学生；对方删除的，本条照旧；对方也佐证的，报全国裁定",
    Word.CORRECTED: "对方佐证或更正的，认定为两名学生，本条更正前的证件号退还，可由真正的持有人使用",
    Word.DELETED: "对方佐证、更正或主张保留的，本条不再使用，其证件号退还；双方都删除的，报全国裁定",
    Word.OURS_STANDS: "对方同意的，对方学籍并入本条，两个学籍号都查到本条；对方佐证的，报全国裁定",
    Word.OTHER_STANDS: "对方同意的，本条并入对方学籍，本条保留备查、停止办理业务；认定有误的可以撤销",
}


class AdjudicationState(StrEnum):
    ASKED = "asked"  # 待核查: both provinces are asked
    NATION = "nation"  # 待全国裁定
    DIFFERENT = "different"  # 两名学生: known for good
    MERGED = "merged"  # 同一学生: one record stands, the other resolves to it
    STRUCK = "struck"  # 误建: one record was struck, the other stands
    WITHDRAWN = "withdrawn"  # 撤回: there was nothing to ask
    SPLIT = "split"  # 撤销合并: two children after all

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in (AdjudicationState.ASKED, AdjudicationState.NATION)


_STATE_LABELS = {
    AdjudicationState.ASKED: "待核查",
    AdjudicationState.NATION: "待全国裁定",
    AdjudicationState.DIFFERENT: "两名学生",
    AdjudicationState.MERGED: "同一学生，已合并",
    AdjudicationState.STRUCK: "误建，已删除一条",
    AdjudicationState.WITHDRAWN: "已撤回",
    AdjudicationState.SPLIT: "已撤销合并",
}


class Side(StrEnum):
    """One of the two records; the smaller student key is the first."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> Side:
        return Side.SECOND if self is Side.FIRST else Side.FIRST


@dataclass(frozen=True)
class Verdict:
    """What was found, and of one child which record stands; of a struck record, which one is left."""

    state: AdjudicationState
    stands: Side | None = None


_W, _S = Word, AdjudicationState
_TO_NATION = Verdict(_S.NATION)
# By the word of the first and of the second; what is not here is mirrored from what is, and else goes to the nation.
_AGREED: Mapping[tuple[Word, Word], Verdict] = MappingProxyType(
    {
        (_W.PROVED, _W.CORRECTED): Verdict(_S.DIFFERENT),
        (_W.CORRECTED, _W.CORRECTED): Verdict(_S.DIFFERENT),
        (_W.PROVED, _W.DELETED): Verdict(_S.STRUCK, Side.FIRST),
        (_W.CORRECTED, _W.DELETED): Verdict(_S.STRUCK, Side.FIRST),
        (_W.OURS_STANDS, _W.DELETED): Verdict(_S.MERGED, Side.FIRST),
        (_W.OURS_STANDS, _W.OTHER_STANDS): Verdict(_S.MERGED, Side.FIRST),
    }
)


def weigh(first: Word, second: Word) -> Verdict:
    """What comes of what the two sides say. Two that were both struck go to the nation: no child may be left without a
    record."""
    if (agreed := _AGREED.get((first, second))) is not None:
        return agreed
    mirrored = _AGREED.get((second, first), _TO_NATION)
    return Verdict(mirrored.state, mirrored.stands.other if mirrored.stands else None)


@dataclass(frozen=True)
class SaidWord:
    """A province's word on its own record, as it signs it.

    Attributes:
        grounds: kinds of its proofs (``kernel.evidence.EvidenceKind``): no text, which could name a child.
        person: staff id of who said it. at_ms: ms since 1970-01-01 UTC.
    """

    adjudication_id: str
    student_key: str
    word: Word
    grounds: tuple[str, ...]
    province: str
    person: str
    at_ms: int

    def content(self) -> dict[str, Any]:
        return {
            "adjudication_id": self.adjudication_id,
            "student_key": self.student_key,
            "word": self.word.value,
            "grounds": list(self.grounds),
            "province": self.province,
            "person": self.person,
            "at": self.at_ms,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """Raises SignatureInvalid unless the province that it names signed it."""
        verified = verify(jws, StatementKind.ADJUDICATION_WORD)
        said = built(lambda: cls._of(verified.content))
        require_signer(verified, Office(Tier.PROVINCE, said.province))
        return said

    @classmethod
    def _of(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            adjudication_id=content["adjudication_id"],
            student_key=content["student_key"],
            word=Word(content["word"]),
            grounds=tuple(EvidenceKind(kind).value for kind in content["grounds"]),
            province=content["province"],
            person=content["person"],
            at_ms=content["at"],
        )


@dataclass(frozen=True)
class Party:
    """One of the two records as both provinces see it: never a name or a document.

    Attributes:
        number: in force; empty where it is kept. word: what its province said last; None before. grounds: with what.
    """

    student_key: str
    province: str
    number: str = ""
    word: Word | None = None
    grounds: tuple[str, ...] = ()

    def to_content(self) -> dict[str, Any]:
        word = self.word.value if self.word else ""
        return {**vars(self), "word": word, "grounds": list(self.grounds)}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        word = Word(content["word"]) if content["word"] else None
        return cls(content["student_key"], content["province"], content["number"], word, tuple(content["grounds"]))


@dataclass(frozen=True)
class Adjudication:
    """How a case stands, as the nation signs it for both provinces.

    Attributes:
        stands: student key of the record that stands, where there is one; else empty.
        reasons: what the two records have in common and what differs, in words.
        why: of the nation's decision, of a withdrawal, of a split. due_on: the last day to answer, ISO form.
        opened_by, settled_by: staff ids of the nation's officers; empty where the two sides agreed.
        revision: raised by one with every change, so that what was overtaken is known.
    """

    adjudication_id: str
    state: AdjudicationState
    first: Party
    second: Party
    reasons: tuple[str, ...]
    opened_by: str
    opened_at_ms: int
    due_on: str
    stands: str = ""
    why: str = ""
    settled_by: str = ""
    revision: int = 1

    @property
    def parties(self) -> tuple[Party, Party]:
        return self.first, self.second

    @property
    def provinces(self) -> tuple[str, ...]:
        """Two digits each, in order; one where both records are in one province."""
        return tuple(sorted({party.province for party in self.parties}))

    def content(self) -> dict[str, Any]:
        return {
            "adjudication_id": self.adjudication_id,
            "state": self.state.value,
            "first": self.first.to_content(),
            "second": self.second.to_content(),
            "reasons": list(self.reasons),
            "opened_by": self.opened_by,
            "opened_at": self.opened_at_ms,
            "due_on": self.due_on,
            "stands": self.stands,
            "why": self.why,
            "settled_by": self.settled_by,
            "revision": self.revision,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """Raises SignatureInvalid unless the nation signed it."""
        verified = verify(jws, StatementKind.ADJUDICATION)
        require_signer(verified, NATION)
        return built(lambda: cls.of_content(verified.content))

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            adjudication_id=content["adjudication_id"],
            state=AdjudicationState(content["state"]),
            first=Party.from_content(content["first"]),
            second=Party.from_content(content["second"]),
            reasons=tuple(content["reasons"]),
            opened_by=content["opened_by"],
            opened_at_ms=content["opened_at"],
            due_on=content["due_on"],
            stands=content["stands"],
            why=content["why"],
            settled_by=content["settled_by"],
            revision=content["revision"],
        )


@dataclass(frozen=True)
class AdjudicationTold:
    """An adjudication has changed: the nation's signed word of how it stands, in the feeds of both provinces."""

    KIND: ClassVar[str] = "adjudication"
    jws: str

    def to_content(self) -> dict[str, Any]:
        return {"jws": self.jws}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["jws"])
