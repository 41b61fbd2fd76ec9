"""Adjudications about records of this province, and who was shown the other side of them."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Identity, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "adjudications",
        Column("adjudication_id", UUID(as_uuid=False)),
        Column("revision", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("jws", Text, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("adjudication_id", name="adjudications_pkey"),
    )
    op.create_index("adjudications_state", "adjudications", ["state", "adjudication_id"])
    op.create_table(
        "adjudication_looks",
        Column("look_id", BigInteger, Identity(always=True)),
        Column("adjudication_id", UUID(as_uuid=False), nullable=False),
        Column("student_key", UUID(as_uuid=False), nullable=False),
        Column("office", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("look_id", name="adjudication_looks_pkey"),
        ForeignKeyConstraint(
            ["adjudication_id"],
            ["adjudications.adjudication_id"],
            name="adjudication_looks_adjudication_id_fkey",
        ),
    )
    op.create_index("adjudication_looks_of_a_case", "adjudication_looks", ["adjudication_id", "look_id"])
