"""A transfer between two provinces that both ask themselves beside the four, as 四川 does (Art. 11, 14)."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kernel.custody import Custody
from kernel.endorsement import Decision
from kernel.refusals import TransferNotCompleted
from kernel.regulation import Step
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc

SICHUAN = Path(__file__).parents[3] / "deploy" / "policies" / "province-51-sichuan.toml"


@pytest.fixture
async def both_ask_themselves(federation: Any) -> Any:
    """Both provinces with the endorsers of 四川's text; with a pupil who was enrolled before: (…, name, number)."""
    name, number = await federation.enrolled()
    rules = tomllib.loads(SICHUAN.read_text("utf-8"))["rule"]
    (extra,) = [rule["value"] for rule in rules if rule["key"] == "chain.extra"]
    for side in (federation.gaining, federation.losing):
        text = f'name = "{side.code}"\nversion = 1\nprovince = "{side.code}"\ntitle = "与四川相同的核办单位"\n'
        text += f'in_force_from = 2026-01-01\n\n[[rule]]\nkey = "chain.extra"\nvalue = {json.dumps(extra)}\n'
        text += 'source = "测试"\nconfidence = "assumed"\n'
        (side.settings.policies_dir / f"province-{side.code}.toml").write_text(text, encoding="utf-8")
        await side.stop()
        await side.start()
    return federation, name, number


async def decides(federation: Any, side: Any, case_id: str, step: Step, **said: Any) -> None:
    """The province's officer, once it is the province's turn."""
    await side.until(lambda: _awaited(side, case_id) == (step.value, f"province/{side.code}"))
    channel = federation.officer(side)
    try:
        request = desk_pb2.DecideCaseRequest(**{"case_id": case_id, "decision": desk_pb2.DECISION_APPROVE, **said})
        await desk_pb2_grpc.DeskServiceStub(channel).DecideCase(request)
    finally:
        await channel.close()


def _awaited(side: Any, case_id: str) -> tuple[str, str]:
    record = side.database.transact(lambda tx: tx.cases.find(case_id))
    return (record.awaited.step, record.awaited.office) if record else ("", "")


async def test_each_province_decides_for_its_own_side(both_ask_themselves: Any) -> None:
    federation, name, number = both_ask_themselves
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    assert federation.gaining.count("SELECT count(*) FROM gaining") == 0  # nothing has left the province
    await decides(federation, federation.gaining, case.case_id, Step.IN_PROVINCE)
    asked = await federation.losing.asked(case.case_id)
    await federation.losing.submit(federation.released(asked.case))
    assert federation.losing.held(number).custody is Custody.HELD
    await decides(federation, federation.losing, case.case_id, Step.OUT_PROVINCE)
    (arrived,) = (await federation.gaining.outcome(case.case_id)).items
    assert arrived.number == number
    assert await federation.custodian(number) == ("41", 2)


async def test_the_losing_province_may_point_at_a_listed_reason(both_ask_themselves: Any) -> None:
    federation, name, number = both_ask_themselves
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    await decides(federation, federation.gaining, case.case_id, Step.IN_PROVINCE)
    asked = await federation.losing.asked(case.case_id)
    await federation.losing.submit(federation.released(asked.case))
    refused = {"decision": desk_pb2.DECISION_REJECT, "reason": "监护人有争议", "reason_code": "guardian_dispute"}
    await decides(federation, federation.losing, case.case_id, Step.OUT_PROVINCE, **refused)
    (item,) = (await federation.gaining.outcome(case.case_id)).items
    assert isinstance(item.refused, TransferNotCompleted)
    assert await federation.custodian(number) == ("44", 1)


async def test_an_authority_that_refuses_ends_it_before_the_province_is_asked(both_ask_themselves: Any) -> None:
    federation, name, number = both_ask_themselves
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    await decides(federation, federation.gaining, case.case_id, Step.IN_PROVINCE)
    asked = (await federation.losing.asked(case.case_id)).case
    asked = federation.endorse(asked, Step.OUT_SCHOOL, federation.losing.school)
    said = {"decision": Decision.REJECT, "reason": "查无此人", "reason_code": "not_a_pupil"}
    await federation.losing.submit(federation.endorse(asked, Step.OUT_AUTHORITY, federation.losing.authority, **said))
    (item,) = (await federation.gaining.outcome(case.case_id)).items
    assert item.refused.detail["reason"] == "转出学校查无此人"
