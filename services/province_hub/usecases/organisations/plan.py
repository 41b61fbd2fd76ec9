"""What a change would do: to which schools, to how many pupils, and what speaks against it. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.office import Office
from kernel.organisations import (
    DatedRegister,
    Effect,
    Ending,
    Life,
    OrganisationChange,
    SeatMove,
    Split,
    effect_of,
    mixed_classes,
    placings_of,
    require_after,
    require_proposer,
    seat_moves,
    without_successor,
)
from kernel.refusals import Refusal
from kernel.school import School
from province_hub.store.transaction import HubTransaction


@dataclass(frozen=True)
class PlannedSchool:
    """One school as it is and as it is to be.

    Attributes:
        before: None where it begins. after: None where it ends.
        archives: records of those who have finished or left. seats: its classes that move.
    """

    before: School | None
    after: School | None
    ending: Ending | None
    pupils: int
    archives: int
    seats: tuple[SeatMove, ...]


@dataclass(frozen=True)
class Planned:
    """What a change would do.

    Attributes:
        pupils: records that would move; waiting: of them, those that a case or a transfer holds now.
        open_cases: of these schools at this hub; they are finished by those with whom they were begun.
        refused: what speaks against it; None where nothing does.
    """

    schools: tuple[PlannedSchool, ...]
    pupils: int
    waiting: int
    open_cases: int
    refused: Refusal | None


def plan_change(tx: HubTransaction, change: OrganisationChange, /, *, by: Office, now: datetime) -> Planned:
    """What would come of it as things are now."""
    register = tx.schools.read()
    try:
        require_proposer(register, change, by)
        require_after(change.effective_on, day_of(milliseconds(now)))
        effect = effect_of(register, change)
    except Refusal as said:
        return Planned((), 0, 0, 0, said)
    after = register.with_changed(effect.lives, effect.reforms)
    moves = moves_of(tx, after, change)
    touched = _touched(register, effect, change)
    held = tx.organisations.held(sorted(touched))
    schools = tuple(
        PlannedSchool(
            before=register(code),
            after=after(code),
            ending=end.kind if (end := life[-1].end) else None,
            pupils=sum(count for seat, count in held.pupils.items() if seat.school == code),
            archives=held.archives.get(code, 0),
            seats=tuple(move for move in moves if move.seat.school == code),
        )
        for code, life in sorted(touched.items())
    )
    moving = sorted({move.seat.school for move in moves if move.to is not None})
    return Planned(
        schools=schools,
        pupils=sum(move.pupils for move in moves if move.to is not None),
        waiting=tx.organisations.held(moving).waiting if moving else 0,
        open_cases=tx.organisations.open_cases(sorted(touched)),
        refused=against(tx, moves),
    )


def effect_unopposed(
    tx: HubTransaction, register: DatedRegister, change: OrganisationChange
) -> tuple[Effect, DatedRegister]:
    """What a change does, and the register after it; raises whatever speaks against it."""
    effect = effect_of(register, change)
    after = register.with_changed(effect.lives, effect.reforms)
    said = against(tx, moves_of(tx, after, change))
    if said is not None:
        raise said
    return effect, after


def moves_of(tx: HubTransaction, after: DatedRegister, change: OrganisationChange) -> tuple[SeatMove, ...]:
    """Where the classes go of the schools that it ends, or from which it takes some."""
    placings = placings_of(after, change)
    sources = {placing.from_school for placing in placings} | _ended_by(after, change)
    pupils = tx.organisations.held(sorted(sources)).pupils if sources else {}
    moves = seat_moves(placings, pupils)
    goes_on = {code for code in sources if after(code) is not None}
    return tuple(move for move in moves if move.to is not None or move.seat.school not in goes_on)


def against(tx: HubTransaction, moves: tuple[SeatMove, ...]) -> Refusal | None:
    """What speaks against moving these classes: pupils of whom nobody says where they go, classes that would mix."""
    takers = sorted({move.to.school for move in moves if move.to is not None})
    there = tx.organisations.held(takers).pupils if takers else {}
    staying = [seat for seat in there if seat not in {move.seat for move in moves}]
    return without_successor(moves) or mixed_classes(moves, staying)


def _ended_by(after: DatedRegister, change: OrganisationChange) -> set[str]:
    lives = after.lives.items()
    return {code for code, life in lives if (end := life[-1].end) and end.change_id == change.change_id}


def _touched(register: DatedRegister, effect: Effect, change: OrganisationChange) -> dict[str, Life]:
    """The lives that it is about, as they are then; a school that gives up classes goes on as it was."""
    gives = {change.what.code: register.lives[change.what.code]} if isinstance(change.what, Split) else {}
    return {**gives, **effect.lives}
