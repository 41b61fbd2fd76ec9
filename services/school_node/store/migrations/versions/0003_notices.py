"""Notices that the office wrote, got and passed on, with their receipts."""

from alembic import op

from chassis.notices.migrations_v1 import create_notices

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_notices(op)
