"""Whom a province asks beside the nation's chain (Art. 11): of its own side or sides of a case, by its own pack."""

from __future__ import annotations

from collections.abc import Collection

from kernel.case import Case
from kernel.chains import approval_by, asked_of
from kernel.clock import day_of
from kernel.endorsement import Register, require_school_in
from kernel.facts import grade_of
from kernel.packs import Packs, RulePack
from kernel.packs.keys import CHAIN_EXTRA, REPEAT_APPROVER
from kernel.regulation import Procedure, Step
from kernel.regulation.placement import GRADE_REPEAT
from kernel.stages import Stage

PREFECTURE_STEPS = frozenset({Step.IN_PREFECTURE, Step.OUT_PREFECTURE})


def added_steps(case: Case, *, province: str, packs: Packs, register: Register) -> frozenset[Step]:
    """The steps that this province adds; of another province's case those of its own side, by its pack of that day.

    Raises:
        RulePackUnknown: it is filed under a rule pack that is not known here.
    """
    filed_here = case.school[2:4] == province
    pack = (
        packs.judging(case.rule_pack, filed_in=province, here=province)
        if filed_here
        else packs.in_force(province, day_of(case.filed_at_ms))
    )
    asked: set[Step] = set()
    for code in {code for code in (case.school, case.releasing_school) if code[2:4] == province}:
        school = require_school_in(case, code, register=register)
        steps = {step for stage in _stages(case) for step in _extra(pack, case.procedure, stage)}
        releasing = code == case.releasing_school
        side = {step for step in steps if step.releasing is releasing}
        asked |= asked_of(side, school.authority)
    return frozenset(asked)


def _stages(case: Case) -> Collection[Stage | None]:
    grades = {grade_of(item.values.get("grade", "")) for item in case.items}
    return {grade.stage if grade else None for grade in grades}


def _extra(pack: RulePack, row: Procedure, stage: Stage | None) -> frozenset[Step]:
    names, reading = {row.name, row.family}, pack.read(stage)
    named = frozenset(Step(one.step.value) for one in reading(CHAIN_EXTRA) if one.procedure in names)
    return named | (approval_by(reading(REPEAT_APPROVER)) if row is GRADE_REPEAT else frozenset())
