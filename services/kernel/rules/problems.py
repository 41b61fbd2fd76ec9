"""Article 6: a record about which there is a doubt (问题学籍) changes by what settles it, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.facts import Facts
from kernel.packs import Reading
from kernel.packs.keys import PROBLEM_BLOCKS_CHANGES
from kernel.refusals import EvidenceRequired, NoProblemOnRecord, ProblemRecordOpen
from kernel.rules import Found, rule


@rule(
    "problem.open",
    "问题学籍解决前不办理学籍变动；更正、删除、死亡和辍学登记、材料归档不受此限",
    clauses=("6.1",),
    keys=(PROBLEM_BLOCKS_CHANGES,),
)
def NO_OPEN_PROBLEM(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.standing.get("problem") and reading(PROBLEM_BLOCKS_CHANGES):
        yield ProblemRecordOpen(field="number")


@rule("problem.proved", "标记、解除问题学籍须有核查的证明材料", clauses=("6.1", "13.1"), keys=())
def PROBLEM_IS_PROVED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.evidence:
        yield EvidenceRequired(field="evidence", kind="核查材料（户籍证明、就读证明等任一种）")


@rule("problem.there", "只有问题学籍可以解除标记", clauses=("6.1",), keys=())
def THERE_IS_A_PROBLEM(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not facts.standing.get("problem"):
        yield NoProblemOnRecord(field="number")
