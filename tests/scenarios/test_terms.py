"""第十八条、第二十二条第二款: what is told and handed over in writing at the end of each term."""

from __future__ import annotations

from datetime import date

import pytest

from console import term_notices
from console.desk import Desk
from console.notices import archive_in, as_text, notice_view
from scenarios.stage import Stage
from scenarios.terminal import typed
from xueji.notice.v1 import notice_pb2
from xueji.term.v1 import term_pb2

COMPLETE, JUNIOR, ELSEWHERE = "郑州市示范完全中学", "金水区示范初级中学", "天河区示范小学"
COUNTY, PREFECTURE, PROVINCE = "郑州市金水区教育局", "郑州市教育局", "河南省"


async def school_in(desk: Desk, stage: Stage, name: str) -> term_pb2.DirectSchool:
    code = stage.school(name).code.text
    return next(one for one in await term_notices.direct_schools(desk) if one.school == code)


@pytest.mark.clause("18.1")
async def test_a_school_that_the_city_runs_tells_the_county_each_term_who_came_and_who_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """市直中学学期最后一天书面告知所在区教育局：谁转入、谁转出；区里签收，没有告知的学校在清单上看得见。"""
    stage.clock.to(date(2031, 9, 8))  # a school year that no other story plays in
    comes = await stage.enrolled_pupil("卫子涵", school=JUNIOR, grade="初中二年级")
    leaves = await stage.enrolled_pupil("沈亦舟", school=COMPLETE, grade="初中二年级")
    await stage.transferred(comes, to=COMPLETE, grade="初中二年级")
    await stage.transferred(leaves, to=JUNIOR, grade="初中二年级")
    county, prefecture, province = (stage.officer(name) for name in (COUNTY, PREFECTURE, PROVINCE))
    stage.clock.to(date(2032, 1, 20))  # the last day of the term

    async def arrived() -> term_pb2.DirectSchool | None:
        told = await school_in(county, stage, COMPLETE)
        return told if told.state == "delivered" else None

    told = await stage.until(f"{COUNTY}收到书面告知", arrived)
    assert (told.due_on, told.county) == ("2032-01-20", "authority/410105")
    printed = as_text(notice_view(await county.notice(told.notice_id), full=True))
    came, left = printed.partition("转出学生")[::2]
    assert "2031—2032学年秋季学期（2031-07-10至2032-01-19）" in printed
    assert comes.number in came
    assert leaves.number in left
    await county.confirm_notice(told.notice_id, answer="收悉")
    for officer in (prefecture, province):  # whose node it passed

        async def confirmed(officer: Desk = officer) -> bool | None:
            return (await school_in(officer, stage, COMPLETE)).state == "confirmed" or None

        await stage.until(f"{officer.name}看到已签收", confirmed)
    (own,) = [
        one
        for one in await stage.registrar(COMPLETE).notices(
            notice_pb2.NOTICE_VIEW_OUTGOING, kind="direct_school_term_notice"
        )
        if one.notice_id == told.notice_id
    ]
    assert own.to_office == "authority/410105"
    listed = await typed(stage, monkeypatch, "notices", "direct-schools", "--desk", "410105")
    for word in (COMPLETE, told.notice_id, "已签收"):
        assert word in listed
    stage.clock.to(date(2032, 7, 9))
    assert (await school_in(county, stage, COMPLETE)).term == told.term  # the next is not due yet


@pytest.mark.clause("22.2")
async def test_the_archive_of_a_migrant_child_that_dropped_out_goes_to_its_home_county_in_another_province(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """户籍在郑州金水区的随迁子女在广州辍学：学期末天河区教育局把学籍档案转交金水区教育局，对方签收；学籍仍留在就读学校。"""
    stage.clock.to(date(2032, 9, 6))
    child = await stage.enrolled_pupil(
        "柏一川", school=ELSEWHERE, grade="小学五年级", migrant_child="是", household_place="410105000000"
    )
    at_home = await stage.enrolled_pupil("元知意", school=ELSEWHERE, grade="小学五年级")
    stage.clock.to(date(2032, 10, 18))
    for one in (child, at_home):
        await stage.does("dropout", one, dropout_reason="labour", absent_since="2032-10-11", visits="家访两次")
    home, attended = stage.officer(COUNTY), stage.authority_of(ELSEWHERE)
    stage.clock.to(date(2033, 1, 20))  # the last day of the term

    async def handed_over() -> str | None:
        for one in await home.notices(notice_pb2.NOTICE_VIEW_UNCONFIRMED, kind="archive_handover"):
            if child.number in as_text(notice_view(await home.notice(one.notice_id), full=True)):
                return one.notice_id
        return None

    notice_id = await stage.until(f"{COUNTY}收到转交的学籍档案", handed_over)
    archive = archive_in(await home.notice(notice_id), full=True)
    assert archive["record"]["number"] == child.number
    assert archive["record"]["values"]["household_place"] == "410105000000"
    assert [entry["procedure_title"] for entry in archive["entries"]] == ["学籍建立", "辍学报告"]
    read = await typed(stage, monkeypatch, "notices", "archive", notice_id, "--desk", "410105", "--full")
    for word in (child.number, "辍学报告", "校验码"):
        assert word in read
    await home.confirm_notice(notice_id, answer="已收到档案，组织劝返")

    async def receipted() -> notice_pb2.GetNoticeResponse | None:
        view = await attended.notice(notice_id)
        return view if view.summary.state == "confirmed" else None

    view = await stage.until("天河区得到签收回执", receipted)
    assert view.receipts[-1].answer == "已收到档案，组织劝返"
    assert (await stage.told(child)).school == child.school.code.text  # Art. 22.1: the record stays
    sent = await attended.notices(notice_pb2.NOTICE_VIEW_OUTGOING, kind="archive_handover")
    told = [as_text(notice_view(await attended.notice(one.notice_id), full=True)) for one in sent]
    assert not [text for text in told if at_home.number in text]  # its home county is the school's
    assert len([text for text in told if child.number in text]) == 1
