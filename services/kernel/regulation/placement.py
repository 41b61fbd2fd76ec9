"""Articles 6, 11, 12 and 17: where a pupil sits and attends, while the record stays."""

from __future__ import annotations

from kernel.evidence import EvidenceKind
from kernel.form import item
from kernel.regulation.fields import ATTENDANCE_MODE, REASON, SCHOOL_CLASS, SEAT, of_form
from kernel.regulation.procedure import Field, Procedure, Step
from kernel.rules import placement, stages
from kernel.status import StudentStatus

REFORM_SCHOOL = "工读（专门）学校"  # in titles: what the law of the day calls it (kernel.titles)

_IN_SCHOOL = frozenset({StudentStatus.ENROLLED})
_INCLUSIVE = of_form(item("inclusive_class"))

# 特教学校与普通学校之间: the record may move (a transfer) or stay. Here it stays; the school where the pupil will
# attend files, and the school that has the record agrees.
DUAL_PLACEMENT = Procedure(
    name="dual_placement",
    title="随班就读与特教学校双向安置（学籍保留原校）",
    clauses=("6.2", "17.1"),
    chain=(Step.IN_SCHOOL, Step.OUT_SCHOOL, Step.IN_AUTHORITY),
    fields=(REASON, ATTENDANCE_MODE),
    evidence=(EvidenceKind.DISABILITY_PROOF,),
    may_start_from=_IN_SCHOOL,
    two_sided=True,
    one_by_one=True,
    rules=(placement.SPECIAL_AND_ORDINARY, placement.ATTENDS_ONE_PLACE),
)
REFORM_SCHOOL_PLACEMENT = Procedure(
    name="reform_school_placement",
    title=f"{REFORM_SCHOOL}就读（学籍保留原校）",
    clauses=("6.2", "17.2"),
    chain=(Step.IN_SCHOOL, Step.OUT_SCHOOL, Step.IN_AUTHORITY),
    fields=(REASON,),
    evidence=(EvidenceKind.PLACEMENT_AGREEMENT,),
    may_start_from=_IN_SCHOOL,
    two_sided=True,
    one_by_one=True,
    sealed=True,
    rules=(placement.INTO_A_REFORM_SCHOOL, placement.ATTENDS_ONE_PLACE),
)
DUAL_PLACEMENT_END = Procedure(
    name="dual_placement_end",
    title="结束他校就读",
    clauses=("17.1", "17.2"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(REASON,),
    may_start_from=_IN_SCHOOL,
    one_by_one=True,
    attending_may_file=True,
    rules=(placement.ATTENDS_ELSEWHERE,),
)
ATTENDANCE = Procedure(
    name="attendance_mode",
    title="就读形式变更（随班就读、送教上门）",
    clauses=("6.2",),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(ATTENDANCE_MODE, _INCLUSIVE, REASON),
    evidence=(EvidenceKind.DISABILITY_PROOF,),
    may_start_from=_IN_SCHOOL,
    one_by_one=True,
    attending_may_file=True,
)
CLASS_CHANGE = Procedure(
    name="class_change",
    title="调班",
    clauses=("13.1",),
    chain=(Step.IN_SCHOOL,),
    fields=(
        Field("school_class", SCHOOL_CLASS.label, max_length=SCHOOL_CLASS.max_length),
        Field("reason", REASON.label, required=False),
    ),
    may_start_from=_IN_SCHOOL,
    rules=(stages.GRADUATING_GRADE_OPEN, placement.CLASS_NOT_TOO_LARGE),
)
GRADE_REPEAT = Procedure(
    name="grade_repeat",
    title="留级",
    clauses=("11.1", "12.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(*SEAT, REASON),
    may_start_from=_IN_SCHOOL,
    one_by_one=True,
    rules=(stages.GRADUATING_GRADE_OPEN, placement.REPEATING_ALLOWED),
)
GRADE_SKIP = Procedure(
    name="grade_skip",
    title="跳级",
    clauses=("11.1", "12.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(*SEAT, REASON),
    may_start_from=_IN_SCHOOL,
    one_by_one=True,
    rules=(stages.GRADUATING_GRADE_OPEN, placement.SKIPPING_ALLOWED),
)
# Who was passed over on the night of promotion, or whose class was taken back by mistake, goes up when it is cleared.
LATE_PROMOTION = Procedure(
    name="late_promotion",
    title="补办升级",
    clauses=("12.1", "13.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(*SEAT, REASON),
    may_start_from=_IN_SCHOOL,
    rules=(placement.WAS_PASSED_OVER,),
)

ROWS = (
    DUAL_PLACEMENT,
    REFORM_SCHOOL_PLACEMENT,
    DUAL_PLACEMENT_END,
    ATTENDANCE,
    CLASS_CHANGE,
    GRADE_REPEAT,
    GRADE_SKIP,
    LATE_PROMOTION,
)
