"""Numbers that a county had given by itself."""

from alembic import op
from sqlalchemy import Column, Date, Integer, PrimaryKeyConstraint, Text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "number_offline",
        Column("division", Text),
        Column("birth_date", Date),
        Column("sequence", Integer, autoincrement=False),
        PrimaryKeyConstraint("division", "birth_date", "sequence", name="number_offline_pkey"),
    )
