"""第十五条、第十六条: the paper archive follows the pupil within the month, and the new school goes on with it."""

from __future__ import annotations

from datetime import date

import pytest

from console.paper_archives import paper_archives
from console.plain import Plain
from kernel.refusals import NoticeNotFound, NotOfferedHere
from scenarios.stage import Stage
from xueji.desk.v1 import paper_archive_pb2

PRIMARY, ELSEWHERE, SPECIAL = "金水区示范小学", "天河区示范小学", "金水区示范特殊教育学校"
LETTER = "挂号信 XA12345678"


async def transferred(stage: Stage, name: str, *, to: str = PRIMARY, school: str = ELSEWHERE, grade: str) -> str:
    """A transfer that is done; the case's id, once both schools know."""
    child = await stage.enrolled_pupil(name, school=school, grade=grade)
    case = await stage.files_transfer(child, to=to, grade="特教四年级" if to == SPECIAL else grade)
    await stage.sees_through(case, school=to)
    await stage.until(f"{school}知道{name}已经转出", lambda: seen(stage, case, school))
    return case


async def seen(stage: Stage, case: str, school: str, *, state: str = "", officer: bool = False) -> Plain | None:
    desk = stage.authority_of(school) if officer else stage.registrar(school)
    listed = await paper_archives(desk, overdue=False)
    found = next((one for one in listed if one["case_id"] == case), None)
    return found if found is not None and state in ("", found["state"]) else None


async def overdue(stage: Stage, case: str, school: str) -> bool:
    listed = await paper_archives(stage.authority_of(school), overdue=True)
    return case in [one["case_id"] for one in listed]


@pytest.mark.clause("15.1", "16.1")
async def test_the_archive_is_sent_within_the_month_and_the_new_school_confirms_it(stage: Stage) -> None:
    """转学9月1日办结，一个月满正值国庆放假，纸质档案最迟10月8日转出；转出学校寄出后登记，转入学校收到后确认并接续建档，两边都看得到。"""
    case = await transferred(stage, "白露晞", grade="小学四年级")
    owed = await seen(stage, case, ELSEWHERE)
    assert owed is not None
    assert (owed["state_title"], owed["overdue"]) == ("待转出", False)
    (paper_archive,) = [
        one
        for one in (
            await stage.registrar(ELSEWHERE).paper_archives.ListPaperArchives(
                paper_archive_pb2.ListPaperArchivesRequest(page_size=500)
            )
        ).paper_archives
        if one.case_id == case
    ]
    assert paper_archive.due_at_ms == stage.end_of(date(2026, 10, 8))
    stage.clock.to(date(2026, 9, 10))
    sent = paper_archive_pb2.MarkArchiveSentRequest(case_id=case, how=LETTER)
    for _ in range(2):
        answer = await stage.registrar(ELSEWHERE).paper_archives.MarkArchiveSent(sent)
        assert answer.paper_archive.state == "sent"
    await stage.until("转入学校知道已经寄出", lambda: seen(stage, case, PRIMARY, state="sent"))
    confirm = paper_archive_pb2.ConfirmArchiveRequest(case_id=case, answer="已收到，已接续建档")
    await stage.until("转入学校收到转出单", lambda: confirmed(stage, confirm))
    await stage.until("转出学校知道对方已经收到", lambda: seen(stage, case, ELSEWHERE, state="received"))
    await stage.until("转出方主管部门也看得到", lambda: seen(stage, case, ELSEWHERE, state="received", officer=True))


async def confirmed(stage: Stage, request: paper_archive_pb2.ConfirmArchiveRequest) -> bool | None:
    answer = await stage.registrar(PRIMARY).paper_archives.ConfirmArchive(request)
    return answer.paper_archive.state == "received" or None


@pytest.mark.clause("15.1")
async def test_what_is_not_sent_within_the_month_is_on_the_authoritys_list(stage: Stage) -> None:
    """超过一个月还没有转出纸质档案的，转出学校和它的主管部门的逾期名单里都有；补寄以后从名单里去掉。"""
    case = await transferred(stage, "霍思齐", school=PRIMARY, to=SPECIAL, grade="小学四年级")
    await stage.until("主管部门看得到待转的档案", lambda: seen(stage, case, PRIMARY, state="due", officer=True))
    stage.clock.to(date(2026, 10, 8))
    assert not await overdue(stage, case, PRIMARY)
    stage.clock.to(date(2026, 10, 9))
    assert await overdue(stage, case, PRIMARY)
    await stage.registrar(PRIMARY).paper_archives.MarkArchiveSent(
        paper_archive_pb2.MarkArchiveSentRequest(case_id=case, how="专人送达")
    )

    async def off_the_list() -> bool | None:
        return not await overdue(stage, case, PRIMARY) or None

    await stage.until("主管部门的逾期名单里没有了", off_the_list)


@pytest.mark.clause("15.1")
async def test_each_side_says_its_own_part(stage: Stage) -> None:
    """转入学校不能替转出学校说“已寄出”；还没有寄出的，转入学校无从确认。"""
    case = await transferred(stage, "鲁清欢", grade="小学三年级")
    with pytest.raises(NotOfferedHere):
        await stage.registrar(PRIMARY).paper_archives.MarkArchiveSent(
            paper_archive_pb2.MarkArchiveSentRequest(case_id=case, how=LETTER)
        )
    with pytest.raises(NoticeNotFound):
        await stage.registrar(PRIMARY).paper_archives.ConfirmArchive(
            paper_archive_pb2.ConfirmArchiveRequest(case_id=case)
        )
