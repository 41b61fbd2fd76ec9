"""The vocabulary: every parameter that the regulation has, and how far a province may change it (Articles 11, 29).

A rule reads a key, a pack says its value. A need that no key can say becomes a new key here, with its clauses: there
is no other place where provinces differ. Names are never changed, because decisions carry them.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from kernel.evidence import EvidenceKind
from kernel.identity import DocumentKind
from kernel.packs.key import Change, Key
from kernel.packs.kinds import (
    EXTRA_ENDORSEMENTS,
    FLAG,
    FREEZES,
    MONTH_DAY,
    SCHOOL_TERMS,
    TEMPLATE,
    TERM,
    TEXT,
    TITLES,
    WINDOWS,
    optional,
    set_of,
    set_of_codes,
    whole,
    word_of,
)
from kernel.packs.school_terms import ClosedTerm
from kernel.packs.words import (
    Approver,
    ArchiveKeeper,
    GraduationKind,
    Hospital,
    OnExpiry,
    ReturnGrade,
    TransferBar,
    TransferReason,
    WhenFull,
    WithdrawUntil,
)
from kernel.status import StudentStatus

AnyKey = Key[Any]

FIXED, AT_MOST, AT_LEAST = Change.FIXED, Change.AT_MOST, Change.AT_LEAST
MAY_ADD, MAY_REMOVE, OPEN = Change.MAY_ADD, Change.MAY_REMOVE, Change.OPEN

_NO_LIMIT = ("unlimited", "不限")
_NO_RULE = ("none", "无此规定")
_EVIDENCE = set_of_codes(EvidenceKind, lambda kind: kind.label)

# --- Terms of the record and of each office (期限) ---

RECORD_DEADLINE = Key("record.deadline", "自入学之日起建立学籍档案的期限", TERM, ("7.1",), AT_MOST)
RECORD_CHANGE = Key("record.change", "学籍变动信息纳入学籍档案的期限", TERM, ("13.1", "27.1.3"), AT_MOST)
ARCHIVE_HANDOVER = Key("archive.handover", "转出学校转出学籍档案的期限", TERM, ("15.1", "27.1.6"), AT_MOST)
DEATH_REPORT = Key("death.report", "学生死亡后报学籍主管部门的期限", TERM, ("21.1",), AT_MOST)
DROPOUT_REPORT = Key("dropout.report", "发现辍学后书面上报的期限", TERM, ("22.1", "27.1.4"), AT_MOST)
DROPOUT_HANDOVER = Key(
    "dropout.handover", "学期结束后向户籍地转交随迁子女辍学学生档案的期限", TERM, ("22.2",), AT_MOST, per_stage=False
)
DIRECT_SCHOOL_NOTICE = Key(
    "direct_school.notice", "学期结束后省、市直管学校书面告知转学情况的期限", TERM, ("18.1",), AT_MOST, per_stage=False
)
REVIEW_DEADLINE = Key("review.deadline", "学期结束后完成学籍复核的期限", TERM, ("24.1",), AT_MOST, per_stage=False)
REVIEW_SAMPLE_PERCENT = Key(
    "review.sample_percent", "学籍复核抽查的班级比例", whole(1, 100, "%"), ("24.1",), AT_LEAST, per_stage=False
)

# An office has one time, whoever the pupils of a case are, so these know no stage.
STEP_DEADLINE = Key("step.deadline", "每个单位每一环节的办理期限", TERM, ("4.2", "14.2"), AT_MOST, per_stage=False)
STEP_DEADLINE_OF = MappingProxyType(
    {
        step: Key(
            f"step.deadline.{step}",
            f"{whose}的办理期限",
            TERM,
            ("14.2",),
            AT_MOST,
            per_stage=False,
            fallback=STEP_DEADLINE,
        )
        for step, whose in (
            ("in_school", "转入学校"),
            ("in_authority", "转入学校学籍主管部门"),
            ("out_school", "转出学校"),
            ("out_authority", "转出学校学籍主管部门"),
        )
    }
)
STEP_LONG_OVERDUE = Key(
    "step.long_overdue", "逾期后报告省级教育行政部门的期限", TERM, ("14.2", "26.1"), AT_MOST, per_stage=False
)
STEP_ON_EXPIRY = Key("step.on_expiry", "逾期未办的处置", word_of(OnExpiry), ("14.2", "26.1"), AT_LEAST, per_stage=False)

# --- Entrance (入学) ---

ENTRY_AGE_YEARS = Key(
    "entry.age_years", "小学入学年龄", whole(5, 8, "周岁"), ("4.1", "11.1"), AT_LEAST, per_stage=False
)
ENTRY_CUTOFF = Key("entry.cutoff", "入学年龄的截止日", MONTH_DAY, ("4.1", "11.1"), OPEN, per_stage=False)
ENTRY_DEFERRAL_MAX_YEARS = Key(
    "entry.deferral.max_years",
    "延缓入学的最长年限",
    optional(whole(1, 12, "年"), *_NO_LIMIT, above_all=True),
    ("11.1",),
    AT_MOST,
    per_stage=False,
)
ENTRY_DEFERRAL_RENEWABLE = Key(
    "entry.deferral.renewable", "延缓入学可否续延", FLAG, ("11.1",), AT_MOST, per_stage=False
)
ENTRY_DEFERRAL_APPROVER = Key(
    "entry.deferral.approver", "延缓入学的批准单位", word_of(Approver), ("11.1",), OPEN, per_stage=False
)
ENTRY_DEFERRAL_APPLY_WITHIN = Key(
    "entry.deferral.apply_within",
    "开学后申请延缓入学的期限",
    optional(TERM, *_NO_RULE),
    ("11.1",),
    OPEN,
    per_stage=False,
)
ENTRY_DEFERRAL_DOCUMENTS = Key(
    "entry.deferral.documents", "延缓入学的证明材料", _EVIDENCE, ("7.2.2", "11.1"), MAY_ADD, per_stage=False
)
ENTRY_NO_SHOW = Key("entry.no_show", "逾期未报到的时限", optional(TERM, *_NO_RULE), ("4.1", "11.1"), OPEN)
ENTRANCE_DEADLINE = Key("entrance.deadline", "升学接续学籍的截止日", MONTH_DAY, ("14.1", "16.1"), AT_MOST)
ENTRANCE_CROSS_PROVINCE_WINDOWS = Key(
    "entrance.cross_province_windows", "毕业后跨省就学的受理时间", WINDOWS, ("14.1",), OPEN
)
DOCUMENT_KINDS = Key(
    "document_kinds",
    "可以建立学籍的身份证件类型",
    set_of_codes(DocumentKind, lambda kind: kind.label),
    ("5.1", "28.1"),
    MAY_ADD,
    per_stage=False,
)

# --- Classes (班额) ---

_CLASS_SIZE = optional(whole(1, 200, "人"), *_NO_LIMIT, above_all=True)
CLASS_SIZE_STANDARD = Key("class_size.standard", "标准班额", _CLASS_SIZE, ("11.1",), AT_MOST)
CLASS_SIZE_HARD = Key("class_size.hard", "班额上限", _CLASS_SIZE, ("11.1",), AT_MOST)
CLASS_SIZE_LARGE_FROM = Key(
    "class_size.large_from", "大班额起点", whole(1, 200, "人"), ("11.1",), FIXED, per_stage=False
)
CLASS_SIZE_HUGE_FROM = Key(
    "class_size.huge_from", "超大班额起点", whole(1, 200, "人"), ("11.1",), FIXED, per_stage=False
)
CLASS_SIZE_APPLY_TO_TRANSFER = Key("class_size.apply_to_transfer", "转入后不得超过班额上限", FLAG, ("11.1",), AT_LEAST)
CLASS_SIZE_APPLY_TO_RETURN = Key("class_size.apply_to_return", "复学后不得超过班额上限", FLAG, ("11.1",), AT_LEAST)

# --- Transfers (转学) ---

TRANSFER_WINDOWS = Key("transfer.windows", "转学的受理时间", WINDOWS, ("11.1", "14.1"), OPEN)
TRANSFER_CLOSED_TERMS = Key("transfer.closed_terms", "不予转学的学期", set_of(ClosedTerm), ("11.1", "14.1"), MAY_ADD)
TRANSFER_BARRED_IF = Key("transfer.barred_if", "不予转学的情形", set_of(TransferBar), ("11.1", "14.1"), MAY_ADD)
TRANSFER_GRADE_CHANGE = Key("transfer.grade_change", "转学可否变更年级", FLAG, ("11.1", "14.1"), AT_MOST)
TRANSFER_REASONS = Key("transfer.reasons", "转学的正当理由", set_of(TransferReason), ("11.1", "14.1"), MAY_REMOVE)
TRANSFER_MUST_ACCEPT = Key("transfer.must_accept", "必须接收的转学理由", set_of(TransferReason), ("11.1",), MAY_ADD)
TRANSFER_DOCUMENTS = Key("transfer.documents", "转学的证明材料", _EVIDENCE, ("7.2.2", "14.1"), MAY_ADD)
TRANSFER_STATUSES = Key(
    "transfer.statuses",
    "可以转学的学生状态",
    set_of_codes(StudentStatus, lambda status: status.label),
    ("11.1", "14.1"),
    MAY_REMOVE,
)
TRANSFER_WITHDRAW_UNTIL = Key("transfer.withdraw_until", "转学撤销的时限", word_of(WithdrawUntil), ("14.1",), AT_LEAST)
TRANSFER_WHEN_FULL = Key("transfer.when_full", "学校学位已满时", word_of(WhenFull), ("11.1", "14.1"), OPEN)
CHAIN_EXTRA = Key("chain.extra", "增加的核办单位", EXTRA_ENDORSEMENTS, ("11.1", "14.1"), MAY_ADD)

# --- Suspension and study abroad (休学、出境就读) ---

_LEAVE_MOST = optional(TERM, *_NO_LIMIT, above_all=True)
LEAVE_MIN_ILLNESS = Key(
    "leave.min_illness", "因病休学的最短治疗时间", optional(TERM, *_NO_RULE), ("11.1", "19.1"), OPEN
)
LEAVE_MAX = Key("leave.max", "一次休学的最长时间", _LEAVE_MOST, ("11.1", "19.1"), AT_MOST)
LEAVE_MAX_TOTAL = Key("leave.max_total", "累计休学的最长时间", _LEAVE_MOST, ("11.1", "19.1"), AT_MOST)
LEAVE_RENEW_NOTICE = Key(
    "leave.renew_notice", "续休须在期满前提出的时间", optional(TERM, *_NO_RULE), ("11.1", "19.1"), OPEN
)
LEAVE_HOSPITAL_LEVEL = Key(
    "leave.hospital_level", "因病休学证明的医院等级", word_of(Hospital), ("11.1", "19.1"), AT_LEAST
)
LEAVE_CLOSED_TERMS = Key("leave.closed_terms", "不予休学的学期", set_of(ClosedTerm), ("11.1", "19.1"), MAY_ADD)
LEAVE_RETURN_GRADE = Key("leave.return_grade", "休学期满复学的年级", word_of(ReturnGrade), ("11.1", "19.1"), OPEN)
LEAVE_EARLY_RETURN_GRADE = Key(
    "leave.early_return_grade", "提前复学的年级", word_of(ReturnGrade), ("11.1", "19.1"), OPEN
)
LEAVE_ABROAD_AS_LEAVE = Key("leave.abroad_as_leave", "短期出境按休学办理", FLAG, ("19.1", "20.1"), OPEN)
ABROAD_ARCHIVE_WITH = Key(
    "abroad.archive_with", "出境就读期间学籍档案的保管", word_of(ArchiveKeeper), ("20.1",), FIXED, per_stage=False
)
ABROAD_RETURN_DOCUMENTS = Key("abroad.return_documents", "回国接续学籍的证明材料", _EVIDENCE, ("20.1",), MAY_ADD)
ABROAD_RETURN_GRADE = Key("abroad.return_grade", "回国接续学籍的年级", word_of(ReturnGrade), ("11.1", "20.1"), OPEN)
ABROAD_MARKED = Key("abroad.marked", "境外就读经历在学籍中标注", FLAG, ("20.1",), AT_LEAST, per_stage=False)

# --- Repeating and skipping a grade (留级、跳级) ---

REPEAT_ALLOWED = Key("repeat.allowed", "可否留级", FLAG, ("11.1", "12.1"), AT_MOST)
REPEAT_CAP_PERCENT = Key(
    "repeat.cap_percent",
    "留级人数占年级人数的上限",
    optional(whole(0, 100, "%"), *_NO_LIMIT, above_all=True),
    ("11.1", "12.1"),
    AT_MOST,
)
REPEAT_MAX_TIMES = Key(
    "repeat.max_times",
    "同一学段留级的最多次数",
    optional(whole(1, 12, "次"), *_NO_LIMIT, above_all=True),
    ("11.1", "12.1"),
    AT_MOST,
)
REPEAT_LAST_GRADE = Key("repeat.last_grade", "毕业年级可否留级", FLAG, ("11.1", "12.1"), AT_MOST)
REPEAT_APPROVER = Key("repeat.approver", "留级的批准单位", word_of(Approver), ("11.1", "12.1"), AT_LEAST)
SKIP_ALLOWED = Key("skip.allowed", "可否跳级", FLAG, ("11.1", "12.1"), AT_MOST)

# --- Leaving school (退学、开除) ---

WITHDRAWAL_COMPULSORY = Key("withdrawal.compulsory", "义务教育阶段可否退学", FLAG, ("22.1",), FIXED, per_stage=False)
EXPULSION_COMPULSORY = Key("expulsion.compulsory", "义务教育阶段可否开除", FLAG, ("22.1",), FIXED, per_stage=False)
EXPULSION_HEARING = Key("expulsion.hearing", "处分前须听取申辩", FLAG, ("11.1",), AT_LEAST)
_DAYS_ABSENT = optional(whole(1, 366, "天"), *_NO_RULE)
WITHDRAWAL_ABSENCE_IN_ROW = Key("withdrawal.absence_in_row", "连续旷课达到即可退学", _DAYS_ABSENT, ("11.1",), OPEN)
WITHDRAWAL_ABSENCE_TOTAL = Key("withdrawal.absence_total", "累计旷课达到即可退学", _DAYS_ABSENT, ("11.1",), OPEN)
WITHDRAWAL_OVERDUE_LEAVE = Key(
    "withdrawal.overdue_leave", "休学期满未复学超过即可退学", optional(TERM, *_NO_RULE), ("11.1", "19.2"), OPEN
)
WITHDRAWAL_AGE_OF_REPEATER = Key(
    "withdrawal.age_of_repeater", "多次留级者超过即可退学", optional(whole(16, 30, "周岁"), *_NO_RULE), ("11.1",), OPEN
)

# --- Promotion, graduation (升级、毕业) ---

TERM_DATES = Key("term.dates", "学期起止", SCHOOL_TERMS, ("11.1", "24.1"), OPEN, per_stage=False)
PROMOTION_DATE = Key("promotion.date", "全国统一升级日", MONTH_DAY, ("12.1",), FIXED, per_stage=False)
FREEZE = Key("freeze", "每年暂停受理的业务", FREEZES, ("12.1", "14.1"), MAY_ADD, per_stage=False)
FREEZE_GRADUATING_CLEARED = Key(
    "freeze.graduating_cleared", "毕业年级在办业务清理日", MONTH_DAY, ("12.1", "13.1"), FIXED, per_stage=False
)
GRADUATION_DEADLINE = Key("graduation.deadline", "办理毕业的截止日", MONTH_DAY, ("13.1",), AT_MOST)
GRADUATION_APPROVER = Key("graduation.approver", "毕业的核准单位", word_of(Approver), ("11.1", "13.1"), AT_LEAST)
GRADUATION_KINDS = Key("graduation.kinds", "可以办理的毕业类别", set_of(GraduationKind), ("13.1",), MAY_REMOVE)
GRADUATION_CERTIFICATE_TEMPLATE = Key(
    "graduation.certificate_template", "毕业证书编号规则", TEMPLATE, ("11.1", "13.1"), OPEN
)

# --- Numbers and data of the province's own ---

AUX_NUMBER_TEMPLATE = Key("aux_number_template", "学籍辅号编制规则", TEMPLATE, ("5.1", "7.2.7"), OPEN)
EXTRA_FIELDS = Key("extra_fields", "省级规定的其他信息（非基础学籍信息）", TITLES, ("7.2.7",), MAY_ADD)
EXTRA_FIELDS_FILED = Key("extra_fields.filed", "非基础学籍信息须报部备案", FLAG, ("7.2.7",), FIXED, per_stage=False)
REFORM_SCHOOL_TITLE = Key("reform_school.title", "专门教育学校的称谓", TEXT, ("2.1", "17.2"), FIXED, per_stage=False)

# --- Supervision, statistics (监督、统计) ---

PROBLEM_BLOCKS_CHANGES = Key(
    "problem.blocks_changes", "问题学籍解决前不办理变动", FLAG, ("6.1",), AT_LEAST, per_stage=False
)
SUPPRESSION_THRESHOLD = Key(
    "suppression.threshold", "统计中不予显示的人数下限", whole(1, 100, "人"), ("25.1",), AT_LEAST, per_stage=False
)


def _declared() -> Iterator[Key[Any]]:
    for value in list(globals().values()):
        if isinstance(value, Key):
            yield value
        elif value is STEP_DEADLINE_OF:
            yield from STEP_DEADLINE_OF.values()


KEYS: MappingProxyType[str, Key[Any]] = MappingProxyType({key.name: key for key in _declared()})
