"""第六条: two records that may be one child (问题学籍核查): both provinces are asked, and nothing is lost meanwhile."""

from __future__ import annotations

import pytest

from console.notices import as_text, notice_view
from kernel.adjudication import Word
from kernel.ids import new_uuid7
from kernel.notice import NoticeKind
from kernel.refusals import (
    AdjudicationNotFound,
    EntryStands,
    EvidenceRequired,
    KnownDifferent,
    NotSoOnRecord,
    ProblemRecordOpen,
    StatusForbids,
)
from scenarios.children import Child
from scenarios.stage import Stage
from scenarios.terminal import typed
from xueji.adjudication.v1 import adjudication_pb2
from xueji.index.v1 import index_pb2
from xueji.notice.v1 import notice_pb2

HERE, THERE = "金水区示范小学", "天河区示范小学"
CLASS = "6班"  # of these stories alone: a class has so many places
PROOF = ("户籍证明",)


async def two_records(stage: Stage, name: str, other: str) -> tuple[Child, Child]:
    """A child of Henan and one of Guangdong, who may be the same."""
    here = await stage.enrolled_pupil(name, school=HERE, school_class=CLASS)
    return here, await stage.enrolled_pupil(other, school=THERE, school_class=CLASS)


async def asked(stage: Stage, *children: Child) -> adjudication_pb2.Adjudication:
    """Henan's officer asks, and both records wait."""
    first, second = children
    case = await stage.hub_of(first.school).adjudications.open(
        str(new_uuid7()), first.number, second.number, why="家长说转过学"
    )
    for child in children:
        await marked(stage, child, "suspected")
    return case


async def marked(stage: Stage, child: Child, problem: str) -> None:
    async def look() -> bool | None:
        return ((await stage.told(child)).standing.get("problem", "") == problem) or None

    assert await stage.until(f"{child.name}的标记：{problem or '无'}", look)


async def of_status(stage: Stage, child: Child, status: str) -> None:
    async def look() -> bool | None:
        return ((await stage.told(child)).status == status) or None

    assert await stage.until(f"{child.name}的状态：{status}", look)


async def answered(
    stage: Stage, case: adjudication_pb2.Adjudication, child: Child, word: Word, *grounds: str
) -> adjudication_pb2.Adjudication:
    return await stage.hub_of(child.school).adjudications.answer(case.adjudication_id, word, grounds=grounds)


@pytest.mark.clause("6.1")
async def test_one_child_with_two_records_has_one_again_and_a_merge_that_was_wrong_is_taken_back(stage: Stage) -> None:
    """两省各有一份学籍：核查期间暂停变动、照常就读；双方认定是同一名学生，一份并入另一份，两个号都查得到；认定有误，撤销后各自复原。"""
    first, second = await two_records(stage, "岑如意", "岑如忆")
    case = await asked(stage, first, second)
    with pytest.raises(ProblemRecordOpen):
        await stage.does("class_change", second, school_class="2班")
    assert await stage.on_the_roll(second, school=THERE) == ["numbered"], "the child goes to school as before"
    county = stage.authority_of(THERE)

    async def letter() -> str | None:
        for one in await county.notices(notice_pb2.NOTICE_VIEW_UNCONFIRMED, kind=NoticeKind.PLAIN_MESSAGE):
            said = as_text(notice_view(await county.notice(one.notice_id), full=True))
            if second.number in said:
                return said
        return None

    told = await stage.until("主管部门收到核查通知", letter)
    assert "疑似为同一名学生" in told
    assert case.due_on in told
    assert first.number not in told

    assert (await answered(stage, case, first, Word.OURS_STANDS, *PROOF)).state == "asked"
    assert (await answered(stage, case, second, Word.OTHER_STANDS, "监护人书面申请")).state == "merged"
    await of_status(stage, second, "merged")
    await marked(stage, first, "")
    merged = await stage.told(second)
    assert merged.standing["merged_into"] == first.number
    assert (await stage.at_the_index(second)).number == first.number
    with pytest.raises(StatusForbids):
        await stage.does("class_change", second, school_class="2班")
    merge = (await stage.history(second))[-1]
    with pytest.raises(EntryStands):
        await stage.does("counter_entry", second, counters=str(merge.version), reason="学校认为不是")

    await stage.nation.nations_adjudications.split(case.adjudication_id, why="核查材料有误")
    await of_status(stage, second, "enrolled")
    assert "merged_into" not in (await stage.told(second)).standing
    assert (await stage.at_the_index(second)).number == second.number
    await stage.does("class_change", second, school_class="2班")
    titles = [entry.procedure_title for entry in await stage.history(second)]
    assert titles[1:] == ["疑似重复学籍核查", "重复学籍合并", "学籍合并撤销", "调班"]
    with pytest.raises(KnownDifferent):
        await stage.nation.nations_adjudications.open(str(new_uuid7()), first.number, second.number, why="再问")


