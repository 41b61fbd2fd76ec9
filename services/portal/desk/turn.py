"""Whose turn a case is, as far as a page offers to decide it; whether it may, the node says."""

from __future__ import annotations

from kernel.case import CaseState
from kernel.office import Identity, Role, Tier
from kernel.regulation import Step
from xueji.desk.v1 import desk_pb2

_DECIDES = {Tier.SCHOOL: Role.PRINCIPAL, Tier.AUTHORITY: Role.OFFICER, Tier.PROVINCE: Role.OFFICER}


def decides(who: Identity) -> bool:
    """Whether cases wait for people like this one: a school's second person, the officers above."""
    return _DECIDES.get(who.office.tier) is who.role


def waits_for(who: Identity, case: desk_pb2.CaseSummary) -> bool:
    if not decides(who):
        return False
    checking = case.state == CaseState.CHECKING.value and who.office.tier is Tier.SCHOOL
    return checking or (case.state == CaseState.OPEN.value and case.awaited_office == str(who.office))


def may_withdraw(who: Identity, case: desk_pb2.CaseSummary) -> bool:
    """Whether it is for this person to ask that a case be withdrawn (Art. 14): the registrar whose school filed it."""
    return who.role is Role.REGISTRAR and case.school == who.office.code and case.state != CaseState.CLOSED.value


def is_releasing(case: desk_pb2.CaseSummary) -> bool:
    """Whether the awaited step is on the side that has the record, which refuses by the closed list alone (R15)."""
    return case.awaited_step in list(Step) and Step(case.awaited_step).releasing
