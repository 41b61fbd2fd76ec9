"""What is given to somebody outside, by permit (Art. 25)."""

from alembic import op

from chassis.disclosures.migrations_v1 import create_disclosures

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    create_disclosures(op)
