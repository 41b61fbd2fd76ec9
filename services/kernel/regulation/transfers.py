"""Articles 6, 9, 14 to 16 and 18: a pupil moves, and the record follows (籍随人走).

The receiving school begins (Art. 14); receiving and releasing school and both authorities have their days each.
"""

from __future__ import annotations

from kernel.regulation.fields import REASON, SEAT, TRANSFER_REASON
from kernel.regulation.procedure import Procedure, Step
from kernel.rules import stages, transfers
from kernel.status import StudentStatus

TRANSFER = "transfer"  # the family: which of the three it is, the places of the two schools say

_CLAUSES = ("6.2", "9.1", "11.1", "13.1", "14.1", "14.2", "15.1", "16.1")
_FIELDS = (*SEAT, REASON, TRANSFER_REASON)
_IN = (Step.IN_SCHOOL, Step.IN_AUTHORITY)
_RULES = (
    transfers.STATUS_MAY_MOVE,
    transfers.SAME_LEVEL,
    transfers.WINDOW_OPEN,
    stages.GRADUATING_GRADE_OPEN,
    transfers.TERM_OPEN,
    transfers.NOT_BARRED,
    transfers.REASON_ALLOWED,
    transfers.DOCUMENTS_BROUGHT,
    transfers.CLASS_HAS_ROOM,
)
_MAY_MOVE = frozenset(
    {
        StudentStatus.ENROLLED,
        StudentStatus.ABROAD,
        StudentStatus.AWAY,
        StudentStatus.DROPPED_OUT,
        StudentStatus.WITHDRAWN,
        StudentStatus.EXPELLED,
    }
)

TRANSFER_WITHIN_AUTHORITY = Procedure(
    name="transfer_within_authority",
    title="同一主管部门内转学",
    clauses=_CLAUSES,
    chain=(Step.IN_SCHOOL, Step.OUT_SCHOOL, Step.IN_AUTHORITY),
    family=TRANSFER,
    fields=_FIELDS,
    may_start_from=_MAY_MOVE,
    leads_to=frozenset({StudentStatus.ENROLLED}),
    two_sided=True,
    one_by_one=True,
    rules=_RULES,
)
TRANSFER_WITHIN_PROVINCE = Procedure(
    name="transfer_within_province",
    title="省内转学",
    clauses=_CLAUSES,
    chain=(*_IN, Step.OUT_SCHOOL, Step.OUT_AUTHORITY),
    family=TRANSFER,
    fields=_FIELDS,
    may_start_from=_MAY_MOVE,
    leads_to=frozenset({StudentStatus.ENROLLED}),
    two_sided=True,
    one_by_one=True,
    rules=_RULES,
)
TRANSFER_BETWEEN_PROVINCES = Procedure(
    name="transfer_between_provinces",
    title="跨省转学",
    clauses=_CLAUSES,
    chain=(*_IN, Step.OUT_SCHOOL, Step.OUT_AUTHORITY),
    family=TRANSFER,
    fields=_FIELDS,
    may_start_from=_MAY_MOVE,
    leads_to=frozenset({StudentStatus.ENROLLED}),
    leaves_province=True,
    two_sided=True,
    one_by_one=True,
    rules=_RULES,
)

ROWS = (TRANSFER_WITHIN_AUTHORITY, TRANSFER_WITHIN_PROVINCE, TRANSFER_BETWEEN_PROVINCES)
