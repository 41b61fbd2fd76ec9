"""The tables of a hub."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.ledger import ledger_tables
from chassis.sql import cursor_table, feed_tables, outbox_table

metadata = MetaData()

ledger = ledger_tables(metadata)
outbox = outbox_table(metadata)
feed = feed_tables(metadata)
cursors = cursor_table(metadata)

# One row per record that this province holds, has released, or keeps a copy of.
students = Table(
    "students",
    metadata,
    Column("student_key", UUID(as_uuid=False), primary_key=True),
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("values", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("custody", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    # The epoch at which this hub took the record; its history here is that of the same epoch.
    Column("since_epoch", BigInteger, nullable=False),
    Column("frozen_by", UUID(as_uuid=False)),
    Column("open_case", UUID(as_uuid=False)),
    CheckConstraint("custody IN ('held', 'frozen', 'gone')", name="students_custody"),
    CheckConstraint("(custody = 'frozen') = (frozen_by IS NOT NULL)", name="students_frozen_by_a_transfer"),
    CheckConstraint("version >= 1 AND since_epoch >= 1 AND epoch >= since_epoch", name="students_counts"),
)
Index("students_name", students.c.name)
Index("students_custody_count", students.c.custody)

# Every number that a pupil has or had: an earlier one resolves for ever, and none is anybody else's (Art. 5).
student_numbers = Table(
    "student_numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("student_key", UUID(as_uuid=False), ForeignKey("students.student_key"), nullable=False),
    Column("position", Integer, nullable=False),  # oldest first; the last is the one in force
    UniqueConstraint("student_key", "position", name="student_numbers_order"),
)

# Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE. A record that comes back from another province brings its
# whole history, which stands beside the one that was kept here, under the epoch at which it came.
history = Table(
    "history",
    metadata,
    Column("student_key", UUID(as_uuid=False), ForeignKey("students.student_key"), nullable=False),
    Column("since_epoch", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("case_id", UUID(as_uuid=False), nullable=False),
    Column("procedure", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    PrimaryKeyConstraint("student_key", "since_epoch", "version"),
)
