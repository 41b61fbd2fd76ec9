"""Pupils who attend a school that has not their record."""

from alembic import op

from chassis.attending.migrations_v1 import create_attending

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_attending(op)
