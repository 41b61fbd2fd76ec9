"""Findings about the offices below, and the register of what was done about them."""

from alembic import op

from chassis.supervision.migrations_v1 import create_supervision

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_supervision(op)
