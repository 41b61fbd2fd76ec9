"""What ``xueji notices`` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from console import notices, plain, records, term_notices
from console.commands.asking import ask
from console.desk import Desk
from kernel.ids import new_uuid7
from xueji.notice.v1 import notice_pb2

_VIEWS = {
    "incoming": notice_pb2.NOTICE_VIEW_INCOMING,
    "outgoing": notice_pb2.NOTICE_VIEW_OUTGOING,
    "unconfirmed": notice_pb2.NOTICE_VIEW_UNCONFIRMED,
    "outstanding": notice_pb2.NOTICE_VIEW_OUTSTANDING,
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """What an officer writes; ``notice_id`` is empty for a new one."""

    to: str
    text: str
    subject: str = ""
    due_on: str = ""
    wants_receipt: bool = False
    notice_id: str = ""


def list_notices(desk: str, view: str, subject: str, kind: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        listed = await opened.notices(_VIEWS[view], subject=subject, kind=kind)
        return {"notices": [notices.notice(one) for one in listed]}

    ask(desk, question, as_json=as_json, show=lambda answer: [notices.notice_table(answer["notices"])])


def show(desk: str, notice_id: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return notices.notice_view(await opened.notice(notice_id), full=full)

    ask(desk, question, as_json=as_json, show=_whole)


def print_notice(desk: str, notice_id: str, *, full: bool, as_json: bool) -> None:
    """As text without a frame, so that a printer or a file takes it as it is."""

    async def question(opened: Desk) -> plain.Plain:
        return {"text": notices.as_text(notices.notice_view(await opened.notice(notice_id), full=full))}

    ask(desk, question, as_json=as_json, show=lambda answer: [Text(answer["text"], overflow="fold")])


def archive(desk: str, notice_id: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return notices.archive_in(await opened.notice(notice_id), full=full)

    def shown(answer: plain.Plain) -> list[RenderableType]:
        return [records.record_table(answer["record"]), "", records.history_table(answer)]

    ask(desk, question, as_json=as_json, show=shown)


def direct_schools(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"schools": [term_notices.school(one) for one in await term_notices.direct_schools(opened)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [term_notices.school_table(answer["schools"])])


def confirm(desk: str, notice_id: str, answer: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return notices.notice(await opened.confirm_notice(notice_id, answer=answer))

    ask(desk, question, as_json=as_json, show=_heading)


def write(desk: str, message: Message, *, as_json: bool) -> None:
    notice_id = message.notice_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and writes nothing twice.
    sys.stderr.write(f"告知书编号 {notice_id}\n")

    async def question(opened: Desk) -> plain.Plain:
        summary = await opened.write_notice(
            notice_pb2.WriteNoticeRequest(
                notice_id=notice_id,
                to_office=message.to,
                text=message.text,
                subject=message.subject,
                due_on=message.due_on,
                wants_receipt=message.wants_receipt,
            )
        )
        return notices.notice(summary)

    ask(desk, question, as_json=as_json, show=_heading)


def _heading(answer: plain.Plain) -> list[RenderableType]:
    return [notices.notice_table([answer])]


def _whole(answer: plain.Plain) -> list[RenderableType]:
    grounds = f"依据：《办法》{'、'.join(answer['citations'])}" if answer["citations"] else ""
    return [
        notices.notice_table([answer]),
        grounds,
        notices.line_table(answer["lines"]),
        "",
        notices.receipt_table(answer["receipts"]),
    ]
