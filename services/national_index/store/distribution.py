"""By which column each large table of the index may be spread over many machines (Citus, or any engine of the kind).

Whatever the database has to keep unique holds that column, so every machine can keep it for its own rows. The rest are
small, or are locked by everybody (``storage_key``), and stay where the index connects to. docs/capacity.md says how.
"""

from __future__ import annotations

DISTRIBUTED_BY = {
    "person": "student_key",
    "document_change": "student_key",
    "trait": "student_key",
    "look_up_pupil": "student_key",
    "handle": "fingerprint",
    "suspicion": "first",
    "adjudication": "adjudication_id",
    "adjudication_word": "adjudication_id",
    "slot": "transfer_id",
    "number_block": "division",
    "number_offline": "division",
}
"""The column by table's name."""


def distributing_sql() -> str:
    """What is run once, on an empty database that the migrations have made: deploy/distributed/citus.sql."""
    return "".join(
        f"SELECT create_distributed_table('{table}', '{column}');\n" for table, column in DISTRIBUTED_BY.items()
    )
