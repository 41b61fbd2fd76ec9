"""The chain of a case: whose endorsements it needs, the nation's first and then what a province adds.

The nation's order is a row of the table. A province may ask its prefectures and itself as well (Art. 11), after its
authority and never instead of it. Only a hub knows what its province adds; everybody else takes such an endorsement
where it is given, in its place, and never misses one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kernel.divisions import DivisionLevel, level_of
from kernel.packs.words import Approver
from kernel.regulation import Procedure, Step

_ADDED_AFTER = {
    Step.IN_AUTHORITY: (Step.IN_PREFECTURE, Step.IN_PROVINCE),
    Step.OUT_AUTHORITY: (Step.OUT_PREFECTURE, Step.OUT_PROVINCE),
}
ADDED = frozenset(step for steps in _ADDED_AFTER.values() for step in steps)
_NONE: frozenset[Step] = frozenset()


def awaited(row: Procedure, given: Sequence[Step], *, added: Collection[Step] = _NONE) -> Step | None:
    """The step awaited after those in ``given``; None when nothing that is needed is missing.

    Args:
        added: what the province asks beside the nation's chain.
    """
    return next((step for step in _after(row, given) if step in row.chain or step in added), None)


def admits(row: Procedure, given: Sequence[Step], step: Step) -> bool:
    """Whether ``step`` may be the next: the nation's next, or one that a province may add before it."""
    for possible in _after(row, given):
        if possible is step:
            return True
        if possible in row.chain:
            return False
    return False


def possible(row: Procedure) -> tuple[Step, ...]:
    """Every step that there may be, in order: the nation's, and after them those that a province may add."""
    return tuple(_after(row, ()))


def asked_of(added: Collection[Step], authority: str) -> frozenset[Step]:
    """Of the steps that a province adds, those that are somebody else's than the authority's: nobody is asked twice.

    Args:
        authority: six digits of the authority of the school on whose side the steps lie.
    """
    own = _NONE if level_of(authority) is DivisionLevel.COUNTY else {Step.IN_PREFECTURE, Step.OUT_PREFECTURE}
    return frozenset(added) - own


def approval_by(approver: Approver) -> frozenset[Step]:
    """The steps that a province asks beside the nation's chain where it names whose approval it takes (Art. 11).

    School and authority are in the chain already; the county is the authority of its schools, and is told of others.
    """
    match approver:
        case Approver.PREFECTURE:
            return frozenset({Step.IN_PREFECTURE})
        case Approver.PROVINCE:
            return frozenset({Step.IN_PROVINCE})
        case Approver.SCHOOL | Approver.AUTHORITY | Approver.COUNTY:
            return _NONE


def _after(row: Procedure, given: Sequence[Step]) -> list[Step]:
    named = (step for national in row.chain for step in (national, *_ADDED_AFTER.get(national, ())))
    steps = list(dict.fromkeys(named))  # the nation itself names the province in some rows
    return steps[steps.index(given[-1]) + 1 :] if given else steps
