"""What persons look up is counted, and what is more than the work needs is an alarm."""

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import UUID

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "look_up_budget",
        Column("caller", Text),
        Column("since", DateTime(timezone=True)),
        Column("spent", Integer, nullable=False),
        PrimaryKeyConstraint("caller", "since", name="look_up_budget_pkey"),
    )
    op.create_table(
        "look_up_pupil",
        Column("student_key", UUID(as_uuid=False)),
        Column("since", DateTime(timezone=True)),
        Column("asked", Integer, nullable=False),
        PrimaryKeyConstraint("student_key", "since", name="look_up_pupil_pkey"),
    )
    op.create_table(
        "look_up_alarm",
        Column("alarm_id", BigInteger, Identity(always=True)),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("caller", Text, nullable=False),
        Column("reason", Text, nullable=False),
        PrimaryKeyConstraint("alarm_id", name="look_up_alarm_pkey"),
        CheckConstraint("reason IN ('BUDGET', 'PUPIL')", name="look_up_alarm_reason_is_known"),
    )
