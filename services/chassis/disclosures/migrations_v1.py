"""The tables of disclosure as their first release created them. Frozen: what changes later is a further migration."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def create_disclosures(op: ModuleType) -> None:
    """``disclosures`` and ``disclosures_given``: see ``chassis.disclosures.tables``."""
    op.create_table(
        "disclosures",
        Column("disclosure_id", UUID, nullable=False),
        Column("school", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("disclosure_id", name="disclosures_pkey"),
    )
    op.create_index("disclosures_state", "disclosures", ["state", "disclosure_id"])
    op.create_table(
        "disclosures_given",
        Column("given_id", UUID, nullable=False),
        Column("disclosure_id", UUID, nullable=False),
        Column("person", Text, nullable=False),
        Column("pupils", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("given_id", name="disclosures_given_pkey"),
        ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.disclosure_id"], name="disclosures_given_disclosure_id_fkey"
        ),
    )
    op.create_index("disclosures_given_under", "disclosures_given", ["disclosure_id"])
