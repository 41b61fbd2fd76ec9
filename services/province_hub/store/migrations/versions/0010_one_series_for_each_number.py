"""Series of numbers are of certificates and of 学籍辅号 alike."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.rename_table("certificate_series", "number_series")
    op.execute("ALTER INDEX certificate_series_pkey RENAME TO number_series_pkey")
