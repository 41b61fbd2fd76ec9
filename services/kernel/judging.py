"""Judging one pupil's part of a case: the row's rules, over the facts, by a rule pack.

The judgement says by which pack, articles and parameters it fell. It is stored with the facts, so that the same case
can be judged again by another pack (``xueji rules replay``): same facts, same pack, same judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.facts import Facts
from kernel.packs import RulePack
from kernel.refusals import EvidenceRequired, Refusal, StatusForbids
from kernel.regulation import Procedure
from kernel.rules import Breach
from kernel.status import StudentStatus


@dataclass(frozen=True)
class Judgement:
    """What a pack says of an item.

    Attributes:
        pack: id of the rule pack. clauses: of the Measures. parameters: what was read of the pack, by key.
        refusals: what stops it, first the one that is told. breaches: duties that were not kept.
    """

    pack: str
    clauses: tuple[str, ...]
    parameters: Mapping[str, str]
    refusals: tuple[Refusal, ...] = ()
    breaches: tuple[Breach, ...] = ()

    @property
    def approved(self) -> bool:
        return not self.refusals

    def require_approved(self) -> None:
        """Raises the first refusal, if there is any."""
        if self.refusals:
            raise self.refusals[0]

    def to_content(self) -> dict[str, Any]:
        """As a JSON object; of refusals their codes, because their details are in the item's outcome."""
        return {
            "pack": self.pack,
            "clauses": list(self.clauses),
            "parameters": dict(self.parameters),
            "refusals": [refusal.code for refusal in self.refusals],
            "breaches": [breach.code for breach in self.breaches],
        }


def judge(row: Procedure, facts: Facts, pack: RulePack) -> Judgement:
    """Judge an item. Pure: the same facts and pack give the same judgement."""
    reading = pack.read(facts.stage)
    refusals: list[Refusal] = []
    breaches: list[Breach] = []
    # Of a record that another province holds the status is not known here: its own hub judges that.
    if row.may_start_from and facts.status and facts.status not in row.may_start_from:
        status = StudentStatus(facts.status).label
        refusals.append(StatusForbids(field="number", status=status, procedure=row.title))
    for kind in row.evidence:
        if kind not in facts.evidence:
            refusals.append(EvidenceRequired(field="evidence", kind=kind.label))
    for one in row.rules:
        for found in one.check(facts, reading):
            (breaches if isinstance(found, Breach) else refusals).append(found)  # type: ignore[arg-type]
    return Judgement(
        pack=pack.id,
        clauses=row.clauses,
        parameters=reading.parameters,
        refusals=tuple(refusals),
        breaches=tuple(breaches),
    )
