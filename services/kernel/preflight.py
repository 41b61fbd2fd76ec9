"""Pre-flight of a transfer (转学预检): everything that stands against it, before anybody files (Art. 11, 14).

The gaining side judges the wish by its own pack; the side that has the record says what speaks against the record's
moving: 2001 (number, name or document do not agree), 2002 (an open case, or a status that may not move), 2003 (a
problem record), and what the rules say of it. Both find with the same functions by which a case is judged later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kernel.custody import Custody
from kernel.facts import Facts
from kernel.names import fold_width
from kernel.packs import Reading, RulePack
from kernel.packs.keys import KEYS, PROBLEM_BLOCKS_CHANGES
from kernel.refusals import (
    EvidenceRequired,
    IdentityMismatch,
    NotCustodian,
    ProblemRecordOpen,
    RecordFrozen,
    Refusal,
    StatusForbids,
    StudentHasOpenCase,
)
from kernel.regulation import Procedure
from kernel.rules import Breach
from kernel.status import StudentStatus
from kernel.student import Student

# What passes by itself, or is put right by another case: the wish to move is not to be filed again for it.
CURABLE = (StudentHasOpenCase, RecordFrozen, ProblemRecordOpen)

_MOVING = ("11.1", "14.1")


class Side(StrEnum):
    """Who says it."""

    GAINING = "gaining"
    LOSING = "losing"

    @property
    def label(self) -> str:
        return {Side.GAINING: "转入方", Side.LOSING: "转出方"}[self]


@dataclass(frozen=True)
class Parameter:
    """What was read of a rule pack: key, its meaning, its value and where that comes from, for people."""

    name: str
    meaning: str
    value: str
    source: str


@dataclass(frozen=True)
class Finding:
    """One thing that stands against a transfer.

    Attributes:
        clauses: of the Measures. pack: by which it was found; empty where no pack has a say.
    """

    said: Refusal
    side: Side
    clauses: tuple[str, ...]
    pack: str = ""
    parameters: tuple[Parameter, ...] = ()

    @property
    def curable(self) -> bool:
        """The case may be filed all the same: it waits, and goes on by itself."""
        return isinstance(self.said, CURABLE)


def by_rules(row: Procedure, facts: Facts, pack: RulePack, *, side: Side) -> tuple[Finding, ...]:
    """What a pack's rules say against it, each with the clauses and the parameters by which it falls."""
    return tuple(_by_rules(row, facts, pack, side=side))


def against_record(
    student: Student, *, custody: Custody, in_work: bool, pack: RulePack, side: Side = Side.LOSING
) -> tuple[Finding, ...]:
    """What stands against the moving of a record itself, whoever wishes it.

    Args:
        in_work: whether another case about the pupil is open.
    """
    found: list[Finding] = []
    if custody is Custody.FROZEN:
        found.append(Finding(RecordFrozen(), side, ("14.1",)))
    elif custody is not Custody.HELD:
        found.append(Finding(NotCustodian(), side, ("14.1",)))
    elif in_work:
        found.append(Finding(StudentHasOpenCase(field="number"), side, ("14.1",)))
    if student.standing.get("problem"):
        reading = pack.read()
        if reading(PROBLEM_BLOCKS_CHANGES):
            found.append(Finding(ProblemRecordOpen(field="number"), side, ("6.1",), pack.id, _parameters(reading)))
    return tuple(found)


def not_proven(side: Side) -> Finding:
    """2001. One answer for a number that there is not, another name, another document and another school."""
    return Finding(IdentityMismatch(field="number"), side, ("14.1",))


def is_proven(student: Student, *, name: str, document_number: str, school: str) -> bool:
    """Whether who asks knows the pupil: name, document and school, beside the number.

    Of a pupil without any document (Art. 28) the birth date stands for its number.
    """
    held = student.values.get("document_number", "") or student.values.get("birth_date", "")
    known = bool(held) and fold_width(document_number).upper() == held.upper()
    return known and name == student.name and school in (student.school, student.standing.get("attends"))


def merged(ours: Iterable[Finding], theirs: Iterable[Finding]) -> tuple[Finding, ...]:
    """Both sides' findings; what both say is told once, in the words of the gaining side's own rules."""
    first = tuple(ours)
    said = {finding.said.code for finding in first}
    return (*first, *(finding for finding in theirs if finding.said.code not in said))


def _by_rules(row: Procedure, facts: Facts, pack: RulePack, *, side: Side) -> Iterator[Finding]:
    if row.may_start_from and facts.status and facts.status not in row.may_start_from:
        status = StudentStatus(facts.status).label
        yield Finding(StatusForbids(field="number", status=status, procedure=row.title), side, _MOVING)
    for kind in row.evidence:
        if kind not in facts.evidence:
            yield Finding(EvidenceRequired(field="evidence", kind=kind.label), side, ("13.1",))
    for one in row.rules:
        reading = pack.read(facts.stage)
        found = [said for said in one.check(facts, reading) if not isinstance(said, Breach)]
        for said in found:
            yield Finding(said, side, one.clauses, pack.id, _parameters(reading))


def _parameters(reading: Reading) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name, KEYS[name].meaning, value, reading.sources[name]) for name, value in reading.parameters.items()
    )
