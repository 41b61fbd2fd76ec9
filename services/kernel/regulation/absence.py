"""Articles 19 to 22: away from school, back, gone. And the ways by which senior high pupils leave (Art. 11)."""

from __future__ import annotations

from kernel.evidence import EvidenceKind
from kernel.packs.keys import DEATH_REPORT, DROPOUT_REPORT
from kernel.regulation.fields import (
    COUNTRY,
    DROPOUT_REASON,
    HOSPITAL_LEVEL,
    LEAVE_REASON,
    REASON,
    SEAT,
    WITHDRAWAL_REASON,
    count,
    day,
)
from kernel.regulation.procedure import Field, Procedure, Step
from kernel.rules import absence, leaving, stages, time
from kernel.status import StudentStatus as S

_IN = (Step.IN_SCHOOL, Step.IN_AUTHORITY)
_IN_SCHOOL = frozenset({S.ENROLLED})

SUSPENSION = Procedure(
    name="suspension",
    title="休学",
    clauses=("11.1", "19.1", "19.2"),
    chain=_IN,
    fields=(
        LEAVE_REASON,
        day("leave_from", "休学开始日期", future=True),
        day("leave_until", "休学期满日期", future=True),
        Field("illness_months", "病休需要月数", required=False, max_length=3),
        HOSPITAL_LEVEL,
        REASON,
    ),
    evidence=(EvidenceKind.GUARDIAN_APPLICATION,),
    may_start_from=_IN_SCHOOL,
    leads_to=frozenset({S.SUSPENDED}),
    one_by_one=True,
    effective_field="leave_from",
    rules=(
        stages.GRADUATING_GRADE_OPEN,
        absence.LEAVE_TERM_OPEN,
        absence.ABROAD_MAY_BE_LEAVE,
        absence.ILLNESS_LONG_ENOUGH,
        absence.HOSPITAL_HIGH_ENOUGH,
        absence.LEAVE_NOT_TOO_LONG,
    ),
)
SUSPENSION_EXTENSION = Procedure(
    name="suspension_extension",
    title="续休",
    clauses=("11.1", "19.1"),
    chain=_IN,
    fields=(day("leave_until", "休学期满日期", future=True), REASON),
    evidence=(EvidenceKind.GUARDIAN_APPLICATION,),
    may_start_from=frozenset({S.SUSPENDED}),
    one_by_one=True,
    rules=(absence.RENEWED_IN_TIME, absence.LEAVE_NOT_TOO_LONG),
)
RESUMPTION = Procedure(
    name="resumption",
    title="复学",
    clauses=("11.1", "19.1", "19.2"),
    chain=_IN,
    fields=(*SEAT, day("resumed_on", "复学日期", required=False)),
    may_start_from=frozenset({S.SUSPENDED}),
    leads_to=frozenset({S.ENROLLED}),
    one_by_one=True,
    effective_field="resumed_on",
    rules=(absence.RESUMES_IN_AN_ALLOWED_GRADE, absence.RESUMED_IN_TIME, time.recorded_in_time("resumed_on")),
)
STUDY_ABROAD = Procedure(
    name="study_abroad",
    title="出境就读",
    clauses=("20.1",),
    chain=_IN,
    fields=(COUNTRY, day("left_on", "离校日期", future=True), REASON),
    evidence=(EvidenceKind.STUDY_ABROAD_PROOF,),
    may_start_from=_IN_SCHOOL | {S.SUSPENDED},
    leads_to=frozenset({S.ABROAD}),
    one_by_one=True,
    effective_field="left_on",
    rules=(time.recorded_in_time("left_on"),),
)
RETURN_FROM_ABROAD = Procedure(
    name="return_from_abroad",
    title="回境接续学籍",
    clauses=("20.1",),
    chain=_IN,
    fields=(*SEAT, day("returned_on", "回校日期", required=False), REASON),
    may_start_from=frozenset({S.ABROAD}),
    leads_to=frozenset({S.ENROLLED}),
    one_by_one=True,
    effective_field="returned_on",
    rules=(absence.RETURN_PROVEN, absence.RETURNS_INTO_AN_ALLOWED_GRADE, time.recorded_in_time("returned_on")),
)
DEATH = Procedure(
    name="death",
    title="死亡注销",
    clauses=("21.1",),
    chain=_IN,
    fields=(day("died_on", "死亡日期"), Field("reason", REASON.label, required=False)),
    evidence=(EvidenceKind.DEATH_PROOF,),
    may_start_from=frozenset(status for status in S if status.live) | {S.WITHDRAWN, S.EXPELLED},
    leads_to=frozenset({S.DECEASED}),
    one_by_one=True,
    blocked_by_problem=False,
    effective_field="died_on",
    report_within=DEATH_REPORT,
    rules=(time.DEATH_REPORTED_IN_TIME,),
)
DROPOUT = Procedure(
    name="dropout",
    title="辍学报告",
    clauses=("22.1", "22.2"),
    chain=_IN,
    fields=(DROPOUT_REASON, day("absent_since", "离校日期"), Field("visits", "家访劝返情况")),
    may_start_from=_IN_SCHOOL | {S.MISSING, S.AWAY},
    leads_to=frozenset({S.DROPPED_OUT}),
    one_by_one=True,
    blocked_by_problem=False,
    effective_field="absent_since",
    report_within=DROPOUT_REPORT,
    rules=(time.DROPOUT_REPORTED_IN_TIME, leaving.IN_COMPULSORY_YEARS),
)
DROPOUT_RETURN = Procedure(
    name="dropout_return",
    title="劝返复学",
    clauses=("22.1",),
    chain=_IN,
    fields=(*SEAT, day("returned_on", "返校日期", required=False)),
    may_start_from=frozenset({S.DROPPED_OUT}),
    leads_to=frozenset({S.ENROLLED}),
    one_by_one=True,
    effective_field="returned_on",
    rules=(time.recorded_in_time("returned_on"),),
)
MISSING = Procedure(
    name="missing",
    title="失踪登记",
    clauses=("13.1", "22.1"),
    chain=_IN,
    fields=(day("missing_since", "失踪日期"), REASON),
    may_start_from=_IN_SCHOOL,
    leads_to=frozenset({S.MISSING}),
    one_by_one=True,
    blocked_by_problem=False,
    effective_field="missing_since",
    rules=(time.recorded_in_time("missing_since"),),
)
AWAY = Procedure(
    name="away",
    title="其他离校",
    clauses=("13.1",),
    chain=_IN,
    fields=(day("away_since", "离校日期"), REASON),
    may_start_from=_IN_SCHOOL,
    leads_to=frozenset({S.AWAY}),
    one_by_one=True,
    effective_field="away_since",
    rules=(time.recorded_in_time("away_since"),),
)
RETURN_TO_SCHOOL = Procedure(
    name="return_to_school",
    title="返校",
    clauses=("13.1",),
    chain=_IN,
    fields=(*SEAT, day("returned_on", "返校日期", required=False)),
    may_start_from=frozenset({S.MISSING, S.AWAY, S.WITHDRAWN, S.EXPELLED}),
    leads_to=frozenset({S.ENROLLED}),
    one_by_one=True,
    effective_field="returned_on",
    rules=(time.recorded_in_time("returned_on"),),
)
WITHDRAWAL = Procedure(
    name="withdrawal",
    title="退学",
    clauses=("11.1", "13.1"),
    chain=_IN,
    fields=(
        WITHDRAWAL_REASON,
        count("absence_in_row", "连续旷课天数"),
        count("absence_total", "累计旷课天数"),
        REASON,
    ),
    may_start_from=frozenset({S.ENROLLED, S.SUSPENDED}),
    leads_to=frozenset({S.WITHDRAWN}),
    one_by_one=True,
    rules=(stages.GRADUATING_GRADE_OPEN, leaving.WITHDRAWAL_ALLOWED),
)
EXPULSION = Procedure(
    name="expulsion",
    title="开除",
    clauses=("11.1", "13.1"),
    chain=_IN,
    fields=(day("heard_on", "听取申辩日期", required=False), REASON),
    may_start_from=_IN_SCHOOL,
    leads_to=frozenset({S.EXPELLED}),
    one_by_one=True,
    rules=(leaving.NEVER_IN_COMPULSORY_YEARS, leaving.HEARD_FIRST),
)

ROWS = (
    SUSPENSION,
    SUSPENSION_EXTENSION,
    RESUMPTION,
    STUDY_ABROAD,
    RETURN_FROM_ABROAD,
    DEATH,
    DROPOUT,
    DROPOUT_RETURN,
    MISSING,
    AWAY,
    RETURN_TO_SCHOOL,
    WITHDRAWAL,
    EXPULSION,
)
