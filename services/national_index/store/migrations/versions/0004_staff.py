"""The nation knows the provinces' officers (Art. 23)."""

from alembic import op

from chassis.staff.migrations_v1 import create_staff

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_staff(op)
