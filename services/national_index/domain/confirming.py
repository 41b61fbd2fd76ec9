"""Who may get a formal number (正式学籍号, G): a record of the province that asks, in no doubt, by its citizen ID."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.identity import DocumentKind, IdentityDocument
from kernel.number import permanent_number
from kernel.refusals import (
    CitizenIdNotRegistered,
    CitizenIdOfAnother,
    DocumentNotInForce,
    NotCustodian,
    ProblemRecordOpen,
    RecordMerged,
    Refusal,
    StudentNotFound,
)


class Match(StrEnum):
    """What the population register says of a citizen ID and a name."""

    MATCH = "match"
    MISMATCH = "mismatch"  # 号与姓名不匹配
    UNKNOWN = "unknown"  # 号不存在

    @property
    def refusal(self) -> Refusal | None:
        return {Match.MATCH: None, Match.MISMATCH: CitizenIdOfAnother(), Match.UNKNOWN: CitizenIdNotRegistered()}[self]


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """Somebody for whom a formal number is asked.

    Attributes:
        name: as the record has it. citizen_id: as the hub has it, in one spelling. number: the one that it makes.
        document_key: what its fingerprint is taken of.
    """

    student_key: str
    name: str
    citizen_id: str
    number: str
    document_key: str


def read_candidate(student_key: str, citizen_id: str, name: str) -> Candidate:
    """Raises what ``IdentityDocument.parse`` raises of a citizen ID that is none."""
    document = IdentityDocument.parse(DocumentKind.RESIDENT_ID.value, citizen_id)
    assert document.citizen_id is not None, "of the kind that was asked for"
    number = permanent_number(document.citizen_id).text
    return Candidate(student_key, name, document.citizen_id.text, number, document.key)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the index knows of a candidate."""

    custodian: str
    is_merged: bool
    in_doubt: bool
    holds_document: bool


def why_not(standing: Standing | None, *, province: str) -> Refusal | None:
    """What speaks against asking the register about it; None where nothing does."""
    if standing is None:
        return StudentNotFound()
    if standing.custodian != province:
        return NotCustodian()
    if standing.is_merged:
        return RecordMerged()
    if standing.in_doubt:
        return ProblemRecordOpen()
    return None if standing.holds_document else DocumentNotInForce()
