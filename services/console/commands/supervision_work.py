"""What ``xueji supervision`` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, RenderableType

from console import plain
from console import supervision as shown
from console.commands.asking import EXIT_FAILED, ask, print_json
from console.desk import Desk
from console.evidence import put
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from xueji.supervision.v1 import supervision_pb2


@dataclass(frozen=True)
class Entered:
    """What an officer enters; ``finding_id`` is empty for a new one."""

    subject: str
    ground: str
    text: str
    evidence: tuple[Path, ...]
    count: int = 0
    finding_id: str = ""


def findings(desk: str, state: str, subject: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        listed = await opened.supervision.findings(state=state, subject=subject)
        return {"findings": [shown.finding(one) for one in listed]}

    ask(desk, question, as_json=as_json, show=lambda answer: [shown.finding_table(answer["findings"])])


def show(desk: str, finding_id: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer = await opened.supervision.finding(finding_id)
        return {**shown.finding(answer.finding), "entries": [shown.entry(one) for one in answer.entries]}

    def show_whole(answer: plain.Plain) -> list[RenderableType]:
        said = f"{answer['sentence']}（{answer['citation']}）"
        return [shown.finding_table([answer]), said, "", shown.register_table(answer["entries"])]

    ask(desk, question, as_json=as_json, show=show_whole)


def grounds(*, as_json: bool) -> None:
    rows = shown.grounds()
    if as_json:
        print_json({"grounds": rows})
    else:
        Console(soft_wrap=False).print(shown.ground_table(rows))


def enter(desk: str, entered: Entered, *, as_json: bool) -> None:
    finding_id = entered.finding_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and enters nothing twice.
    sys.stderr.write(f"线索编号 {finding_id}\n")

    async def question(opened: Desk) -> plain.Plain:
        brought = [await put(opened, path, EvidenceKind.OTHER) for path in entered.evidence]
        request = supervision_pb2.EnterFindingRequest(
            finding_id=finding_id,
            subject=entered.subject,
            ground=entered.ground,
            sentence=entered.text,
            evidence=[one.digest for one in brought],
            count=entered.count,
        )
        return shown.finding(await opened.supervision.enter(request))

    ask(desk, question, as_json=as_json, show=_one)


def decide(desk: str, finding_id: str, reason: str, *, confirmed: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return shown.finding(await opened.supervision.decide(finding_id, confirmed=confirmed, reason=reason))

    ask(desk, question, as_json=as_json, show=_one)


def order(desk: str, finding_id: str, measure: str, due_on: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return shown.finding(await opened.supervision.order(finding_id, measure=measure, due_on=due_on))

    ask(desk, question, as_json=as_json, show=_one)


def orders(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"orders": [shown.order(one) for one in await opened.supervision.orders()]}

    ask(desk, question, as_json=as_json, show=lambda answer: [shown.order_table(answer["orders"])])


def answer(desk: str, order_id: str, measure: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"notice_id": await opened.supervision.answer(order_id, measure=measure)}

    ask(desk, question, as_json=as_json, show=lambda said: [f"整改情况报告已发出，编号 {said['notice_id']}"])


def refer(desk: str, finding_id: str, to: str, persons: Sequence[str], reason: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        known = await opened.supervision.refer(finding_id, to=to, persons=persons, reason=reason)
        return shown.finding(known)

    ask(desk, question, as_json=as_json, show=_one)


def close(desk: str, finding_id: str, reason: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return shown.finding(await opened.supervision.close(finding_id, reason=reason))

    ask(desk, question, as_json=as_json, show=_one)


def register(desk: str, after: int, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"entries": [shown.entry(one) for one in await opened.supervision.register(after=after)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [shown.register_table(answer["entries"])])


def verify(desk: str, digest: str, *, as_json: bool) -> None:
    """Exit 1 where the register is not whole, or does not have the entry that a paper names."""
    whole = True

    async def question(opened: Desk) -> plain.Plain:
        nonlocal whole
        verified = await opened.supervision.verify(digest=digest)
        whole = not verified.broken_at and bool(verified.found_at or not digest)
        return {
            "whole": whole,
            "entries": verified.last,
            "head": verified.head,
            "broken_at": verified.broken_at,
            "why": verified.why,
            "found_at": verified.found_at,
        }

    ask(desk, question, as_json=as_json, show=lambda answer: shown.verdict(answer, digest))
    if not whole:
        raise SystemExit(EXIT_FAILED)


def _one(answer: plain.Plain) -> list[RenderableType]:
    return [shown.finding_table([answer])]
