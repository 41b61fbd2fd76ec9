"""A hub that asks for nobody a thousand times in an hour is an alarm too."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_constraint("look_up_alarm_reason_is_known", "look_up_alarm")
    op.create_check_constraint(
        "look_up_alarm_reason_is_known", "look_up_alarm", "reason IN ('BUDGET', 'PUPIL', 'MISSES')"
    )
