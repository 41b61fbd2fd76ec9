"""Articles 11, 13 and 14: the end of a stage and the entrance to the next."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.calendar import national_calendar
from kernel.facts import Facts, grade_of, read_day
from kernel.packs import Reading
from kernel.packs.keys import (
    ENTRANCE_CROSS_PROVINCE_WINDOWS,
    ENTRANCE_DEADLINE,
    ENTRY_NO_SHOW,
    FREEZE,
    GRADUATION_APPROVER,
    GRADUATION_DEADLINE,
    GRADUATION_KINDS,
    TERM_DATES,
)
from kernel.packs.windows import frozen_until
from kernel.packs.words import Approver, Frozen, GraduationKind
from kernel.refusals import (
    EntranceWindowClosed,
    GraduationNotAllowed,
    NoShowTooEarly,
    NotAdmittedHere,
    NotTheNextStage,
    PlanFull,
    ProcedureFrozen,
)
from kernel.rules import Breach, Found, rule
from kernel.rules.entrance import entry_year
from kernel.stages import COMPULSORY_YEARS, Stage

_KIND_OF = {
    "graduated": GraduationKind.GRADUATION,
    "completed": GraduationKind.COMPLETION,
    "left_early": GraduationKind.LEFT_EARLY,
}


@rule("graduation.last_grade", "毕业、结业须在毕业年级；毕业年级按学校学制确定", clauses=("13.1",), keys=())
def IN_LAST_GRADE(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    grade = facts.present_grade
    early = facts.values.get("outcome") == "left_early"
    if grade is not None and not early and grade.next(facts.school_system) is not None:
        why = f"{grade.label}不是{facts.school_system.label}学制的毕业年级"
        yield GraduationNotAllowed(field="number", why=why)


@rule("graduation.kinds", "毕业类别须为本学段规定的类别", clauses=("11.1", "13.1"), keys=(GRADUATION_KINDS,))
def OUTCOME_ALLOWED(facts: Facts, reading: Reading) -> Iterable[Found]:
    kind = _KIND_OF.get(facts.values.get("outcome", ""))
    allowed = reading(GRADUATION_KINDS)
    if kind is not None and kind not in allowed:
        kinds = "、".join(one.label for one in sorted(allowed))
        yield GraduationNotAllowed(field="outcome", why=f"本学段只办理{kinds}")


@rule("graduation.approver", "本学段由学校办理毕业的，学校审核即为毕业", clauses=("13.1",), keys=(GRADUATION_APPROVER,))
def SCHOOL_MAY_GRADUATE(facts: Facts, reading: Reading) -> Iterable[Found]:
    del facts
    if reading(GRADUATION_APPROVER) is not Approver.SCHOOL:
        yield GraduationNotAllowed(field="number", why="本学段的毕业须由学籍主管部门核准")


@rule("graduation.deadline", "毕业在规定的日期前办理", clauses=("13.1",), keys=(GRADUATION_DEADLINE,))
def GRADUATED_IN_TIME(facts: Facts, reading: Reading) -> Iterable[Found]:
    deadline = reading(GRADUATION_DEADLINE).in_year(facts.on.year)
    early = facts.values.get("outcome") == "left_early"  # 肄业 is of any day
    if facts.on > deadline and not early:
        yield Breach("GRADUATION_LATE", "13.1", f"应于{deadline}前办理毕业", (facts.on - deadline).days)


@rule("freeze.graduating", "暑期毕业年级暂停受理新业务", clauses=("12.1",), keys=(FREEZE,))
def GRADUATING_GRADE_OPEN(facts: Facts, reading: Reading) -> Iterable[Found]:
    grade = grade_of(facts.grade)
    until = frozen_until(reading(FREEZE), Frozen.GRADUATING_CASES, facts.on)
    if grade is not None and until is not None and grade.next(facts.releasing_system) is None:
        yield ProcedureFrozen(what=Frozen.GRADUATING_CASES.label, until=until.isoformat())


@rule("graduation.undo", "已升入下一学段的不能回退毕业", clauses=("13.1",), keys=())
def NOT_YET_ADMITTED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.standing.get("graduated_class"):
        yield GraduationNotAllowed(field="number", why="没有可以回退的毕业登记")


@rule("admission.next_stage", "只能升入下一学段的起始年级", clauses=("9.1", "14.1"), keys=())
def NEXT_STAGE(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    asked = facts.asked_grade
    finished = facts.standing.get("graduated_class", "").partition("/")[0] or facts.grade
    if asked is None or not finished:
        return
    if asked.year != 1 or asked.stage not in _NEXT.get(Stage(finished[0]), ()):
        yield NotTheNextStage(field="grade", given=asked.label)


# After the nine compulsory years come the senior ones; a special school's own stage goes on to either.
_NEXT = {
    Stage.PRIMARY: (Stage.JUNIOR,),
    Stage.JUNIOR: (Stage.SENIOR,),
    Stage.SPECIAL: (Stage.SENIOR, Stage.SPECIAL, Stage.JUNIOR),
}
assert COMPULSORY_YEARS == 9, "the stages before senior high are nine years, however they are cut"


@rule("admission.plan", "录取不得超过学校的招生规模", clauses=("14.1",), keys=())
def PLAN_HAS_ROOM(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if facts.plan_left is not None and facts.plan_left <= 0:
        yield PlanFull(field="grade")


@rule("admission.withdrawal", "只有录取登记的学校可以退出", clauses=("6.1", "14.1"), keys=())
def WAS_ADMITTED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.standing.get("graduated_class"):
        yield NotAdmittedHere(field="number")


@rule(
    "admission.deadline",
    "升学接续学籍在规定的日期前办理；逾期的照常办理，并记为迟办",
    clauses=("14.1", "16.1"),
    keys=(ENTRANCE_DEADLINE,),
)
def ADMITTED_IN_TIME(facts: Facts, reading: Reading) -> Iterable[Found]:
    deadline = reading(ENTRANCE_DEADLINE).in_year(entry_year(facts.on))
    if facts.on > deadline:
        yield Breach("ADMISSION_LATE", "14.1", f"应于{deadline}前办理升学", (facts.on - deadline).days)


@rule(
    "admission.cross_province_window",
    "毕业后跨省就学在规定的时间内受理",
    clauses=("14.1",),
    keys=(ENTRANCE_CROSS_PROVINCE_WINDOWS, TERM_DATES),
)
def CROSS_PROVINCE_WINDOW_OPEN(facts: Facts, reading: Reading) -> Iterable[Found]:
    windows, terms, calendar = reading(ENTRANCE_CROSS_PROVINCE_WINDOWS), reading(TERM_DATES), national_calendar()
    if not windows.open_on(facts.on, terms, calendar):
        following = windows.next_open(facts.on, terms, calendar)
        yield EntranceWindowClosed(windows=windows.label, next=following.isoformat() if following else "另行通知")


@rule(
    "admission.no_show",
    "录取后逾期未报到的，达到规定的时间才可退出录取",
    clauses=("4.1", "11.1"),
    keys=(ENTRY_NO_SHOW,),
)
def NO_SHOW_LONG_ENOUGH(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.values.get("withdrawn_because") != "no_show":
        return
    grace, admitted = reading(ENTRY_NO_SHOW), read_day(facts.standing.get("status_since", ""))
    if grace is None:
        yield NoShowTooEarly(field="withdrawn_because", grace="本省本学段无此规定")
    elif admitted is None or grace.covers(admitted, facts.on):
        yield NoShowTooEarly(field="withdrawn_because", grace=f"录取后满{grace.label}")
