"""What ``xueji cases remind`` and ``overdue`` do."""

from __future__ import annotations

import sys

from rich.console import RenderableType

from chassis.rpc import office_label
from console import deadlines, plain
from console.commands.asking import ask
from console.desk import Desk
from kernel.ids import new_uuid7
from kernel.office import Office


def remind(desk: str, case_id: str, notice_id: str, text: str, *, as_json: bool) -> None:
    notice_id = notice_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and reminds nobody twice.
    sys.stderr.write(f"催办编号 {notice_id}\n")

    async def question(opened: Desk) -> plain.Plain:
        asked = await deadlines.remind(opened, case_id, notice_id, text=text)
        return {"case_id": case_id, "notice_id": notice_id, "asked_office": asked}

    ask(desk, question, as_json=as_json, show=_asked)


def overdue(desk: str, under: str, month: str, *, long_overdue: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        steps = await deadlines.overdue(opened, under=under, long_overdue=long_overdue)
        offices = await deadlines.overdue_by_office(opened, under=under, month=month)
        return {
            "offices": [deadlines.office(one) for one in offices],
            "steps": [deadlines.step(one) for one in steps],
        }

    ask(
        desk,
        question,
        as_json=as_json,
        show=lambda answer: [
            deadlines.office_table(answer["offices"]),
            "",
            deadlines.step_table(answer["steps"]),
        ],
    )


def _asked(answer: plain.Plain) -> list[RenderableType]:
    return [f"已催办：{office_label(Office.parse(answer['asked_office']))}"]
