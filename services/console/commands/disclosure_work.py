"""What ``xueji disclosures`` does."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from console import disclosures, plain
from console.commands.asking import ask, refuse
from console.desk import Desk
from kernel.disclosure import ITEM_LABELS
from kernel.ids import new_uuid7
from kernel.refusals import Refusal, RequestMalformed
from xueji.disclosure.v1 import disclosure_pb2

_DECISIONS = {
    "permit": disclosure_pb2.DISCLOSURE_DECISION_PERMIT,
    "refuse": disclosure_pb2.DISCLOSURE_DECISION_REFUSE,
    "revoke": disclosure_pb2.DISCLOSURE_DECISION_REVOKE,
}


@dataclass(frozen=True)
class Asked:
    """As a registrar writes it; items by key or by their Chinese names."""

    recipient: str
    purpose: str
    basis: str
    items: tuple[str, ...]
    until: str
    grade: str


def ask_for(desk: str, asked: Asked, disclosure_id: str, *, as_json: bool) -> None:
    keys = _keys(asked.items, as_json=as_json)
    disclosure_id = disclosure_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and asks nothing twice.
    sys.stderr.write(f"申请编号 {disclosure_id}\n")
    request = disclosure_pb2.AskDisclosureRequest(
        disclosure_id=disclosure_id,
        recipient=asked.recipient,
        purpose=asked.purpose,
        basis=asked.basis,
        items=keys,
        grade=asked.grade,
        until=asked.until,
    )

    async def question(opened: Desk) -> plain.Plain:
        return _one((await opened.disclosures.AskDisclosure(request)).disclosure)

    ask(desk, question, as_json=as_json, show=_show)


def confirm(desk: str, disclosure_id: str, *, as_json: bool) -> None:
    request = disclosure_pb2.ConfirmDisclosureRequest(disclosure_id=disclosure_id)

    async def question(opened: Desk) -> plain.Plain:
        return _one((await opened.disclosures.ConfirmDisclosure(request)).disclosure)

    ask(desk, question, as_json=as_json, show=_show)


def decide(desk: str, disclosure_id: str, decision: str, items: Sequence[str], reason: str, *, as_json: bool) -> None:
    request = disclosure_pb2.DecideDisclosureRequest(
        disclosure_id=disclosure_id,
        decision=_DECISIONS[decision],
        items=_keys(items, as_json=as_json),
        reason=reason,
    )

    async def question(opened: Desk) -> plain.Plain:
        return _one((await opened.disclosures.DecideDisclosure(request)).disclosure)

    ask(desk, question, as_json=as_json, show=_show)


def list_all(desk: str, state: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"disclosures": [disclosures.disclosure(one) async for one in disclosures.disclosures(opened, state)]}

    ask(desk, question, as_json=as_json, show=_show)


def give(desk: str, disclosure_id: str, path: Path, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        content = await disclosures.give(opened, disclosure_id)
        await asyncio.to_thread(path.write_bytes, content)
        return {"file": str(path), "digest": hashlib.sha256(content).hexdigest()}

    def show(answer: plain.Plain) -> list[RenderableType]:
        return [Text(f"已写入 {answer['file']}，摘要 {answer['digest']}，已记入台账")]

    ask(desk, question, as_json=as_json, show=show)


def _one(message: disclosure_pb2.Disclosure) -> plain.Plain:
    return {"disclosures": [disclosures.disclosure(message)]}


def _show(answer: plain.Plain) -> list[RenderableType]:
    return [disclosures.disclosure_table(answer["disclosures"])]


def _keys(items: Sequence[str], *, as_json: bool) -> list[str]:
    """Keys of items that are written by key or by name; the first of a name counts."""
    by_name: dict[str, str] = {}
    for key, label in ITEM_LABELS.items():
        by_name.setdefault(label, key)
    keys = [item if item in ITEM_LABELS else by_name.get(item, "") for item in items]
    try:
        if "" in keys:
            raise RequestMalformed(field="items", why=f"没有“{items[keys.index('')]}”这一项")
    except Refusal as no:
        refuse(no, as_json=as_json)
    return keys
