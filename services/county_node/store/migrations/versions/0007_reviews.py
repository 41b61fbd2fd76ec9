"""Reviews of each term: answers of schools, what was seen, and how far each has come."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.reviews import create_progress, create_reviews

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_reviews(op)
    create_progress(op)
    op.create_table(
        "review_answers",
        Column("review_id", UUID, nullable=False),
        Column("school", Text, nullable=False),
        Column("grade", Text, nullable=False),
        Column("school_class", Text, nullable=False),
        Column("pupils", Integer, nullable=False),
        Column("teacher", Text, nullable=False),
        Column("registrar", Text, nullable=False),
        Column("principal", Text, nullable=False),
        Column("differences", JSONB, nullable=False),
        Column("digest", Text, nullable=False),
        Column("sampled", Boolean, nullable=False),
        Column("agreed", Boolean),
        Column("note", Text, nullable=False),
        Column("seen_by", Text, nullable=False),
        PrimaryKeyConstraint("review_id", "school", "grade", "school_class", name="review_answers_pkey"),
    )
