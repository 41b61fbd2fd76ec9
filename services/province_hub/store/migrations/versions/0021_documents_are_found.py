"""A pupil is found by the document in force."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("students_document", "students", [sa.text("(values ->> 'document_number')")])
