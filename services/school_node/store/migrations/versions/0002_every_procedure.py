"""Registered pupils have a status and standing; cases say what they wait for."""

from alembic import op
from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.ledger.migrations_v2 import extend_ledger

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    extend_ledger(op)
    op.add_column("pupils", Column("status", Text, nullable=False, server_default=""))
    op.add_column("pupils", Column("standing", JSONB, nullable=False, server_default="{}"))
    op.execute("UPDATE pupils SET status = 'enrolled' WHERE state = 'numbered'")
    op.execute("UPDATE pupils SET status = 'transferred_out' WHERE state = 'left'")
