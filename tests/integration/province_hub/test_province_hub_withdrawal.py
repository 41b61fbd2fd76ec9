"""A school takes back a case that has reached the hub: once, by itself alone, and not when it is done."""

from __future__ import annotations

import time
from typing import Any

import pytest

from chassis.keys import Signer
from kernel.case import Case, CaseState
from kernel.feed import CaseAsked, CaseOutcome
from kernel.office import Office, Tier
from kernel.refusals import CaseWithdrawn, OutsideJurisdiction, SignatureInvalid, WithdrawalTooLate
from kernel.regulation import Step
from kernel.statement import StatementKind
from kernel.withdrawal import Withdrawal
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, OTHER_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "3141000003")


@pytest.fixture
def withdraw(hub: Any) -> Any:
    async def ask(case: Case, *, by: Office = OTHER_SCHOOL, through: Office = OTHER_COUNTY) -> str:
        keys = hub.files(by).signing
        withdrawal = Withdrawal(
            case.case_id, case.digest, case.school, "家长改变主意", "w001", time.time_ns() // 1_000_000
        )
        jws = Signer(keys.certificate, keys.key).sign(StatementKind.WITHDRAWAL, withdrawal.content())
        stub = exchange_pb2_grpc.IntakeServiceStub(hub.channel(through))
        return str((await stub.Withdraw(exchange_pb2.WithdrawRequest(withdrawal=jws))).case_id)

    return ask


async def outcomes(hub: Any, case: Case, who: Office) -> list[CaseOutcome]:
    return [one for one in await hub.told(who) if isinstance(one, CaseOutcome) and one.case_id == case.case_id]


async def test_both_sides_hear_once_and_the_lock_is_given_back(
    hub: Any, asked_for: Any, held: Any, withdraw: Any
) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    assert await withdraw(case) == await withdraw(case) == case.case_id
    for county in (COUNTY, OTHER_COUNTY):
        (outcome,) = await outcomes(hub, case, county)
        assert outcome.closed
        assert isinstance(outcome.items[0].refused, CaseWithdrawn)
    assert held().open_case == ""
    assert hub.database.transact(lambda tx: tx.cases.get(case.case_id)).state is CaseState.CLOSED


async def test_one_that_waits_is_withdrawn_and_the_other_side_never_hears_of_it(
    hub: Any, asked_for: Any, held: Any, withdraw: Any
) -> None:
    first, second = asked_for(), asked_for()
    await hub.submit(first, by=OTHER_COUNTY)
    await hub.submit(second, by=OTHER_COUNTY)
    await withdraw(second)
    assert len(await outcomes(hub, second, OTHER_COUNTY)) == 1
    assert await outcomes(hub, second, COUNTY) == []
    assert held().open_case == first.case_id


async def test_what_waited_for_it_goes_on(hub: Any, asked_for: Any, held: Any, withdraw: Any) -> None:
    first, second = asked_for(), asked_for()
    await hub.submit(first, by=OTHER_COUNTY)
    await hub.submit(second, by=OTHER_COUNTY)
    await withdraw(first)
    assert held().open_case == second.case_id
    assert [one.case.case_id for one in await hub.told(COUNTY) if isinstance(one, CaseAsked)] == [
        first.case_id,
        second.case_id,
    ]


async def test_nobody_else_takes_it_back(hub: Any, asked_for: Any, held: Any, withdraw: Any) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    with pytest.raises(SignatureInvalid):
        await withdraw(case, by=SCHOOL)
    with pytest.raises(OutsideJurisdiction):
        await withdraw(case, through=COUNTY)
    assert held().open_case == case.case_id


async def test_what_is_done_is_too_late(hub: Any, papers: Any, asked_for: Any, held: Any, withdraw: Any) -> None:
    case = asked_for()
    await hub.submit(case, by=OTHER_COUNTY)
    case = papers.endorse(papers.endorse(case, Step.OUT_SCHOOL, SCHOOL), Step.OUT_AUTHORITY, COUNTY)
    await hub.submit(case, by=COUNTY)
    with pytest.raises(WithdrawalTooLate):
        await withdraw(case)
    assert held().student.school == OTHER_SCHOOL.code
