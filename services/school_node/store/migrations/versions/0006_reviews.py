"""Reviews of each term, with the roll of their day."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.reviews import create_reviews

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_reviews(op)
    op.create_table(
        "review_rolls",
        Column("review_id", UUID, nullable=False),
        PrimaryKeyConstraint("review_id", name="review_rolls_pkey"),
    )
    op.create_table(
        "review_pupils",
        Column("review_id", UUID, nullable=False),
        Column("student_key", UUID, nullable=False),
        Column("number", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("grade", Text, nullable=False),
        Column("school_class", Text, nullable=False),
        Column("status", Text, nullable=False),
        PrimaryKeyConstraint("review_id", "student_key", name="review_pupils_pkey"),
    )
    op.create_index("review_pupils_class", "review_pupils", ["review_id", "grade", "school_class"])
    op.create_table(
        "review_classes",
        Column("review_id", UUID, nullable=False),
        Column("grade", Text, nullable=False),
        Column("school_class", Text, nullable=False),
        Column("pupils", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("teacher", Text, nullable=False),
        Column("registrar", Text, nullable=False),
        Column("principal", Text, nullable=False),
        Column("differences", JSONB, nullable=False),
        Column("notice_id", UUID),
        PrimaryKeyConstraint("review_id", "grade", "school_class", name="review_classes_pkey"),
    )