@pytest.mark.clause("6.1")
async def test_two_provinces_that_both_prove_their_record_leave_it_to_the_nation(stage: Stage) -> None:
    """双佐证的报全国裁定：认定为两名学生，两份学籍都解除标记，以后不再提示。"""
    first, second = await two_records(stage, "岑思远", "岑思苑")
    case = await asked(stage, first, second)
    await answered(stage, case, first, Word.PROVED, *PROOF)
    assert (await answered(stage, case, second, Word.PROVED, "就读证明")).state == "nation"
    listed = await stage.nation.nations_adjudications.all(with_settled=False)
    (mine,) = [one for one in listed if one.adjudication_id == case.adjudication_id]
    assert {tuple(party.grounds) for party in (mine.first, mine.second)} == {
        ("household_proof",),
        ("attendance_proof",),
    }
    await stage.nation.nations_adjudications.decide(
        case.adjudication_id, adjudication_pb2.DECISION_DIFFERENT, why="两地公安核实为两人"
    )
    for child in (first, second):
        await marked(stage, child, "")
        assert [entry.procedure_title for entry in await stage.history(child)][1:] == [
            "疑似重复学籍核查",
            "疑似重复学籍核查办结",
        ]


@pytest.mark.clause("6.1", "10.1")
async def test_an_answer_must_be_true_of_the_record(stage: Stage) -> None:
    """说更正了就要办过更正，说删除了就要办过删除，说属实就要有佐证；更正照办，不受核查影响。"""
    first, second = await two_records(stage, "岑安然", "岑安冉")
    case = await asked(stage, first, second)
    with pytest.raises(NotSoOnRecord):
        await answered(stage, case, first, Word.CORRECTED)
    with pytest.raises(NotSoOnRecord):
        await answered(stage, case, first, Word.DELETED)
    with pytest.raises(EvidenceRequired):
        await answered(stage, case, first, Word.PROVED)
    await stage.does("record_deletion", second, reason="误建")
    assert (await answered(stage, case, second, Word.DELETED)).state == "asked"
    assert (await answered(stage, case, first, Word.PROVED, *PROOF)).state == "struck"
    await marked(stage, first, "")
    assert (await stage.told(second)).status == "deleted"
    await stage.does("class_change", first, school_class="2班")


@pytest.mark.clause("6.1", "25.1")
async def test_what_the_records_say_is_shown_to_the_two_parties_alone_and_every_look_is_remembered(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """两省在核查中对照两份学籍，看得到姓名、证件和监护人，看不到住址电话；谁看过都有记录，办结后不再互看。"""
    first, second = await two_records(stage, "岑若水", "岑若谁")
    case = await asked(stage, first, second)
    shown = await stage.hub_of(first.school).adjudications.show(case.adjudication_id)
    assert {record.values["name"] for record in shown.records} == {first.name, second.name}
    assert not shown.other_silent
    assert not any(key in record.values for record in shown.records for key in ("address", "phone", "home_address"))
    looked = (await stage.hub_of(second.school).adjudications.show(case.adjudication_id)).looks
    assert ("province/41", stage.hub_of(first.school).who.person) in {(look.office, look.person) for look in looked}
    with pytest.raises(AdjudicationNotFound):
        await stage.hub_of(first.school).adjudications.show(str(new_uuid7()))
    page = await typed(stage, monkeypatch, "adjudications", "show", case.adjudication_id, "--desk", "41")
    assert "疑似" not in page
    assert first.number not in page, "numbers are masked until they are asked for"
    assert "不同" in page
    await typed(
        stage,
        monkeypatch,
        *("adjudications", "answer", case.adjudication_id, "ours_stands", "--ground", "户籍证明", "--yes"),
        *("--desk", "41"),
    )
    decided = await typed(
        stage,
        monkeypatch,
        *("index", "decide", case.adjudication_id, "--different", "--why", "核实为两人", "--desk", "00"),
    )
    assert "两名学生" in decided
    ended = await stage.hub_of(first.school).adjudications.show(case.adjudication_id)
    assert [record.values["name"] for record in ended.records] == [first.name], "nothing is left to compare"
    assert case.adjudication_id in await typed(
        stage, monkeypatch, "adjudications", "list", "--with-settled", "--desk", "44"
    )
    (found,) = await stage.nation.look_up([index_pb2.Handle(number=second.number)])
    assert found.number == second.number
