"""What the system knows of a pupil beyond the form (学籍系统项): each item declared once, with what it means.

The form (``kernel.form``) holds what a family tells; these items follow from what was decided. ``Student.standing``
holds them under their keys, in text: dates in ISO form, counts in decimal digits, schools by their code. An item that
does not apply is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kernel.archive_parts import ArchivePart
from kernel.packs.words import ArchiveKeeper
from kernel.status import StudentStatus


class AttendanceMode(StrEnum):
    """How a pupil is taught (Articles 6 and 17); absent is ordinary."""

    ORDINARY = "ordinary"  # 普通
    INCLUSIVE = "inclusive"  # 随班就读
    HOME_TEACHING = "home_teaching"  # 送教上门

    @property
    def label(self) -> str:
        return {
            AttendanceMode.ORDINARY: "普通",
            AttendanceMode.INCLUSIVE: "随班就读",
            AttendanceMode.HOME_TEACHING: "送教上门",
        }[self]


class CertificateKind(StrEnum):
    """What is given at the end of a stage (Article 13)."""

    GRADUATION = "graduation"  # 毕业证书
    COMPLETION = "completion"  # 结业证书
    PARTIAL = "partial"  # 肄业证书

    @property
    def label(self) -> str:
        return {
            CertificateKind.GRADUATION: "毕业证书",
            CertificateKind.COMPLETION: "结业证书",
            CertificateKind.PARTIAL: "肄业证书",
        }[self]


PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "duplicate": "身份证号重复",
        "id_wrong": "身份证号错误",
        "id_of_another": "号码与姓名不匹配",
        "id_changed": "证件号已变更",
        "same_person": "无证件学生姓名、性别、出生日期相同",
        "suspected": "疑似重复学籍，正在核查",
        "other": "其他",
    }
)


@dataclass(frozen=True)
class StandingItem:
    """One item that the system keeps.

    Attributes:
        key: under which ``Student.standing`` has it. label: what people read.
        article: of the Measures, that makes it necessary; 0 where none does.
        codes: where its values are words of a closed list, those with their labels.
    """

    key: str
    label: str
    article: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: str) -> str:
        """The value as people read it."""
        return self.codes.get(value, value)


_ITEMS = (
    # The status, and why.
    StandingItem("status_since", "状态起始日期", 13),
    StandingItem("status_reason", "状态原因", 13),
    # 休学.
    StandingItem("leave_from", "休学开始日期", 19),
    StandingItem("leave_until", "休学期满日期", 19),
    StandingItem("leave_spells", "休学次数", 19),
    StandingItem("leave_days_before", "已复学各次休学天数合计", 19),
    # 境外就读: where the pupil is now, and the spells that are over.
    StandingItem("abroad_to", "境外就读国家（地区）", 20),
    StandingItem("archive_with", "学籍档案保管", 20, {keeper.value: keeper.label for keeper in ArchiveKeeper}),
    StandingItem("abroad_spells", "境外就读经历", 20),
    # 辍学: how long the record is kept for the child.
    StandingItem("kept_until", "学籍保留至", 22),
    # Where and how the pupil attends, if elsewhere or otherwise than the record says.
    StandingItem("attends", "实际就读学校", 17),
    StandingItem("attends_since", "在该校就读起始日期", 17),
    StandingItem("attendance_mode", "就读形式", 6, {mode.value: mode.label for mode in AttendanceMode}),
    # The grade.
    StandingItem("grade_since", "留级（跳级）日期", 12),
    StandingItem("repeats", "本学段留级次数", 11),
    StandingItem("repeated_in", "最近一次留级的学年", 11),
    StandingItem("held_back_in", "不参加升级的年份", 12),
    StandingItem("school_year_entered", "入学学年"),
    # What stands in the way of a transfer.
    StandingItem("punished_until", "处分期满日期", 11),
    StandingItem("transfer_bars", "转学限制情形", 11),
    # The end of a stage.
    StandingItem("certificate_kind", "证书类别", 13, {kind.value: kind.label for kind in CertificateKind}),
    StandingItem("certificate_number", "证书编号", 13),
    StandingItem("graduated_from", "毕业（结业、肄业）学校", 13),
    StandingItem("graduated_class", "毕业（结业、肄业）年级和班级", 13),
    # The archive's parts, each with its newest piece.
    *(StandingItem(part.standing_key, part.label, 7) for part in ArchivePart),
    # 查重: a problem record waits for people; twins are not duplicates.
    StandingItem("problem", "问题学籍标记", 6, PROBLEMS),
    StandingItem("adjudication", "学籍核查编号", 6),
    StandingItem("merged_into", "并入的学籍号", 6),
    StandingItem("merged_status", "并入前的学生状态", 6, {status.value: status.label for status in StudentStatus}),
    # Art. 25: what is withheld at desks that do not need it (kernel.protection).
    StandingItem("protected", "信息保护", 25),
    StandingItem("twins", "双（多）胞胎情况", 6),
)

STANDING: Mapping[str, StandingItem] = MappingProxyType({one.key: one for one in _ITEMS})
