"""The nation keeps what provinces report of their days."""

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, Date, DateTime, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "figures",
        Column("province", Text, nullable=False),
        Column("on", Date, nullable=False),
        Column("counted_at_ms", BigInteger, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("jws", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("province", "on", name="figures_pkey"),
        CheckConstraint("province ~ '^[0-9]{2}$'", name="figures_are_a_provinces"),
    )
    op.create_index("figures_of_a_day", "figures", ["on"])
