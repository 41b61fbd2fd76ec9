"""Staff of status management (Art. 23)."""

from alembic import op

from chassis.staff.migrations_v1 import create_staff

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_staff(op)
