"""A pupil is found by the document in force."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("pupils_document", "pupils", [sa.text("(values ->> 'document_number')")])
