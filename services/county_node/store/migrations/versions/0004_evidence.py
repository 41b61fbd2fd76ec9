"""The content of evidence."""

from alembic import op

from chassis.evidence.migrations_v1 import create_evidence

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_evidence(op)
