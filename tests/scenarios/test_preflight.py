"""第十四条: what stands against a transfer is told before anybody files, all at once and with what it stands on."""

from __future__ import annotations

import asyncio
import json
from datetime import date

import pytest
from typer.testing import CliRunner

from chassis.rpc.wire import refusal_from_message
from console.commands import app
from kernel.evidence import EvidenceKind
from kernel.refusals import AskedTooOften
from kernel.regulation import Step
from province_hub.rpc.preflight import MISSES_MOST
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2
from xueji.inquiry.v1 import preflight_pb2

PRIMARY, ELSEWHERE, SPECIAL = "金水区示范小学", "天河区示范小学", "金水区示范特殊教育学校"
ILL = (EvidenceKind.GUARDIAN_APPLICATION, EvidenceKind.MEDICAL_PROOF)


async def asked(
    stage: Stage, child: Child, *, to: str, grade: str, name: str = "", document: str = "", reason: str = "随父母迁居"
) -> preflight_pb2.PreflightTransferResponse:
    """What the registrar of the receiving school is told before filing."""
    return await stage.registrar(to).preflight_transfer(
        preflight_pb2.PreflightTransferRequest(
            releasing_school=child.school.code.text,
            values={"number": child.number, "name": name or child.name, "grade": grade, "reason": reason},
            document_number=document or child.document_number,
        )
    )


def codes(answer: preflight_pb2.PreflightTransferResponse) -> list[tuple[str, str, bool]]:
    return [(one.side, one.refusal.code, one.curable) for one in answer.findings]


@pytest.mark.clause("14.1")
async def test_where_nothing_speaks_against_it_the_registrar_hears_so_and_nothing_is_filed(stage: Stage) -> None:
    """申请之前先预检：没有不符合规定之处，两个省都没有留下任何业务。"""
    child = await stage.enrolled_pupil("潘书瑶", school=ELSEWHERE, grade="小学三年级")
    before = len(await stage.officer("河南省").cases(desk_pb2.VIEW_ALL))
    answer = await asked(stage, child, to=PRIMARY, grade="小学三年级")
    assert (codes(answer), answer.unanswered, answer.procedure_title) == ([], "", "跨省转学")
    assert answer.rule_pack.startswith("2025.")
    assert len(await stage.officer("河南省").cases(desk_pb2.VIEW_ALL)) == before
    assert not (await stage.at_the_index(child)).in_transfer


@pytest.mark.clause("11.1", "14.1")
async def test_both_provinces_reasons_come_at_once_with_clause_and_parameter(stage: Stage) -> None:
    """10月中旬想从河南转进广东，还想降一个年级：广东的受理时间、平级转学的规定一次说全，各写明条款和规则参数。"""
    child = await stage.enrolled_pupil("戴安然", school=PRIMARY, grade="小学四年级")
    stage.clock.to(date(2026, 10, 19))
    answer = await asked(stage, child, to=ELSEWHERE, grade="小学三年级")
    assert codes(answer) == [
        ("gaining", "TRANSFER_WINDOW_CLOSED", False),
        ("losing", "TRANSFER_CHANGES_GRADE", False),
    ]
    window, grade = answer.findings
    assert "10个工作日" in refusal_from_message(window.refusal).sentence
    assert ("14.1" in window.clauses, window.rule_pack.partition("+")[2][:3]) == (True, "44.")
    (parameter,) = [one for one in window.parameters if one.name == "transfer.windows"]
    assert parameter.meaning == "转学的受理时间"
    assert "粤教基〔2014〕24号" in parameter.source
    assert [one.name for one in grade.parameters] == ["transfer.grade_change"]


