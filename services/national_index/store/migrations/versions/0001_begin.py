"""The index begins: persons, handles, number blocks, slots, the feed, and what may never happen to them."""

from alembic import op
from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from chassis.sql import migrations_v1

revision = "0001"
down_revision = None

# I9: final outcomes never change, and no outcome is forgotten. In the database, where no program can pass it by.
_OUTCOMES_ARE_FINAL = """
CREATE FUNCTION slot_outcome_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'OPEN' THEN
        RAISE EXCEPTION 'slot % is final', OLD.transfer_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.transfer_id, NEW.student_key, NEW.losing, NEW.gaining, NEW.epoch)
        IS DISTINCT FROM (OLD.transfer_id, OLD.student_key, OLD.losing, OLD.gaining, OLD.epoch) THEN
        RAISE EXCEPTION 'slot % is of another transfer', OLD.transfer_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
# I1: the epoch grows by one with every move of custody, and with nothing else. Nobody is ever forgotten.
_EPOCHS_COUNT_MOVES = """
CREATE FUNCTION person_epoch_counts_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR NEW.student_key <> OLD.student_key
        OR NEW.epoch <> OLD.epoch + CAST(NEW.custodian <> OLD.custodian AS integer) THEN
        RAISE EXCEPTION 'person % moves by one epoch at a time', OLD.student_key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "person",
        Column("student_key", UUID(as_uuid=False)),
        Column("item_id", UUID(as_uuid=False), nullable=False),
        Column("number_sealed", LargeBinary, nullable=False),
        Column("custodian", Text, nullable=False),
        Column("custodian_school", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("open_transfer", UUID(as_uuid=False)),
        Column("issued_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("student_key", name="person_pkey"),
        UniqueConstraint("item_id", name="person_item"),
        CheckConstraint("custodian ~ '^[0-9]{2}$'", name="person_custodian_is_a_province"),
        CheckConstraint("epoch >= 1", name="person_epoch_begins_at_one"),
    )
    op.create_table(
        "handle",
        Column("fingerprint", UUID(as_uuid=False)),
        Column("student_key", UUID(as_uuid=False), nullable=False),
        Column("kind", CHAR(1), nullable=False),
        PrimaryKeyConstraint("fingerprint", name="handle_pkey"),
        CheckConstraint("kind IN ('D', 'N', 'I')", name="handle_kind_is_known"),
    )
    op.create_table(
        "number_block",
        Column("division", Text),
        Column("birth_date", Date),
        Column("kind", CHAR(1)),
        Column("next_sequence", Integer, nullable=False),
        PrimaryKeyConstraint("division", "birth_date", "kind", name="number_block_pkey"),
        CheckConstraint("next_sequence >= 0", name="number_block_counts"),
    )
    op.create_table(
        "slot",
        Column("transfer_id", UUID(as_uuid=False)),
        Column("student_key", UUID(as_uuid=False)),
        Column("state", Text, nullable=False),
        Column("losing", Text, nullable=False),
        Column("gaining", Text, nullable=False),
        Column("school", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("archive_digest", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("denial", Text, nullable=False),
        Column("receipt", Text, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("closed_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("transfer_id", name="slot_pkey"),
        ForeignKeyConstraint(["student_key"], ["person.student_key"], name="slot_student"),
        CheckConstraint("state IN ('OPEN', 'COMMITTED', 'ABORTED')", name="slot_state_is_known"),
        CheckConstraint("state = 'ABORTED' OR student_key IS NOT NULL", name="slot_has_a_student"),
        CheckConstraint(
            "(state = 'OPEN') = (closed_at IS NULL) AND (state = 'OPEN') = (receipt = '')",
            name="slot_ends_with_a_receipt",
        ),
        CheckConstraint("(state = 'ABORTED') = (reason <> '')", name="slot_is_aborted_for_a_reason"),
        CheckConstraint("(state = 'COMMITTED') = (archive_digest <> '')", name="slot_commits_an_archive"),
    )
    op.create_index("one_open_slot", "slot", ["student_key"], unique=True, postgresql_where=text("state = 'OPEN'"))
    op.create_table(
        "index_facts",
        Column("only_row", Integer, autoincrement=False),
        Column("incarnation", Integer, nullable=False),
        PrimaryKeyConstraint("only_row", name="index_facts_pkey"),
        CheckConstraint("only_row = 1", name="index_facts_is_one_row"),
        CheckConstraint("incarnation >= 1", name="index_facts_incarnation"),
    )
    op.execute("INSERT INTO index_facts (only_row, incarnation) VALUES (1, 1)")
    op.execute(_OUTCOMES_ARE_FINAL)
    op.execute(
        "CREATE TRIGGER slot_outcome_is_final BEFORE UPDATE OR DELETE ON slot"
        " FOR EACH ROW EXECUTE FUNCTION slot_outcome_is_final()"
    )
    op.execute(_EPOCHS_COUNT_MOVES)
    op.execute(
        "CREATE TRIGGER person_epoch_counts_moves BEFORE UPDATE OR DELETE ON person"
        " FOR EACH ROW EXECUTE FUNCTION person_epoch_counts_moves()"
    )
    migrations_v1.create_feed(op)
