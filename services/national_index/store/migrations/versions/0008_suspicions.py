"""What records are compared by, as keyed tokens, and the pairs that may be one child."""

from alembic import op
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
)
from sqlalchemy.dialects.postgresql import UUID

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "trait",
        Column("student_key", UUID(as_uuid=False)),
        *(Column(name, Integer, nullable=False) for name in ("name", "sound", "look")),
        Column("skeleton", Integer),
        *(Column(name, SmallInteger, nullable=False) for name in ("family", "length", "unreadable")),
        Column("birth", Integer, nullable=False),
        *(Column(name, SmallInteger, nullable=False) for name in ("year", "month", "day", "sex")),
        *(Column(name, Integer) for name in ("place", "document_birth")),
        Column("sequence", SmallInteger),
        *(Column(name, BigInteger) for name in ("guardian_a", "guardian_b")),
        *(Column(name, Integer) for name in ("guardian_name_a", "guardian_name_b")),
        PrimaryKeyConstraint("student_key", name="trait_pkey"),
    )
    op.create_index("trait_sound_birth", "trait", ["sound", "birth"])
    op.create_index("trait_guardian_a", "trait", ["guardian_a"])
    op.create_index("trait_guardian_b", "trait", ["guardian_b"])
    op.create_table(
        "suspicion",
        Column("first", UUID(as_uuid=False)),
        Column("second", UUID(as_uuid=False)),
        Column("weight", Double, nullable=False),
        Column("reasons", ARRAY(Text), nullable=False),
        Column("found_at", DateTime(timezone=True), nullable=False),
        Column("different_since", DateTime(timezone=True)),
        Column("decided_by", Text, nullable=False),
        PrimaryKeyConstraint("first", "second", name="suspicion_pkey"),
        CheckConstraint("first < second", name="suspicion_is_one_row_a_pair"),
        CheckConstraint("(different_since IS NULL) = (decided_by = '')", name="suspicion_is_decided_by_somebody"),
    )
    op.create_index("suspicion_by_weight", "suspicion", ["weight", "first", "second"])
