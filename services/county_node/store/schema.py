"""The tables of an authority."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from chassis.evidence.store import evidence_table
from chassis.ledger import ledger_tables
from chassis.notices import notice_tables
from chassis.sql import cursor_table, feed_tables, outbox_table
from chassis.staff import staff_table

metadata = MetaData()

ledger = ledger_tables(metadata)
evidence = evidence_table(metadata)
outbox = outbox_table(metadata)
feed = feed_tables(metadata)
cursors = cursor_table(metadata)
notices = notice_tables(metadata)
staff = staff_table(metadata)

# Pupils as outcomes told of them: enough to find one and to count a class. The record is the hub's.
known_students = Table(
    "known_students",
    metadata,
    Column("student_key", UUID(as_uuid=False), primary_key=True),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("school_class", Text, nullable=False),
    Column("status", Text, nullable=False),
)
Index("known_students_number", known_students.c.number)
Index("known_students_name", known_students.c.name)
Index("known_students_class", known_students.c.school, known_students.c.grade, known_students.c.school_class)
