"""What a hub judges and carries out cases by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.notices import NoticePost
from kernel.calendar import Due
from kernel.case import Case
from kernel.endorsement import Endorsed, Register, read_chain
from kernel.office import Office
from kernel.packs import Packs, RulePack, step_deadline
from kernel.regulation import Step
from kernel.statement import Sign, Verify
from province_hub.domain.added import added_steps
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
        return added_steps(case, province=self.here.code, packs=self.packs, register=self.register)
