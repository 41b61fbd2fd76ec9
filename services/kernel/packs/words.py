"""The closed vocabularies of the policy keys: what a rule pack can say, each word with what a registrar reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word of a pack, and its Chinese. Where words can be ordered, they stand from the loosest to the strictest."""

    label: str

    def __new__(cls, word: str, label: str) -> Self:
        made = str.__new__(cls, word)
        made._value_ = word
        made.label = label
        return made

    @classmethod
    def of(cls, word: object) -> Self:
        """The word that a pack says. Raises ValueError that names those that there are."""
        for known in cls:
            if known.value == word:
                return known
        raise ValueError(f"should be one of {', '.join(cls)}, is {word!r}")


class Approver(Word):
    """Whose approval it takes, from the nearest to the highest."""

    SCHOOL = "school", "学校"
    AUTHORITY = "authority", "学籍主管部门"
    COUNTY = "county", "县级教育行政部门"
    PREFECTURE = "prefecture", "市级教育行政部门"
    PROVINCE = "province", "省级教育行政部门"


class OnExpiry(Word):
    """What happens when an office lets its time pass. Silence never approves: no source knows of that."""

    NOTIFY = "notify", "催办"
    REPORT = "report", "列入上级通报"
    ESCALATE = "escalate", "提请上一级督办"


class WithdrawUntil(Word):
    """How long the receiving school may take a transfer back (撤销), from the longest to the shortest."""

    COMPLETION = "completion", "办结之前"
    RELEASE = "release", "转出方核办之前"
    SUBMISSION = "submission", "上报之前"


class WhenFull(Word):
    REFUSE = "refuse", "学校可以不予接收"
    ASSIGN = "assign", "由学籍主管部门另行安排学校"


class TransferBar(Word):
    """What bars a transfer (不予转学的情形)."""

    SUSPENDED = "suspended", "休学期间"
    PUNISHMENT = "punishment", "处分期间"
    WITHDRAWAL_DUE = "withdrawal_due", "应予退学的"
    NO_REASON = "no_reason", "无正当理由"
    SAME_COUNTY = "same_county", "同一县（市、区）内"
    SAME_COUNTY_EDGE_GRADES = "same_county_edge_grades", "同一县（市、区）内起始年级和毕业年级"
    SAME_URBAN_AREA = "same_urban_area", "同一城区内"
    SAME_ZONE = "same_zone", "同一多校划片区域内"
    PLAN_FULL = "plan_full", "学校招生计划已满"
    FIRST_TERM_SINCE_ENTRY = "first_term_since_entry", "入学未满一学期"
    INTERNATIONAL_CLASS = "international_class", "国际课程班学生转入普通班"
    BELOW_LINE = "below_line", "未达录取分数线"
    SCHOOL_LEVEL_MISMATCH = "school_level_mismatch", "由非示范性高中转入示范性高中"
    LEFT_AFTER_ENTRANCE_EXAM = "left_after_entrance_exam", "未被本地普通高中录取而到省外就读后转回"


class TransferReason(Word):
    """Grounds of a transfer (转学理由)."""

    HOUSEHOLD_MOVED = "household_moved", "户口迁移"
    HOME_MOVED = "home_moved", "家庭住址变动"
    GUARDIAN_WORK = "guardian_work", "监护人工作调动或有固定工作"
    MIGRANT = "migrant", "进城务工人员随迁子女"
    RETURN_HOME = "return_home", "返回户籍所在地"
    HEALTH = "health", "身体原因"
    SPECIAL_EDUCATION = "special_education", "接受特殊教育或随班就读"
    SCHOOL_CHANGED = "school_changed", "学校撤并"
    PREFERENTIAL = "preferential", "政策照顾对象"
    OTHER = "other", "其他正当理由"


class Hospital(Word):
    """The least level of hospital whose papers count."""

    ANY = "any", "不限"
    COUNTY = "county", "县级及以上医院"
    SECONDARY = "secondary", "二级及以上医院"
    TERTIARY = "tertiary", "三级医院"


class ReturnGrade(Word):
    """Into which grade one comes back."""

    OLD = "old", "原年级"
    NEXT_DOWN = "next_down", "原年级的下一年级"
    CHOICE = "choice", "原年级或下一年级，由学校与监护人商定"
    CORRESPONDING = "corresponding", "与学习经历相应的年级"


class ArchiveKeeper(Word):
    SCHOOL = "school", "原就读学校"
    ABOVE = "above", "上级学籍管理部门"


class GraduationKind(Word):
    GRADUATION = "graduation", "毕业"
    COMPLETION = "completion", "结业"
    LEFT_EARLY = "left_early", "肄业"


class ExtraStep(Word):
    """Endorsers whom a province may add to a chain; the words are those of ``kernel.regulation.Step``."""

    IN_PREFECTURE = "in_prefecture", "转入方市级"
    IN_PROVINCE = "in_province", "转入方省级"
    OUT_PREFECTURE = "out_prefecture", "转出方市级"
    OUT_PROVINCE = "out_province", "转出方省级"


class Frozen(Word):
    """What a yearly freeze stops."""

    GRADUATING_CASES = "graduating_cases", "毕业年级新业务"
    NEW_TRANSFERS = "new_transfers", "新的转学业务"


class Confidence(Word):
    """How well a value is known."""

    FOUND_OFFICIAL = "found_official", "官方文本"
    FOUND_PRESS = "found_press", "报刊转述"
    FOUND_MANUAL = "found_manual", "系统手册"
    FOUND_WEAK = "found_weak", "未核实的网页"
    CALCULATED = "calculated", "推算"
    ASSUMED = "assumed", "设定"
