"""What a county takes in from its schools, and how it says no. Its hub is down all the while."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kernel.calendar import working_days_after
from kernel.endorsement import Decision, ItemException
from kernel.feed import CaseAsked, CaseProgress, ItemOutcome
from kernel.office import Office, Tier
from kernel.refusals import (
    CaseAlreadyDecided,
    CaseNotFound,
    ChainBroken,
    DigestReused,
    EndorsementOutOfTurn,
    NotOfferedHere,
    OutsideJurisdiction,
    ReasonNotListed,
    Refusal,
    RequestMalformed,
    RulePackNotInForce,
    RulePackUnknown,
    SignatureInvalid,
    TransferNotCompleted,
)
from kernel.regulation import Step

COUNTY = Office(Tier.AUTHORITY, "410105")
SCHOOL, SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2141000002")
OTHER_SCHOOL = Office(Tier.SCHOOL, "3141000003")


SHORTER_TIME = """
name = "41"
version = 1
province = "41"
title = "河南省实施细则"
in_force_from = 2026-01-01

[[rule]]
key = "step.deadline.in_authority"
value = "5 working days"
source = "测试"
confidence = "assumed"
"""


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture
def refused(county: Any) -> Any:
    """Asserts that a submission is refused by that name, and leaves nothing behind."""

    async def check(refusal: type[Refusal], case: Any, *, by: Office = SCHOOL) -> None:
        with pytest.raises(refusal):
            await county.submit(case, by=by)
        assert county.record(case) is None
        assert await county.told(SCHOOL.code) == []
        assert county.waiting_above() == 0

    return check


async def test_a_case_is_received_with_its_statutory_time_and_the_school_hears_whose_turn_it_is(
    county: Any, papers: Any, clock: Any
) -> None:
    case = papers.enrolment(papers.pupil(), papers.pupil())
    receipt = await county.submit(case)
    due = working_days_after(clock.now(), 10)
    assert (receipt.case_id, receipt.head.hex()) == (case.case_id, case.head)
    assert receipt.received_at_ms == milliseconds(clock.now())
    assert (receipt.due_at_ms, receipt.due_provisional) == (milliseconds(due.at), due.provisional)

    (progress,) = await county.told(SCHOOL.code)
    assert isinstance(progress, CaseProgress)
    assert (progress.step, progress.office) == ("received", str(COUNTY))
    assert (progress.awaited_step, progress.awaited_office) == ("in_authority", str(COUNTY))
    assert progress.due_at_ms == milliseconds(due.at)
    assert await county.told(SECOND_SCHOOL.code) == []
    assert county.steps(case) == [("in_school", str(SCHOOL)), ("received", str(COUNTY))]


async def test_a_year_without_a_notice_gives_a_provisional_date(county: Any, papers: Any, clock: Any) -> None:
    clock.advance(timedelta(days=10 * 365))
    case = papers.enrolment(papers.pupil())
    assert (await county.submit(case)).due_provisional
    assert (await county.view(case)).summary.due_provisional


async def test_the_same_submission_again_changes_nothing_and_gets_the_same_receipt(
    county: Any, papers: Any, clock: Any
) -> None:
    case = papers.enrolment(papers.pupil())
    first = await county.submit(case)
    clock.advance(timedelta(days=1))
    assert await county.submit(case) == first
    await county.decide(case)
    told = await county.told(SCHOOL.code)
    assert await county.submit(case) == first
    assert await county.told(SCHOOL.code) == told


async def test_submissions_side_by_side_are_one_case(county: Any, papers: Any) -> None:
    case = papers.enrolment(papers.pupil())
    receipts = await asyncio.gather(*(county.submit(case) for _ in range(8)))
    assert len({receipt.SerializeToString(deterministic=True) for receipt in receipts}) == 1
    assert len(await county.told(SCHOOL.code)) == 1


async def test_another_case_under_the_same_id_is_refused(county: Any, papers: Any) -> None:
    case = papers.enrolment(papers.pupil())
    await county.submit(case)
    body = replace(papers.case("enrolment", SCHOOL.code, "", (papers.pupil(),)), case_id=case.case_id)
    with pytest.raises(DigestReused):
        await county.submit(papers.endorse(body, Step.IN_SCHOOL, SCHOOL))


async def test_two_chains_of_one_case_cannot_both_be_right(county: Any, papers: Any) -> None:
    body = papers.case("enrolment", SCHOOL.code, "", (papers.pupil(),))
    await county.submit(papers.endorse(body, Step.IN_SCHOOL, SCHOOL))
    other = papers.endorse(body, Step.IN_SCHOOL, SCHOOL, reason="补充说明")
    with pytest.raises(ChainBroken):
        await county.submit(other)


async def test_a_school_of_another_authority_or_of_no_register_is_refused(refused: Any, papers: Any) -> None:
    await refused(OutsideJurisdiction, papers.enrolment(papers.pupil(), school=OTHER_SCHOOL.code), by=OTHER_SCHOOL)
    unknown = Office(Tier.SCHOOL, "2141999999")
    await refused(OutsideJurisdiction, papers.enrolment(papers.pupil(), school=unknown.code), by=unknown)


async def test_a_school_cannot_submit_what_is_anothers(refused: Any, papers: Any) -> None:
    await refused(OutsideJurisdiction, papers.enrolment(papers.pupil(), school=SECOND_SCHOOL.code), by=SCHOOL)
    transfer = papers.transfer("transfer_within_authority", to=SECOND_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    await refused(OutsideJurisdiction, transfer, by=SCHOOL)
    await refused(OutsideJurisdiction, papers.enrolment(papers.pupil()), by=COUNTY)


async def test_a_transfer_moves_one_pupil(refused: Any, papers: Any) -> None:
    two = (papers.pupil(), papers.pupil())
    body = papers.case("transfer_within_province", SCHOOL.code, OTHER_SCHOOL.code, two)
    await refused(RequestMalformed, papers.endorse(body, Step.IN_SCHOOL, SCHOOL))


async def test_a_forged_signature_is_refused(refused: Any, papers: Any) -> None:
    case = papers.enrolment(papers.pupil())
    head, _, signature = case.endorsements[0].rpartition(".")
    forged = f"{head}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"
    await refused(SignatureInvalid, replace(case, endorsements=(forged,)))
    await refused(OutsideJurisdiction, papers.endorse(replace(case, endorsements=()), Step.IN_SCHOOL, SECOND_SCHOOL))


async def test_a_case_under_a_rule_pack_that_is_not_applied_here_is_refused(refused: Any, papers: Any) -> None:
    body = replace(papers.case("enrolment", SCHOOL.code, "", (papers.pupil(),)), rule_pack="2099")
    await refused(RulePackUnknown, papers.endorse(body, Step.IN_SCHOOL, SCHOOL))


async def test_a_school_cannot_choose_the_law_of_another_day(refused: Any, papers: Any) -> None:
    body = replace(papers.case("enrolment", SCHOOL.code, "", (papers.pupil(),)), rule_pack="2013.1")
    await refused(RulePackNotInForce, papers.endorse(body, Step.IN_SCHOOL, SCHOOL))


async def test_an_office_has_the_time_that_its_province_gives_it(county: Any, papers: Any) -> None:
    """A province may shorten the ten working days of Article 14, for one of the parties too."""
    (county.settings.policies_dir / "province-41.toml").write_text(SHORTER_TIME, encoding="utf-8")
    await county.restart()
    body = replace(papers.case("enrolment", SCHOOL.code, "", (papers.pupil(),)), rule_pack="2025.1+41.1")
    receipt = await county.submit(papers.endorse(body, Step.IN_SCHOOL, SCHOOL))
    received_at = datetime.fromtimestamp(receipt.received_at_ms / 1000, UTC)
    assert receipt.due_at_ms == milliseconds(working_days_after(received_at, 5).at)


async def test_a_pupil_added_after_the_school_signed_is_refused(refused: Any, papers: Any) -> None:
    case = papers.enrolment(papers.pupil())
    await refused(ChainBroken, replace(case, items=(*case.items, papers.pupil())))


async def test_what_the_school_did_not_approve_is_not_taken(refused: Any, papers: Any) -> None:
    pupil = papers.pupil()
    body = papers.case("enrolment", SCHOOL.code, "", (pupil,))
    await refused(ChainBroken, body)
    await refused(EndorsementOutOfTurn, papers.endorse(body, Step.IN_AUTHORITY, COUNTY))
    await refused(
        ChainBroken, papers.endorse(body, Step.IN_SCHOOL, SCHOOL, decision=Decision.REJECT, reason="材料不实")
    )
    everybody = (ItemException(pupil.item_id, Decision.RETURN, "缺少材料"),)
    await refused(ChainBroken, papers.endorse(body, Step.IN_SCHOOL, SCHOOL, exceptions=everybody))


async def test_whom_the_school_excepted_is_not_the_countys_to_decide(county: Any, papers: Any) -> None:
    stands, excepted = papers.pupil(), papers.pupil()
    body = papers.case("enrolment", SCHOOL.code, "", (stands, excepted))
    exception = ItemException(excepted.item_id, Decision.RETURN, "缺少材料")
    case = papers.endorse(body, Step.IN_SCHOOL, SCHOOL, exceptions=(exception,))
    await county.submit(case)
    view = await county.view(case)
    assert [item.state for item in view.items] == ["pending", "returned"]
    assert (view.summary.state, view.summary.items_refused) == ("open", 1)


async def test_a_transfer_inside_the_authority_asks_the_releasing_school_and_then_the_officer(
    county: Any, papers: Any, clock: Any
) -> None:
    case = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    asked, _filed, progress = await county.told(SECOND_SCHOOL.code)
    assert (asked.case, asked.step) == (case, "out_school")
    assert (progress.step, progress.awaited_office) == ("received", str(SECOND_SCHOOL))
    assert (await county.entry(CaseProgress, case)).awaited_office == str(SECOND_SCHOOL)

    clock.advance(timedelta(days=1))
    released = papers.endorse(case, Step.OUT_SCHOOL, SECOND_SCHOOL)
    receipt = await county.submit(released, by=SECOND_SCHOOL)
    assert receipt.head.hex() == released.head
    assert receipt.received_at_ms == milliseconds(clock.now())
    assert receipt.due_at_ms > 0
    await county.turn(case, "in_authority")
    # The receiving school hears both steps; the releasing one has noted its own.
    assert [entry.step for entry in await county.told(SCHOOL.code)] == ["received", "out_school", "received"]
    steps = [entry.step for entry in await county.told(SECOND_SCHOOL.code) if isinstance(entry, CaseProgress)]
    assert steps == ["in_school", "received", "received"]
    assert county.waiting_above() == 0
    await county.decide(case)
    assert county.waiting_above() == 1


async def test_an_advance_comes_twice_and_a_shorter_chain_late_without_effect(county: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    first = await county.submit(case)
    released = papers.endorse(case, Step.OUT_SCHOOL, SECOND_SCHOOL)
    second = await county.submit(released, by=SECOND_SCHOOL)
    told = await county.told(SCHOOL.code)
    assert await county.submit(released, by=SECOND_SCHOOL) == second
    assert await county.submit(case) == first
    assert county.record(case).case == released
    assert await county.told(SCHOOL.code) == told


async def test_a_releasing_school_refuses_by_the_closed_list_and_the_hub_has_it_next(county: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)

    def refusing(decision: Decision, reason_code: str = "") -> Any:
        return papers.endorse(
            case, Step.OUT_SCHOOL, SECOND_SCHOOL, decision=decision, reason="理由", reason_code=reason_code
        )

    with pytest.raises(ReasonNotListed):
        await county.submit(refusing(Decision.REJECT), by=SECOND_SCHOOL)
    with pytest.raises(NotOfferedHere):
        await county.submit(refusing(Decision.RETURN), by=SECOND_SCHOOL)
    assert county.record(case).awaited.office == str(SECOND_SCHOOL)

    await county.submit(refusing(Decision.REJECT, "guardian_dispute"), by=SECOND_SCHOOL)
    record = county.record(case)
    assert (record.state, record.awaited.office, len(record.case.endorsements)) == ("open", "province/41", 2)
    assert county.waiting_above() == 1


async def test_a_releasing_school_cannot_answer_what_nobody_asked(refused: Any, papers: Any) -> None:
    case = papers.transfer("transfer_within_authority", to=SECOND_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    await refused(CaseNotFound, papers.endorse(case, Step.OUT_SCHOOL, SCHOOL))


async def test_an_endorsement_after_the_end_is_too_late(county: Any, papers: Any) -> None:
    """The hub has ended the transfer while the releasing school was still at it."""
    case = papers.transfer("transfer_within_province", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    await county.decide(case)
    asked = await county.entry(CaseAsked, case, school=SECOND_SCHOOL.code)
    ended = [ItemOutcome(item.item_id, refused=TransferNotCompleted(reason="已撤销")) for item in case.items]
    county.database.transact(lambda tx: tx.cases.settle(case.case_id, ended))
    with pytest.raises(CaseAlreadyDecided):
        await county.submit(papers.endorse(asked.case, Step.OUT_SCHOOL, SECOND_SCHOOL), by=SECOND_SCHOOL)


async def test_a_releasing_school_hears_nothing_before_the_receiving_side_has_approved(
    county: Any, papers: Any
) -> None:
    case = papers.transfer("transfer_within_province", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    assert county.record(case).awaited.step == "in_authority"
    assert await county.told(SECOND_SCHOOL.code) == []  # it is asked when the receiving side has approved
    await county.decide(case, Decision.REJECT, reason="学位已满")
    assert await county.told(SECOND_SCHOOL.code) == []
    closed = (await county.view(case)).summary
    assert (closed.state, closed.state_title) == ("closed", "已办结")
    assert closed.awaited_office == ""
