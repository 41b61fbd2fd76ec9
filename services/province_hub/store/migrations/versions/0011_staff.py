"""Staff of status management (Art. 23)."""

from alembic import op

from chassis.staff.migrations_v1 import create_staff

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    create_staff(op)
