"""What ``xueji archives`` does."""

from __future__ import annotations

from console import plain
from console.commands.asking import ask
from console.desk import Desk
from console.paper_archives import paper_archive, paper_archives, table
from xueji.desk.v1 import paper_archive_pb2


def list_archives(desk: str, *, overdue: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"archives": await paper_archives(opened, overdue=overdue)}

    ask(desk, question, as_json=as_json, show=lambda answer: [table(answer["archives"])])


def sent(desk: str, case_id: str, how: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        request = paper_archive_pb2.MarkArchiveSentRequest(case_id=case_id, how=how)
        return paper_archive((await opened.paper_archives.MarkArchiveSent(request)).paper_archive)

    ask(desk, question, as_json=as_json, show=lambda answer: [table([answer])])


def confirm(desk: str, case_id: str, answer: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        request = paper_archive_pb2.ConfirmArchiveRequest(case_id=case_id, answer=answer)
        return paper_archive((await opened.paper_archives.ConfirmArchive(request)).paper_archive)

    ask(desk, question, as_json=as_json, show=lambda answer: [table([answer])])
