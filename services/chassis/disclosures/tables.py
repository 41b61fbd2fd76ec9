"""The tables of disclosure, the same at a school and at its authority."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


@dataclass(frozen=True)
class DisclosureTables:
    disclosures: Table
    given: Table


def disclosure_tables(metadata: MetaData) -> DisclosureTables:
    """Declare ``disclosures`` and ``disclosures_given`` on a tier's metadata. What was given is never changed."""
    disclosures = Table(
        "disclosures",
        metadata,
        Column("disclosure_id", UUID(as_uuid=False), primary_key=True),
        Column("school", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
    )
    Index("disclosures_state", disclosures.c.state, disclosures.c.disclosure_id)
    given = Table(
        "disclosures_given",
        metadata,
        Column("given_id", UUID(as_uuid=False), primary_key=True),
        Column("disclosure_id", UUID(as_uuid=False), ForeignKey("disclosures.disclosure_id"), nullable=False),
        Column("person", Text, nullable=False),
        Column("pupils", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
    )
    Index("disclosures_given_under", given.c.disclosure_id)
    return DisclosureTables(disclosures, given)
