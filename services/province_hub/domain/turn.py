"""Whose turn it is in a case that has reached the hub, and whether the case is one that the procedure allows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kernel.case import Case
from kernel.chains import ADDED, awaited
from kernel.custody import releasing_side_reason
from kernel.endorsement import (
    Decision,
    Endorsed,
    Register,
    office_of_step,
    require_school_in,
    school_of_step,
    standing_items,
)
from kernel.office import Office, Tier
from kernel.refusals import (
    AlreadyCustodian,
    ChainBroken,
    NotOfferedHere,
    OutsideJurisdiction,
    RequestMalformed,
)
from kernel.regulation import Step
from kernel.school import School


@dataclass(frozen=True)
class Complete:
    """Every endorsement of the procedure is there, and each approves."""


@dataclass(frozen=True)
class Asked:
    """Somebody's endorsement is awaited.

    Attributes:
        office: whose; None where its province's register is needed to tell.
    """

    step: Step
    office: Office | None


@dataclass(frozen=True)
class Refused:
    """The releasing side says no, for a reason of the closed list (R15)."""

    by: Endorsed


Turn = Complete | Asked | Refused

PROVINCE_STEPS = frozenset({Step.IN_PROVINCE, Step.OUT_PROVINCE})


def turn_of(
    case: Case, chain: tuple[Endorsed, ...], *, register: Register, added: Collection[Step] = frozenset()
) -> Turn:
    """Whose turn it is.

    A hub takes a case when its filing side has approved, or when the releasing side has refused: all else is settled
    below it.

    Args:
        added: steps that this province asks beside the nation's chain.

    Raises:
        ChainBroken: an endorsement of the filing side is missing or does not approve, or no item stands.
        ReasonNotListed, NotOfferedHere: the releasing side refused without a listed reason, or returned the case.
    """
    if not chain:
        raise ChainBroken(why=f"缺少“{case.procedure.chain[0].label}”签批")
    last = chain[-1].endorsement
    if last.decision is not Decision.APPROVE:
        return _refused(chain[-1])
    given = [endorsed.endorsement.step for endorsed in chain]
    for step in case.procedure.chain:
        if step not in given and not step.releasing and step not in PROVINCE_STEPS:
            raise ChainBroken(why=f"缺少“{step.label}”签批")
    if not standing_items(case, chain):
        raise ChainBroken(why="没有核准的学生")
    step_awaited = awaited(case.procedure, given, added=added)
    if step_awaited is None:
        return Complete()
    return Asked(step_awaited, office_of_step(case, step_awaited, register=register))


def _refused(last: Endorsed) -> Refused:
    endorsement = last.endorsement
    if endorsement.step in ADDED:
        return Refused(last)
    if not endorsement.step.releasing:
        raise ChainBroken(why=f"“{endorsement.step.label}”没有核准")
    if endorsement.decision is Decision.RETURN:
        raise NotOfferedHere(what="转出方退回修改")
    releasing_side_reason(endorsement.reason_code)
    return Refused(last)


def require_fitting(case: Case, *, province: str, register: Register) -> None:
    """That the case is one that its procedure can carry, of schools of this province.

    Raises:
        SchoolUnknown: a school that the procedure wants in this province is not in its register.
        SchoolNoLongerInForce: it had ended when the case was filed.
        RequestMalformed: a side too few or too many, or more pupils than one where each is looked at alone.
        AlreadyCustodian: a procedure between provinces names two schools of one.
        OutsideJurisdiction: one within an authority names schools of two, and so would miss an endorsement; or neither
            school is of this province.
    """
    row = case.procedure
    if row.two_sided != bool(case.releasing_school):
        raise RequestMalformed(field="releasing_school", why=f"{row.title}的另一方学校不符")
    if row.one_by_one and len(case.items) != 1:
        raise RequestMalformed(field="items", why=f"{row.title}须逐人办理")
    if row.leaves_province:
        _require_two_provinces(case, province=province, register=register)
        return
    filing = _require_in_force(case, case.school, register=register)
    if not row.two_sided:
        return
    # An entrance asks nothing of the school that was left: its graduates may name it also when it has ended.
    require = _require_in_force if Step.OUT_SCHOOL in row.chain else require_school_in
    releasing = require(case, case.releasing_school, register=register)
    if filing.code == releasing.code and Step.OUT_SCHOOL in row.chain:
        raise RequestMalformed(field="releasing_school", why="转入学校与转出学校相同")
    if Step.OUT_AUTHORITY not in row.chain and filing.authority != releasing.authority:
        raise OutsideJurisdiction(office=f"{Tier.AUTHORITY}/{filing.authority}", what=row.title)


def _require_two_provinces(case: Case, *, province: str, register: Register) -> None:
    provinces = [code[2:4] for code in (case.school, case.releasing_school)]
    if provinces[0] == provinces[1]:
        raise AlreadyCustodian(field="releasing_school")
    if province not in provinces:
        raise OutsideJurisdiction(office=f"{Tier.PROVINCE}/{province}", what=case.procedure.title)
    if provinces[0] == province:
        _require_in_force(case, case.school, register=register)
    else:
        require_school_in(case, case.releasing_school, register=register)


def _require_in_force(case: Case, code: str, *, register: Register) -> School:
    """The school, which had not ended when the case was filed (Art. 9). Raises SchoolNoLongerInForce, SchoolUnknown."""
    if not register.in_force_for(case, code):
        raise register.unknown(code)
    return require_school_in(case, code, register=register)


def require_sender(case: Case, sender: Office, *, register: Register, chain: tuple[Endorsed, ...] = ()) -> None:
    """That the authority that submits is one of the case's, and the one on whose side the last endorsement lies.

    Args:
        chain: empty while it has not been read: then any office that the case may need will do.

    Raises:
        OutsideJurisdiction: it is another.
    """
    if chain and chain[-1].office == sender:
        return  # a prefecture that was asked beside the authority
    codes = {school_of_step(case, chain[-1].endorsement.step)} if chain else {case.school, case.releasing_school}
    found = (register.school_in(case, code) for code in sorted(codes - {""}))
    schools = [school for school in found if school is not None]
    allowed = {school.authority for school in schools}
    if not chain:
        allowed |= {f"{school.authority[:4]}00" for school in schools}
    if sender not in [Office(Tier.AUTHORITY, code) for code in allowed]:
        raise OutsideJurisdiction(office=str(sender), what=case.procedure.title)
