"""The register of schools, over time."""

from alembic import op

from chassis.organisations.migrations_v1 import create_register

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    create_register(op)
