"""A pair is found by either of its two."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("suspicion_of_second", "suspicion", ["second"])
