"""The content of evidence, and entries of histories by the case that brought it."""

from alembic import op
from sqlalchemy import text

from chassis.evidence.migrations_v1 import create_evidence

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_evidence(op)
    op.create_index("history_evidence", "history", ["case_id"], postgresql_where=text("evidence <> '{}'"))
