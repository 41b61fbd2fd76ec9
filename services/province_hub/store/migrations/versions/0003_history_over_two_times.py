"""History says from which day each entry is true, who decided it and why; records know more than the form."""

from typing import Any

from alembic import op
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0003"
down_revision = "0002"
oldest_program = "0.1.0"  # what was released before wrote whole records into the history

_PLACEMENT = ("status", "school", "grade", "school_class")


def upgrade() -> None:
    _widen_students()
    _widen_history()
    _create_restatements()
    op.execute(
        "CREATE VIEW placements AS"
        " SELECT student_key, since_epoch, effective_on, known_ms AS at_ms, version, status, school, grade,"
        " school_class FROM history"
        " UNION ALL"
        " SELECT student_key, since_epoch, effective_on, known_ms, version, status, school, grade, school_class"
        " FROM restatements"
    )


def _widen_students() -> None:
    for name in ("grade", "school_class"):
        op.add_column("students", Column(name, Text))
    op.add_column("students", Column("standing", JSONB))
    op.execute(
        "UPDATE students SET grade = coalesce(values->>'grade', ''),"
        " school_class = coalesce(values->>'school_class', ''),"
        " standing = '{}', values = values - 'grade' - 'school_class'"
    )
    for name in ("grade", "school_class", "standing"):
        op.alter_column("students", name, nullable=False)
    op.create_index("students_of_class", "students", ["school", "grade", "school_class"])


def _widen_history() -> None:
    op.alter_column("history", "content", new_column_name="changes")
    added: tuple[Column[Any], ...] = (
        Column("known_ms", BigInteger),
        Column("effective_on", Date),
        Column("person", Text),
        Column("reason", Text),
        Column("articles", ARRAY(Text)),
        Column("rule_pack", Text),
        Column("evidence", ARRAY(Text)),
        Column("counters", Integer),
        *(Column(name, Text) for name in _PLACEMENT),
    )
    for column in added:
        op.add_column("history", column)
    # What was recorded keeps its words; only what is said of it in new columns is filled in.
    op.execute("ALTER TABLE history DISABLE TRIGGER history_is_append_only")
    op.execute(
        "WITH arrivals AS (SELECT student_key, since_epoch, max(at_ms) AS at_ms FROM history"
        " WHERE step = 'activated' GROUP BY student_key, since_epoch)"
        " UPDATE history AS one SET"
        " known_ms = greatest(one.at_ms, (SELECT arrivals.at_ms FROM arrivals"
        "   WHERE arrivals.student_key = one.student_key AND arrivals.since_epoch = one.since_epoch)),"
        " effective_on = CAST(to_timestamp(one.at_ms / 1000) AT TIME ZONE INTERVAL '8 hours' AS date),"
        " person = '', reason = '', articles = '{}', rule_pack = '', evidence = '{}', counters = 0,"
        " status = one.changes->>'status', school = one.changes->>'school',"
        " grade = coalesce(one.changes->'values'->>'grade', ''),"
        " school_class = coalesce(one.changes->'values'->>'school_class', '')"
    )
    op.execute("ALTER TABLE history ENABLE TRIGGER history_is_append_only")
    for column in added:
        op.alter_column("history", column.name, nullable=False)
    op.create_check_constraint(
        "history_counters_the_past", "history", "counters >= 0 AND counters <> 1 AND counters < version"
    )
    op.create_index(
        "history_taken_back_once",
        "history",
        ["student_key", "since_epoch", "counters"],
        unique=True,
        postgresql_where=text("counters > 0"),
    )


def _create_restatements() -> None:
    op.create_table(
        "restatements",
        Column("student_key", UUID, nullable=False),
        Column("since_epoch", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("known_ms", BigInteger, nullable=False),
        *(Column(name, Text, nullable=False) for name in _PLACEMENT),
        PrimaryKeyConstraint("student_key", "since_epoch", "version", "effective_on", name="restatements_pkey"),
        ForeignKeyConstraint(
            ["student_key", "since_epoch", "version"],
            ["history.student_key", "history.since_epoch", "history.version"],
            name="restatements_of_an_entry",
        ),
    )
    op.execute(
        "CREATE TRIGGER restatements_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON restatements"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history()"
    )
