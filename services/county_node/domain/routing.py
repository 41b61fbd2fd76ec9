"""Where a case goes from an authority: to its own officer, to a school below, or up to the hub."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.case import Case
from kernel.chains import ADDED, awaited
from kernel.endorsement import Decision, Endorsed, Register, office_of_step
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction, RequestMalformed
from kernel.regulation import Step


@dataclass(frozen=True)
class Ours:
    """This authority's officer decides."""

    step: Step


@dataclass(frozen=True)
class Below:
    """A school of this authority is asked, through its feed."""

    step: Step
    school: Office


@dataclass(frozen=True)
class Up:
    """The hub has it next: approved here, complete, refused by the releasing side, or for an office elsewhere."""


@dataclass(frozen=True)
class Over:
    """Returned or refused by the filing side: it ends here."""


Route = Ours | Below | Up | Over


def route(case: Case, chain: tuple[Endorsed, ...], *, here: Office, register: Register) -> Route:
    """Whose turn it is after the endorsements in ``chain``."""
    last = chain[-1].endorsement
    if last.decision is not Decision.APPROVE:
        return Up() if last.step.releasing else Over()
    if last.step in ADDED:
        return Up()  # what a province adds, its hub asks for
    step = awaited(case.procedure, [endorsed.endorsement.step for endorsed in chain])
    if step is None:
        return Up()
    office = office_of_step(case, step, register=register)
    if office == here:
        return Ours(step)
    if office is not None and is_mine_in(case, office, here, register=register):
        return Below(step, office)
    return Up()


def releasing_school_knows(case: Case, chain: tuple[Endorsed, ...]) -> bool:
    """Whether the releasing school has been asked: until then a wish to move is no business of its (Article 14)."""
    if Step.OUT_SCHOOL not in case.procedure.chain:
        return False
    if any(endorsed.endorsement.step.releasing for endorsed in chain):
        return True
    approved = all(endorsed.endorsement.decision is Decision.APPROVE for endorsed in chain)
    return approved and awaited(case.procedure, [e.endorsement.step for e in chain]) is Step.OUT_SCHOOL


def is_mine(school: Office, here: Office, *, register: Register) -> bool:
    """Is this a school whose 学籍主管部门 this office is?"""
    known = register(school.code) if school.tier is Tier.SCHOOL else None
    return known is not None and known.authority == here.code


def is_mine_in(case: Case, school: Office, here: Office, *, register: Register) -> bool:
    """As ``is_mine``, for a case: what was begun here is finished here (``Register.school_in``)."""
    known = register.school_in(case, school.code) if school.tier is Tier.SCHOOL else None
    return known is not None and known.authority == here.code


def require_party(case: Case, sender: Office, here: Office, *, register: Register) -> None:
    """That a case comes from a school of this authority that is one of the case's own.

    Raises:
        OutsideJurisdiction: it is another authority's school, or none that the case names.
    """
    if not is_mine_in(case, sender, here, register=register):
        raise OutsideJurisdiction(office=str(sender), what=f"向{here}上报")
    if sender.code not in (case.school, case.releasing_school):
        raise OutsideJurisdiction(office=str(sender), what="上报其他学校的业务")


def require_fitting(case: Case) -> None:
    """That the case is one that its procedure can carry.

    Raises:
        RequestMalformed: more pupils than one where each is looked at alone, or a side too few or too many.
    """
    row = case.procedure
    if row.one_by_one and len(case.items) != 1:
        raise RequestMalformed(field="items", why=f"{row.title}须逐人办理")
    if row.two_sided != bool(case.releasing_school):
        raise RequestMalformed(field="releasing_school", why=f"{row.title}的另一方学校不符")
