"""Reviews of each term, and how far every school and authority has come."""

from alembic import op

from chassis.reviews import create_progress, create_reviews

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_reviews(op)
    create_progress(op)
