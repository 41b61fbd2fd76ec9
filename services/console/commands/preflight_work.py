"""What ``xueji preflight`` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console import plain
from console.commands.asking import ask, refuse
from console.desk import Desk
from console.preflight import ask_preflight, shown
from kernel.evidence import EvidenceKind
from kernel.refusals import Refusal


def transfer(given: Mapping[str, Any]) -> None:
    """Ask, and show; ``given`` are the options, under the names of the fields."""
    try:
        proofs = [EvidenceKind.parse(text).value for text in given["evidence"] or ()]
    except Refusal as no:
        refuse(no, as_json=given["as_json"])

    async def question(opened: Desk) -> plain.Plain:
        return await ask_preflight(opened, given, evidence=proofs)

    ask(given["desk"], question, as_json=given["as_json"], show=shown)
