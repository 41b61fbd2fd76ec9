"""What a notice sets off where it arrives, and its receipts where it was written: once, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import Any

import pytest

from chassis.keys import Signer, Verifier
from chassis.notices import NoticePost, send_notice, take_from_below
from chassis.sql import Database, migrate
from county_node.store.transaction import CountyTransaction
from kernel.clock import milliseconds
from kernel.feed import NoticeArrived, NoticeReceipted
from kernel.ids import new_uuid7
from kernel.notice import Notice, NoticeKind, NoticeReceipt, NoticeState, ReceiptStage
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import DigestReused
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem
from kernel.statement import StatementKind, statement_digest

SCHOOL, COUNTY = Office(Tier.SCHOOL, "2141000001"), Office(Tier.AUTHORITY, "410105")
REGISTER = DatedRegister.of(
    [
        School(
            code=SchoolCode(SCHOOL.code),
            name="第一小学",
            place=COUNTY.code,
            authority=COUNTY.code,
            school_system=SchoolSystem.SIX_THREE,
        )
    ]
)
BREACH = "未及时建立学籍档案"


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[CountyTransaction]]:
    migrate(database_dsn, "county_node", program_version=version("xueji"))
    opened = Database(database_dsn, CountyTransaction, threads=1, application_name="test")
    yield opened
    opened.close()


@pytest.fixture
def set_off() -> list[str]:
    """What was set off, in order."""
    return []


@pytest.fixture
def posts(node_files: Any, set_off: list[str]) -> dict[Office, NoticePost]:
    """The school's pen, and the county's post, which acts on reports and on receipts of its orders."""

    def arrived(tx: CountyTransaction, notice: Notice, /, *, now: datetime) -> None:
        if notice.content["measure"] == "不予理睬":
            tx.outbox.put("up", notice.notice_id, {}, now=now)
            raise DigestReused(field="measure")
        set_off.append(f"arrived {notice.content['measure']}")

    def receipted(tx: CountyTransaction, notice: Notice, receipt: NoticeReceipt, /, *, now: datetime) -> None:
        set_off.append(f"{receipt.stage} {notice.content['measure']} {receipt.answer}")

    made = {}
    for office in (SCHOOL, COUNTY):
        files = node_files(office)
        verify = Verifier(files.tls.authority).verify
        made[office] = NoticePost(office, REGISTER, Signer(files.signing.certificate, files.signing.key).sign, verify)
    made[COUNTY] = replace(
        made[COUNTY],
        on_arrival={NoticeKind.RECTIFICATION_DONE: arrived},
        on_receipt={NoticeKind.RECTIFICATION_ORDER: receipted},
    )
    return made


def a_report(school: NoticePost, *, measure: str) -> str:
    """What a school says that it has put right, signed by its node."""
    report = Notice(
        notice_id=str(new_uuid7()),
        kind=NoticeKind.RECTIFICATION_DONE,
        from_office=SCHOOL,
        to_office=COUNTY,
        at_ms=milliseconds(datetime.now(UTC)),
        content={"breach": BREACH, "measure": measure},
    )
    return school.sign(StatementKind.NOTICE, report.to_content())


def a_receipt(school: NoticePost, notice_id: str, order: str, **fields: Any) -> str:
    receipt = NoticeReceipt(
        notice_id=notice_id,
        notice_digest=statement_digest(order),
        from_office=SCHOOL,
        to_office=COUNTY,
        at_ms=milliseconds(datetime.now(UTC)),
        **fields,
    )
    return school.sign(StatementKind.NOTICE_RECEIPT, receipt.to_content())


def test_a_report_sets_off_what_is_to_be_done_once(
    database: Database[CountyTransaction], posts: dict[Office, NoticePost], set_off: list[str]
) -> None:
    jws = a_report(posts[SCHOOL], measure="已补建档案")
    take = partial(take_from_below, sender=SCHOOL, post=posts[COUNTY], now=datetime.now(UTC))
    for _ in range(2):
        database.transact(take, NoticeArrived(jws))
    assert set_off == ["arrived 已补建档案"]


def test_what_is_refused_on_arrival_goes_back_with_the_reason_and_leaves_nothing(
    database: Database[CountyTransaction], posts: dict[Office, NoticePost], set_off: list[str]
) -> None:
    jws = a_report(posts[SCHOOL], measure="不予理睬")
    notice_id = database.transact(
        partial(take_from_below, sender=SCHOOL, post=posts[COUNTY], now=datetime.now(UTC)), NoticeArrived(jws)
    )
    (returned,) = database.transact(lambda tx: tx.notices.receipts(notice_id))
    receipt = NoticeReceipt.read(returned, verify=posts[COUNTY].verify)
    assert isinstance(receipt.refused, DigestReused)
    told = database.transact(lambda tx: [row.kind for row in tx.feed.read(str(SCHOOL), after=0, limit=9)])
    assert told == [NoticeReceipted.KIND]
    assert database.transact(lambda tx: tx.outbox.backlog("up").count) == 0
    assert set_off == []


def test_receipts_are_heard_once_for_each_stage(
    database: Database[CountyTransaction], posts: dict[Office, NoticePost], set_off: list[str]
) -> None:
    notice_id = str(new_uuid7())
    order = partial(
        send_notice,
        notice_id=notice_id,
        kind=NoticeKind.RECTIFICATION_ORDER,
        to=SCHOOL,
        content={"breach": BREACH, "measure": "三日内补建"},
        post=posts[COUNTY],
        now=datetime.now(UTC),
    )
    assert database.transact(order).state is NoticeState.SENT
    jws = database.transact(lambda tx: tx.notices.get(notice_id).jws)
    given = (
        a_receipt(posts[SCHOOL], notice_id, jws, stage=ReceiptStage.CONFIRMED, person="h001", answer="已补建"),
        a_receipt(posts[SCHOOL], notice_id, jws, stage=ReceiptStage.DELIVERED),  # overtaken by the one before
    )
    take = partial(take_from_below, sender=SCHOOL, post=posts[COUNTY], now=datetime.now(UTC))
    for receipt in (*given, *given):
        assert database.transact(take, NoticeReceipted(receipt)) == notice_id
    assert set_off == ["confirmed 三日内补建 已补建", "delivered 三日内补建 "]
    assert database.transact(order).state is NoticeState.CONFIRMED


def test_a_receipt_of_a_notice_that_nobody_remembers_is_kept_and_sets_nothing_off(
    database: Database[CountyTransaction], posts: dict[Office, NoticePost], set_off: list[str]
) -> None:
    notice_id = str(new_uuid7())
    receipt = a_receipt(posts[SCHOOL], notice_id, "of a database before it was restored", stage=ReceiptStage.DELIVERED)
    database.transact(
        partial(take_from_below, sender=SCHOOL, post=posts[COUNTY], now=datetime.now(UTC)), NoticeReceipted(receipt)
    )
    assert database.transact(lambda tx: tx.notices.receipts(notice_id)) == [receipt]
    assert set_off == []
