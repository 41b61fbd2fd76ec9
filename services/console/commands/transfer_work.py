"""What ``xueji transfer`` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from console import plain, tables
from console.commands.asking import ask
from console.desk import Desk
from kernel.ids import new_uuid7
from xueji.desk.v1 import desk_pb2


@dataclass(frozen=True, kw_only=True)
class Application:
    """What the receiving school writes; ``case_id`` is empty for a new one."""

    number: str
    name: str
    releasing_school: str
    grade: str
    school_class: str
    reason: str
    case_id: str = ""


def start(desk: str, application: Application, *, as_json: bool) -> None:
    case_id = application.case_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and files nothing twice.
    sys.stderr.write(f"业务编号 {case_id}\n")

    async def question(opened: Desk) -> plain.Plain:
        summary = await opened.file_transfer(
            desk_pb2.FileTransferRequest(
                case_id=case_id,
                number=application.number,
                name=application.name,
                releasing_school=application.releasing_school,
                grade=application.grade,
                school_class=application.school_class,
                reason=application.reason,
            )
        )
        return plain.heading(summary)

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.cases([answer])])


def withdraw(desk: str, case_id: str, reason: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return plain.heading(await opened.withdraw_transfer(case_id, reason=reason))

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.cases([answer])])
