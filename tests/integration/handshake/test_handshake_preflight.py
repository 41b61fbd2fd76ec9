"""Pre-flight between two real hubs: answered live, by whoever may ask, and not waited for where nobody answers."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.rpc import open_channel
from chassis.rpc.wire import refusal_from_message
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction
from xueji.inquiry.v1 import inquiry_pb2_grpc, preflight_pb2
from xueji.transfer.v1 import preflight_pb2 as across_pb2
from xueji.transfer.v1 import preflight_pb2_grpc as across_pb2_grpc


@pytest.fixture
def ask(federation: Any) -> Any:
    """The receiving school asks, through its authority's node."""

    async def preflight(name: str, number: str, document: str) -> preflight_pb2.PreflightTransferResponse:
        stub = inquiry_pb2_grpc.InquiryServiceStub(federation.gaining.channel)
        answer: preflight_pb2.PreflightTransferResponse = await stub.PreflightTransfer(
            preflight_pb2.PreflightTransferRequest(
                asked_for=str(federation.gaining.school),
                releasing_school=federation.losing.school.code,
                values={"name": name, "number": number, "grade": "小学三年级", "reason": "随父母迁居"},
                document_number=document,
            )
        )
        return answer

    return preflight


def codes(answer: preflight_pb2.PreflightTransferResponse) -> list[str]:
    return [refusal_from_message(one.refusal).code for one in answer.findings]


def document_of(federation: Any, number: str) -> str:
    return str(federation.losing.held(number).student.values["document_number"])


async def test_the_other_hub_answers_while_the_school_waits(federation: Any, ask: Any) -> None:
    name, number = await federation.enrolled()
    assert codes(await ask(name, number, document_of(federation, number))) == []
    assert codes(await ask(name, number, "110101200001010014")) == ["IDENTITY_MISMATCH"]
    assert codes(await ask(name, "L110101200001010014", "110101200001010014")) == ["IDENTITY_MISMATCH"]


async def test_a_province_that_does_not_answer_is_named_and_nobody_is_held_up(federation: Any, ask: Any) -> None:
    name, number = await federation.enrolled()
    document = document_of(federation, number)
    await federation.losing.stop()
    answer = await ask(name, number, document)
    assert (codes(answer), answer.unanswered) == ([], "广东省")


async def test_a_pupil_who_is_asked_for_already_is_told_as_that(federation: Any, ask: Any) -> None:
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    await federation.losing.asked(case.case_id)
    assert codes(await ask(name, number, document_of(federation, number))) == ["STUDENT_HAS_OPEN_CASE"]


async def test_a_hub_asks_for_schools_of_its_own_province_alone(federation: Any) -> None:
    name, number = await federation.enrolled()
    line = open_channel(
        federation.losing.app.address,
        office=Office(Tier.PROVINCE, "44"),
        tls=federation.files(Office(Tier.PROVINCE, "41")).tls,
    )
    request = across_pb2.AskRequest(
        school="2151000001",
        school_system="63",
        releasing_school=federation.losing.school.code,
        procedure="transfer_between_provinces",
        values={"name": name, "number": number},
        document_number=document_of(federation, number),
    )
    with pytest.raises(OutsideJurisdiction):
        await across_pb2_grpc.PreflightServiceStub(line).Ask(request)
    await line.close()
