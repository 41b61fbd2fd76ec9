"""Runs of formal numbers."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import UUID

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "numberings",
        Column("run_id", UUID(as_uuid=False)),
        Column("year", Integer, nullable=False),
        Column("person", Text, nullable=False),
        Column("begun_ms", BigInteger, nullable=False),
        Column("finished_ms", BigInteger),
        Column("position", UUID(as_uuid=False), nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("asked", BigInteger, nullable=False),
        Column("given", BigInteger, nullable=False),
        Column("doubted", BigInteger, nullable=False),
        PrimaryKeyConstraint("run_id", name="numberings_pkey"),
    )
    op.execute(
        "CREATE UNIQUE INDEX numberings_one_at_a_time ON numberings ((finished_ms IS NULL)) WHERE finished_ms IS NULL"
    )
