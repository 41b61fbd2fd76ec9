"""What an office may decide, and who leaves the case with it."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from county_node.domain.decisions import require_exceptions, require_offered, require_takeable, settled_by
from kernel.case import Item
from kernel.custody import RELEASING_SIDE_REASONS
from kernel.endorsement import Decision, Endorsed, Endorsement, ItemException
from kernel.office import Office, Tier
from kernel.refusals import (
    ChainBroken,
    NotApproved,
    NotOfferedHere,
    OutsideJurisdiction,
    ReasonNotListed,
    RequestMalformed,
    ReturnedForCorrection,
)
from kernel.regulation import Step

SCHOOL = Office(Tier.SCHOOL, "2141000001")
ITEMS = tuple(Item(str(uuid.uuid4()), {"name": name}) for name in ("张三", "李四", "王五"))


def an_endorsement(
    decision: Decision = Decision.APPROVE, *excepted: ItemException, step: Step = Step.IN_AUTHORITY
) -> Endorsement:
    reason = "" if decision is Decision.APPROVE else "材料不实"
    return Endorsement("00", "00", step, decision, 1, "w001", reason=reason, exceptions=excepted)


def excepting(item: Item, decision: Decision = Decision.RETURN) -> ItemException:
    return ItemException(item.item_id, decision, "缺少监护人")


@pytest.mark.parametrize("step", [Step.OUT_SCHOOL, Step.OUT_AUTHORITY])
def test_the_releasing_side_releases_or_refuses_by_the_closed_list(step: Step) -> None:
    require_offered(step, Decision.APPROVE, "")
    for reason in RELEASING_SIDE_REASONS:
        require_offered(step, Decision.REJECT, reason.value)
    with pytest.raises(NotOfferedHere):
        require_offered(step, Decision.RETURN, "")
    for unlisted in ("", "expired", "withdrawn", "no_such_reason"):
        with pytest.raises(ReasonNotListed):
            require_offered(step, Decision.REJECT, unlisted)


@pytest.mark.parametrize("decision", list(Decision))
def test_the_filing_side_decides_freely(decision: Decision) -> None:
    require_offered(Step.IN_AUTHORITY, decision, "")


def test_exceptions_are_of_an_approval_and_leave_somebody_approved() -> None:
    first, second, third = ITEMS
    require_exceptions(an_endorsement(Decision.APPROVE, excepting(first), excepting(third)), ITEMS)
    require_exceptions(an_endorsement(Decision.REJECT), ITEMS)
    for wrong, standing in (
        (an_endorsement(Decision.REJECT, excepting(first)), ITEMS),
        (an_endorsement(Decision.APPROVE, excepting(first, Decision.APPROVE)), ITEMS),
        (an_endorsement(Decision.APPROVE, excepting(first), excepting(first)), ITEMS),
        (an_endorsement(Decision.APPROVE, *map(excepting, ITEMS)), ITEMS),
        (an_endorsement(Decision.APPROVE, excepting(first)), (second, third)),  # the school excepted the pupil before
    ):
        with pytest.raises(RequestMalformed):
            require_exceptions(wrong, standing)


def test_excepted_pupils_leave_and_the_others_go_on() -> None:
    first, second, _ = ITEMS
    endorsement = an_endorsement(Decision.APPROVE, excepting(first), excepting(second, Decision.REJECT))
    returned, refused = settled_by(endorsement, ITEMS)
    assert (returned.item_id, refused.item_id) == (first.item_id, second.item_id)
    assert isinstance(returned.refused, ReturnedForCorrection)
    assert isinstance(refused.refused, NotApproved)
    assert settled_by(an_endorsement(), ITEMS) == ()


@pytest.mark.parametrize(
    ("decision", "refusal"), [(Decision.RETURN, ReturnedForCorrection), (Decision.REJECT, NotApproved)]
)
def test_a_whole_no_takes_along_everybody_still_on_the_way(decision: Decision, refusal: type[Exception]) -> None:
    outcomes = settled_by(an_endorsement(decision), ITEMS[1:])
    assert [outcome.item_id for outcome in outcomes] == [item.item_id for item in ITEMS[1:]]
    for outcome in outcomes:
        assert isinstance(outcome.refused, refusal)
        assert outcome.refused.detail == {"reason": "材料不实"}


def test_what_the_releasing_side_refuses_is_for_the_hub_to_settle() -> None:
    assert settled_by(an_endorsement(Decision.REJECT, step=Step.OUT_AUTHORITY), ITEMS) == ()


def test_a_school_submits_what_it_signed_last_and_approved() -> None:
    by_school = Endorsed(an_endorsement(step=Step.IN_SCHOOL), SCHOOL)
    require_takeable((by_school,), SCHOOL, ITEMS)
    with pytest.raises(ChainBroken):
        require_takeable((), SCHOOL, ITEMS)
    with pytest.raises(OutsideJurisdiction):
        require_takeable((by_school,), Office(Tier.SCHOOL, "2141000002"), ITEMS)
    with pytest.raises(ChainBroken):
        require_takeable((by_school,), SCHOOL, ())
    for decision in (Decision.RETURN, Decision.REJECT):
        with pytest.raises(ChainBroken):
            require_takeable(
                (replace(by_school, endorsement=an_endorsement(decision, step=Step.IN_SCHOOL)),), SCHOOL, ITEMS
            )
