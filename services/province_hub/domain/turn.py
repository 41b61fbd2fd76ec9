"""Whose turn it is in a case that has reached the hub, and whether the case is one that the procedure allows."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.case import Case
from kernel.custody import releasing_side_reason
from kernel.endorsement import (
    STEP_LABELS,
    Decision,
    Endorsed,
    Register,
    office_of_step,
    require_school,
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

RELEASING_STEPS = frozenset({Step.OUT_SCHOOL, Step.OUT_AUTHORITY})


@dataclass(frozen=True)
class Complete:
    """Every endorsement of the procedure is there, and each approves."""


@dataclass(frozen=True)
class Asked:
    """The releasing side's next.

    Attributes:
        office: whose endorsement is awaited; None where its province's register is needed to tell.
    """

    step: Step
    office: Office | None


@dataclass(frozen=True)
class Refused:
    """The releasing side says no, for a reason of the closed list (R15)."""

    by: Endorsed


Turn = Complete | Asked | Refused


def turn_of(case: Case, chain: tuple[Endorsed, ...], *, register: Register) -> Turn:
    """Whose turn it is.

    A hub takes a case when its filing side has approved, or when the releasing side has refused: all else is settled
    below it.

    Raises:
        ChainBroken: an endorsement of the filing side is missing or does not approve, or no item stands.
        ReasonNotListed, NotOfferedHere: the releasing side refused without a listed reason, or returned the case.
    """
    if not chain:
        raise ChainBroken(why=f"缺少“{STEP_LABELS[case.procedure.chain[0]]}”签批")
    last = chain[-1].endorsement
    if last.decision is not Decision.APPROVE:
        return _refused(chain[-1])
    given = {endorsed.endorsement.step for endorsed in chain}
    for step in case.procedure.chain:
        if step not in given and step not in RELEASING_STEPS:
            raise ChainBroken(why=f"缺少“{STEP_LABELS[step]}”签批")
    if not standing_items(case, chain):
        raise ChainBroken(why="没有核准的学生")
    awaited = case.procedure.next_step(len(chain))
    return Complete() if awaited is None else Asked(awaited, office_of_step(case, awaited, register=register))


def _refused(last: Endorsed) -> Refused:
    endorsement = last.endorsement
    if endorsement.step not in RELEASING_STEPS:
        raise ChainBroken(why=f"“{STEP_LABELS[endorsement.step]}”没有核准")
    if endorsement.decision is Decision.RETURN:
        raise NotOfferedHere(what="转出方退回修改")
    releasing_side_reason(endorsement.reason_code)
    return Refused(last)


def require_fitting(case: Case, *, province: str, register: Register) -> None:
    """That the case is one that its procedure can carry, of schools of this province.

    Raises:
        SchoolUnknown: a school that the procedure wants in this province is not in its register.
        RequestMalformed: an enrolment names a releasing school, or a transfer is not of exactly one pupil.
        AlreadyCustodian: a transfer between provinces names two schools of one.
        OutsideJurisdiction: a transfer within one authority names schools of two, and so would miss an endorsement;
            or neither school is of this province.
    """
    if case.procedure.begins_record:
        require_school(case.school, register=register)
        if case.releasing_school:
            raise RequestMalformed(field="releasing_school", why="建立学籍没有转出学校")
        return
    if len(case.items) != 1:
        raise RequestMalformed(field="items", why="转学业务一次办理一人")
    if case.procedure.leaves_province:
        _require_two_provinces(case, province=province, register=register)
        return
    receiving = require_school(case.school, register=register)
    releasing = require_school(case.releasing_school, register=register)
    if receiving.code == releasing.code:
        raise RequestMalformed(field="releasing_school", why="转入学校与转出学校相同")
    if Step.OUT_AUTHORITY not in case.procedure.chain and receiving.authority != releasing.authority:
        raise OutsideJurisdiction(office=f"{Tier.AUTHORITY}/{receiving.authority}", what=case.procedure.title)


def _require_two_provinces(case: Case, *, province: str, register: Register) -> None:
    provinces = [code[2:4] for code in (case.school, case.releasing_school)]
    if provinces[0] == provinces[1]:
        raise AlreadyCustodian(field="releasing_school")
    if province not in provinces:
        raise OutsideJurisdiction(office=f"{Tier.PROVINCE}/{province}", what=case.procedure.title)
    ours = case.school if provinces[0] == province else case.releasing_school
    require_school(ours, register=register)


def require_sender(case: Case, sender: Office, *, register: Register, chain: tuple[Endorsed, ...] = ()) -> None:
    """That the authority that submits is one of the case's, and the one on whose side the last endorsement lies.

    Args:
        chain: empty while it has not been read: then either side's authority will do.

    Raises:
        OutsideJurisdiction: it is another.
    """
    codes = {school_of_step(case, chain[-1].endorsement.step)} if chain else {case.school, case.releasing_school}
    schools = [school for school in map(register, sorted(codes - {""})) if school is not None]
    if sender not in [Office(Tier.AUTHORITY, school.authority) for school in schools]:
        raise OutsideJurisdiction(office=str(sender), what=case.procedure.title)
