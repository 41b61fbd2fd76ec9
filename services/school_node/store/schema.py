"""The tables of a school."""

from __future__ import annotations

from sqlalchemy import ARRAY, Column, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.attending import attending_table
from chassis.deadlines import overdue_table
from chassis.disclosures import disclosure_tables
from chassis.evidence.store import evidence_table
from chassis.ledger import ledger_tables
from chassis.notices import notice_tables
from chassis.organisations import register_tables
from chassis.reviews import review_table
from chassis.sql import cursor_table, outbox_table
from chassis.staff import staff_table

metadata = MetaData()

ledger = ledger_tables(metadata)
evidence = evidence_table(metadata)
outbox = outbox_table(metadata)
cursors = cursor_table(metadata)
notices = notice_tables(metadata)
staff = staff_table(metadata)

disclosures = disclosure_tables(metadata)
reviews = review_table(metadata)
overdue = overdue_table(metadata)
attending = attending_table(metadata)
register = register_tables(metadata)

# The roll: a line for each pupil, from the roster's row to the student number.
pupils = Table(
    "pupils",
    metadata,
    Column("pupil_id", UUID(as_uuid=False), primary_key=True),
    Column("state", Text, nullable=False),
    Column("identity_digest", LargeBinary, nullable=False),
    Column("values", JSONB, nullable=False),
    Column("number", Text, nullable=False),
    Column("student_key", Text, nullable=False),
    Column("case_id", UUID(as_uuid=False)),
    Column("refusal", JSONB),
    # Of a registered pupil, as the province last told: status and standing (kernel.status, kernel.standing).
    Column("status", Text, nullable=False, server_default=""),
    Column("standing", JSONB, nullable=False, server_default="{}"),
    Column("entered_at", DateTime(timezone=True), nullable=False),
)
# Art. 6: one live line for a child, whoever enters it at the same moment.
Index(
    "pupils_one_live_line",
    pupils.c.identity_digest,
    unique=True,
    postgresql_where=pupils.c.state.not_in(("refused", "left")),
)
Index("pupils_state", pupils.c.state, pupils.c.pupil_id)
Index("pupils_number", pupils.c.number)
Index("pupils_case", pupils.c.case_id)
document_number = pupils.c["values"]["document_number"].astext
Index("pupils_document", document_number)

# Who entered a case: the second person must be another (Art. 23).
makers = Table(
    "makers",
    metadata,
    Column("case_id", UUID(as_uuid=False), primary_key=True),
    Column("person", Text, nullable=False),
)

# A submission asked for twice is answered as before.
submissions = Table(
    "submissions",
    metadata,
    Column("request_id", UUID(as_uuid=False), primary_key=True),
    Column("case_ids", ARRAY(UUID(as_uuid=False)), nullable=False),
    Column("pupils", Integer, nullable=False),
)

# A term's review (Art. 24): that its roll is here, the roll, and what was answered for each class.
review_rolls = Table("review_rolls", metadata, Column("review_id", UUID(as_uuid=False), primary_key=True))
review_pupils = Table(
    "review_pupils",
    metadata,
    Column("review_id", UUID(as_uuid=False), primary_key=True),
    Column("student_key", UUID(as_uuid=False), primary_key=True),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("school_class", Text, nullable=False),
    Column("status", Text, nullable=False),
)
Index("review_pupils_class", review_pupils.c.review_id, review_pupils.c.grade, review_pupils.c.school_class)
review_classes = Table(
    "review_classes",
    metadata,
    Column("review_id", UUID(as_uuid=False), primary_key=True),
    Column("grade", Text, primary_key=True),
    Column("school_class", Text, primary_key=True),
    Column("pupils", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("teacher", Text, nullable=False),
    Column("registrar", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("differences", JSONB, nullable=False),
    Column("notice_id", UUID(as_uuid=False)),
)
