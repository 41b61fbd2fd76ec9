"""Entries of the log are hashes and do not compress: they are stored as they are, and read in part."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE log_batch ALTER COLUMN entries SET STORAGE EXTERNAL")
