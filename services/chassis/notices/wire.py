"""Between notices and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chassis.notices.book import NoticeHeading, NoticeView
from chassis.notices.desk import NoticeQuery, NoticeShown, WriteMessageCommand
from chassis.rpc.wire import refusal_to_message
from kernel.clock import milliseconds
from kernel.feed import NoticeArrived, NoticePaper, NoticeReceipted
from kernel.notice import CONTENT_LABELS, KINDS, NoticeKind, NoticeReceipt, ReceiptStage, Value
from kernel.office import Office
from kernel.refusals import RequestMalformed
from xueji.notice.v1 import notice_pb2

VIEWS = {
    notice_pb2.NOTICE_VIEW_INCOMING: NoticeView.INCOMING,
    notice_pb2.NOTICE_VIEW_OUTGOING: NoticeView.OUTGOING,
    notice_pb2.NOTICE_VIEW_UNCONFIRMED: NoticeView.UNCONFIRMED,
    notice_pb2.NOTICE_VIEW_OUTSTANDING: NoticeView.OUTSTANDING,
}
_STAGE_LABELS = {
    ReceiptStage.DELIVERED: "送达回执",
    ReceiptStage.CONFIRMED: "签收回执",
    ReceiptStage.UNDELIVERABLE: "退件",
}


def entry_from_message(message: notice_pb2.RelayRequest) -> NoticePaper:
    """What an office below hands up is what an office above tells down."""
    return NoticeArrived(message.notice) if message.HasField("notice") else NoticeReceipted(message.receipt)


def query_from_message(message: notice_pb2.ListNoticesRequest) -> NoticeQuery:
    """Raises RequestMalformed: no such kind."""
    return NoticeQuery(
        view=VIEWS[message.view],
        size=message.page_size,
        token=message.page_token,
        subject=message.subject,
        kind=_kind(message.kind),
    )


def message_from_message(message: notice_pb2.WriteNoticeRequest) -> WriteMessageCommand:
    """Raises RequestMalformed: no such day. IdentityNotProven: no such office."""
    return WriteMessageCommand(
        notice_id=message.notice_id,
        to=Office.parse(message.to_office),
        text=message.text,
        subject=message.subject,
        due_on=_day(message.due_on),
        wants_receipt=message.wants_receipt,
    )


def heading_to_message(heading: NoticeHeading) -> notice_pb2.NoticeSummary:
    return notice_pb2.NoticeSummary(
        notice_id=heading.notice_id,
        kind=heading.kind.value,
        kind_title=heading.kind.label,
        from_office=str(heading.from_office),
        to_office=str(heading.to_office),
        at_ms=heading.at_ms,
        recorded_at_ms=milliseconds(heading.recorded_at),
        subject=heading.subject,
        due_on=heading.due_on.isoformat() if heading.due_on else "",
        wants_receipt=heading.wants_receipt,
        state=heading.state.value,
        state_title=heading.state.label,
    )


def shown_to_message(shown: NoticeShown) -> notice_pb2.GetNoticeResponse:
    return notice_pb2.GetNoticeResponse(
        summary=heading_to_message(shown.heading),
        lines=[_line(key, value) for key, value in shown.notice.content.items()],
        receipts=[_receipt(receipt) for receipt in shown.receipts],
        clauses=KINDS[shown.notice.kind].clauses,
    )


def _line(key: str, value: Value) -> notice_pb2.Line:
    line = notice_pb2.Line(key=key, label=CONTENT_LABELS[key])
    for one in [value] if isinstance(value, str | int) else value:
        if isinstance(one, Mapping):
            line.records.append(
                notice_pb2.Record(
                    cells=[
                        notice_pb2.Cell(key=inner, label=CONTENT_LABELS[inner], value=str(text))
                        for inner, text in one.items()
                    ]
                )
            )
        else:
            line.values.append(str(one))
    return line


def _receipt(receipt: NoticeReceipt) -> notice_pb2.Receipt:
    return notice_pb2.Receipt(
        stage=receipt.stage.value,
        stage_title=_STAGE_LABELS[receipt.stage],
        office=str(receipt.from_office),
        at_ms=receipt.at_ms,
        person=receipt.person,
        answer=receipt.answer,
        refusal=refusal_to_message(receipt.refused) if receipt.refused else None,
    )


def _kind(name: str) -> NoticeKind | None:
    if name and name not in list(NoticeKind):
        raise RequestMalformed(field="kind", why=f"没有名为“{name}”的告知书")
    return NoticeKind(name) if name else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as malformed:
        raise RequestMalformed(field="due_on", why="没有这一天") from malformed
