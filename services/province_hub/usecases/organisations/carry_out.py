"""What a change leaves to be done, a handful of records in each transaction: a school of 3,000 is thirty of them.

Its records are locked for a moment and no longer, a process that ends in the middle goes on with the next handful, and
what a case holds is left until the case is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.clock import milliseconds
from kernel.office import Office, Tier
from kernel.organisations import (
    PUPILS_TOLD_MAX,
    DatedRegister,
    PlacedPupil,
    PupilsLeft,
    PupilsPlaced,
    seat_moves,
)
from province_hub.store.organisations import Asked, Moved, Work
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, placed_pupil, tell

LOOK_AGAIN_MS = 5_000  # how long what a case holds may lie unseen after the case is over, at most


def carry_out_next(tx: HubTransaction, /, *, now: datetime, here: Office) -> bool:
    """The next handful; whether there may be more at once."""
    now_ms = milliseconds(now)
    work = tx.organisations.take_work(before_ms=now_ms - LOOK_AGAIN_MS, now_ms=now_ms)
    if work is None:
        return False
    asked = tx.organisations.find(work.change_id)
    assert asked is not None, "work is of a change"
    told = _move(tx, work, asked, now_ms=now_ms, here=here) if work.moves else _tell_of(tx, work, asked, now_ms=now_ms)
    tell(tx, told, now=now)
    return True


def _move(tx: HubTransaction, work: Work, asked: Asked, *, now_ms: int, here: Office) -> Sequence[Told]:
    """Art. 9: pupils and their records go where the change says, and both sides hear of it."""
    moved = tx.organisations.move(
        work, asked.change, most=PUPILS_TOLD_MAX, office=str(here), person=asked.decided_by, now_ms=now_ms
    )
    register = tx.schools.read()
    if not moved:
        if count_waiting(tx, work):
            return []
        if register(work.school) is None:
            tx.organisations.done(work)
        else:
            tx.organisations.drop(work)
        return []
    tx.organisations.look_again(work)
    giving = _answering(register, work.school)
    told: list[Told] = [
        (giving, PupilsLeft(work.change_id, work.school, tuple(one.student_key for one in moved), now_ms))
    ]
    for to_school in sorted({one.school for one in moved}):
        pupils = tuple(_placed(one, work.change_id) for one in moved if one.school == to_school)
        placed = PupilsPlaced(work.change_id, work.school, to_school, pupils, now_ms)
        told.append((_answering(register, to_school), placed))
    return told


def _tell_of(tx: HubTransaction, work: Work, asked: Asked, *, now_ms: int) -> Sequence[Told]:
    """A school has another authority, and no record of it changes: the authority hears which they are."""
    found = tx.organisations.records_of(work.school, after=work.told_to, most=PUPILS_TOLD_MAX)
    if not found:
        tx.organisations.drop(work)
        return []
    tx.organisations.told(work, found[-1].student_key)
    pupils = tuple(_placed(one, asked.change.change_id) for one in found)
    entry = PupilsPlaced(work.change_id, work.school, work.school, pupils, now_ms)
    return [(_answering(tx.schools.read(), work.school), entry)]


def count_waiting(tx: HubTransaction, work: Work) -> int:
    """How many pupils are still there who are to go: a case or a transfer holds them, or their turn has not come."""
    moves = seat_moves(work.placings, tx.organisations.held([work.school]).pupils) if work.moves else ()
    return sum(move.pupils for move in moves if move.to is not None)


def _answering(register: DatedRegister, school: str) -> Office:
    code = register.answers_for(school)
    assert code is not None, "somebody answers for every school of the register"
    return Office(Tier.AUTHORITY, code)


def _placed(one: Moved, change_id: str) -> PlacedPupil:
    return placed_pupil(one.student_key, one.number, one.status, one.values, one.standing, of=change_id)
