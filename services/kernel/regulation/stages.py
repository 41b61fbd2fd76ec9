"""Articles 9, 11, 13 and 14: the end of a stage, its certificate, and the entrance to the next.

Promotion (Art. 12) is not here: it is no case of a pupil but one night of a whole province (``province_hub``).
"""

from __future__ import annotations

from kernel.form import item
from kernel.regulation.fields import OUTCOME, REASON, SEAT, WITHDRAWN_BECAUSE, of_form
from kernel.regulation.procedure import Procedure, Step
from kernel.rules import stages
from kernel.status import StudentStatus as S

GRADUATING = "graduation"  # the family: whose approval it takes, the pack says of the stage
ADMISSION = "admission"  # the family: which it is, the places of the two schools say

_FIELDS = (*SEAT, of_form(item("entry_way")))
_CLAUSES = ("9.1", "13.1", "14.1", "14.2", "16.1")
_GRADUATION_RULES = (stages.IN_LAST_GRADE, stages.OUTCOME_ALLOWED, stages.GRADUATED_IN_TIME)
_RULES = (stages.NEXT_STAGE, stages.PLAN_HAS_ROOM, stages.ADMITTED_IN_TIME)

# In compulsory years the school's own word is the graduation; in senior high the authority approves it. Which it is,
# the pack says of each stage (``graduation.approver``): the school files the right row, the hub refuses the wrong one.
GRADUATION = Procedure(
    name="graduation",
    title="毕业、结业、肄业",
    clauses=("9.1", "11.1", "13.1"),
    chain=(Step.IN_SCHOOL,),
    family=GRADUATING,
    fields=(OUTCOME,),
    may_start_from=frozenset({S.ENROLLED}),
    leads_to=frozenset({S.GRADUATED, S.COMPLETED, S.LEFT_EARLY}),
    rules=(stages.SCHOOL_MAY_GRADUATE, *_GRADUATION_RULES),
)
GRADUATION_APPROVED = Procedure(
    name="graduation_approved",
    title="毕业、结业、肄业（学籍主管部门核准）",
    clauses=("9.1", "11.1", "13.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    family=GRADUATING,
    fields=(OUTCOME,),
    may_start_from=frozenset({S.ENROLLED}),
    leads_to=frozenset({S.GRADUATED, S.COMPLETED, S.LEFT_EARLY}),
    rules=_GRADUATION_RULES,
)
GRADUATION_UNDO = Procedure(
    name="graduation_undo",
    title="毕业生回退",
    clauses=("13.1",),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(REASON,),
    may_start_from=frozenset({S.GRADUATED}),
    leads_to=frozenset({S.ENROLLED}),
    rules=(stages.NOT_YET_ADMITTED,),
)
ADMISSION_WITHIN_AUTHORITY = Procedure(
    name="admission",
    title="招生录取",
    clauses=_CLAUSES,
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    family=ADMISSION,
    fields=_FIELDS,
    may_start_from=frozenset({S.GRADUATED}),
    leads_to=frozenset({S.ENROLLED}),
    two_sided=True,
    rules=_RULES,
)
ADMISSION_BETWEEN_COUNTIES = Procedure(
    name="admission_between_counties",
    title="跨县招生录取",
    clauses=_CLAUSES,
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY, Step.OUT_AUTHORITY),
    family=ADMISSION,
    fields=_FIELDS,
    may_start_from=frozenset({S.GRADUATED}),
    leads_to=frozenset({S.ENROLLED}),
    two_sided=True,
    rules=_RULES,
)
ADMISSION_BETWEEN_PROVINCES = Procedure(
    name="admission_between_provinces",
    title="毕业后跨省就学",
    clauses=_CLAUSES,
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY, Step.OUT_AUTHORITY),
    family=ADMISSION,
    fields=_FIELDS,
    may_start_from=frozenset({S.GRADUATED}),
    leads_to=frozenset({S.ENROLLED}),
    leaves_province=True,
    two_sided=True,
    one_by_one=True,
    rules=(stages.CROSS_PROVINCE_WINDOW_OPEN, stages.NEXT_STAGE),
)
ADMISSION_WITHDRAWAL = Procedure(
    name="admission_withdrawal",
    title="退出录取（重复招生、逾期未报到）",
    clauses=("4.1", "6.1", "11.1", "14.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(WITHDRAWN_BECAUSE, REASON),
    may_start_from=frozenset({S.ENROLLED}),
    leads_to=frozenset({S.GRADUATED}),
    one_by_one=True,
    rules=(stages.WAS_ADMITTED, stages.NO_SHOW_LONG_ENOUGH),
)

ROWS = (
    GRADUATION,
    GRADUATION_APPROVED,
    GRADUATION_UNDO,
    ADMISSION_WITHIN_AUTHORITY,
    ADMISSION_BETWEEN_COUNTIES,
    ADMISSION_BETWEEN_PROVINCES,
    ADMISSION_WITHDRAWAL,
)
