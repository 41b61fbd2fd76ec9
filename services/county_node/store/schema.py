"""The tables of an authority."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.attending import attending_table
from chassis.deadlines import overdue_table
from chassis.disclosures import disclosure_tables
from chassis.evidence.store import evidence_table
from chassis.ledger import ledger_tables
from chassis.notices import notice_tables
from chassis.organisations import register_tables
from chassis.reviews import progress_table, review_table
from chassis.sql import cursor_table, feed_tables, outbox_table
from chassis.staff import staff_table
from chassis.supervision import supervision_tables

metadata = MetaData()

ledger = ledger_tables(metadata)
evidence = evidence_table(metadata)
outbox = outbox_table(metadata)
feed = feed_tables(metadata)
cursors = cursor_table(metadata)
notices = notice_tables(metadata)
staff = staff_table(metadata)

disclosures = disclosure_tables(metadata)
supervision = supervision_tables(metadata)
reviews = review_table(metadata)
review_progress = progress_table(metadata)
overdue = overdue_table(metadata)
attending = attending_table(metadata)
register = register_tables(metadata)

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

# Numbers that this county gave by itself (预发): never one twice.
allocated_numbers = Table(
    "allocated_numbers",
    metadata,
    Column("item_id", UUID(as_uuid=False), primary_key=True),
    Column("place", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("case_id", UUID(as_uuid=False), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("number", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    UniqueConstraint("birth_date", "sequence", name="allocated_numbers_once"),
)

# A term's review (Art. 24): what was answered for each class, and what this authority saw where the lot fell.
review_answers = Table(
    "review_answers",
    metadata,
    Column("review_id", UUID(as_uuid=False), primary_key=True),
    Column("school", Text, primary_key=True),
    Column("grade", Text, primary_key=True),
    Column("school_class", Text, primary_key=True),
    Column("pupils", Integer, nullable=False),
    Column("teacher", Text, nullable=False),
    Column("registrar", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("differences", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    Column("sampled", Boolean, nullable=False),
    Column("agreed", Boolean),
    Column("note", Text, nullable=False),
    Column("seen_by", Text, nullable=False),
)
