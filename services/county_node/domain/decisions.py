"""What an office may decide, and what becomes of the pupils at once when it has."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.case import Item
from kernel.custody import releasing_side_reason
from kernel.endorsement import Decision, Endorsed, Endorsement
from kernel.feed import ItemOutcome
from kernel.office import Office
from kernel.refusals import (
    ChainBroken,
    NotApproved,
    NotOfferedHere,
    OutsideJurisdiction,
    Refusal,
    RequestMalformed,
    ReturnedForCorrection,
)
from kernel.regulation import Step

DECISION_LABELS = {Decision.APPROVE: "核准", Decision.RETURN: "退回修改", Decision.REJECT: "不予核准"}


def require_offered(step: Step, decision: Decision, reason_code: str) -> None:
    """That the step may be decided so.

    Raises:
        NotOfferedHere: a releasing side does not return: it releases or refuses.
        ReasonNotListed: a releasing side refuses for a reason outside the closed list (R15).
    """
    if step.releasing and decision is Decision.RETURN:
        raise NotOfferedHere(what="转出方退回修改")
    if step.releasing and decision is Decision.REJECT:
        releasing_side_reason(reason_code)


def require_exceptions(endorsement: Endorsement, standing: Sequence[Item]) -> None:
    """That the exceptions are of an approval, are pupils still on their way, and leave somebody approved.

    Raises:
        RequestMalformed: they are not.
    """
    if not endorsement.exceptions:
        return
    if endorsement.decision is not Decision.APPROVE:
        raise RequestMalformed(field="exceptions", why="整份退回或不予核准时不再逐人例外")
    if any(exception.decision is Decision.APPROVE for exception in endorsement.exceptions):
        raise RequestMalformed(field="exceptions", why="例外只能是退回修改或不予核准")
    excepted = [exception.item_id for exception in endorsement.exceptions]
    on_their_way = {item.item_id for item in standing}
    if len(set(excepted)) != len(excepted) or not on_their_way.issuperset(excepted):
        raise RequestMalformed(field="exceptions", why="有不在本业务中的学生，或重复")
    if on_their_way == set(excepted):
        raise RequestMalformed(field="exceptions", why="没有核准的学生，请整份退回或不予核准")


def require_takeable(chain: tuple[Endorsed, ...], sender: Office, standing: Sequence[Item]) -> None:
    """That a school submits what it may: its own endorsement last, and of a kind that goes up.

    Raises:
        ChainBroken: nobody signed, the school that files did not approve, or no pupil stands.
        OutsideJurisdiction: another signed last.
        NotOfferedHere, ReasonNotListed: a releasing school returned it, or refused without a listed reason.
    """
    if not chain:
        raise ChainBroken(why=f"缺少“{Step.IN_SCHOOL.label}”签批")
    last = chain[-1].endorsement
    if chain[-1].office != sender:
        raise OutsideJurisdiction(office=str(sender), what="上报其他学校的业务")
    require_offered(last.step, last.decision, last.reason_code)
    if last.decision is not Decision.APPROVE and not last.step.releasing:
        raise ChainBroken(why=f"“{last.step.label}”没有核准")
    if not standing:
        raise ChainBroken(why="没有核准的学生")


def settled_by(endorsement: Endorsement, standing: Sequence[Item]) -> tuple[ItemOutcome, ...]:
    """Outcomes of the pupils who leave the case with this endorsement; the rest goes on.

    What the releasing side refuses is settled by the hub, which tells both sides.
    """
    if endorsement.decision is Decision.APPROVE:
        return tuple(
            ItemOutcome(each.item_id, refused=_said(each.decision, each.reason)) for each in endorsement.exceptions
        )
    if endorsement.step.releasing:
        return ()
    said = _said(endorsement.decision, endorsement.reason)
    return tuple(ItemOutcome(item.item_id, refused=said) for item in standing)


def _said(decision: Decision, reason: str) -> Refusal:
    return ReturnedForCorrection(reason=reason) if decision is Decision.RETURN else NotApproved(reason=reason)
