"""Where a case goes from an authority: to its own officer, to a school below, or up to the hub."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.case import Case
from kernel.endorsement import Decision, Endorsed, Register, office_of_step
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction
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
    """The hub has it next: approved here, complete, refused by a releasing school, or for an office elsewhere."""


@dataclass(frozen=True)
class Over:
    """Returned or refused by the filing side: it ends here."""


Route = Ours | Below | Up | Over

_FILING_SIDE = frozenset({Step.IN_SCHOOL, Step.IN_AUTHORITY})


def route(case: Case, chain: tuple[Endorsed, ...], *, here: Office, register: Register) -> Route:
    """Whose turn it is after the endorsements in ``chain``."""
    last = chain[-1].endorsement
    if last.decision is not Decision.APPROVE:
        return Over() if last.step in _FILING_SIDE else Up()
    step = case.procedure.next_step(len(chain))
    if step is None:
        return Up()
    office = office_of_step(case, step, register=register)
    if office == here:
        return Ours(step)
    if step in (Step.IN_SCHOOL, Step.OUT_SCHOOL) and office is not None and is_mine(office, here, register=register):
        return Below(step, office)
    return Up()


def is_mine(school: Office, here: Office, *, register: Register) -> bool:
    """Is this a school whose 学籍主管部门 this office is?"""
    known = register(school.code) if school.tier is Tier.SCHOOL else None
    return known is not None and known.authority == here.code


def require_submitter(chain: tuple[Endorsed, ...], sender: Office, here: Office, *, register: Register) -> None:
    """That a case comes from a school of this authority, and from the school that endorsed it last.

    Raises:
        OutsideJurisdiction: it is another's school, or files for another school.
    """
    if not is_mine(sender, here, register=register):
        raise OutsideJurisdiction(office=str(sender), what=f"向{here}上报")
    if not chain or chain[-1].office != sender:
        raise OutsideJurisdiction(office=str(sender), what="上报其他学校的业务")
