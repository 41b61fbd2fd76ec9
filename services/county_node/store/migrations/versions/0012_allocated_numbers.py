"""Numbers that this county gave by itself."""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Identity, Integer, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "allocated_numbers",
        Column("item_id", UUID(as_uuid=False)),
        Column("place", BigInteger, Identity(always=True), nullable=False),
        Column("case_id", UUID(as_uuid=False), nullable=False),
        Column("birth_date", Date, nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("number", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("item_id", name="allocated_numbers_pkey"),
        UniqueConstraint("place", name="allocated_numbers_place_key"),
        UniqueConstraint("number", name="allocated_numbers_number_key"),
        UniqueConstraint("birth_date", "sequence", name="allocated_numbers_once"),
    )
