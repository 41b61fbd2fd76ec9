"""学籍变动记录: what was true of a child when, what was believed, and how a mistake is put right (Art. 7, 10, 13)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from console.records import history
from console.trail_form import trail_form
from kernel.clock import SHANGHAI, milliseconds
from kernel.evidence import EvidenceKind
from kernel.refusals import EntryStands
from scenarios.stage import Stage

PRIMARY, SPECIAL = "金水区示范小学", "金水区示范特殊教育学校"


def noon(day: date) -> int:
    return milliseconds(datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI))


@pytest.mark.clause("10.1", "13.1")
async def test_a_mistake_is_taken_back_and_what_was_believed_stays_on_record(stage: Stage) -> None:
    """学校把沈亦安错调到2班，一个月后反向更正：现在查9月20日在1班，按当时的记录是2班，两条记录都在。"""
    child = await stage.enrolled_pupil("沈亦安", school=PRIMARY, school_class="1班")
    stage.clock.to(date(2026, 9, 10))
    await stage.does("class_change", child, school_class="2班")
    stage.clock.to(date(2026, 10, 8))
    await stage.does("counter_entry", child, counters="2", reason="调班时选错了学生")
    province, asked = stage.officer("河南省"), "2026-09-20"
    now = await province.record(child.number, on=asked)
    then = await province.record(child.number, on=asked, known_at_ms=noon(date(2026, 9, 20)))
    assert (now.record.values["school_class"], then.record.values["school_class"]) == ("1班", "2班")
    _, (_, wrong, right) = await province.history(child.number)
    assert (wrong.countered_by, right.counters, right.effective_on) == (3, 2, wrong.effective_on)


@pytest.mark.clause("13.1", "19.1")
async def test_what_is_registered_late_is_true_from_its_own_day(stage: Stage) -> None:
    """邱子墨9月14日住院，9月28日才办完休学：生效日期是9月14日，而9月20日查到的当时记录是在读，也留得住。"""
    child = await stage.enrolled_pupil("邱子墨", school=PRIMARY, sex="男")
    stage.clock.to(date(2026, 9, 28))
    proofs = (EvidenceKind.GUARDIAN_APPLICATION, EvidenceKind.MEDICAL_PROOF)
    leave = {"leave_reason": "illness", "leave_from": "20260914", "leave_until": "20270301", "reason": "住院治疗"}
    await stage.does("suspension", child, proofs=proofs, **leave)
    province = stage.officer("河南省")
    asked, then = "2026-09-20", noon(date(2026, 9, 20))
    assert (await province.record(child.number, on=asked)).record.status_title == "休学"
    assert (await province.record(child.number, on=asked, known_at_ms=then)).record.status_title == "在读"
    assert (await province.record(child.number, on="2026-09-10")).record.status_title == "在读"


@pytest.mark.clause("7.2.1", "13.1")
async def test_the_trail_says_who_when_why_by_which_article_and_on_which_proof(stage: Stage) -> None:
    """家长要求出具学籍变动证明：每一条都写明何时、何单位、何人、何理由、依据哪一款、凭哪份材料，带校验码。"""
    child = await stage.enrolled_pupil("乔语桐", school=PRIMARY)
    await stage.transferred(child, to=SPECIAL, grade="特教一年级")
    province = stage.officer("河南省")
    record, entries = await province.history(child.number)
    enrolment, transfer = entries
    assert (record.school, len(entries)) == (stage.school(SPECIAL).code.text, 2)
    assert (enrolment.office, transfer.office) == ("authority/410105", "authority/410105")
    assert transfer.person
    assert transfer.reason == "随父母工作调动迁居"
    assert "14.1" in transfer.articles
    assert {change.label for change in transfer.changes} >= {"学校标识码", "年级"}
    answer = history(record, entries, full=True)
    form = trail_form(answer, printed_at=milliseconds(stage.clock.now()), printed_by=province.who)
    assert child.number in form
    assert form.count(transfer.digest.hex()) == 2


@pytest.mark.clause("13.1", "14.1")
async def test_one_side_alone_does_not_take_a_transfer_back(stage: Stage) -> None:
    """闻人雪已经转到特教学校，学校不能用反向更正把她“退”回去，只能再办转学。"""
    child = await stage.enrolled_pupil("闻人雪", school=PRIMARY)
    await stage.transferred(child, to=SPECIAL, grade="特教一年级")
    with pytest.raises(EntryStands):
        await stage.does("counter_entry", child, counters="2", reason="家长改了主意")
    assert (await stage.record(child)).school == stage.school(SPECIAL).code.text
