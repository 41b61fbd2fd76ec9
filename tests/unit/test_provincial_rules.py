"""One pupil's facts under each shipped pack: where provinces differ, they differ as their texts say, and nowhere else.

Each line names the row of the table that is judged, the pack, the facts, and what comes of it; and the parameter by
which it fell, whose source the pack must cite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chassis.packs import load_packs
from kernel.facts import Facts, grade_of
from kernel.judging import judge
from kernel.packs import source_of
from kernel.packs.keys import KEYS, LEAVE_RENEW_NOTICE
from kernel.packs.term import Term
from kernel.regulation import PROCEDURES
from kernel.stages import Stage

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
NATION_ONLY = "11"  # a province that has written nothing of its own
PROVINCES = (NATION_ONLY, "32", "37", "41", "43", "44", "51")
TODAY = date(2026, 10, 12)


@dataclass(frozen=True)
class Judged:
    """One line of the table.

    Attributes:
        key: the parameter that decides, by name. says: code of the refusal; empty where the pack allows it.
    """

    province: str
    procedure: str
    key: str
    says: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    grade: str = "104"
    status: str = "enrolled"
    standing: Mapping[str, str] = field(default_factory=dict)
    on: date = TODAY
    class_size_after: int | None = None
    grade_size: int = 400
    grade_repeaters: int = 0
    birth_date: str = "20150901"
    evidence: tuple[str, ...] | None = None  # what the row wants, where a line says nothing else

    @property
    def name(self) -> str:
        return f"{self.province}-{self.procedure}-{self.key}-{self.says or 'allowed'}-{self.grade}"

    def facts(self) -> Facts:
        row = PROCEDURES[self.procedure]
        return Facts(
            procedure=row.name,
            filed_on=self.on.isoformat(),
            values=self.values,
            status=self.status,
            grade=self.grade,
            standing=self.standing,
            birth_date=self.birth_date,
            stage_entered="202309",
            school="2141000001",
            place="410105",
            releasing_school="2141000009" if row.two_sided else "",
            releasing_place="410105" if row.two_sided else "",
            evidence=tuple(kind.value for kind in row.evidence) if self.evidence is None else self.evidence,
            class_size_after=self.class_size_after,
            grade_size=self.grade_size,
            grade_repeaters=self.grade_repeaters,
        )


def leave(until: str, *, months: str = "12") -> dict[str, str]:
    return {
        "leave_reason": "illness",
        "leave_from": "20261012",
        "leave_until": until,
        "illness_months": months,
        "hospital_level": "secondary",
        "reason": "住院",
    }


YEAR, TWO_YEARS = leave("20271011"), leave("20281011")
BACK_EARLY = {"leave_from": "2025-10-13", "leave_until": "2026-12-31"}
BACK_IN_TIME = {"leave_from": "2025-10-13", "leave_until": "2026-10-12"}
OVERDUE = {"leave_from": "2025-09-01", "leave_until": "2026-09-01"}
MOVE = {"grade": "104", "reason": "搬家", "transfer_reason": "home_moved"}
TRUANT = {"withdrawal_reason": "absence", "absence_in_row": "15", "absence_total": "15", "reason": "旷课"}
TRUANT_IN_ALL = {**TRUANT, "absence_in_row": "5", "absence_total": "45"}
LESS_TRUANT = {**TRUANT, "absence_in_row": "14", "absence_total": "44"}
OVERDUE_LEAVE = {"withdrawal_reason": "overdue_leave", "reason": "休学期满未复学"}
OWN_WISH = {"withdrawal_reason": "own_wish", "reason": "本人申请"}

BACK_FROM_ABROAD: dict[str, Any] = {
    "status": "abroad",
    "standing": {"status_since": "2025-09-05"},
    "values": {"grade": "105"},
}
LEARNT_ABROAD: dict[str, Any] = {"evidence": ("overseas_study_record",)}
OVER_AGE = {"withdrawal_reason": "over_age", "reason": "超过二十周岁"}

EIGHT: dict[str, Any] = {
    "values": {"grade": "101", "entry_month": "202609"},
    "grade": "",
    "status": "",
    "birth_date": "20180301",
    "on": date(2026, 9, 8),
}
UP: dict[str, Any] = {"values": {"grade": "201"}, "grade": "106", "status": "graduated"}

TABLE = (
    # 休学: how long at one time (四川 one year, 河南 for senior high), and from how long an illness on.
    Judged("51", "suspension", "leave.max", values=YEAR),
    Judged("51", "suspension", "leave.max", "LEAVE_TOO_LONG", values=TWO_YEARS),
    Judged(NATION_ONLY, "suspension", "leave.max", values=TWO_YEARS),
    Judged("41", "suspension", "leave.max", values=TWO_YEARS),
    Judged("41", "suspension", "leave.max", "LEAVE_TOO_LONG", values=TWO_YEARS, grade="301"),
    Judged(
        "41", "suspension", "leave.min_illness", "ILLNESS_TOO_SHORT", values=leave("20270111", months="2"), grade="301"
    ),
    Judged("41", "suspension", "leave.min_illness", values=leave("20270111", months="3"), grade="301"),
    Judged("41", "suspension", "leave.min_illness", values=leave("20270111", months="2")),
    Judged("32", "suspension", "leave.min_illness", values=leave("20270111", months="2"), grade="301"),
    # Whose papers: 江苏 wants a hospital of the second level; nobody else looks.
    Judged(
        "32",
        "suspension",
        "leave.hospital_level",
        "HOSPITAL_LEVEL_TOO_LOW",
        values={**leave("20270111"), "hospital_level": "county"},
    ),
    Judged("32", "suspension", "leave.hospital_level", values={**leave("20270111"), "hospital_level": "tertiary"}),
    Judged("44", "suspension", "leave.hospital_level", values={**leave("20270111"), "hospital_level": ""}),
    # A short stay abroad is no leave where the province has not said that it is.
    Judged(
        NATION_ONLY,
        "suspension",
        "leave.abroad_as_leave",
        "ABROAD_IS_NO_LEAVE",
        values={**leave("20270111"), "leave_reason": "abroad"},
    ),
    # 回到境内: since 2025 with proof of what was learnt there, and into the corresponding grade.
    Judged(NATION_ONLY, "return_from_abroad", "abroad.return_documents", "EVIDENCE_REQUIRED", **BACK_FROM_ABROAD),
    Judged(NATION_ONLY, "return_from_abroad", "abroad.return_documents", **BACK_FROM_ABROAD, **LEARNT_ABROAD),
    Judged(
        NATION_ONLY,
        "return_from_abroad",
        "abroad.return_documents",
        **{**BACK_FROM_ABROAD, "standing": {"status_since": "2023-09-05"}, "on": date(2024, 10, 14)},
    ),
    Judged(
        NATION_ONLY,
        "return_from_abroad",
        "abroad.return_grade",
        "RETURN_GRADE_NOT_ALLOWED",
        **{**BACK_FROM_ABROAD, "values": {"grade": "106"}},
        **LEARNT_ABROAD,
    ),
    # 复学: 江苏 lets a pupil who is back early into the old grade alone; 山东 counts the class.
    Judged(
        "32",
        "resumption",
        "leave.early_return_grade",
        "RETURN_GRADE_NOT_ALLOWED",
        status="suspended",
        standing=BACK_EARLY,
        values={"grade": "106"},
    ),
    Judged(
        "32", "resumption", "leave.early_return_grade", status="suspended", standing=BACK_EARLY, values={"grade": "104"}
    ),
    Judged(
        "32", "resumption", "leave.return_grade", status="suspended", standing=BACK_IN_TIME, values={"grade": "105"}
    ),
    Judged(
        "37",
        "resumption",
        "class_size.apply_to_return",
        "CLASS_FULL",
        status="suspended",
        standing=BACK_IN_TIME,
        values={"grade": "104", "school_class": "1班"},
        class_size_after=46,
    ),
    Judged(
        "37",
        "resumption",
        "class_size.apply_to_return",
        status="suspended",
        standing=BACK_IN_TIME,
        values={"grade": "104", "school_class": "1班"},
        class_size_after=45,
    ),
    Judged(
        "41",
        "resumption",
        "class_size.apply_to_return",
        status="suspended",
        standing=BACK_IN_TIME,
        values={"grade": "104", "school_class": "1班"},
        class_size_after=60,
    ),
    # 退学、开除: never in compulsory years. 四川 and 湖南 count 15 days in a row or 45 in all, and differ in overdue
    # leave.
    *(
        Judged(province, "withdrawal", "withdrawal.compulsory", "COMPULSORY_YEARS_FORBID", values=OWN_WISH, grade="203")
        for province in PROVINCES
    ),
    *(
        Judged(
            province,
            "expulsion",
            "expulsion.compulsory",
            "COMPULSORY_YEARS_FORBID",
            values={"reason": "违纪"},
            grade="106",
        )
        for province in PROVINCES
    ),
    Judged("51", "withdrawal", "withdrawal.absence_in_row", values=TRUANT, grade="301"),
    Judged("43", "withdrawal", "withdrawal.absence_total", values=TRUANT_IN_ALL, grade="301"),
    Judged("51", "withdrawal", "withdrawal.absence_total", "WITHDRAWAL_NOT_GROUNDED", values=LESS_TRUANT, grade="301"),
    Judged("43", "withdrawal", "withdrawal.absence_in_row", "WITHDRAWAL_NOT_GROUNDED", values=LESS_TRUANT, grade="301"),
    Judged("44", "withdrawal", "withdrawal.absence_in_row", "WITHDRAWAL_NOT_GROUNDED", values=TRUANT, grade="301"),
    Judged(
        "51",
        "withdrawal",
        "withdrawal.overdue_leave",
        values=OVERDUE_LEAVE,
        grade="301",
        status="suspended",
        standing=OVERDUE,
        on=date(2026, 9, 2),
    ),
    Judged(
        "43",
        "withdrawal",
        "withdrawal.overdue_leave",
        "WITHDRAWAL_NOT_GROUNDED",
        values=OVERDUE_LEAVE,
        grade="301",
        status="suspended",
        standing=OVERDUE,
        on=date(2026, 9, 2),
    ),
    Judged(
        "43",
        "withdrawal",
        "withdrawal.overdue_leave",
        values=OVERDUE_LEAVE,
        grade="301",
        status="suspended",
        standing=OVERDUE,
    ),
    # 湖南: who is over twenty and has repeated many times. 山东: nobody is expelled unheard.
    Judged(
        "43",
        "withdrawal",
        "withdrawal.age_of_repeater",
        values=OVER_AGE,
        grade="302",
        standing={"repeats": "2"},
        birth_date="20050101",
    ),
    *(
        Judged(
            province,
            "withdrawal",
            "withdrawal.age_of_repeater",
            "WITHDRAWAL_NOT_GROUNDED",
            values=OVER_AGE,
            grade="302",
            standing={"repeats": repeats},
            birth_date=birth_date,
        )
        for province, repeats, birth_date in (
            ("43", "1", "20050101"),
            ("43", "2", "20070101"),
            ("44", "2", "20050101"),
        )
    ),
    Judged("37", "expulsion", "expulsion.hearing", "HEARING_REQUIRED", values={"reason": "违纪"}, grade="302"),
    Judged("37", "expulsion", "expulsion.hearing", values={"reason": "违纪", "heard_on": "20261009"}, grade="302"),
    Judged("11", "expulsion", "expulsion.hearing", values={"reason": "违纪"}, grade="302"),
    # 毕业后跨省就学 in two windows of the year; 河南: who does not come within two weeks is let go, in senior high.
    *(
        Judged(
            NATION_ONLY,
            "admission_between_provinces",
            "entrance.cross_province_windows",
            says,
            values={"grade": "201"},
            grade="106",
            status="graduated",
            on=on,
        )
        for says, on in (("", date(2026, 9, 8)), ("ENTRANCE_WINDOW_CLOSED", date(2027, 1, 12)), ("", date(2027, 3, 1)))
    ),
    *(
        Judged(
            province,
            "admission_withdrawal",
            "entry.no_show",
            says,
            values={"withdrawn_because": "no_show", "reason": "未报到"},
            grade=grade,
            standing={"graduated_class": "203/1班", "status_since": since},
        )
        for province, says, grade, since in (
            ("41", "", "301", "2026-09-27"),
            ("41", "NO_SHOW_TOO_EARLY", "301", "2026-09-28"),
            ("41", "NO_SHOW_TOO_EARLY", "201", "2026-09-01"),
            ("11", "NO_SHOW_TOO_EARLY", "301", "2026-09-01"),
        )
    ),
    # 留级、跳级: 山东 knows neither; 四川 and 湖南 no repeating in compulsory years; 湖南 two in a hundred,
    # and never in the last grade.
    Judged("37", "grade_repeat", "repeat.allowed", "GRADE_MOVE_NOT_ALLOWED", values={"grade": "301"}, grade="301"),
    Judged("37", "grade_skip", "skip.allowed", "GRADE_MOVE_NOT_ALLOWED", values={"grade": "105"}, grade="103"),
    Judged("11", "grade_skip", "skip.allowed", values={"grade": "105"}, grade="103"),
    Judged("51", "grade_repeat", "repeat.allowed", "GRADE_MOVE_NOT_ALLOWED", values={"grade": "104"}),
    Judged("43", "grade_repeat", "repeat.allowed", "GRADE_MOVE_NOT_ALLOWED", values={"grade": "104"}),
    Judged("11", "grade_repeat", "repeat.allowed", values={"grade": "104"}),
    Judged("43", "grade_repeat", "repeat.cap_percent", values={"grade": "302"}, grade="302", grade_repeaters=7),
    Judged(
        "43",
        "grade_repeat",
        "repeat.cap_percent",
        "GRADE_MOVE_NOT_ALLOWED",
        values={"grade": "302"},
        grade="302",
        grade_repeaters=8,
    ),
    Judged("43", "grade_repeat", "repeat.last_grade", "GRADE_MOVE_NOT_ALLOWED", values={"grade": "303"}, grade="303"),
    Judged(
        "51",
        "grade_repeat",
        "repeat.max_times",
        "GRADE_MOVE_NOT_ALLOWED",
        values={"grade": "402"},
        grade="402",
        standing={"repeats": "1"},
    ),
    Judged("51", "grade_repeat", "repeat.max_times", values={"grade": "402"}, grade="402"),
    # 转学: in which weeks (广东), months (河南), terms (湖南); within a county (四川 at the ends of a stage,
    # 山东 in senior high).
    Judged("44", "transfer_within_authority", "transfer.windows", "TRANSFER_WINDOW_CLOSED", values=MOVE),
    Judged("44", "transfer_within_authority", "transfer.windows", values=MOVE, on=date(2026, 9, 8)),
    Judged("41", "transfer_within_authority", "transfer.windows", values=MOVE),
    Judged(
        "41",
        "transfer_within_authority",
        "transfer.windows",
        "TRANSFER_WINDOW_CLOSED",
        values=MOVE,
        on=date(2026, 11, 12),
    ),
    Judged("11", "transfer_within_authority", "transfer.windows", values=MOVE, on=date(2026, 11, 12)),
    Judged(
        "43",
        "transfer_within_authority",
        "transfer.closed_terms",
        "TERM_CLOSED",
        values={**MOVE, "grade": "101"},
        grade="101",
    ),
    Judged("11", "transfer_within_authority", "transfer.closed_terms", values={**MOVE, "grade": "101"}, grade="101"),
    Judged(
        "51",
        "transfer_within_authority",
        "transfer.barred_if",
        "TRANSFER_BARRED",
        values={**MOVE, "grade": "106"},
        grade="106",
    ),
    Judged("51", "transfer_within_authority", "transfer.barred_if", values=MOVE),
    Judged(
        "37",
        "transfer_within_authority",
        "transfer.barred_if",
        "TRANSFER_BARRED",
        values={**MOVE, "grade": "302"},
        grade="302",
    ),
    Judged("37", "transfer_within_authority", "transfer.barred_if", values=MOVE),
    Judged(
        "41",
        "transfer_within_authority",
        "transfer.barred_if",
        "TRANSFER_BARRED",
        values=MOVE,
        standing={"punished_until": "2027-01-01"},
    ),
    Judged(
        "37",
        "transfer_within_authority",
        "class_size.hard",
        "CLASS_FULL",
        values={**MOVE, "transfer_reason": "other", "school_class": "1班"},
        class_size_after=46,
    ),
    Judged(
        "11",
        "transfer_within_authority",
        "class_size.hard",
        values={**MOVE, "school_class": "1班"},
        class_size_after=55,
    ),
    Judged(
        "11",
        "transfer_within_authority",
        "class_size.hard",
        "CLASS_FULL",
        values={**MOVE, "school_class": "1班"},
        class_size_after=56,
    ),
    # A full school: 湖南 has another assigned; 山东 may not turn away who comes for certain reasons.
    *(
        Judged(
            province,
            "transfer_within_authority",
            key,
            says,
            values={**MOVE, "transfer_reason": reason, "school_class": "1班"},
            class_size_after=56,
            on=date(2026, 9, 1),
        )
        for province, key, reason, says in (
            ("11", "transfer.when_full", "guardian_work", "CLASS_FULL"),
            ("43", "transfer.when_full", "other", "SCHOOL_TO_BE_ASSIGNED"),
            ("37", "transfer.must_accept", "guardian_work", "SCHOOL_TO_BE_ASSIGNED"),
            ("37", "transfer.when_full", "other", "CLASS_FULL"),
        )
    ),
    Judged("11", "transfer_within_authority", "transfer.documents", values=MOVE),
    Judged(
        "32",
        "transfer_within_authority",
        "transfer.grade_change",
        "TRANSFER_CHANGES_GRADE",
        values={**MOVE, "grade": "105"},
    ),
)


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.name)
def test_a_province_judges_as_its_text_says(line: Judged) -> None:
    pack = PACKS.in_force(line.province, line.on)
    judgement = judge(PROCEDURES[line.procedure], line.facts(), pack)
    said = sorted({refusal.code for refusal in judgement.refusals})
    assert said == ([line.says] if line.says else [])
    assert line.key in judgement.parameters, "the decision remembers by what it fell"
    grade = grade_of(line.grade)
    assert source_of(pack.value(KEYS[line.key], grade.stage if grade else None)), "and the pack says where it is from"


@dataclass(frozen=True)
class Late:
    """What stops nobody and is remembered: facts as above, and the duty that was not kept; empty if it was."""

    judged: Judged
    breach: str = ""


LATE = (
    # 安排: a roster of first-graders who are eight; 河南 asks for the papers of the deferral, the nation for none.
    Late(Judged("41", "enrolment", "entry.deferral.documents", **EIGHT), "ENTRY_DEFERRAL_UNPROVEN"),
    Late(Judged("41", "enrolment", "entry.deferral.documents", **EIGHT, evidence=("medical_proof",))),
    Late(Judged(NATION_ONLY, "enrolment", "entry.deferral.documents", **EIGHT)),
    # 升学 after the end of September is late, and is done.
    Late(Judged("11", "admission", "entrance.deadline", **UP, on=date(2026, 9, 30))),
    Late(Judged("11", "admission", "entrance.deadline", **UP, on=date(2026, 10, 1)), "ADMISSION_LATE"),
    # Art. 13: what changed is in the archive within ten working days.
    Late(
        Judged("11", "away", "record.change", values={"away_since": "20260901", "reason": "离校"}), "RECORD_CHANGE_LATE"
    ),
    Late(Judged("11", "away", "record.change", values={"away_since": "20261009", "reason": "离校"})),
)


@pytest.mark.parametrize("line", LATE, ids=lambda line: f"{line.judged.name}-{line.breach or 'in_time'}")
def test_what_is_late_is_done_and_remembered(line: Late) -> None:
    pack = PACKS.in_force(line.judged.province, line.judged.on)
    judgement = judge(PROCEDURES[line.judged.procedure], line.judged.facts(), pack)
    assert judgement.approved
    assert [one.code for one in judgement.breaches] == ([line.breach] if line.breach else [])
    assert line.judged.key in judgement.parameters


@pytest.mark.parametrize(("filed", "late"), [("2026-12-10", False), ("2026-12-11", True), ("2027-01-05", True)])
def test_a_leave_is_extended_so_long_before_its_end_as_the_province_says(filed: str, late: bool) -> None:
    """陕西's fifteen working days, as a pack of its own would say them, before a leave that ends with the year."""
    nation = PACKS.in_force(NATION_ONLY, TODAY)
    fifteen = replace(nation.value(LEAVE_RENEW_NOTICE, Stage.PRIMARY), value=Term.parse("15 working days"))
    shaanxi = replace(nation, values={**nation.values, (LEAVE_RENEW_NOTICE.name, Stage.PRIMARY): fifteen})
    facts = Judged(
        NATION_ONLY,
        "suspension_extension",
        "leave.renew_notice",
        status="suspended",
        standing={"leave_from": "2026-03-01", "leave_until": "2026-12-31"},
        values={"leave_until": "20270331", "reason": "尚未痊愈"},
        on=date.fromisoformat(filed),
    ).facts()
    judgement = judge(PROCEDURES["suspension_extension"], facts, shaanxi)
    assert judgement.approved
    assert [one.code for one in judgement.breaches] == (["RENEWAL_LATE"] if late else [])


def test_every_shipped_pack_of_a_province_is_in_the_table() -> None:
    """A province that is shipped is also judged; a new one needs lines here."""
    shipped = {pack.province for pack in PACKS if pack.province}
    assert shipped <= {line.province for line in TABLE}


def test_the_same_child_is_judged_differently_only_where_the_provinces_texts_differ() -> None:
    """One application for two years of leave, everywhere: only 四川 refuses it, and 河南 where it is of senior high."""
    refused = {
        (province, grade)
        for province in PROVINCES
        for grade in ("104", "201", "301")
        if not judge(
            PROCEDURES["suspension"],
            Judged(province, "suspension", "leave.max", values=TWO_YEARS, grade=grade).facts(),
            PACKS.in_force(province, TODAY),
        ).approved
    }
    assert refused == {("51", "104"), ("51", "201"), ("51", "301"), ("41", "301")}