@pytest.mark.clause("14.1", "25.1")
async def test_who_does_not_know_the_pupil_learns_nothing(stage: Stage) -> None:
    """只知道学籍号和姓名、说不出证件号的，只答“不相符”：学生休学了没有、在哪个年级，都不会漏出去；猜得太多就不再回答。"""
    child = await stage.enrolled_pupil("薛慕白", school=ELSEWHERE, grade="小学四年级", sex="男")
    case = await stage.files_transfer(child, to=PRIMARY, grade="小学四年级")
    mismatch = [("losing", "IDENTITY_MISMATCH", False)]
    assert codes(await asked(stage, child, to=SPECIAL, grade="特教三年级", document="110101200001010014")) == mismatch
    assert codes(await asked(stage, child, to=SPECIAL, grade="特教一年级", name="薛慕黑")) == mismatch
    for _ in range(MISSES_MOST - 2):
        await asked(stage, child, to=SPECIAL, grade="特教一年级", document="110101200001010014")
    with pytest.raises(AskedTooOften):
        await asked(stage, child, to=SPECIAL, grade="特教一年级")
    await stage.sees_through(case, school=PRIMARY)


@pytest.mark.clause("14.1", "19.2")
async def test_a_status_that_may_not_move_is_told_inside_the_province_too(stage: Stage) -> None:
    """休学的学生要先复学：同一个区的学校来问，也是申请之前就知道。"""
    child = await stage.enrolled_pupil("贺景澄", school=PRIMARY, grade="小学四年级", sex="男")
    stage.clock.to(date(2026, 9, 14))
    await stage.does(
        "suspension",
        child,
        proofs=ILL,
        leave_reason="illness",
        leave_from="2026-09-14",
        leave_until="2027-08-31",
        illness_months="12",
        reason="需住院治疗",
    )
    answer = await asked(stage, child, to=SPECIAL, grade="特教四年级")
    assert answer.procedure_title == "同一主管部门内转学"
    assert "STATUS_FORBIDS" in {code for _, code, _ in codes(answer)}


@pytest.mark.clause("14.1")
async def test_what_passes_by_itself_is_told_apart(stage: Stage) -> None:
    """学生正被另一所学校申请转学：预检说明“有在办业务”，可以先申请，解决后自动继续。"""
    child = await stage.enrolled_pupil("程锦书", school=PRIMARY, grade="小学四年级")
    case = await stage.files_transfer(child, to=ELSEWHERE, grade="小学四年级")
    await stage.sees_through(case, school=ELSEWHERE, before=Step.OUT_SCHOOL)
    answer = await asked(stage, child, to=SPECIAL, grade="特教四年级")
    assert ("losing", "STUDENT_HAS_OPEN_CASE", True) in codes(answer)
    await stage.registrar(ELSEWHERE).withdraw_case(case, reason="家长放弃")


@pytest.mark.clause("14.1")
async def test_the_command_line_tells_the_same_and_does_not_file_what_cannot_be(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """命令行里先预检再申请：过不了的不申请，并说明是哪一条；过得了的直接申请。"""
    child = await stage.enrolled_pupil("孔令姝", school=ELSEWHERE, grade="小学四年级")
    monkeypatch.setenv("XUEJI_FEDERATION", str(stage.theatre.file))
    school = stage.school(PRIMARY).code.text
    common = ["--desk", f"{school}/registrar", "--number", child.number, "--name", child.name, "--json"]
    common += ["--document", child.document_number, "--from", child.school.code.text, "--reason", "随父母迁居"]

    async def run(*words: str) -> tuple[int, dict[str, object]]:
        result = await _run([*words, *common])
        return result[0], json.loads(result[1])

    code, told = await run("preflight", "transfer", "--grade", "小学五年级")
    assert (code, [one["code"] for one in told["findings"]]) == (0, ["TRANSFER_CHANGES_GRADE"])  # type: ignore[attr-defined]
    code, told = await run("file", "transfer", "--grade", "小学五年级")
    assert (code, told["refused"]["code"]) == (2, "PREFLIGHT_AGAINST")  # type: ignore[index]
    code, told = await run("file", "transfer", "--grade", "小学四年级")
    assert (code, told["preflight"]["findings"]) == (0, [])  # type: ignore[index]


async def _run(words: list[str]) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, app, words)
    return result.exit_code, result.stdout
