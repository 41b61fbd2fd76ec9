"""What statements share that write one entry of history for each of many records; ``before`` is the newest of each."""

from __future__ import annotations

HISTORY_COLUMNS = (
    "student_key, since_epoch, version, at_ms, known_ms, effective_on, case_id, procedure, step, office, person,"
    " reason, articles, rule_pack, evidence, counters, changes, status, school, grade, school_class"
)
# A history's moments ascend and its newest entry is the last word on today, whichever process wrote the one before.
AT = "greatest(:now_ms, before.at_ms)"
ON = "greatest(CAST(:on AS date), CAST(to_timestamp(before.at_ms / 1000) AT TIME ZONE INTERVAL '8 hours' AS date))"
