"""Promotion: nights, what became of each school in them, and classes that were taken back."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "promotion_runs",
        Column("run_id", UUID, nullable=False),
        Column("year", Integer, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("rule_pack", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("begun_ms", BigInteger, nullable=False),
        Column("finished_ms", BigInteger),
        PrimaryKeyConstraint("run_id", name="promotion_runs_pkey"),
        UniqueConstraint("year", name="promotion_runs_year_key"),
    )
    op.create_table(
        "promotion_schools",
        Column("run_id", UUID, nullable=False),
        Column("school", Text, nullable=False),
        Column("system", Text, nullable=False),
        Column("promoted", Integer),
        Column("stayed", JSONB),
        Column("done_ms", BigInteger),
        PrimaryKeyConstraint("run_id", "school", name="promotion_schools_pkey"),
        ForeignKeyConstraint(["run_id"], ["promotion_runs.run_id"], name="promotion_schools_run_id_fkey"),
    )
    op.create_index(
        "promotion_schools_waiting",
        "promotion_schools",
        ["run_id", "school"],
        postgresql_where=text("done_ms IS NULL"),
    )
    op.create_table(
        "promotion_undone",
        Column("run_id", UUID, nullable=False),
        Column("school", Text, nullable=False),
        Column("grade", Text, nullable=False),
        Column("school_class", Text, nullable=False),
        Column("pupils", Integer, nullable=False),
        Column("person", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("run_id", "school", "grade", "school_class", name="promotion_undone_pkey"),
        ForeignKeyConstraint(
            ["run_id", "school"],
            ["promotion_schools.run_id", "promotion_schools.school"],
            name="promotion_undone_of_a_school",
        ),
    )
