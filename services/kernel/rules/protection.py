"""Article 25: information of a child is withheld for a reason that somebody can prove."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.facts import Facts
from kernel.packs import Reading
from kernel.refusals import EvidenceRequired
from kernel.rules import Found, rule


@rule("protection.proved", "信息保护及其解除须有法院文书、收养或安置等证明材料", clauses=("25.1",), keys=())
def PROTECTION_IS_PROVED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.evidence:
        yield EvidenceRequired(field="evidence", kind="法院文书、户籍证明或其他证明材料")
