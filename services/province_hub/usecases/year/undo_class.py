"""Take the promotion of one class back (退回): a counter-entry for each of its pupils, and the class as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.clock import milliseconds
from kernel.endorsement import authority_of
from kernel.office import Identity
from kernel.promotion import ClassesPromoted, ladder
from kernel.refusals import ClassNotPromoted
from kernel.stages import SchoolSystem
from province_hub.store.promotions import UndoneClass
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import tell
from province_hub.usecases.rules import Rules
from province_hub.usecases.year.runs import of_year


@dataclass(frozen=True)
class UndoClass:
    """Which class; ``grade``: code of the one into which it went up."""

    year: int
    school: str
    grade: str
    school_class: str
    reason: str


@dataclass(frozen=True)
class Undone:
    """``left``: pupils of the class who are left as they are, for something was entered since, or they came later."""

    undone: UndoneClass
    left: int


def undo_class(tx: HubTransaction, command: UndoClass, /, *, by: Identity, now: datetime, rules: Rules) -> Undone:
    """Take a class back; asked again, the answer is as before.

    Raises:
        PromotionNotFound: there was no promotion in that year.
        ClassNotPromoted: no pupil of the class went up in it whose last entry that still is.
    """
    run = of_year(tx, command.year)
    system = tx.promotions.system_of(run.run_id, command.school)  # locks, so that one is first
    known = [
        one
        for one in tx.promotions.undone(run.run_id)
        if (one.school, one.grade, one.school_class) == (command.school, command.grade, command.school_class)
    ]
    if known:
        return Undone(known[0], 0)
    if not system:
        raise ClassNotPromoted(field="school", why="该校没有参加这次升级，或尚未轮到")
    earlier = next((one for one, after in ladder(SchoolSystem(system)).items() if after == command.grade), None)
    if earlier is None:
        raise ClassNotPromoted(field="grade", why="没有升入这个年级的班")
    asked = UndoneClass(command.school, command.grade, command.school_class, 0, milliseconds(now))
    pupils, left = tx.promotions.undo(
        run, asked, earlier=earlier, office=str(rules.here), person=by.person, reason=command.reason
    )
    if not pupils:
        raise ClassNotPromoted(field="school_class", why="班里没有学生的最近一次变动是这次升级")
    undone = replace(asked, pupils=pupils)
    tx.promotions.put_undone(run.run_id, undone, person=by.person, reason=command.reason)
    entry = ClassesPromoted(
        run.run_id, command.school, {command.grade: earlier}, left, asked.at_ms, school_class=command.school_class
    )
    tell(tx, [(authority_of(command.school, register=rules.register), entry)], now=now)
    return Undone(undone, len(left))
