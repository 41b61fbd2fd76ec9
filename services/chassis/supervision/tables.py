"""The tables of supervision, declared once and hung on the metadata of each tier that has offices below."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import UUID


@dataclass(frozen=True)
class SupervisionTables:
    findings: Table
    register: Table


def supervision_tables(metadata: MetaData) -> SupervisionTables:
    """Declare ``findings`` and ``supervision_register``; the migration calls ``migrations_v1.create_supervision``."""
    # As they stand now, for lists. What was done about each, by whom and why, is in the register and nowhere else.
    findings = Table(
        "findings",
        metadata,
        Column("finding_id", UUID(as_uuid=False), primary_key=True),
        Column("subject", Text, nullable=False),
        Column("ground", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("sentence", Text, nullable=False),
        Column("found_at_ms", BigInteger, nullable=False),
        Column("about", Text, nullable=False),
        Column("step", Text, nullable=False),
        Column("days_late", Integer, nullable=False),
        Column("count", Integer, nullable=False),
        Column("evidence", ARRAY(Text), nullable=False),
        Column("state", Text, nullable=False),
        Column("due_on", Date),  # of the order that was given last
        Column("order_id", UUID(as_uuid=False)),  # the notice by which
        Column("referred_to", Text, nullable=False),
        CheckConstraint(
            "state IN ('found', 'dismissed', 'confirmed', 'ordered', 'answered', 'closed')", name="findings_state"
        ),
    )
    Index("findings_state_found", findings.c.state, findings.c.found_at_ms, findings.c.finding_id)
    Index("findings_about", findings.c.about, findings.c.subject, findings.c.step)
    # Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE.
    register = Table(
        "supervision_register",
        metadata,
        Column("sequence", BigInteger, primary_key=True, autoincrement=False),
        Column("finding_id", UUID(as_uuid=False), nullable=False),
        Column("digest", Text, nullable=False, unique=True),
        Column("jws", Text, nullable=False),
    )
    Index("supervision_register_finding", register.c.finding_id, register.c.sequence)
    return SupervisionTables(findings=findings, register=register)
