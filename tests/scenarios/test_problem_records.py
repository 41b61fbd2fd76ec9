"""第六条: a record about which there is a doubt (问题学籍) waits for what settles it."""

from __future__ import annotations

import pytest

from console.evidence import put_content
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.refusals import EvidenceRequired, NoProblemOnRecord, NotOfferedHere, ProblemRecordOpen
from kernel.regulation import Step
from scenarios.children import Child
from scenarios.stage import Stage, a_document
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2

PRIMARY, JUNIOR, COMPLETE = "金水区示范小学", "金水区示范初级中学", "郑州市示范完全中学"


async def province_files(stage: Stage, procedure: str, child: Child, *, proved: bool = True, **said: str) -> str:
    """The officer of the province begins a case about a child, which is carried out at once; the case's id."""
    hub, case_id = stage.hub_of(child.school), str(new_uuid7())
    kind = EvidenceKind.HOUSEHOLD_PROOF
    proofs = [await put_content(hub, a_document(kind), kind)] if proved else []
    request = desk_pb2.FileCaseRequest(
        case_id=case_id,
        procedure=procedure,
        items=[case_pb2.Item(item_id=case_id, values={"number": child.number, "name": child.name} | said)],
        evidence=proofs,
    )
    for _ in range(2):  # asked again, it is answered as before
        await hub.file_case(request)
    return case_id


@pytest.mark.clause("6.1")
async def test_a_problem_record_is_corrected_and_not_moved_until_the_doubt_is_settled(stage: Stage) -> None:
    """省里查出身份证号重复，标记为问题学籍：休学等变动不受理，更正照办；解除以后恢复正常，两次都写进变动记录。"""
    child = await stage.enrolled_pupil("文静姝", school=PRIMARY)
    await province_files(stage, "problem_mark", child, problem="身份证号重复", reason="与外省一名学生重号")
    assert (await stage.told(child)).standing["problem"] == "duplicate"
    with pytest.raises(ProblemRecordOpen):
        await stage.does("class_change", child, school_class="2班")
    await stage.does("other_data_correction", child, new_phone="19901116666", reason="换号")
    await province_files(stage, "problem_cleared", child, reason="经公安核实号码正确")
    assert "problem" not in (await stage.told(child)).standing
    await stage.does("class_change", child, school_class="2班")
    titles = [entry.procedure_title for entry in await stage.history(child)]
    assert titles[1:] == ["问题学籍标记", "一般信息变更", "问题学籍解除", "调班"]


@pytest.mark.clause("6.1", "14.1")
async def test_a_transfer_waits_for_the_doubt_and_goes_on_by_itself(stage: Stage) -> None:
    """问题学籍的学生申请转学，业务暂停等候；省里解除标记，转学自动继续，不用重新申请。"""
    child = await stage.enrolled_pupil("安若素", school=JUNIOR, grade="初中二年级")
    await province_files(stage, "problem_mark", child, problem="号码与姓名不匹配", reason="姓名疑为同音字")
    case = await stage.files_transfer(child, to=COMPLETE, grade="初中二年级")
    await stage.approves(stage.authority_of(COMPLETE), case, Step.IN_AUTHORITY)

    async def waits() -> bool | None:
        return (await stage.registrar(COMPLETE).case(case)).summary.awaited_step == "waiting" or None

    assert await stage.until("转学暂停", waits)
    await province_files(stage, "problem_cleared", child, reason="佐证属实")
    await stage.sees_through(case, school=COMPLETE)
    assert (await stage.outcome(case, school=COMPLETE))[child.name].state == "done"


@pytest.mark.clause("6.1", "13.1")
async def test_a_mark_needs_proof_and_a_province(stage: Stage) -> None:
    """标记和解除都要有核查材料，由省里办；没有标记的谈不上解除。"""
    child = await stage.enrolled_pupil("纪明月", school=PRIMARY)
    with pytest.raises(EvidenceRequired):
        await province_files(stage, "problem_mark", child, proved=False, problem="其他", reason="怀疑")
    with pytest.raises(NoProblemOnRecord):
        await province_files(stage, "problem_cleared", child, reason="没有问题")
    with pytest.raises(NotOfferedHere):
        await stage.files("problem_mark", child, problem="其他", reason="学校自己标")
    assert len(await stage.history(child)) == 1
