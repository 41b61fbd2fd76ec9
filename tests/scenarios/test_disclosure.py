"""第二十五条: pupils' data goes to nobody outside without the authority's written approval."""

from __future__ import annotations

import asyncio
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from console import disclosures
from console.desk import Desk
from kernel.ids import new_uuid7
from kernel.refusals import (
    DisclosureDecided,
    DisclosureNotPermitted,
    DisclosureTooLong,
    NotOfferedHere,
    RequestMalformed,
    RoleNotAllowed,
)
from scenarios.stage import Stage
from xueji.disclosure.v1 import disclosure_pb2 as pb

PRIMARY, JUNIOR = "金水区示范小学", "金水区示范初级中学"
PERMIT, REFUSE, REVOKE = (
    pb.DISCLOSURE_DECISION_PERMIT,
    pb.DISCLOSURE_DECISION_REFUSE,
    pb.DISCLOSURE_DECISION_REVOKE,
)


async def asks(stage: Stage, school: str, *, until: date = date(2026, 12, 31), grade: str = "", **more: str) -> str:
    """The registrar asks for names and grades, for school meals; the id."""
    disclosure_id = str(new_uuid7())
    request = pb.AskDisclosureRequest(
        disclosure_id=disclosure_id,
        recipient=more.get("recipient", "金水区学生资助中心"),
        purpose="营养改善计划供餐人数核定",
        basis="金教〔2026〕12号",
        items=["name", "grade", "document_number"],
        grade=grade,
        until=until.isoformat(),
    )
    first = await stage.registrar(school).disclosures.AskDisclosure(request)
    assert first == await stage.registrar(school).disclosures.AskDisclosure(request), "asked again, asked once"
    return disclosure_id


async def stands(stage: Stage, desk: Desk, disclosure_id: str, state: str) -> pb.Disclosure:
    async def look() -> pb.Disclosure | None:
        async for one in disclosures.disclosures(desk, state):
            if one.disclosure_id == disclosure_id:
                return one
        return None

    return await stage.until(f"{desk.name}得知{state}", look)


async def decides(desk: Desk, disclosure_id: str, decision: int, *items: str, reason: str = "") -> None:
    await desk.disclosures.DecideDisclosure(
        pb.DecideDisclosureRequest(disclosure_id=disclosure_id, decision=decision, items=items, reason=reason)  # type: ignore[arg-type]
    )


@pytest.mark.clause("25.1")
async def test_what_the_authority_permits_in_writing_is_given_and_no_more(stage: Stage) -> None:
    """资助中心要名册：学校写明用途、项目和期限，第二人审核，区教育局书面批准，但身份证号不给；每次提供都有台账。"""
    await stage.enrolled_pupil("邵明轩", school=PRIMARY, grade="小学四年级")
    await stage.enrolled_pupil("邵明远", school=PRIMARY, grade="小学五年级")
    registrar, principal, county = stage.registrar(PRIMARY), stage.principal(PRIMARY), stage.authority_of(PRIMARY)
    disclosure_id = await asks(stage, PRIMARY, grade="104")
    with pytest.raises(DisclosureNotPermitted):
        await disclosures.give(registrar, disclosure_id)
    with pytest.raises(RoleNotAllowed):
        await registrar.disclosures.ConfirmDisclosure(pb.ConfirmDisclosureRequest(disclosure_id=disclosure_id))
    await principal.disclosures.ConfirmDisclosure(pb.ConfirmDisclosureRequest(disclosure_id=disclosure_id))
    with pytest.raises(DisclosureNotPermitted):
        await disclosures.give(registrar, disclosure_id)
    asked = await stands(stage, county, disclosure_id, "confirmed")
    assert (asked.recipient, list(asked.item_titles)) == ("金水区学生资助中心", ["姓名", "年级", "身份证件号"])
    with pytest.raises(RequestMalformed):
        await decides(county, disclosure_id, PERMIT, "phone")
    await decides(county, disclosure_id, PERMIT, "name", "grade")
    await stands(stage, registrar, disclosure_id, "permitted")
    content = await disclosures.give(registrar, disclosure_id)
    book = await asyncio.to_thread(load_workbook, io.BytesIO(content))
    header, *rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert header == ["姓名", "年级", "使用限制"]
    assert ["邵明轩", "小学四年级"] in [row[:2] for row in rows]
    assert all(row[0] != "邵明远" for row in rows), "of the one grade alone"
    assert all("仅供金水区学生资助中心" in str(row[2]) for row in rows)
    kept = await stands(stage, registrar, disclosure_id, "permitted")
    assert [(one.pupils, len(one.digest)) for one in kept.given] == [(len(rows), 64)]


@pytest.mark.clause("25.1")
async def test_a_permit_ends_and_is_taken_back(stage: Stage) -> None:
    """培训机构来要名单：不予批准，写明理由。批准过的，到期或撤回以后也不能再提供。"""
    registrar, principal, county = stage.registrar(PRIMARY), stage.principal(PRIMARY), stage.authority_of(PRIMARY)

    async def confirmed(**more: str) -> str:
        disclosure_id = await asks(stage, PRIMARY, **more)  # type: ignore[arg-type]
        await principal.disclosures.ConfirmDisclosure(pb.ConfirmDisclosureRequest(disclosure_id=disclosure_id))
        await stands(stage, county, disclosure_id, "confirmed")
        return disclosure_id

    bad = await confirmed(recipient="某教育培训有限公司")
    with pytest.raises(RequestMalformed):
        await decides(county, bad, REFUSE)
    await decides(county, bad, REFUSE, reason="不属于法定用途")
    refused = await stands(stage, registrar, bad, "refused")
    assert refused.reason == "不属于法定用途"
    with pytest.raises(DisclosureDecided):
        await decides(county, bad, PERMIT)
    with pytest.raises(DisclosureNotPermitted):
        await disclosures.give(registrar, bad)

    good = await confirmed()
    await decides(county, good, PERMIT)
    await stands(stage, registrar, good, "permitted")
    await disclosures.give(registrar, good)
    await decides(county, good, REVOKE, reason="接收单位转供他人")
    await stands(stage, registrar, good, "revoked")
    with pytest.raises(DisclosureNotPermitted):
        await disclosures.give(registrar, good)

    last = await confirmed()
    await decides(county, last, PERMIT)
    await stands(stage, registrar, last, "permitted")
    stage.clock.to(date(2027, 1, 1))
    with pytest.raises(DisclosureNotPermitted):
        await disclosures.give(registrar, last)


@pytest.mark.clause("25.1")
async def test_a_permit_for_ever_is_none_and_no_other_office_gives(stage: Stage) -> None:
    """期限不能没有头；别的学校看不到这件申请，主管部门自己也不能代学校导出。"""
    with pytest.raises(DisclosureTooLong):
        await asks(stage, PRIMARY, until=date(2036, 12, 31))
    disclosure_id = await asks(stage, PRIMARY)
    assert [one async for one in disclosures.disclosures(stage.registrar(JUNIOR))] == []
    with pytest.raises(NotOfferedHere):
        await disclosures.give(stage.authority_of(PRIMARY), disclosure_id)
    with pytest.raises(NotOfferedHere):
        await decides(stage.registrar(PRIMARY), disclosure_id, PERMIT)
