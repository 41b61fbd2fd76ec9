"""What a hub remembers of what the nation asks about its records: adjudications, and runs of formal numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


@dataclass(frozen=True)
class NationTables:
    """``looks``: who was shown what a record says, inside an adjudication (Art. 25)."""

    adjudications: Table
    looks: Table
    numberings: Table


def nation_tables(metadata: MetaData) -> NationTables:
    """Declare ``adjudications``, ``adjudication_looks`` and ``numberings``."""
    # As the nation signed them last (问题学籍核查).
    adjudications = Table(
        "adjudications",
        metadata,
        Column("adjudication_id", UUID(as_uuid=False), primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("jws", Text, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
    )
    Index("adjudications_state", adjudications.c.state, adjudications.c.adjudication_id)
    looks = Table(
        "adjudication_looks",
        metadata,
        Column("look_id", BigInteger, Identity(always=True), primary_key=True),
        Column("adjudication_id", UUID(as_uuid=False), ForeignKey("adjudications.adjudication_id"), nullable=False),
        Column("student_key", UUID(as_uuid=False), nullable=False),
        Column("office", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
    )
    Index("adjudication_looks_of_a_case", looks.c.adjudication_id, looks.c.look_id)
    # Runs of formal numbers: one goes on at a time. position: the last pupil who was asked about.
    numberings = Table(
        "numberings",
        metadata,
        Column("run_id", UUID(as_uuid=False), primary_key=True),
        Column("year", Integer, nullable=False),
        Column("person", Text, nullable=False),
        Column("begun_ms", BigInteger, nullable=False),
        Column("finished_ms", BigInteger),
        Column("position", UUID(as_uuid=False), nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("asked", BigInteger, nullable=False),
        Column("given", BigInteger, nullable=False),
        Column("doubted", BigInteger, nullable=False),
    )
    unfinished = numberings.c.finished_ms.is_(None)
    Index("numberings_one_at_a_time", unfinished, unique=True, postgresql_where=unfinished)
    return NationTables(adjudications, looks, numberings)
