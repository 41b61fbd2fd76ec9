"""What a hub judges and carries out cases by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.notices import NoticePost
from kernel.calendar import Due
from kernel.case import Case
from kernel.chains import approval_by, asked_of
from kernel.clock import day_of
from kernel.endorsement import Endorsed, Register, read_chain, require_school
from kernel.facts import grade_of
from kernel.office import Office
from kernel.packs import Packs, RulePack, step_deadline
from kernel.packs.keys import CHAIN_EXTRA, REPEAT_APPROVER
from kernel.regulation import Procedure, Step
from kernel.regulation.placement import GRADE_REPEAT
from kernel.stages import Stage
from kernel.statement import Sign, Verify
from province_hub.store.transaction import HubTransaction


class BeginGaining(Protocol):
    """The filing side of a transfer between provinces, ours, has endorsed: the index is to be asked."""

    def __call__(self, tx: HubTransaction, case: Case, /, *, now: datetime) -> None: ...


class TakeReleasing(Protocol):
    """The releasing side of a transfer between provinces, ours, has endorsed or refused."""

    def __call__(self, tx: HubTransaction, case: Case, chain: tuple[Endorsed, ...], /, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class Rules:
    """What every use case that works on cases is given.

    Attributes:
        here: this hub's office. register: the schools of this province. packs: every rule pack that is known here.
        sign: with the hub's key, where the province itself endorses.
        notices: what tells other offices of what was done.
    """

    here: Office
    register: Register
    sign: Sign
    verify: Verify
    packs: Packs
    notices: NoticePost
    begin_gaining: BeginGaining
    take_releasing_endorsement: TakeReleasing

    def pack_of(self, case: Case) -> RulePack:
        """The pack that the case is judged by to its end. Raises RulePackUnknown."""
        return self.packs.judging(case.rule_pack, filed_in=case.school[2:4], here=self.here.code)

    def read_chain(self, case: Case) -> tuple[Endorsed, ...]:
        """The case's endorsements, each found good. Raises as ``kernel.endorsement.read_chain``."""
        return read_chain(case, verify=self.verify, register=self.register)

    def due(self, case: Case, asked_at: datetime, step: Step) -> Due:
        """Art. 14: each office has its time, from the day after it is asked."""
        return step_deadline(self.pack_of(case).read(), step.value).due(asked_at)

    def added_steps(self, case: Case) -> frozenset[Step]:
        """What this province asks beside the nation's chain, of its own side or sides (Art. 11)."""
        ours = {code for code in (case.school, case.releasing_school) if code[2:4] == self.here.code}
        filed_here = case.school[2:4] == self.here.code
        pack = self.pack_of(case) if filed_here else self.packs.in_force(self.here.code, day_of(case.filed_at_ms))
        asked: set[Step] = set()
        for code in ours:
            school = require_school(code, register=self.register)
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
