"""The sealed register (监督登记簿): every act of supervision, signed, and chained to the one before it by its digest.

Each entry is a statement of the office that keeps the register. It names its own place and the digest of the entry
before it, so that nobody can change one, take one out, or put one between without all later ones saying so. The last
entries could still be cut off; therefore each order, and each conclusion, names the digest of its entry on the paper
that goes to the office it is about: what that office holds must be found in the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from kernel.office import Office
from kernel.refusals import RegisterBroken, SignatureInvalid
from kernel.statement import StatementKind, Verify, statement_digest
from kernel.supervision.finding import Act

BEGINNING = ""  # what the first entry covers


@dataclass(frozen=True)
class Entry:
    """One act.

    Attributes:
        sequence: 1, 2, 3 … in this office's register. covers: digest of the entry before it.
        keeper: whose register it is. subject: the office that the finding is about.
        at_ms: milliseconds since 1970-01-01 UTC. person: staff id of who did it; empty for what was found by itself.
        told: what else the act says; keys are plain words, values texts, counts, or lists of texts.
    """

    sequence: int
    covers: str
    finding_id: str
    act: Act
    keeper: Office
    subject: Office
    at_ms: int
    person: str = ""
    told: Mapping[str, str | int | Sequence[str]] = field(default_factory=dict, repr=False)

    def to_content(self) -> dict[str, Any]:
        """What is signed, as a canonical JSON object."""
        return {
            "sequence": self.sequence,
            "covers": self.covers,
            "finding_id": self.finding_id,
            "act": self.act.value,
            "keeper": str(self.keeper),
            "subject": str(self.subject),
            "at": self.at_ms,
            "person": self.person,
            "told": {key: value if isinstance(value, str | int) else list(value) for key, value in self.told.items()},
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """An entry that the keeper's node has signed.

        Raises:
            SignatureInvalid: somebody else signed it, or it is no entry that this program knows.
        """
        verified = verify(jws, StatementKind.REGISTER_ENTRY)
        content = verified.content
        try:
            entry = cls(
                sequence=int(content["sequence"]),
                covers=str(content["covers"]),
                finding_id=str(content["finding_id"]),
                act=Act(content["act"]),
                keeper=Office.parse(content["keeper"]),
                subject=Office.parse(content["subject"]),
                at_ms=int(content["at"]),
                person=str(content["person"]),
                told=dict(content["told"]),
            )
        except (KeyError, ValueError, TypeError) as malformed:
            raise SignatureInvalid(why="登记簿条目不完整，或本系统版本较旧") from malformed
        if verified.signer.office != entry.keeper or not verified.signer.is_node:
            raise SignatureInvalid(why="不是登记单位签发")
        return entry


def require_follows(jws: str, *, keeper: Office, sequence: int, covers: str, verify: Verify) -> str:
    """That a signed entry is the one that belongs at this place; its digest, which the next one covers.

    Raises:
        RegisterBroken: it is not: an entry was changed, taken out or put in.
    """
    try:
        entry = Entry.read(jws, verify=verify)
    except SignatureInvalid as no:
        raise RegisterBroken(sequence=sequence, why=no.detail.get("why", "签名无效")) from no
    if (entry.keeper, entry.sequence) != (keeper, sequence):
        raise RegisterBroken(sequence=sequence, why="条目不在自己的位置上")
    if entry.covers != covers:
        raise RegisterBroken(sequence=sequence, why="与前一条不相接")
    return statement_digest(jws)
