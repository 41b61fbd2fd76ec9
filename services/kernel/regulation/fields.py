"""Statements that more than one procedure takes, and the closed lists that they are made in."""

from __future__ import annotations

from kernel.codes import CodeTable
from kernel.countries import COUNTRIES
from kernel.form_items import Item, ItemKind
from kernel.packs.words import Hospital, TransferReason
from kernel.regulation.procedure import Field
from kernel.standing import PROBLEMS

_OURS = "本系统"

REASON = Field("reason", "理由")
GRADE = Field("grade", "年级", ItemKind.GRADE, max_length=20)
SCHOOL_CLASS = Field("school_class", "班级", required=False, max_length=20)
SEAT = (GRADE, SCHOOL_CLASS)

LEAVE_REASON = Field(
    "leave_reason",
    "休学事由",
    ItemKind.CODE,
    code_table=CodeTable("休学事由", _OURS, {"illness": "因病", "abroad": "短期出境", "other": "其他"}),
    max_length=20,
)
HOSPITAL_LEVEL = Field(
    "hospital_level",
    "出具证明的医院等级",
    ItemKind.CODE,
    required=False,
    code_table=CodeTable(
        "医院等级", _OURS, {level.value: level.label for level in Hospital if level is not Hospital.ANY}
    ),
    max_length=20,
)
DROPOUT_REASON = Field(
    "dropout_reason",
    "辍学原因",
    ItemKind.CODE,
    code_table=CodeTable(
        "辍学原因",
        _OURS,
        {"weary": "厌学", "poverty": "家庭困难", "labour": "外出务工", "illness": "疾病或残疾", "other": "其他"},
    ),
    max_length=20,
)
WITHDRAWAL_REASON = Field(
    "withdrawal_reason",
    "退学事由",
    ItemKind.CODE,
    code_table=CodeTable(
        "退学事由",
        _OURS,
        {
            "own_wish": "本人申请",
            "absence": "旷课超过规定",
            "overdue_leave": "休学期满未复学",
            "over_age": "多次留级超过规定年龄",
            "other": "其他",
        },
    ),
    max_length=20,
)
TRANSFER_REASON = Field(
    "transfer_reason",
    "转学事由",
    ItemKind.CODE,
    required=False,
    code_table=CodeTable("转学事由", _OURS, {reason.value: reason.label for reason in TransferReason}),
    max_length=40,
)
ATTENDANCE_MODE = Field(
    "attendance_mode",
    "就读形式",
    ItemKind.CODE,
    code_table=CodeTable(
        "就读形式", _OURS, {"ordinary": "在校就读", "inclusive": "随班就读", "home_teaching": "送教上门"}
    ),
    max_length=20,
)
PROBLEM = Field(
    "problem",
    "问题类型",
    ItemKind.CODE,
    code_table=CodeTable("问题学籍类型", _OURS, PROBLEMS),
    max_length=20,
)
OUTCOME = Field(
    "outcome",
    "学业结果",
    ItemKind.CODE,
    code_table=CodeTable("学业结果", _OURS, {"graduated": "毕业", "completed": "结业", "left_early": "肄业"}),
    max_length=20,
)
WITHDRAWN_BECAUSE = Field(
    "withdrawn_because",
    "退出原因",
    ItemKind.CODE,
    required=False,
    code_table=CodeTable("退出录取原因", _OURS, {"duplicate": "重复招生", "no_show": "逾期未报到"}),
    max_length=20,
)
COUNTRY = Field(
    "country", "前往国家或地区", ItemKind.CODE, code_table=CodeTable("国家或地区", "GB/T 2659", COUNTRIES), max_length=3
)


def of_form(one: Item, *, key: str = "") -> Field:
    """An item of the national form as a field, under its own key or another."""
    return Field(
        key or one.key, one.label, one.kind, required=False, code_table=one.code_table, max_length=one.max_length
    )


def day(key: str, label: str, *, future: bool = False, required: bool = True) -> Field:
    """A date; one of the future where something is planned."""
    return Field(key, label, ItemKind.DATE, required=required, max_length=8, future=future)


def count(key: str, label: str) -> Field:
    """A number of days or the like, as digits."""
    return Field(key, label, ItemKind.DISTANCE, required=False, max_length=6)
