"""The course of a record's status through its history: what comes late, or is taken back, must leave a lawful one.

An entry in its turn is judged by the status that the record has (``kernel.effects.carry_out``). One that says something
of earlier days also changes what the entries after it began from: without the resumption that it takes back, a
graduation would be one of a suspended pupil, and the life cycle (``kernel.status``) has no such step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.facts import grade_of
from kernel.history import HistoryEvent, in_force
from kernel.refusals import LaterEntryForbids, StatusTransitionIllegal
from kernel.status import StudentStatus, may_become


@dataclass(frozen=True)
class StatusStep:
    """An entry of a history that changes the status, from what it was by the entries before it in time."""

    version: int
    before: StudentStatus
    after: StudentStatus


def unlawful_steps(events: Sequence[HistoryEvent]) -> frozenset[StatusStep]:
    """The steps of a history that the life cycle does not have; none, unless it came so from elsewhere."""
    unlawful: set[StatusStep] = set()
    status: StudentStatus | None = None
    grade = ""
    for event in in_force(events):
        after = StudentStatus(event.changes.get("status", status))
        known = grade_of(grade)
        compulsory = known is None or known.compulsory
        if status is not None and after is not status and not may_become(status, after, compulsory=compulsory):
            unlawful.add(StatusStep(event.version, status, after))
        status = after
        grade = event.changes.get("values", {}).get("grade", grade) or ""
    return frozenset(unlawful)


def require_lawful(known: Sequence[HistoryEvent], event: HistoryEvent) -> None:
    """That an entry adds no unlawful step to a history.

    Args:
        known: the entries before it, oldest first.

    Raises:
        StatusTransitionIllegal: from the status of the day from which it is true, there is no such step.
        LaterEntryForbids: a later entry would become such a step; it is to be taken back first.
    """
    added = unlawful_steps([*known, event]) - unlawful_steps(known)
    for step in sorted(added, key=lambda one: one.version):
        if step.version == event.version:
            raise StatusTransitionIllegal(before=step.before.label, after=step.after.label)
        raise LaterEntryForbids(version=step.version, before=step.before.label, after=step.after.label)
