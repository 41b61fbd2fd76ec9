"""Who attends a school that has not the record is found without reading every record."""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("students_attending", "students", ["student_key"], postgresql_where=text("standing ? 'attends'"))
