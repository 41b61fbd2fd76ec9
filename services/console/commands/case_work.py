"""What ``xueji cases`` does."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from console import plain, tables
from console.commands.asking import ask
from console.desk import Desk
from kernel.refusals import RequestMalformed
from xueji.desk.v1 import desk_pb2

_VIEWS = {"waiting": desk_pb2.VIEW_WAITING, "started": desk_pb2.VIEW_STARTED, "all": desk_pb2.VIEW_ALL}


def list_cases(desk: str, view: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"cases": [plain.heading(case) for case in await opened.cases(_VIEWS[view])]}

    ask(desk, question, as_json=as_json, show=lambda answer: [tables.cases(answer["cases"])])


def show(desk: str, case_id: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return plain.case_view(await opened.case(case_id), full=full)

    ask(desk, question, as_json=as_json, show=_whole)


def approve(desk: str, case_id: str, excepted: Sequence[str], *, allocate: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        exceptions = [
            desk_pb2.ItemException(item_id=item_id, decision=desk_pb2.DECISION_RETURN, reason=reason)
            for item_id, reason in await _excepted(opened, case_id, excepted)
        ]
        decision = desk_pb2.DECISION_APPROVE
        return plain.heading(await opened.decide(case_id, decision, exceptions=exceptions, allocate_numbers=allocate))

    ask(desk, question, as_json=as_json, show=_heading)


def return_case(desk: str, case_id: str, reason: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return plain.heading(await opened.decide(case_id, desk_pb2.DECISION_RETURN, reason=reason))

    ask(desk, question, as_json=as_json, show=_heading)


def reject(desk: str, case_id: str, reason: str, reason_code: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        summary = await opened.decide(case_id, desk_pb2.DECISION_REJECT, reason=reason, reason_code=reason_code)
        return plain.heading(summary)

    ask(desk, question, as_json=as_json, show=_heading)


def withdraw(desk: str, case_id: str, reason: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return plain.heading(await opened.withdraw_case(case_id, reason=reason))

    ask(desk, question, as_json=as_json, show=_heading)


async def _excepted(opened: Desk, case_id: str, excepted: Sequence[str]) -> list[tuple[str, str]]:
    """``3=理由`` and ``<item_id>=理由`` as item ids with their reasons; the places are those that ``show`` prints.

    Raises:
        RequestMalformed: no reason, or no such place.
    """
    pairs: list[tuple[str, str]] = []
    for text in excepted:
        which, _, reason = text.partition("=")
        if not which or not reason:
            raise RequestMalformed(field="except", why="应写作 序号=理由")
        pairs.append((which, reason))
    if not any(which.isdecimal() for which, _ in pairs):
        return pairs
    items = (await opened.case(case_id)).items
    places = {str(place): item.item_id for place, item in enumerate(items, start=1)}
    for which, _ in pairs:
        if which.isdecimal() and which not in places:
            raise RequestMalformed(field="except", why=f"没有第 {which} 名学生")
    return [(places.get(which, which), reason) for which, reason in pairs]


def _heading(answer: plain.Plain) -> list[RenderableType]:
    return [tables.cases([answer])]


def _whole(answer: plain.Plain) -> list[RenderableType]:
    proofs: list[RenderableType] = ["", tables.evidence(answer["evidence"])] if answer["evidence"] else []
    return [tables.cases([answer]), "", tables.items(answer["items"]), *proofs, "", tables.timeline(answer["timeline"])]
