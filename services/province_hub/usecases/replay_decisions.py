"""How cases were decided, and what another rule pack would have decided on the same facts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from kernel.judging import Judgement, judge
from kernel.refusals import RequestMalformed
from kernel.regulation import procedure
from province_hub.store.decisions import Remembered
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules


@dataclass(frozen=True)
class Which:
    """The decisions that are meant: of one case, of one procedure, or with a breach; all empty for every one."""

    case_id: str = ""
    procedure: str = ""
    breached: bool = False


@dataclass(frozen=True)
class Replayed:
    """A decision, and the judgement of another pack on the same facts."""

    decided: Remembered
    other: Judgement

    @property
    def differs(self) -> bool:
        """Whether the pupil would have fared otherwise: approved or not, or for another reason."""
        return bool(self.decided.said["refusals"] != [refusal.code for refusal in self.other.refusals])


def list_decisions(tx: HubTransaction, which: Which, *, size: int, token: str) -> tuple[list[Remembered], str]:
    """A page of decisions in the order of their cases, and the token of the next page.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    found = tx.decisions.page(
        case_id=which.case_id,
        procedure=which.procedure,
        breached=which.breached,
        after=_after(token),
        size=size + 1,
    )
    shown = found[:size]
    return shown, _token(shown[-1]) if len(found) > size else ""


def replay_decisions(
    tx: HubTransaction, pack_id: str, which: Which, *, size: int, token: str, rules: Rules
) -> tuple[list[Replayed], str]:
    """The same page, each decision beside what the pack of that id says of the same facts.

    Raises:
        RulePackUnknown: no such pack is known here. RequestMalformed: the page token is none of ours.
    """
    pack = rules.packs.named(pack_id)
    decided, following = list_decisions(tx, which, size=size, token=token)
    return [Replayed(one, judge(procedure(one.facts.procedure), one.facts, pack)) for one in decided], following


def _token(last: Remembered) -> str:
    return f"{last.case_id}~{last.item_id}~{last.step}"


def _after(token: str) -> str:
    parts = token.split("~") if token else []
    try:
        ids = [uuid.UUID(part) for part in parts[:2]]
    except ValueError:
        ids = []
    if token and (len(parts) != 3 or len(ids) != 2):
        raise RequestMalformed(field="page_token", why="页码无效")
    return token
