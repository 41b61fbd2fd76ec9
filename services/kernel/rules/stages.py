"""Articles 11, 13 and 14: the end of a stage and the entrance to the next."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.facts import Facts
from kernel.packs import Reading
from kernel.packs.keys import GRADUATION_KINDS
from kernel.packs.words import GraduationKind
from kernel.refusals import GraduationNotAllowed, NotAdmittedHere, NotTheNextStage, PlanFull
from kernel.rules import Found, rule
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
