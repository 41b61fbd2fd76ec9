"""Articles 6, 11, 12 and 17: attending another school, and moves of grade or class."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.facts import Facts
from kernel.packs import Reading
from kernel.packs.keys import (
    CLASS_SIZE_LARGE_FROM,
    REFORM_SCHOOL_TITLE,
    REPEAT_ALLOWED,
    REPEAT_CAP_PERCENT,
    REPEAT_LAST_GRADE,
    REPEAT_MAX_TIMES,
    SKIP_ALLOWED,
)
from kernel.refusals import (
    AttendsElsewhereAlready,
    AttendsNoOtherSchool,
    ClassFull,
    GradeMoveNotAllowed,
    PlacementNotOfThisKind,
)
from kernel.rules import Found, rule
from kernel.school import SchoolCategory


@rule("placement.special", "双向安置只在特殊教育学校与普通学校之间", clauses=("17.1",), keys=())
def SPECIAL_AND_ORDINARY(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    special = {code[:2] == SchoolCategory.SPECIAL for code in (facts.school, facts.releasing_school)}
    if special != {True, False}:
        yield PlacementNotOfThisKind(field="releasing_school", why="须一方为特殊教育学校、一方为普通学校")


@rule(
    "placement.reform",
    "工读（专门）学校就读须由工读（专门）学校申请",
    clauses=("2.1", "17.2"),
    keys=(REFORM_SCHOOL_TITLE,),
)
def INTO_A_REFORM_SCHOOL(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.school[:2] != SchoolCategory.REFORM:
        yield PlacementNotOfThisKind(field="releasing_school", why=f"申请学校不是{reading(REFORM_SCHOOL_TITLE)}")
    elif facts.releasing_school == facts.school:
        yield PlacementNotOfThisKind(field="releasing_school", why="学籍就在申请学校")


@rule("placement.one", "学生同时只在一所学校就读", clauses=("6.2", "17.1"), keys=())
def ATTENDS_ONE_PLACE(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if facts.standing.get("attends"):
        yield AttendsElsewhereAlready(field="number")


@rule("placement.end", "只有在他校就读的学生可以结束他校就读", clauses=("17.1",), keys=())
def ATTENDS_ELSEWHERE(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.standing.get("attends"):
        yield AttendsNoOtherSchool(field="number")


@rule("class.size", "调班不得形成大班额", clauses=("11.1",), keys=(CLASS_SIZE_LARGE_FROM,))
def CLASS_NOT_TOO_LARGE(facts: Facts, reading: Reading) -> Iterable[Found]:
    large = reading(CLASS_SIZE_LARGE_FROM)
    if facts.class_size_after is not None and facts.class_size_after >= large:
        yield ClassFull(field="school_class", size=facts.class_size_after, most=large - 1)


@rule(
    "repeat.allowed",
    "留级须为本省允许，不超过规定的比例和次数",
    clauses=("11.1", "12.1"),
    keys=(REPEAT_ALLOWED, REPEAT_LAST_GRADE, REPEAT_CAP_PERCENT, REPEAT_MAX_TIMES),
)
def REPEATING_ALLOWED(facts: Facts, reading: Reading) -> Iterable[Found]:
    before, asked = facts.present_grade, facts.asked_grade
    if before is None or asked is None:
        return
    if not reading(REPEAT_ALLOWED):
        yield GradeMoveNotAllowed(move="留级", why="本省本学段不实行留级")
        return
    if asked.stage is not before.stage or asked.year not in (before.year, before.year - 1):
        yield GradeMoveNotAllowed(move="留级", why=f"不能由{before.label}编入{asked.label}")
    if before.next(facts.school_system) is None and not reading(REPEAT_LAST_GRADE):
        yield GradeMoveNotAllowed(move="留级", why="毕业年级不得留级")
    cap, times = reading(REPEAT_CAP_PERCENT), reading(REPEAT_MAX_TIMES)
    if cap is not None and facts.grade_size and (facts.grade_repeaters + 1) * 100 > cap * facts.grade_size:
        yield GradeMoveNotAllowed(move="留级", why=f"本年级留级人数将超过{cap}%")
    if times is not None and int(facts.standing.get("repeats", "0")) >= times:
        yield GradeMoveNotAllowed(move="留级", why=f"同一学段留级不超过{times}次")


@rule("skip.allowed", "跳级须为本省允许，且在本学段内", clauses=("11.1", "12.1"), keys=(SKIP_ALLOWED,))
def SKIPPING_ALLOWED(facts: Facts, reading: Reading) -> Iterable[Found]:
    before, asked = facts.present_grade, facts.asked_grade
    if before is None or asked is None:
        return
    if not reading(SKIP_ALLOWED):
        yield GradeMoveNotAllowed(move="跳级", why="本省本学段不实行跳级")
    elif asked.stage is not before.stage or asked.year <= before.year:
        yield GradeMoveNotAllowed(move="跳级", why=f"不能由{before.label}编入{asked.label}")


@rule("promotion.late", "只有上次统一升级时没有升级的学生可以补办，升入下一年级", clauses=("12.1",), keys=())
def WAS_PASSED_OVER(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    before, asked = facts.present_grade, facts.asked_grade
    if not facts.passed_over:
        yield GradeMoveNotAllowed(move="补办升级", why="该生上次统一升级时已经升级，或此后年级另有变动")
    elif before is not None and asked is not None and asked != before.next(facts.school_system):
        yield GradeMoveNotAllowed(move="补办升级", why=f"不能由{before.label}编入{asked.label}")
