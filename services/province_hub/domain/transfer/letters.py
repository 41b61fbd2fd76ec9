"""Letters between hubs: what one province says to another, signed.

A letter is a statement (``kernel.statement``) of kind LETTER. Its identity is ``(sender, incarnation, sequence)``; the
same identity with another content is an alarm, not a letter. Each is evidence enough by itself: a release carries the
whole case with every endorsement, so that a hub which missed all earlier ones can be caught up by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from kernel.office import Office, Tier
from kernel.refusals import SignatureInvalid
from kernel.statement import StatementKind, Verify

LETTER_VERSION = 1


class LetterKind(StrEnum):
    REQUEST = "request"  # gaining to losing: the case, with the gaining side's endorsements
    RELEASE = "release"  # losing to gaining: the release, the complete case, the archive's key
    NOTE = "note"  # losing to gaining: what the request waits for, or that it goes on
    NOTICE = "notice"  # a notice from an office of the sender's province, as that office signed it
    NOTICE_RECEIPT = "notice_receipt"  # a receipt of one, as its giver signed it
    ACKNOWLEDGEMENT = "acknowledgement"  # of letters that are safe in the receiver's inbox
    LATER = "later"  # of a kind that came after this program: kept, and taken when the program knows it

    @classmethod
    def _missing_(cls, value: object) -> LetterKind | None:
        return cls.LATER if isinstance(value, str) else None


@dataclass(frozen=True)
class Letter:
    """One letter.

    Attributes:
        sender, receiver: province codes. incarnation: grows when the sender was restored from a backup.
        sequence: dense per pair; 0 for acknowledgements, which are not acknowledged themselves.
        transfer_id: of the transfer it is about, or of the notice; empty for an acknowledgement.
        body: by kind; canonical JSON.
    """

    kind: LetterKind
    sender: str
    receiver: str
    incarnation: int
    sequence: int
    transfer_id: str
    at_ms: int
    body: Mapping[str, Any]

    def content(self) -> dict[str, Any]:
        return {
            "version": LETTER_VERSION,
            "letter": self.kind.value,
            "sender": self.sender,
            "receiver": self.receiver,
            "incarnation": self.incarnation,
            "sequence": self.sequence,
            "transfer_id": self.transfer_id,
            "at": self.at_ms,
            "body": dict(self.body),
        }

    @property
    def identity(self) -> str:
        """What the broker deduplicates by and the inbox is unique on. No personal data (R19)."""
        return f"{self.sender}.{self.incarnation}.{self.sequence}"

    @classmethod
    def read(cls, jws: str, *, verify: Verify, receiver: str) -> Self:
        """A letter addressed to ``receiver``.

        Raises:
            SignatureInvalid: the hub that it names as sender did not sign it, or it is for somebody else, or of a
                version that this program does not know.
        """
        verified = verify(jws, StatementKind.LETTER)
        content = verified.content
        try:
            letter = cls(
                kind=LetterKind(content["letter"]),
                sender=content["sender"],
                receiver=content["receiver"],
                incarnation=content["incarnation"],
                sequence=content["sequence"],
                transfer_id=content["transfer_id"],
                at_ms=content["at"],
                body=content["body"],
            )
        except (KeyError, ValueError, TypeError) as malformed:
            raise SignatureInvalid(why="信件内容不完整") from malformed
        if content.get("version") != LETTER_VERSION:
            raise SignatureInvalid(why="信件版本不识")
        if verified.signer.office != Office(Tier.PROVINCE, letter.sender):
            raise SignatureInvalid(why="信件不是所称单位签发")
        if letter.receiver != receiver:
            raise SignatureInvalid(why="信件不是寄给本省的")
        return letter
