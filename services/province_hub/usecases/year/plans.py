"""How many pupils a school may admit to a stage in a year (招生规模): set before admissions, kept by them (Art. 14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.clock import milliseconds
from kernel.endorsement import require_school
from kernel.office import Identity
from province_hub.store.stages import Plan
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules


@dataclass(frozen=True)
class PlanPage:
    """Plans, each with how many pupils have entered."""

    plans: tuple[tuple[Plan, int], ...]
    next_token: str


def set_plan(tx: HubTransaction, plan: Plan, /, *, by: Identity, now: datetime, rules: Rules) -> int:
    """Set or change a plan; how many have entered already. A smaller plan sends nobody away who is there.

    Raises:
        SchoolUnknown: the register of this province does not know the school.
    """
    require_school(plan.school, register=rules.register)
    tx.stages.put_plan(plan, person=by.person, at_ms=milliseconds(now))
    return tx.stages.entered(plan.school, plan.year, plan.stage)


def list_plans(tx: HubTransaction, year: int, /, *, size: int, token: str) -> PlanPage:
    school, _, stage = token.partition("/")
    found = tuple(tx.stages.plans(year, after=(school, stage), size=size))
    last = found[-1][0] if len(found) == size else None
    return PlanPage(found, f"{last.school}/{last.stage}" if last else "")
