"""Handles are under a storage key that can be replaced, and the keys that the tables are under are known.

What the program before had stored is under no such key, and none is in the database to bring it there: an index that
issued numbers with it (none was released) is refused here and left as it is.
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID

revision = "0014"
down_revision = "0013"

_NOBODY_IS_LEFT_BEHIND = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM handle) THEN
        RAISE EXCEPTION 'this index has handles in a form that only the program before finds';
    END IF;
END $$
"""


def upgrade() -> None:
    op.execute(_NOBODY_IS_LEFT_BEHIND)
    op.add_column("handle", Column("key_version", SmallInteger, nullable=False))
    op.create_table(
        "storage_key",
        Column("version", SmallInteger, autoincrement=False),
        Column("role", Text, nullable=False),
        Column("check_value", UUID(as_uuid=False), nullable=False),
        Column("done_to", UUID(as_uuid=False)),
        PrimaryKeyConstraint("version", name="storage_key_pkey"),
        UniqueConstraint("role", name="storage_key_one_of_a_role"),
        CheckConstraint("role IN ('lasting', 'current', 'next', 'former')", name="storage_key_role_is_known"),
        CheckConstraint("(version = 0) = (role = 'lasting')", name="storage_key_zero_is_lasting"),
    )
