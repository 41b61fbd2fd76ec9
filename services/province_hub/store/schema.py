"""The tables of a hub."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.deadlines import overdue_table
from chassis.evidence.store import evidence_table
from chassis.ledger import ledger_tables
from chassis.notices import notice_tables
from chassis.organisations import register_tables
from chassis.reviews import progress_table, review_table
from chassis.sql import cursor_table, feed_tables, outbox_table
from chassis.staff import staff_table
from chassis.supervision import supervision_tables
from province_hub.store.nation_tables import nation_tables

metadata = MetaData()

ledger = ledger_tables(metadata)
evidence = evidence_table(metadata)
outbox = outbox_table(metadata)
feed = feed_tables(metadata)
cursors = cursor_table(metadata)
notices = notice_tables(metadata)
staff = staff_table(metadata)
supervision = supervision_tables(metadata)
reviews = review_table(metadata)
review_progress = progress_table(metadata)
overdue = overdue_table(metadata)
register = register_tables(metadata)
of_the_nation = nation_tables(metadata)

# One row per record that this province holds, has released, or keeps a copy of.
students = Table(
    "students",
    metadata,
    Column("student_key", UUID(as_uuid=False), primary_key=True),
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("school", Text, nullable=False),
    # Grade and class are items of the form, apart from the others because rolls and statistics ask for them.
    Column("grade", Text, nullable=False),
    Column("school_class", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("values", JSONB, nullable=False),
    Column("standing", JSONB, nullable=False),
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
document_number = students.c["values"]["document_number"].astext
Index("students_document", document_number)
Index("students_custody_count", students.c.custody)
Index("students_of_class", students.c.school, students.c.grade, students.c.school_class)
# Few: who attends a school that has not the record (Art. 17).
Index("students_attending", students.c.student_key, postgresql_where=text("standing ? 'attends'"))

# Every number that a pupil has or had: an earlier one resolves for ever, and none is anybody else's (Art. 5).
student_numbers = Table(
    "student_numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("student_key", UUID(as_uuid=False), ForeignKey("students.student_key"), nullable=False),
    Column("position", Integer, nullable=False),  # oldest first; the last is the one in force
    UniqueConstraint("student_key", "position", name="student_numbers_order"),
)

# By which pack, articles and parameters each pupil's part of a case was judged, and on which facts (Art. 11).
decisions = Table(
    "decisions",
    metadata,
    Column("case_id", UUID(as_uuid=False), ForeignKey("cases.case_id"), nullable=False),
    Column("item_id", UUID(as_uuid=False), nullable=False),
    Column("step", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("clauses", JSONB, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("refusals", JSONB, nullable=False),
    Column("breaches", JSONB, nullable=False),
    PrimaryKeyConstraint("case_id", "item_id", "step"),
)
Index("decisions_breached", decisions.c.at_ms, postgresql_where=decisions.c.breaches != text("'[]'::jsonb"))

# Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE. A record that comes back from another province brings its
# whole history, which stands beside the one that was kept here, under the epoch at which it came.
history = Table(
    "history",
    metadata,
    Column("student_key", UUID(as_uuid=False), ForeignKey("students.student_key"), nullable=False),
    Column("since_epoch", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # When it became known to this hub: of what came with a record, the arrival.
    Column("known_ms", BigInteger, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("case_id", UUID(as_uuid=False), nullable=False),
    Column("procedure", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("articles", ARRAY(Text), nullable=False),
    Column("rule_pack", Text, nullable=False),
    Column("evidence", ARRAY(Text), nullable=False),
    Column("counters", Integer, nullable=False),
    Column("changes", JSONB, nullable=False),
    # Where the record puts the pupil from effective_on on, as known with this entry.
    Column("status", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("school_class", Text, nullable=False),
    PrimaryKeyConstraint("student_key", "since_epoch", "version"),
    CheckConstraint("counters >= 0 AND counters <> 1 AND counters < version", name="history_counters_the_past"),
)
# By which case a document was named: few entries name any, and a roll-over of a province names none.
Index("history_evidence", history.c.case_id, postgresql_where=text("evidence <> '{}'"))
# An entry is taken back once; who wants it again takes back the one that took it back.
Index(
    "history_taken_back_once",
    history.c.student_key,
    history.c.since_epoch,
    history.c.counters,
    unique=True,
    postgresql_where=text("counters > 0"),
)

# Of which pupils a school ever had the record; what only promotes them is not in it.
Index("history_of_school", history.c.school, history.c.student_key, postgresql_where=text("changes ? 'school'"))
# Entries come nearly in the order of their days, so that some bytes a page are enough to find a period.
Index("history_of_period", history.c.effective_on, postgresql_using="brin")

# What an entry changes of later days, where it was told late or takes another back. Append-only like the history.
restatements = Table(
    "restatements",
    metadata,
    Column("student_key", UUID(as_uuid=False), nullable=False),
    Column("since_epoch", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("known_ms", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("school_class", Text, nullable=False),
    PrimaryKeyConstraint("student_key", "since_epoch", "version", "effective_on"),
    ForeignKeyConstraint(
        ["student_key", "since_epoch", "version"],
        ["history.student_key", "history.since_epoch", "history.version"],
        name="restatements_of_an_entry",
    ),
)

# A night of promotion (Art. 12): one in a year, school by school. A process that ends goes on where it stood.
promotion_runs = Table(
    "promotion_runs",
    metadata,
    Column("run_id", UUID(as_uuid=False), primary_key=True),
    Column("year", Integer, nullable=False, unique=True),
    Column("effective_on", Date, nullable=False),
    Column("rule_pack", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("begun_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
)
promotion_schools = Table(
    "promotion_schools",
    metadata,
    Column("run_id", UUID(as_uuid=False), ForeignKey("promotion_runs.run_id"), nullable=False),
    Column("school", Text, nullable=False),
    # Of the school on that night (学制); empty where the register does not know the school, and then nobody goes up.
    Column("system", Text, nullable=False),
    Column("promoted", Integer),
    Column("stayed", JSONB),  # pupils by kernel.promotion.Blocker
    Column("done_ms", BigInteger),
    PrimaryKeyConstraint("run_id", "school"),
)
Index(
    "promotion_schools_waiting",
    promotion_schools.c.run_id,
    promotion_schools.c.school,
    postgresql_where=text("done_ms IS NULL"),
)
# Classes whose promotion was taken back (退回), by the grade into which they had gone up.
promotion_undone = Table(
    "promotion_undone",
    metadata,
    Column("run_id", UUID(as_uuid=False), nullable=False),
    Column("school", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("school_class", Text, nullable=False),
    Column("pupils", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("run_id", "school", "grade", "school_class"),
    ForeignKeyConstraint(
        ["run_id", "school"],
        ["promotion_schools.run_id", "promotion_schools.school"],
        name="promotion_undone_of_a_school",
    ),
)

# Numbers that a province makes up (毕业证书编号, 学籍辅号): counted without gaps by what those of a series have
# in common.
number_series = Table(
    "number_series",
    metadata,
    Column("stem", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)
# Certificates (Art. 13): one that was given is nobody else's, also when the graduation is taken back.
certificates = Table(
    "certificates",
    metadata,
    Column("number", Text, primary_key=True),
    Column("stem", Text, ForeignKey("number_series.stem"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("student_key", UUID(as_uuid=False), nullable=False),
    Column("case_id", UUID(as_uuid=False), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    UniqueConstraint("stem", "sequence", name="certificates_dense"),
)

# How many pupils a school may admit to a stage in a year (招生规模, Art. 14).
admission_plans = Table(
    "admission_plans",
    metadata,
    Column("school", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("places", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("year", "school", "stage"),
    CheckConstraint("places >= 0", name="admission_plans_places"),
)

# A view, hence not of the metadata: where every pupil was from which day on, as known from when on. ``at_ms`` is when
# this hub knew it. The history that came last is the whole one, so the newest epoch speaks before the others.
placements = Table(
    "placements",
    MetaData(),
    Column("student_key", UUID(as_uuid=False)),
    Column("since_epoch", BigInteger),
    Column("effective_on", Date),
    Column("at_ms", BigInteger),
    Column("version", Integer),
    Column("status", Text),
    Column("school", Text),
    Column("grade", Text),
    Column("school_class", Text),
)

Index("students_dropped_out", students.c.student_key, postgresql_where=students.c.status == "dropped_out")
# Archives of migrant workers' children who dropped out, handed to the county of the household once for each time that
# a child did (Art. 22). The county is empty where none was to be told.
handovers = Table(
    "handovers",
    metadata,
    Column("student_key", UUID(as_uuid=False), ForeignKey("students.student_key"), primary_key=True),
    Column("dropped_on", Date, primary_key=True),
    Column("term", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("archive_digest", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

# Which days were reported to the nation, and what stands: the same figures are not reported twice.
figure_reports = Table(
    "figure_reports",
    metadata,
    Column("on", Date, primary_key=True),
    Column("counted_at_ms", BigInteger, nullable=False),
    Column("figures_digest", Text, nullable=False),
)

# What was asked for of schools and divisions (机构变更, Art. 9), and what became of it.
organisation_changes = Table(
    "organisation_changes",
    metadata,
    Column("change_id", UUID(as_uuid=False), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposer", Text, nullable=False),
    # As the office that asked for it signed it.
    Column("jws", Text, nullable=False),
    # Six digits of the authorities whose schools it is about: who may look at it.
    Column("concerns", ARRAY(Text), nullable=False),
    Column("proposed_ms", BigInteger, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_ms", BigInteger),
    Column("reason", Text, nullable=False),
    Column("entered_ms", BigInteger),
    Column("moved", Integer, nullable=False),
    # What spoke against it on its day.
    Column("lapsed", JSONB),
    CheckConstraint(
        "state IN ('proposed', 'approved', 'in_force', 'refused', 'lapsed')", name="organisation_changes_state"
    ),
    CheckConstraint("(state = 'lapsed') = (lapsed IS NOT NULL)", name="organisation_changes_lapsed"),
)
Index(
    "organisation_changes_due",
    organisation_changes.c.effective_on,
    organisation_changes.c.decided_ms,
    postgresql_where=text("state = 'approved'"),
)

# What a change that is in force leaves to be done, a handful of records at a time.
organisation_work = Table(
    "organisation_work",
    metadata,
    Column("change_id", UUID(as_uuid=False), ForeignKey("organisation_changes.change_id"), nullable=False),
    Column("school", Text, nullable=False),
    # 'move': pupils go where ``placings`` say. 'tell': another authority hears whose records it has now.
    Column("kind", Text, nullable=False),
    Column("placings", JSONB, nullable=False),
    # Of 'tell': the last record that was told.
    Column("told_to", UUID(as_uuid=False)),
    # For now: a case that was begun before the school ended may still bring somebody there.
    Column("done", Boolean, nullable=False),
    Column("looked_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("change_id", "school", "kind"),
    CheckConstraint("kind IN ('move', 'tell')", name="organisation_work_kind"),
)
Index("organisation_work_school", organisation_work.c.school)
Index(
    "organisation_work_waiting",
    organisation_work.c.looked_ms,
    postgresql_where=text("NOT done"),
)

# The newest checkpoint of the index's log that this hub has seen to continue the one before (kernel.transparency).
seen_checkpoint = Table(
    "seen_checkpoint",
    metadata,
    Column("only_row", Integer, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("jws", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("only_row", name="seen_checkpoint_pkey"),
    CheckConstraint("only_row = 1", name="seen_checkpoint_is_one_row"),
)
