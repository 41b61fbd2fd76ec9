"""Worklists of any length, page by page."""

from alembic import op

from chassis.ledger.migrations_v4 import order_worklists

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    order_worklists(op)
