"""Checkpoints: the index's signed word that its log has so many entries under this root, and the provinces' beside it.

A province signs what it has seen to be the continuation of what it saw before. So an index that shows two histories to
two provinces needs both to sign what they have not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kernel.office import NATION, Office, Tier
from kernel.refusals import SignatureInvalid
from kernel.statement import StatementKind, Verify


@dataclass(frozen=True)
class Checkpoint:
    """A log of ``size`` entries has this root.

    Attributes:
        root: 32 bytes. at_ms: ms since 1970-01-01 UTC. incarnation: of the index; higher after a restore.
    """

    size: int
    root: bytes
    at_ms: int
    incarnation: int

    def content(self) -> dict[str, Any]:
        return {"size": self.size, "root": self.root.hex(), "at": self.at_ms, "incarnation": self.incarnation}

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """Raises SignatureInvalid where it is not the index's own."""
        told = verify(jws, StatementKind.CHECKPOINT)
        if told.signer.office != NATION or told.signer.role is not None:
            raise SignatureInvalid(why=f"检查点应由全国学籍号索引签名，不是{told.signer.office}")
        return cls.of(told.content)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        return cls(content["size"], bytes.fromhex(content["root"]), content["at"], content["incarnation"])


@dataclass(frozen=True)
class Witness:
    """A province has seen that checkpoint, and that it continues what it had seen before.

    Attributes:
        size, root: of the checkpoint. checkpoint_digest: ``kernel.statement.statement_digest`` of it.
    """

    size: int
    root: bytes
    checkpoint_digest: str
    at_ms: int

    def content(self) -> dict[str, Any]:
        return {
            "size": self.size,
            "root": self.root.hex(),
            "checkpoint": self.checkpoint_digest,
            "at": self.at_ms,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> tuple[Office, Self]:
        """The province with its word. Raises SignatureInvalid where it is not a province's own."""
        told = verify(jws, StatementKind.WITNESS)
        office = told.signer.office
        if office.tier is not Tier.PROVINCE or told.signer.role is not None:
            raise SignatureInvalid(why=f"见证应由省级节点签名，不是{office}")
        content = told.content
        return office, cls(content["size"], bytes.fromhex(content["root"]), content["checkpoint"], content["at"])
