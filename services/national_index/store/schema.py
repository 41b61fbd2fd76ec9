"""The tables of the index. No column holds anything that a person could be read from.

One row per person holds identity, number and custody: faster than three tables, and the simplest truth. Whatever a
child may be found by is a row of ``handle``, whose primary key makes a duplicate impossible (查重, Art. 6): no two
transactions, of whichever processes, can claim the same fingerprint.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.sql import feed_tables
from chassis.staff import staff_table

metadata = MetaData()

feed = feed_tables(metadata)
staff = staff_table(metadata)

person = Table(
    "person",
    metadata,
    Column("student_key", UUID(as_uuid=False)),  # the registration's item id, a UUIDv7: keys arrive nearly in order
    Column("number", UUID(as_uuid=False), nullable=False),  # in force, under seal (chassis.keys.StorageKey)
    Column("custodian", Text, nullable=False),
    Column("custodian_school", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("open_transfer", UUID(as_uuid=False)),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("merged_into", UUID(as_uuid=False)),  # found to be this other person; nothing else of the row changes then
    PrimaryKeyConstraint("student_key", name="person_pkey"),
    CheckConstraint("custodian ~ '^[0-9]{2}$'", name="person_custodian_is_a_province"),
    CheckConstraint("epoch >= 1", name="person_epoch_begins_at_one"),
    CheckConstraint("merged_into <> student_key", name="person_is_not_merged_into_itself"),
)

# No foreign key to person, here and below: the two are written in one transaction and never deleted after it, and on a
# distributed engine their rows are on different machines (docs/capacity.md).
handle = Table(
    "handle",
    metadata,
    # A document's or a number's HMAC cut to 128 bits (chassis.keys.Fingerprinter), under the key of this version.
    Column("fingerprint", UUID(as_uuid=False)),
    Column("student_key", UUID(as_uuid=False), nullable=False),
    Column("kind", CHAR(1), nullable=False),  # HandleKind
    Column("key_version", SmallInteger, nullable=False),
    PrimaryKeyConstraint("fingerprint", name="handle_pkey"),
    CheckConstraint("kind IN ('D', 'N')", name="handle_kind_is_known"),
)

# A row for each key that the tables are under (national_index.domain.storage_keys), and how far its work is.
storage_key = Table(
    "storage_key",
    metadata,
    Column("version", SmallInteger, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("check_value", UUID(as_uuid=False), nullable=False),
    Column("done_to", UUID(as_uuid=False)),
    PrimaryKeyConstraint("version", name="storage_key_pkey"),
    UniqueConstraint("role", name="storage_key_one_of_a_role"),
    CheckConstraint("role IN ('lasting', 'current', 'next', 'former')", name="storage_key_role_is_known"),
    CheckConstraint("(version = 0) = (role = 'lasting')", name="storage_key_zero_is_lasting"),
)

# One person, many documents over time (Art. 10): each change of the document in force, once, in order. Fingerprints
# alone, under the key that stays, and each stays claimed in ``handle`` for ever: whoever comes with an old document is
# found. Append-only.
document_change = Table(
    "document_change",
    metadata,
    Column("item_id", UUID(as_uuid=False)),  # of the case that told it, so that a replay is recognised
    Column("student_key", UUID(as_uuid=False), nullable=False),
    Column("position", Integer, nullable=False),
    Column("before", UUID(as_uuid=False)),  # None: the child had no document with a number
    Column("after", UUID(as_uuid=False)),
    Column("valid_from", Date, nullable=False),
    Column("province", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("student_key", "item_id", name="document_change_pkey"),
    UniqueConstraint("student_key", "position", name="document_change_order"),
    CheckConstraint("position >= 1", name="document_change_counts"),
    CheckConstraint("before IS DISTINCT FROM after", name="document_change_changes"),
)

# What records are compared by: keyed tokens (national_index.domain.matching), in a table of their own that the roles of
# issuing and of looking up need not read.
trait = Table(
    "trait",
    metadata,
    Column("student_key", UUID(as_uuid=False)),
    Column("name", Integer, nullable=False),
    Column("sound", Integer, nullable=False),
    Column("look", Integer, nullable=False),
    Column("skeleton", Integer),
    Column("family", SmallInteger, nullable=False),
    Column("length", SmallInteger, nullable=False),
    Column("unreadable", SmallInteger, nullable=False),
    Column("birth", Integer, nullable=False),
    Column("year", SmallInteger, nullable=False),
    Column("month", SmallInteger, nullable=False),
    Column("day", SmallInteger, nullable=False),
    Column("sex", SmallInteger, nullable=False),
    Column("place", Integer),
    Column("document_birth", Integer),
    Column("sequence", SmallInteger),
    Column("guardian_a", BigInteger),
    Column("guardian_b", BigInteger),
    Column("guardian_name_a", Integer),
    Column("guardian_name_b", Integer),
    PrimaryKeyConstraint("student_key", name="trait_pkey"),
)
# What a registration is compared with: the same sound of the name with the same day, or the same guardian.
Index("trait_sound_birth", trait.c.sound, trait.c.birth)
Index("trait_guardian_a", trait.c.guardian_a)
Index("trait_guardian_b", trait.c.guardian_b)

# Two records that may be one child. A pair known to be two stays, and is never found again.
suspicion = Table(
    "suspicion",
    metadata,
    Column("first", UUID(as_uuid=False)),
    Column("second", UUID(as_uuid=False)),
    Column("weight", Double, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("different_since", DateTime(timezone=True)),
    Column("decided_by", Text, nullable=False),
    Column("adjudication_id", UUID(as_uuid=False)),  # by which both provinces were asked; None: nobody was, or in vain
    PrimaryKeyConstraint("first", "second", name="suspicion_pkey"),
    CheckConstraint("first < second", name="suspicion_is_one_row_a_pair"),
    CheckConstraint("(different_since IS NULL) = (decided_by = '')", name="suspicion_is_decided_by_somebody"),
)
Index("suspicion_by_weight", suspicion.c.weight, suspicion.c.first, suspicion.c.second)
Index("suspicion_of_second", suspicion.c.second)

# Pairs about which both provinces are asked. content: kernel.adjudication.Adjudication, without the numbers.
adjudication = Table(
    "adjudication",
    metadata,
    Column("adjudication_id", UUID(as_uuid=False)),
    Column("first", UUID(as_uuid=False), nullable=False),
    Column("second", UUID(as_uuid=False), nullable=False),
    Column("state", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("adjudication_id", name="adjudication_pkey"),
)
_OPEN = text("state IN ('asked', 'nation')")
Index("adjudication_open_first", adjudication.c.first, postgresql_where=_OPEN)
Index("adjudication_open_second", adjudication.c.second, postgresql_where=_OPEN)
Index("adjudication_due", adjudication.c.due_on, postgresql_where=text("state = 'asked'"))
# What the provinces said, as they signed it: all of it, in order.
adjudication_word = Table(
    "adjudication_word",
    metadata,
    Column("adjudication_id", UUID(as_uuid=False)),
    Column("revision", Integer, autoincrement=False),
    Column("jws", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("adjudication_id", "revision", name="adjudication_word_pkey"),
)

# What persons looked up: counts by the hour and by the pupil, and what was more than the work needs.
look_up_budget = Table(
    "look_up_budget",
    metadata,
    Column("caller", Text),
    Column("since", DateTime(timezone=True)),
    Column("spent", Integer, nullable=False),
    PrimaryKeyConstraint("caller", "since", name="look_up_budget_pkey"),
)
look_up_pupil = Table(
    "look_up_pupil",
    metadata,
    Column("student_key", UUID(as_uuid=False)),
    Column("since", DateTime(timezone=True)),
    Column("asked", Integer, nullable=False),
    PrimaryKeyConstraint("student_key", "since", name="look_up_pupil_pkey"),
)
look_up_alarm = Table(
    "look_up_alarm",
    metadata,
    Column("alarm_id", BigInteger, Identity(always=True)),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("caller", Text, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("alarm_id", name="look_up_alarm_pkey"),
    CheckConstraint("reason IN ('BUDGET', 'PUPIL', 'MISSES')", name="look_up_alarm_reason_is_known"),
)

# How many numbers were asked for. Counts on beyond the last sequence, 999: what is beyond was refused.
number_block = Table(
    "number_block",
    metadata,
    Column("division", Text),
    Column("birth_date", Date),
    Column("kind", CHAR(1)),  # kernel.number.NumberKind
    Column("next_sequence", Integer, nullable=False),
    PrimaryKeyConstraint("division", "birth_date", "kind", name="number_block_pkey"),
    CheckConstraint("next_sequence >= 0", name="number_block_counts"),
)

# Numbers that a county had given by itself (预发) and a pupil was registered with; what is missing between is a gap.
number_offline = Table(
    "number_offline",
    metadata,
    Column("division", Text),
    Column("birth_date", Date),
    Column("sequence", Integer, autoincrement=False),
    PrimaryKeyConstraint("division", "birth_date", "sequence", name="number_offline_pkey"),
)

slot = Table(
    "slot",
    metadata,
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
    CheckConstraint("state IN ('OPEN', 'COMMITTED', 'ABORTED')", name="slot_state_is_known"),
    CheckConstraint("state = 'ABORTED' OR student_key IS NOT NULL", name="slot_has_a_student"),
    CheckConstraint(
        "(state = 'OPEN') = (closed_at IS NULL) AND (state = 'OPEN') = (receipt = '')", name="slot_ends_with_a_receipt"
    ),
    CheckConstraint("(state = 'ABORTED') = (reason <> '')", name="slot_is_aborted_for_a_reason"),
    CheckConstraint("(state = 'COMMITTED') = (archive_digest <> '')", name="slot_commits_an_archive"),
)
# That a student has one open slot at most (I6) is kept by person.open_transfer, which is compared and set.
Index("slot_open", slot.c.student_key, postgresql_where=text("state = 'OPEN'"))

# One row. The incarnation is raised by hand when the index was restored from a backup (R8).
index_facts = Table(
    "index_facts",
    metadata,
    Column("only_row", Integer, autoincrement=False),
    Column("incarnation", Integer, nullable=False),
    PrimaryKeyConstraint("only_row", name="index_facts_pkey"),
    CheckConstraint("only_row = 1", name="index_facts_is_one_row"),
    CheckConstraint("incarnation >= 1", name="index_facts_incarnation"),
)

# What provinces reported of their days: counts that they may tell, and no record. The newest report of a day stands.
figures = Table(
    "figures",
    metadata,
    Column("province", Text),
    Column("on", Date),
    Column("counted_at_ms", BigInteger, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("jws", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("province", "on", name="figures_pkey"),
    CheckConstraint("province ~ '^[0-9]{2}$'", name="figures_are_a_provinces"),
)
Index("figures_of_a_day", figures.c.on)

# The log (kernel.transparency). first_index: place of the first entry, once it has one. lowest, highest: student keys
# of those whose number it issues, so that an entry is found by its student.
log_batch = Table(
    "log_batch",
    metadata,
    Column("batch_id", BigInteger, Identity(always=True)),
    Column("first_index", BigInteger),
    Column("lowest", UUID(as_uuid=False)),
    Column("highest", UUID(as_uuid=False)),
    Column("entries", LargeBinary, nullable=False),  # stored as they are: hashes do not compress
    PrimaryKeyConstraint("batch_id", name="log_batch_pkey"),
    UniqueConstraint("first_index", name="log_batch_place"),
    CheckConstraint("octet_length(entries) > 0 AND octet_length(entries) % 64 = 0", name="log_batch_of_whole_entries"),
)
Index("log_batch_waiting", log_batch.c.batch_id, postgresql_where=text("first_index IS NULL"))
Index("log_batch_of_student", log_batch.c.lowest)
log_node = Table(
    "log_node",
    metadata,
    Column("level", Integer, autoincrement=False),
    Column("number", BigInteger, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "number", name="log_node_pkey"),
    CheckConstraint("octet_length(hash) = 32", name="log_node_is_a_hash"),
)
log_checkpoint = Table(
    "log_checkpoint",
    metadata,
    Column("size", BigInteger, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("jws", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("size", name="log_checkpoint_pkey"),
)
log_witness = Table(
    "log_witness",
    metadata,
    Column("size", BigInteger, autoincrement=False),
    Column("province", Text),
    Column("jws", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("size", "province", name="log_witness_pkey"),
)
