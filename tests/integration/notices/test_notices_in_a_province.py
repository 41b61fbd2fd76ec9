"""Notices inside one province: from desk to desk over every tier, replayed, forged, returned, and with nodes down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from chassis.notices import send_notice, take_from_above
from kernel.clock import milliseconds
from kernel.feed import NoticeArrived
from kernel.ids import new_uuid7
from kernel.notice import Notice, NoticeKind, NoticeReceipt, ReceiptStage, id_of_occasion
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    DigestReused,
    IdentityNotProven,
    NoticeAlreadyConfirmed,
    NoticeNotFound,
    OutsideJurisdiction,
    RequestMalformed,
    RoleNotAllowed,
    SchoolUnknown,
    SignatureInvalid,
)
from kernel.statement import StatementKind, statement_digest
from xueji.notice.v1 import notice_pb2

SCHOOL = "school/2141000001"
PREFECTURE_SCHOOL = "school/3441000004"
COUNTY = "authority/410105"
PREFECTURE = "authority/410100"
HUB = "province/41"
INCOMING = notice_pb2.NOTICE_VIEW_INCOMING
OUTGOING = notice_pb2.NOTICE_VIEW_OUTGOING
UNCONFIRMED = notice_pb2.NOTICE_VIEW_UNCONFIRMED
OUTSTANDING = notice_pb2.NOTICE_VIEW_OUTSTANDING


def a_term_notice(node: Any, to: str, **fields: Any) -> Notice:
    """第十八条: what a school run by the prefecture tells the county where it stands."""
    pupil: dict[str, str | int] = {"name": "赵一", "number": "L410105201501010014", "grade": "高一"}
    given: dict[str, Any] = {
        "notice_id": str(new_uuid7()),
        "kind": NoticeKind.DIRECT_SCHOOL_TERM_NOTICE,
        "from_office": node.office,
        "to_office": Office.parse(to),
        "at_ms": milliseconds(datetime.now(UTC)),
        "content": {"term": "2026学年第一学期", "arrived": [pupil], "left": []},
        "wants_receipt": True,
    }
    return Notice(**(given | fields))


def send(node: Any, notice: Notice) -> None:
    """As another use case of that node would, in its own transaction."""
    node.database.transact(
        partial(
            send_notice,
            notice_id=notice.notice_id,
            kind=notice.kind,
            to=notice.to_office,
            content=notice.content,
            post=node.post,
            now=datetime.now(UTC),
            subject=notice.subject,
            due_on=notice.due_on,
        )
    )


async def test_a_directly_run_schools_term_notice_reaches_the_county_and_its_receipt_comes_back(
    province: Any,
) -> None:
    school, county = province[PREFECTURE_SCHOOL], province[COUNTY]
    notice = a_term_notice(school, COUNTY, subject=str(new_uuid7()))
    send(school, notice)
    await school.reaches(notice.notice_id, "delivered")

    shown = await county.show(notice.notice_id)
    assert shown.summary.kind_title == "直管学校学生转入转出情况书面告知"
    assert list(shown.clauses) == ["18.1"]
    lines = {line.label: line for line in shown.lines}
    assert list(lines["学期"].values) == ["2026学年第一学期"]
    assert [[(cell.label, cell.value) for cell in record.cells] for record in lines["转入学生"].records] == [
        [("年级", "高一"), ("姓名", "赵一"), ("学籍号", "L410105201501010014")]
    ]
    for reader, view in ((county, UNCONFIRMED), (school, OUTSTANDING)):
        listed = await reader.listed(view, subject=notice.subject, kind="direct_school_term_notice")
        assert [one.notice_id for one in listed.notices] == [notice.notice_id]
        assert (await reader.listed(view, subject=notice.subject, kind="reminder")).notices == []

    confirmed = await county.confirm(notice.notice_id, "已收悉")
    assert confirmed.state_title == "已签收"
    await school.reaches(notice.notice_id, "confirmed")
    receipts = [
        (one.stage, one.office, one.person, one.answer) for one in (await school.show(notice.notice_id)).receipts
    ]
    assert receipts == [("delivered", COUNTY, "", ""), ("confirmed", COUNTY, "c001", "已收悉")]
    assert (await county.listed(UNCONFIRMED, subject=notice.subject)).notices == []
    assert (await school.listed(OUTSTANDING, subject=notice.subject)).notices == []
    for passed_on_by in (PREFECTURE, HUB):
        assert province[passed_on_by].state(notice.notice_id) == "confirmed"


@pytest.mark.parametrize(
    ("sender", "to"),
    [
        (SCHOOL, COUNTY),
        (COUNTY, SCHOOL),
        (COUNTY, HUB),
        (HUB, COUNTY),
        (HUB, SCHOOL),
        (SCHOOL, HUB),
        (PREFECTURE, COUNTY),
        (COUNTY, PREFECTURE),
        (HUB, HUB),
    ],
)
async def test_offices_of_one_line_write_to_each_other(province: Any, sender: str, to: str) -> None:
    writer, reader = province[sender], province[to]
    notice_id = await writer.write(reader.office, "请核实九月报表", subject="case-1", due_on="2026-09-30")
    await writer.reaches(notice_id, "delivered")
    shown = await reader.show(notice_id)
    assert {line.label: list(line.values) for line in shown.lines}["正文"] == ["请核实九月报表"]
    summary = shown.summary
    assert (summary.from_office, summary.to_office, summary.due_on) == (sender, to, "2026-09-30")
    assert notice_id in {one.notice_id for one in (await writer.listed(OUTGOING)).notices}
    assert notice_id in {one.notice_id for one in (await reader.listed(INCOMING, subject="case-1")).notices}


@pytest.mark.parametrize(
    ("sender", "to"),
    [(SCHOOL, PREFECTURE_SCHOOL), (SCHOOL, PREFECTURE), (COUNTY, PREFECTURE_SCHOOL), (HUB, "province/44")],
)
async def test_a_plain_message_stays_in_its_line(province: Any, sender: str, to: str) -> None:
    with pytest.raises(OutsideJurisdiction):
        await province[sender].write(Office.parse(to), "你好")


async def test_a_message_written_twice_is_one_and_another_text_under_its_id_is_refused(province: Any) -> None:
    school, county = province[SCHOOL], province[COUNTY]
    notice_id = await school.write(county.office, "请示")
    await school.reaches(notice_id, "delivered")
    before = {name: node.counts() for name, node in province.nodes.items()}
    assert await school.write(county.office, "请示", notice_id=notice_id) == notice_id
    with pytest.raises(DigestReused):
        await school.write(county.office, "另一请示", notice_id=notice_id)
    assert {name: node.counts() for name, node in province.nodes.items()} == before


async def test_a_notice_handed_up_again_changes_nothing_and_is_answered_as_before(province: Any) -> None:
    school, county, hub = province[PREFECTURE_SCHOOL], province[COUNTY], province[HUB]
    notice = a_term_notice(school, COUNTY)
    send(school, notice)
    await school.reaches(notice.notice_id, "delivered")
    await county.confirm(notice.notice_id, "收到")
    await school.reaches(notice.notice_id, "confirmed")
    before = {name: node.counts() for name, node in province.nodes.items()}
    jws = school.jws(notice.notice_id)
    for above, below in ((PREFECTURE, school.office), (HUB, Office.parse(PREFECTURE))):
        answer = await province[above].relay(below).Relay(notice_pb2.RelayRequest(notice=jws))
        assert answer.notice_id == notice.notice_id
    for receipt in county.receipts(notice.notice_id):
        answer = await hub.relay(county.office).Relay(notice_pb2.RelayRequest(receipt=receipt))
        assert answer.notice_id == notice.notice_id
    assert {name: node.counts() for name, node in province.nodes.items()} == before


async def test_a_feed_read_again_changes_nothing(province: Any) -> None:
    county, school = province[COUNTY], province[SCHOOL]
    notice_id = await county.write(school.office, "通知")
    await county.reaches(notice_id, "delivered")
    before = school.counts()
    entry = NoticeArrived(school.jws(notice_id))
    school.database.transact(partial(take_from_above, post=school.post, now=datetime.now(UTC)), entry)
    assert school.counts() == before


async def test_confirming_twice_is_one_receipt_and_another_answer_is_refused(province: Any) -> None:
    school, county = province[SCHOOL], province[COUNTY]
    notice_id = await county.write(school.office, "请报送", wants_receipt=True)
    await county.reaches(notice_id, "delivered")
    await school.confirm(notice_id, "已报送")
    assert (await school.confirm(notice_id, "已报送", role=Role.PRINCIPAL, person="h001")).state == "confirmed"
    with pytest.raises(NoticeAlreadyConfirmed) as refused:
        await school.confirm(notice_id, "未报送")
    assert refused.value.detail["person"] == "r001"
    await county.reaches(notice_id, "confirmed")
    assert len(county.receipts(notice_id)) == 2


async def test_only_its_receiver_confirms_a_notice(province: Any) -> None:
    school, county, hub = province[PREFECTURE_SCHOOL], province[COUNTY], province[HUB]
    notice = a_term_notice(school, COUNTY)
    send(school, notice)
    await school.reaches(notice.notice_id, "delivered")
    with pytest.raises(OutsideJurisdiction):
        await school.confirm(notice.notice_id)
    for passed_on_by in (hub, province[PREFECTURE]):
        with pytest.raises(NoticeNotFound):
            await passed_on_by.confirm(notice.notice_id)
        with pytest.raises(NoticeNotFound):
            await passed_on_by.show(notice.notice_id)
        for view in (INCOMING, OUTGOING, UNCONFIRMED):
            assert notice.notice_id not in {one.notice_id for one in (await passed_on_by.listed(view)).notices}
    with pytest.raises(OutsideJurisdiction):
        await county.confirm(notice.notice_id, of=Office(Tier.AUTHORITY, "410122"))
    with pytest.raises(NoticeNotFound):
        await county.confirm(str(new_uuid7()))


async def test_lists_are_paged_and_show_each_notice_once(province: Any) -> None:
    school, county = province[SCHOOL], province[COUNTY]
    subject = str(new_uuid7())
    days = [f"2026-10-{day:02}" for day in (9, 3, 7, 5)]
    written = [
        await county.write(school.office, day, subject=subject, wants_receipt=True, due_on=day) for day in days
    ] + [await county.write(school.office, "无期限", subject=subject, wants_receipt=True)]
    for notice_id in written:
        await county.reaches(notice_id, "delivered")

    async def pages(node: Any, view: Any) -> list[str]:
        found, token = [], ""
        while True:
            page = await node.listed(view, page_size=2, token=token, subject=subject)
            assert len(page.notices) <= 2
            found += [one.notice_id for one in page.notices]
            token = page.next_page_token
            if not token:
                return found

    assert await pages(county, OUTGOING) == written[::-1]
    assert sorted(await pages(school, INCOMING)) == sorted(written)
    assert await pages(school, UNCONFIRMED) == [written[place] for place in (1, 3, 2, 0, 4)]
    with pytest.raises(RequestMalformed):
        await school.listed(INCOMING, kind="of_a_newer_program")
    for token in ("gestern", "2026-10-01~kein", "~"):
        with pytest.raises(RequestMalformed):
            await school.listed(UNCONFIRMED, token=token)


async def test_what_cannot_be_delivered_comes_back_with_the_reason(province: Any) -> None:
    school = province[PREFECTURE_SCHOOL]
    notice = a_term_notice(school, "school/2141999999")
    send(school, notice)
    await school.reaches(notice.notice_id, "undeliverable")
    (returned,) = (await school.show(notice.notice_id)).receipts
    assert (returned.stage_title, returned.office) == ("退件", HUB)
    assert returned.refusal.code == SchoolUnknown(school="").code
    assert (await school.listed(OUTGOING)).notices[0].state_title == "无法送达"


async def test_an_order_that_its_writer_may_not_give_is_sent_back_by_the_receiver(province: Any) -> None:
    """A node that has been taken over signs what it likes: the receiver is not told, the sealed refusal is kept."""
    school, county, hub = province[SCHOOL], province[COUNTY], province[HUB]
    order = a_term_notice(
        county,
        PREFECTURE_SCHOOL,
        kind=NoticeKind.RECTIFICATION_ORDER,
        content={"breach": "不按规定转接学籍档案", "measure": "三日内改正"},
    )
    with pytest.raises(OutsideJurisdiction):
        send(county, order)
    await hub.relay(county.office).Relay(notice_pb2.RelayRequest(notice=county.sign(order)))
    ordered = province[PREFECTURE_SCHOOL]
    await ordered.reaches(order.notice_id, "undeliverable")
    await hub.reaches(order.notice_id, "undeliverable")
    assert order.notice_id not in {one.notice_id for one in (await ordered.listed(INCOMING)).notices}
    with pytest.raises(NoticeNotFound):
        await ordered.confirm(order.notice_id)
    assert school.state(order.notice_id) == ""


async def test_a_forged_sender_is_refused_at_the_first_hop(province: Any) -> None:
    school, county = province[SCHOOL], province[COUNTY]
    before = county.counts()
    forged = a_term_notice(school, COUNTY, from_office=Office.parse(PREFECTURE_SCHOOL))
    with pytest.raises(SignatureInvalid):
        await county.relay(school.office).Relay(notice_pb2.RelayRequest(notice=school.sign(forged)))
    tampered = school.sign(a_term_notice(school, COUNTY))[:-8] + "AAAAAAAA"
    with pytest.raises(SignatureInvalid):
        await county.relay(school.office).Relay(notice_pb2.RelayRequest(notice=tampered))
    receipt = NoticeReceipt(
        str(new_uuid7()), "00" * 32, ReceiptStage.DELIVERED, county.office, school.office, forged.at_ms
    )
    signed = school.post.sign(StatementKind.NOTICE_RECEIPT, receipt.to_content())
    with pytest.raises(SignatureInvalid):
        await county.relay(school.office).Relay(notice_pb2.RelayRequest(receipt=signed))
    assert county.counts() == before


async def test_a_receipt_by_somebody_who_was_not_written_to_is_refused(province: Any) -> None:
    school, county = province[PREFECTURE_SCHOOL], province[COUNTY]
    notice = a_term_notice(school, COUNTY)
    send(school, notice)
    await school.reaches(notice.notice_id, "delivered")
    false = NoticeReceipt(
        notice.notice_id,
        statement_digest(school.jws(notice.notice_id)),
        ReceiptStage.CONFIRMED,
        Office.parse(SCHOOL),
        school.office,
        notice.at_ms,
        person="r001",
    )
    signed = province[SCHOOL].post.sign(StatementKind.NOTICE_RECEIPT, false.to_content())
    with pytest.raises(SignatureInvalid):
        await county.relay(Office.parse(SCHOOL)).Relay(notice_pb2.RelayRequest(receipt=signed))
    assert school.state(notice.notice_id) == "delivered"


async def test_the_same_id_with_other_words_is_an_alarm(province: Any) -> None:
    school, county = province[SCHOOL], province[COUNTY]
    notice_id = await school.write(county.office, "请示")
    await school.reaches(notice_id, "delivered")
    other = a_term_notice(school, COUNTY, notice_id=notice_id)
    with pytest.raises(DigestReused):
        await county.relay(school.office).Relay(notice_pb2.RelayRequest(notice=school.sign(other)))


async def test_only_offices_directly_below_hand_up(province: Any) -> None:
    county, hub = province[COUNTY], province[HUB]
    school = province[PREFECTURE_SCHOOL]
    request = notice_pb2.RelayRequest(notice=school.sign(a_term_notice(school, COUNTY)))
    with pytest.raises(OutsideJurisdiction):  # it stands in the county and is not the county's
        await county.relay(school.office).Relay(request)
    with pytest.raises(OutsideJurisdiction):
        await hub.relay(school.office).Relay(request)
    with pytest.raises(OutsideJurisdiction):
        await hub.relay(Office(Tier.AUTHORITY, "440106")).Relay(request)
    with pytest.raises(RoleNotAllowed):
        await hub.relay(Identity("dev", county.office, Role.OFFICER, "c001")).Relay(request)


@pytest.mark.parametrize(
    "fields",
    [
        {"to_office": "authority/41"},
        {"due_on": "2026-02-30"},
        {"due_on": "tomorrow"},
        {"text": ""},
        {"notice_id": "01900000-0000-4000-8000-000000000000"},
    ],
)
async def test_a_message_that_is_none_is_refused(province: Any, fields: dict[str, str]) -> None:
    request: dict[str, Any] = {"notice_id": str(new_uuid7()), "to_office": COUNTY, "text": "请示"} | fields
    with pytest.raises((RequestMalformed, IdentityNotProven)):
        await province[SCHOOL].desk().WriteNotice(notice_pb2.WriteNoticeRequest(**request))


async def test_the_same_occasion_is_told_once_whoever_looks_again(province: Any) -> None:
    county, school = province[COUNTY], province[SCHOOL]
    due = datetime(2026, 9, 30, tzinfo=UTC)
    occasion = {"sender": county.office, "to": school.office, "occasion": "case-7 第7个工作日", "anchor": due}
    for days_late in (0, 1):
        reminder = replace(
            a_term_notice(county, SCHOOL),
            notice_id=id_of_occasion(NoticeKind.REMINDER, **occasion),
            kind=NoticeKind.REMINDER,
            content={"text": "尚有三个工作日", "days_late": days_late},
            due_on=date(2026, 9, 30),
        )
        send(county, reminder)
    await county.reaches(reminder.notice_id, "delivered")
    shown = await school.show(reminder.notice_id)
    assert {line.key: list(line.values) for line in shown.lines}["days_late"] == ["0"]


async def test_what_is_written_while_the_hub_is_down_arrives_when_it_is_back(province: Any) -> None:
    school, prefecture, county, hub = (province[name] for name in (PREFECTURE_SCHOOL, PREFECTURE, COUNTY, HUB))
    await hub.stop()
    notices = [a_term_notice(school, COUNTY) for _ in range(3)]
    for notice in notices:
        send(school, notice)
    for notice in notices:
        await school.reaches(notice.notice_id, "sent")
        assert (prefecture.state(notice.notice_id), county.state(notice.notice_id)) == ("written", "")
    assert prefecture.waiting() == 3
    with pytest.raises(NoticeNotFound):
        await county.confirm(notices[0].notice_id)
    await hub.start()
    for notice in notices:
        await school.reaches(notice.notice_id, "delivered")
    assert prefecture.waiting() == 0


async def test_a_county_that_was_off_gets_what_was_written_and_its_schools_have_not_noticed(province: Any) -> None:
    school, county, hub = province[SCHOOL], province[COUNTY], province[HUB]
    await county.stop()
    down = await hub.write(school.office, "全省通知", wants_receipt=True)
    up = await school.write(hub.office, "请示省厅")
    assert (hub.state(down), school.state(up)) == ("sent", "written")
    await school.stop()
    await county.start()
    await county.reaches(down, "sent")
    await school.start()
    await hub.reaches(down, "delivered")
    await school.reaches(up, "delivered")
    await school.confirm(down, "照办")
    await hub.reaches(down, "confirmed")
