"""What ``xueji students`` does."""

from __future__ import annotations

from console import attending, plain, tables
from console.commands.asking import ask
from console.desk import Desk


def list_students(desk: str, number: str, name: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        found = await opened.students(number=number, name=name)
        return {"students": [plain.student(student, full=full) for student in found]}

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.students(answer["students"])])


def list_attending(desk: str, *, ended: bool, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        found = await opened.attending(ended=ended)
        return {"students": [attending.attending(one, full=full) for one in found]}

    ask(desk, question, as_json=as_json, show=lambda answer: [attending.attending_table(answer["students"])])
