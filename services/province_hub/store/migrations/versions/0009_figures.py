"""Pupils can be counted as of any day, and a hub remembers which days it reported."""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, PrimaryKeyConstraint, Text, text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index(
        "history_of_school",
        "history",
        ["school", "student_key"],
        postgresql_where=text("changes ? 'school'"),
    )
    op.create_index("history_of_period", "history", ["effective_on"], postgresql_using="brin")
    op.create_table(
        "figure_reports",
        Column("on", Date, nullable=False),
        Column("counted_at_ms", BigInteger, nullable=False),
        Column("figures_digest", Text, nullable=False),
        PrimaryKeyConstraint("on", name="figure_reports_pkey"),
    )
