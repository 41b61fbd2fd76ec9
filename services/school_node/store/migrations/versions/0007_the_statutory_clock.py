"""Alarms and reminders of cases, and the steps that are or were overdue."""

from alembic import op

from chassis.deadlines.migrations_v1 import create_overdue
from chassis.ledger.migrations_v3 import add_clock

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    add_clock(op)
    create_overdue(op)
