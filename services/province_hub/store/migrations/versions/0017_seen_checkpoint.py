"""What this hub has seen of the index's log."""

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "seen_checkpoint",
        Column("only_row", Integer, autoincrement=False, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("root", LargeBinary, nullable=False),
        Column("jws", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("only_row", name="seen_checkpoint_pkey"),
        CheckConstraint("only_row = 1", name="seen_checkpoint_is_one_row"),
    )
