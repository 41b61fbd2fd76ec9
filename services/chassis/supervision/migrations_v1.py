"""The tables of supervision as their first release created them. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID


def create_supervision(op: ModuleType) -> None:
    """``findings`` and ``supervision_register``, which can only be added to."""
    op.create_table(
        "findings",
        Column("finding_id", UUID, nullable=False),
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
        Column("due_on", Date),
        Column("order_id", UUID),
        Column("referred_to", Text, nullable=False),
        CheckConstraint(
            "state IN ('found', 'dismissed', 'confirmed', 'ordered', 'answered', 'closed')", name="findings_state"
        ),
        PrimaryKeyConstraint("finding_id", name="findings_pkey"),
    )
    op.create_index("findings_state_found", "findings", ["state", "found_at_ms", "finding_id"])
    op.create_index("findings_about", "findings", ["about", "subject", "step"])
    op.create_table(
        "supervision_register",
        Column("sequence", BigInteger, nullable=False, autoincrement=False),
        Column("finding_id", UUID, nullable=False),
        Column("digest", Text, nullable=False),
        Column("jws", Text, nullable=False),
        PrimaryKeyConstraint("sequence", name="supervision_register_pkey"),
        UniqueConstraint("digest", name="supervision_register_digest_key"),
    )
    op.create_index("supervision_register_finding", "supervision_register", ["finding_id", "sequence"])
    op.execute(
        """
        CREATE FUNCTION refuse_rewriting_register() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the register is append-only' USING ERRCODE = 'restrict_violation';
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER register_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON supervision_register"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_register()"
    )
