"""Cases say what they wait for, and items which record they are about."""

from alembic import op

from chassis.ledger.migrations_v2 import extend_ledger

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    extend_ledger(op)
