"""What ``xueji index`` does."""

from __future__ import annotations

from collections.abc import Sequence

from console import plain, tables
from console.commands.asking import ask, refuse
from console.desk import Desk
from kernel.identity import IdentityDocument
from kernel.number import StudentNumber
from kernel.refusals import Refusal, RequestMalformed
from xueji.index.v1 import index_pb2


def look_up(desk: str, numbers: Sequence[str], documents: Sequence[str], *, full: bool, as_json: bool) -> None:
    try:
        handles = [*map(_number, numbers), *map(_document, documents)]
        if not handles:
            raise RequestMalformed(field="handles", why="请给出学籍号，或用 --document 给出证件")
    except Refusal as no:
        refuse(no, as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        return {"found": [plain.found(one, full=full) for one in await opened.look_up(handles)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.found(answer["found"])])


def _number(text: str) -> index_pb2.Handle:
    return index_pb2.Handle(number=StudentNumber.parse(text).text)


def _document(text: str) -> index_pb2.Handle:
    """``1:11010520110307…`` as a handle; of a passport with its issuer between, ``A:BRA:FH…``."""
    kind, _, rest = text.partition(":")
    country, colon, number = rest.partition(":")
    document = IdentityDocument.parse(kind, number if colon else rest, country=country.upper() if colon else "")
    document.require_issuer()
    return index_pb2.Handle(
        document=index_pb2.Document(kind=document.kind.value, number=document.number, country=document.country)
    )
