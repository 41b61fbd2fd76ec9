"""Numbers of certificates, and how many pupils a school may admit."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "certificate_series",
        Column("stem", Text, nullable=False),
        Column("last", Integer, nullable=False),
        PrimaryKeyConstraint("stem", name="certificate_series_pkey"),
    )
    op.create_table(
        "certificates",
        Column("number", Text, nullable=False),
        Column("stem", Text, nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("student_key", UUID, nullable=False),
        Column("case_id", UUID, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("number", name="certificates_pkey"),
        ForeignKeyConstraint(["stem"], ["certificate_series.stem"], name="certificates_stem_fkey"),
        UniqueConstraint("stem", "sequence", name="certificates_dense"),
    )
    op.create_table(
        "admission_plans",
        Column("school", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("stage", Text, nullable=False),
        Column("places", Integer, nullable=False),
        Column("person", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("year", "school", "stage", name="admission_plans_pkey"),
        CheckConstraint("places >= 0", name="admission_plans_places"),
    )
