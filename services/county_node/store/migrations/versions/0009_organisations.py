"""The register of schools, over time."""

from alembic import op

from chassis.organisations.migrations_v1 import create_register

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_register(op)
