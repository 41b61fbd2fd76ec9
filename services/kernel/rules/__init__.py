"""Rules (规定): what may speak against one pupil's part of a case, each by the clause and the pack's parameter.

A rule is a pure function of the facts and of a reading of the rule pack. It yields refusals, which stop the item, and
breaches, which do not: a record that is late is still made, because the child is not to pay for the school's delay
(Art. 27 speaks to the school). What it read of the pack is remembered by the reading, so that every decision can say
by which parameters it fell, and can be replayed under others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kernel.facts import Facts
from kernel.packs import Key, Reading
from kernel.refusals import Refusal


@dataclass(frozen=True)
class Breach:
    """A duty that was not kept, for supervision (Art. 26, 27); it stops nobody.

    Attributes:
        code: stable, upper snake case. clause: of the Measures.
        days_late: calendar days, 0 where time is not the point.
    """

    code: str
    clause: str
    sentence: str
    days_late: int = 0


Found = Refusal | Breach
Check = Callable[[Facts, Reading], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: stable. meaning: the rule in a sentence, in Chinese.
        clauses: of the Measures. keys: the parameters of the pack that it reads.
    """

    name: str
    meaning: str
    clauses: tuple[str, ...]
    keys: tuple[Key[object], ...]
    check: Check


def rule(
    name: str, meaning: str, *, clauses: tuple[str, ...], keys: tuple[Key[object], ...]
) -> Callable[[Check], Rule]:
    """Make a rule of a check."""

    def of(check: Check) -> Rule:
        return Rule(name, meaning, clauses, keys, check)

    return of
