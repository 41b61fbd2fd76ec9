"""The table of evidence as its first release created it. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, PrimaryKeyConstraint, Text, text


def create_evidence(op: ModuleType) -> None:
    """``evidence``: see ``chassis.evidence.store``."""
    op.create_table(
        "evidence",
        Column("digest", Text, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("named", Boolean, nullable=False),
        Column("sender", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("digest", name="evidence_pkey"),
    )
    op.create_index("evidence_unnamed", "evidence", ["sender", "received_at"], postgresql_where=text("NOT named"))
