"""The log of what the index issues and moves, its tree, and the words of index and provinces on it."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "log_batch",
        Column("batch_id", BigInteger, Identity(always=True), nullable=False),
        Column("first_index", BigInteger),
        Column("lowest", UUID),
        Column("highest", UUID),
        Column("entries", LargeBinary, nullable=False),
        PrimaryKeyConstraint("batch_id", name="log_batch_pkey"),
        UniqueConstraint("first_index", name="log_batch_place"),
        CheckConstraint(
            "octet_length(entries) > 0 AND octet_length(entries) % 64 = 0", name="log_batch_of_whole_entries"
        ),
    )
    op.create_index("log_batch_waiting", "log_batch", ["batch_id"], postgresql_where=text("first_index IS NULL"))
    op.create_index("log_batch_of_student", "log_batch", ["lowest"])
    op.create_table(
        "log_node",
        Column("level", Integer, autoincrement=False, nullable=False),
        Column("number", BigInteger, autoincrement=False, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        PrimaryKeyConstraint("level", "number", name="log_node_pkey"),
        CheckConstraint("octet_length(hash) = 32", name="log_node_is_a_hash"),
    )
    op.create_table(
        "log_checkpoint",
        Column("size", BigInteger, autoincrement=False, nullable=False),
        Column("root", LargeBinary, nullable=False),
        Column("jws", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("size", name="log_checkpoint_pkey"),
    )
    op.create_table(
        "log_witness",
        Column("size", BigInteger, autoincrement=False, nullable=False),
        Column("province", Text, nullable=False),
        Column("jws", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("size", "province", name="log_witness_pkey"),
    )
