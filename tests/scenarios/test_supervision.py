"""第二十六条、第二十七条: what was not kept is found, written down, put right, and kept in a register for good."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from console.desk import Desk
from console.evidence import put_content
from console.notices import as_text, notice_view
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.measures import citation
from kernel.refusals import EvidenceRequired, FindingStateForbids, NotOfferedHere, OutsideJurisdiction
from kernel.regulation import Step
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.notice.v1 import notice_pb2
from xueji.supervision.v1 import supervision_pb2

PRIMARY, ELSEWHERE, JUNIOR = "金水区示范小学", "天河区示范小学", "金水区示范初级中学"
COMPLETE, SPECIAL = "郑州市示范完全中学", "金水区示范特殊教育学校"
COMMAND_SECONDS = 60


async def found(stage: Stage, desk: Desk, ground: str, *, about: str) -> supervision_pb2.Finding:
    """Wait for a finding about a case."""

    async def look() -> supervision_pb2.Finding | None:
        listed = await desk.supervision.findings(state="found")
        return next((one for one in listed if (one.ground, one.about) == (ground, about)), None)

    return await stage.until(f"{desk.name}看到线索{ground}", look)


async def entered(
    stage: Stage, desk: Desk, ground: str, text: str, *, office: str, count: int = 0
) -> supervision_pb2.Finding:
    """An officer enters what was reported, with a photograph of it."""
    content = io.BytesIO()
    Image.new("L", (80, 60), "white").save(content, "PNG")
    proof = await put_content(desk, content.getvalue(), EvidenceKind.OTHER)
    return await desk.supervision.enter(
        supervision_pb2.EnterFindingRequest(
            finding_id=str(new_uuid7()),
            subject=office,
            ground=ground,
            sentence=text,
            evidence=[proof.digest],
            count=count,
        )
    )


async def put_right(
    stage: Stage, officer: Desk, ordered: Desk, finding: supervision_pb2.Finding, *, by: str, done: str
) -> supervision_pb2.Finding:
    """From a finding to its end: confirmed, ordered, confirmed as received, answered, looked at again and closed."""
    await officer.supervision.decide(finding.finding_id, confirmed=True, reason="经核实，情况属实")
    order = await officer.supervision.order(finding.finding_id, measure=f"限期改正：{finding.ground_title}", due_on=by)
    assert (order.state_title, order.due_on) == ("责令改正", by)

    async def arrived() -> str | None:
        orders = await ordered.supervision.orders()
        return next((one.order_id for one in orders if one.finding_id == finding.finding_id), None)

    order_id = await stage.until(f"{ordered.name}收到责令改正通知书", arrived)
    await ordered.confirm_notice(order_id, answer="已收到，立即改正")
    await ordered.supervision.answer(order_id, measure=done)

    async def answered() -> bool | None:
        return (await officer.supervision.finding(finding.finding_id)).finding.state == "answered" or None

    await stage.until(f"{officer.name}收到整改情况报告", answered)
    return await officer.supervision.close(finding.finding_id, reason="实地复查，已改正")


async def acts(desk: Desk, finding_id: str) -> list[str]:
    return [entry.act for entry in (await desk.supervision.finding(finding_id)).entries]


@pytest.mark.clause("27.1", "27.1.1")
async def test_a_late_record_is_made_and_the_school_is_ordered_to_mend_its_ways(stage: Stage) -> None:
    """5月入学的孩子9月才建学籍：孩子当天就有学籍号；区教育局看到线索，责令学校改正，学校报告整改，复查后办结。"""
    child = await stage.enrolled_pupil("薛知远", school=PRIMARY, entry_month="202605")
    assert (await stage.told(child)).status_title == "在读"
    (first,) = await stage.history(child)
    officer = stage.authority_of(PRIMARY)
    finding = await found(stage, officer, "RECORD_LATE", about=first.case_id)
    assert (finding.clause, finding.breached_clause, finding.count) == ("27.1.1", "7.1", 1)
    assert (finding.subject, finding.source_title) == (f"school/{child.school.code}", "核办业务时发现")
    assert finding.days_late > 60
    closed = await put_right(
        stage, officer, stage.principal(PRIMARY), finding, by="2026-09-30", done="已建立入学当日登记制度"
    )
    assert closed.state_title == "已整改"
    assert await acts(officer, finding.finding_id) == ["find", "confirm", "order", "answer", "close"]


@pytest.mark.clause("27.1", "27.1.3")
async def test_a_late_report_of_a_death_is_no_breach_where_the_officer_finds_it_excused(stage: Stage) -> None:
    """学校逾期报告学生死亡，学籍照常注销；区教育局查明死亡证明当时还没有开出，不予认定，理由记入登记簿。"""
    child = await stage.enrolled_pupil("苏予安", school=PRIMARY, grade="小学五年级")
    stage.clock.to(date(2026, 10, 26))
    case = await stage.does("death", child, proofs=(EvidenceKind.DEATH_PROOF,), died_on="2026-09-03")
    assert (await stage.told(child)).status_title == "死亡"
    officer = stage.authority_of(PRIMARY)
    finding = await found(stage, officer, "DEATH_REPORT_LATE", about=case)
    assert (finding.clause, finding.breached_clause) == ("27.1.3", "21.1")
    reason = "死亡证明10月23日才开具，学校次日即报"
    dismissed = await officer.supervision.decide(finding.finding_id, confirmed=False, reason=reason)
    assert dismissed.state_title == "不予认定"
    with pytest.raises(FindingStateForbids):
        await officer.supervision.order(finding.finding_id, measure="改正", due_on="2026-11-30")
    _, last = (await officer.supervision.finding(finding.finding_id)).entries
    assert (last.act, last.told["reason"]) == ("dismiss", reason)


@pytest.mark.clause("27.1", "27.1.4")
async def test_a_dropout_that_was_told_too_late_is_the_schools_fault_and_not_the_childs(stage: Stage) -> None:
    """初二学生9月离校，学校11月才报：学籍照常为他保留；学校被责令改正，情节严重，移送追究校长责任。"""
    child = await stage.enrolled_pupil("罗一凡", school=JUNIOR, grade="初中二年级", sex="男")
    stage.clock.to(date(2026, 11, 2))
    case = await stage.does("dropout", child, dropout_reason="weary", absent_since="2026-09-07", visits="家访一次")
    record = await stage.told(child)
    assert (record.status_title, record.standing["kept_until"]) == ("辍学", "2028-08-31")
    officer, principal = stage.authority_of(JUNIOR), stage.principal(JUNIOR)
    finding = await found(stage, officer, "DROPOUT_REPORT_LATE", about=case)
    assert finding.clause == "27.1.4"
    await officer.supervision.decide(finding.finding_id, confirmed=True, reason="班主任9月7日已知情，学校瞒报")
    referred = await officer.supervision.refer(
        finding.finding_id, to="金水区纪委监委", persons=("校长", "分管副校长"), reason="瞒报辍学两个月，情节严重"
    )
    assert (referred.state, referred.referred_to) == ("confirmed", "金水区纪委监委")

    async def letter() -> str | None:
        listed = await principal.notices(notice_pb2.NOTICE_VIEW_INCOMING, subject=finding.finding_id)
        return listed[0].notice_id if listed else None

    printed = as_text(notice_view(await principal.notice(await stage.until("学校收到移送函", letter)), full=True))
    for told in ("追究责任移送函", "金水区纪委监委：", "校长、分管副校长", "第二十七条"):
        assert told in printed
    order = await officer.supervision.order(finding.finding_id, measure="建立每日考勤报告", due_on="2026-11-30")
    assert (order.state, order.referred_to) == ("ordered", "金水区纪委监委")


@pytest.mark.clause("27.1", "27.1.6")
async def test_a_school_that_lets_its_ten_days_pass_is_found_by_the_clock(stage: Stage) -> None:
    """转出学校10个工作日没有核办转学：区教育局不等人举报就看到线索；学校办了以后，转学照常办完。"""
    child = await stage.enrolled_pupil("方清越", school=PRIMARY)
    case = await stage.files_transfer(child, to=SPECIAL, grade="特教一年级")
    await stage.asked(stage.principal(PRIMARY), case, Step.OUT_SCHOOL)
    stage.clock.working_days(11)
    officer = stage.authority_of(PRIMARY)
    finding = await found(stage, officer, "TRANSFER_STEP_OVERDUE", about=case)
    assert (finding.clause, finding.breached_clause) == ("27.1.6", "14.2")
    assert (finding.subject, finding.source_title) == (f"school/{child.school.code}", "逾期环节")
    await stage.principal(PRIMARY).approve(case)
    await stage.approves(officer, case, Step.IN_AUTHORITY)
    assert (await stage.outcome(case, school=SPECIAL))[child.name].state == "done"
    closed = await put_right(stage, officer, stage.principal(PRIMARY), finding, by="2026-10-30", done="转学已当日办结")
    assert closed.state == "closed"


@pytest.mark.clause("27.1.2", "27.1.5", "27.1.7", "27.1.8")
@pytest.mark.parametrize(
    ("ground", "item", "text"),
    [
        ("FALSE_RECORD", "27.1.2", "为未入学的儿童建立学籍，套取经费"),
        ("ACCEPTED_WITHOUT_TRANSFER", "27.1.5", "接收外校学生就读一学期，没有办理转学手续"),
        ("DATA_LEAKED", "27.1.7", "将毕业班学生名单和电话提供给培训机构"),
        ("OTHER", "27.1.8", "学籍管理员更换后三个月没有指定新的人员"),
    ],
)
async def test_what_no_rule_can_find_is_entered_with_proof_and_ordered_by_its_item(
    stage: Stage, ground: str, item: str, text: str
) -> None:
    """虚假学籍、不办转学、泄露信息、其他行为：接到举报，区教育局附证据登记，按第二十七条相应的项责令改正。"""
    officer, principal = stage.authority_of(PRIMARY), stage.principal(PRIMARY)
    school = f"school/{stage.school(PRIMARY).code}"
    finding = await entered(stage, officer, ground, text, office=school, count=3)
    assert (finding.clause, finding.state_title) == (item, "待核实")
    closed = await put_right(stage, officer, principal, finding, by="2026-09-30", done="已清查并整改")
    assert closed.state == "closed"
    (order_id,) = [one.order_id for one in await principal.supervision.orders() if one.finding_id == finding.finding_id]
    printed = as_text(notice_view(await principal.notice(order_id), full=True))
    for told in ("责令改正通知书", text, citation(item), "2026-09-30"):
        assert told in printed


@pytest.mark.clause("27.1")
async def test_an_answer_that_is_not_enough_is_followed_by_another_order(stage: Stage) -> None:
    """学校报告说已经改正，复查没有改：再次责令改正，期限另定；两次通知、两次报告都在登记簿里。"""
    officer, principal = stage.authority_of(PRIMARY), stage.principal(PRIMARY)
    school = f"school/{stage.school(PRIMARY).code}"
    finding = await entered(stage, officer, "DATA_MISUSED", "用学生信息推销校服", office=school)
    await officer.supervision.decide(finding.finding_id, confirmed=True, reason="属实")
    for due_on, done in (("2026-09-15", "已停止"), ("2026-09-25", "已停止并退款，公示一周")):
        await officer.supervision.order(finding.finding_id, measure="停止并退款", due_on=due_on)

        async def arrived(due_on: str = due_on) -> str | None:
            orders = await principal.supervision.orders()
            mine = (one for one in orders if one.finding_id == finding.finding_id and one.due_on == due_on)
            return next((one.order_id for one in mine), None)

        order_id = await stage.until("学校收到通知书", arrived)
        report = await principal.supervision.answer(order_id, measure=done)
        assert await principal.supervision.answer(order_id, measure=done) == report

        async def answered() -> bool | None:
            return (await officer.supervision.finding(finding.finding_id)).finding.state == "answered" or None

        await stage.until("收到整改情况报告", answered)
    await officer.supervision.close(finding.finding_id, reason="已退款")
    assert await acts(officer, finding.finding_id) == [
        *("find", "confirm", "order", "answer", "order", "answer", "close"),
    ]


@pytest.mark.clause("26.1")
async def test_an_authority_that_is_late_is_ordered_by_the_one_above(stage: Stage) -> None:
    """区教育局10个工作日没有核准新生学籍：系统如实上报，上一级的市教育局责令改正；区里办结并报告，孩子拿到学籍号。"""
    child: Child = stage.child("任书瑶", school=PRIMARY)
    await stage.enters(child)
    case = await stage.submits(PRIMARY)
    officer, above = stage.authority_of(PRIMARY), stage.officer("郑州市教育局")
    await stage.asked(officer, case, Step.IN_AUTHORITY)
    stage.clock.working_days(11)
    finding = await found(stage, above, "RECORD_STEP_OVERDUE", about=case)
    assert (finding.clause, finding.subject) == ("26.1", f"authority/{child.school.authority}")
    await stage.sees_through(case, school=PRIMARY)
    closed = await put_right(stage, above, officer, finding, by="2026-10-15", done="已核准，并增加一名经办人")
    assert closed.state_title == "已整改"
    assert (await stage.outcome(case, school=PRIMARY))[child.name].number


@pytest.mark.clause("26.1")
async def test_a_prefecture_that_is_late_is_ordered_by_its_province(stage: Stage) -> None:
    """市教育局对直管学校的业务逾期未办：它上面就是省，省里看到线索，责令改正。"""
    child: Child = stage.child("任书琪", school=COMPLETE, grade="初中一年级")
    await stage.enters(child)
    case = await stage.submits(COMPLETE)
    officer, province = stage.authority_of(COMPLETE), stage.hub_of(COMPLETE)
    await stage.asked(officer, case, Step.IN_AUTHORITY)
    stage.clock.working_days(11)
    finding = await found(stage, province, "RECORD_STEP_OVERDUE", about=case)
    assert (finding.clause, finding.subject) == ("26.1", "authority/410100")
    await stage.sees_through(case, school=COMPLETE)
    assert (await put_right(stage, province, officer, finding, by="2026-10-15", done="已核准")).state == "closed"


@pytest.mark.clause("26.1", "27.1")
async def test_nobody_orders_whom_they_are_not_above_and_nobody_accuses_without_proof(stage: Stage) -> None:
    """区教育局管不到别的区的学校，学校不能监督别人；没有证据不能登记线索。"""
    officer = stage.authority_of(PRIMARY)
    with pytest.raises(OutsideJurisdiction):
        await entered(stage, officer, "OTHER", "别区的事", office=f"school/{stage.school(ELSEWHERE).code}")
    with pytest.raises(OutsideJurisdiction):
        await entered(stage, officer, "OTHER", "市直学校的事", office=f"school/{stage.school(COMPLETE).code}")
    with pytest.raises(EvidenceRequired):
        await officer.supervision.enter(
            supervision_pb2.EnterFindingRequest(
                finding_id=str(new_uuid7()),
                subject=f"school/{stage.school(PRIMARY).code}",
                ground="OTHER",
                sentence="听说的",
            )
        )
    with pytest.raises(NotOfferedHere):
        await stage.principal(PRIMARY).supervision.findings()


@pytest.mark.clause("26.1", "27.1")
async def test_the_register_is_whole_and_a_paper_is_found_in_it(stage: Stage) -> None:
    """登记簿逐条签名、首尾相接；学校拿着通知书上的封存摘要，可以查到它是登记簿的哪一条，谁也抽不走。"""
    officer, principal = stage.authority_of(PRIMARY), stage.principal(PRIMARY)
    school = f"school/{stage.school(PRIMARY).code}"
    finding = await entered(stage, officer, "OTHER", "没有按时公布招生结果", office=school)
    await put_right(stage, officer, principal, finding, by="2026-09-30", done="已公布")
    (order_id,) = [one.order_id for one in await principal.supervision.orders() if one.finding_id == finding.finding_id]
    lines = {line.key: line.values for line in (await principal.notice(order_id)).lines}
    verified = await officer.supervision.verify(digest=lines["digest"][0])
    assert (verified.broken_at, verified.more) == (0, False)
    entries = await officer.supervision.register(after=verified.found_at - 1)
    assert (entries[0].act, entries[0].digest) == ("order", lines["digest"][0])
    assert [entry.covers for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert verified.head == entries[-1].digest
    assert (await officer.supervision.verify(digest="0" * 64)).found_at == 0


async def xueji(stage: Stage, *words: str) -> str:
    """The command line as an officer types it; what it prints."""
    program = [sys.executable, "-m", "console", "supervision", *words]
    environment = os.environ | {"XUEJI_FEDERATION": str(stage.theatre.file), "COLUMNS": "240"}
    running = await asyncio.create_subprocess_exec(
        *program, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(running.communicate(), COMMAND_SECONDS)
    assert running.returncode == 0, err.decode() + out.decode()
    return out.decode()


@pytest.mark.clause("27.1", "27.1.7")
async def test_an_officer_does_it_in_a_terminal(stage: Stage, tmp_path: Path) -> None:
    """区教育局在终端里登记、认定、责令改正，学校在终端里报告，区里复查办结、查登记簿、验证。"""
    officer, principal = ("--desk", "410105"), ("--desk", "2141000001/principal")
    photograph = tmp_path / "举报照片.png"
    Image.new("L", (81, 60), "white").save(photograph, "PNG")
    office = ("--office", "school/2141000001", "--ground", "DATA_LEAKED", "--text", "在校门口张贴学生信息表")
    entered = json.loads(await xueji(stage, "enter", *office, "--evidence", str(photograph), *officer, "--json"))
    finding_id = entered["finding_id"]
    assert "已认定" in await xueji(stage, "confirm", finding_id, "--reason", "现场核实", *officer)
    assert "责令改正" in await xueji(stage, "order", finding_id, "--measure", "撤下", "--due", "2026-09-10", *officer)

    async def arrived() -> str | None:
        orders = await stage.principal(PRIMARY).supervision.orders()
        return next((one.order_id for one in orders if one.finding_id == finding_id), None)

    order_id = await stage.until("通知书", arrived)
    assert order_id in await xueji(stage, "orders", *principal)
    assert "已发出" in await xueji(stage, "answer", order_id, "--measure", "已撤下", *principal)

    async def answered() -> bool | None:
        return (await stage.authority_of(PRIMARY).supervision.finding(finding_id)).finding.state == "answered" or None

    await stage.until("整改情况报告", answered)
    assert "已整改" in await xueji(stage, "close", finding_id, "--reason", "已复查", *officer)
    shown = await xueji(stage, "show", finding_id, *officer)
    for told in ("第二十七条第七项", "在校门口张贴学生信息表", "现场核实", "已撤下", "整改复查通过"):
        assert told in shown
    entries = json.loads(await xueji(stage, "register", *officer, "--json"))["entries"]
    said = await xueji(stage, "verify", "--digest", entries[-1]["digest"], *officer)
    assert "首尾相接" in said
    assert f"第 {len(entries)} 条" in said
    assert "泄露学生学籍信息" in await xueji(stage, "grounds")
