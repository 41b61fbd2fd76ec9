"""How a change moves pupils, and what must be clear before it is decided: nobody is left without a school (Art. 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.facts import grade_of
from kernel.organisations.spans import Placing, placing_of
from kernel.refusals import ClassesWouldMix, OrganisationChangeTooSoon, PupilsWithoutSuccessor

CLASSES_NAMED_MAX = 10  # in a refusal; the plan names all


@dataclass(frozen=True, slots=True)
class Seat:
    """A class of a school; ``grade`` is a code."""

    school: str
    grade: str
    school_class: str

    @property
    def label(self) -> str:
        grade = grade_of(self.grade)
        return f"{grade.label if grade else self.grade}{self.school_class or '（未分班）'}"


@dataclass(frozen=True, slots=True)
class SeatMove:
    """Where the pupils of a class go; ``to`` is None where nobody said."""

    seat: Seat
    to: Seat | None
    pupils: int


def seat_moves(placings: tuple[Placing, ...], pupils: Mapping[Seat, int]) -> tuple[SeatMove, ...]:
    """What a change does to each class of the schools that it is about.

    Args:
        pupils: how many each class has; of a school whose classes partly stay, only those that are named.
    """
    moves = []
    for seat in sorted(pupils, key=lambda one: (one.school, one.grade, one.school_class)):
        ours = tuple(placing for placing in placings if placing.from_school == seat.school)
        placing = placing_of(ours, grade=seat.grade, school_class=seat.school_class)
        to = Seat(placing.to_school, seat.grade, placing.becomes or seat.school_class) if placing else None
        moves.append(SeatMove(seat, to, pupils[seat]))
    return tuple(moves)


def without_successor(moves: Iterable[SeatMove]) -> PupilsWithoutSuccessor | None:
    """The refusal of a change that leaves pupils at a school that ends."""
    left = [move for move in moves if move.to is None and move.pupils]
    if not left:
        return None
    return PupilsWithoutSuccessor(
        field="placings",
        school=left[0].seat.school,
        count=sum(move.pupils for move in left),
        classes=_named(move.seat for move in left),
    )


def mixed_classes(moves: Iterable[SeatMove], there: Iterable[Seat]) -> ClassesWouldMix | None:
    """The refusal of a change that would make one class of two, unasked: a class keeps its children together.

    Args:
        there: the classes that the schools that take pupils have already. Pupils without a class mix with nobody.
    """
    taken = set(there)
    mixed: list[Seat] = []
    for move in moves:
        if move.to is None or not move.to.school_class:
            continue
        if move.to in taken:
            mixed.append(move.to)
        taken.add(move.to)
    if not mixed:
        return None
    school = mixed[0].school
    return ClassesWouldMix(field="classes", school=school, classes=_named(one for one in mixed if one.school == school))


def require_after(effective_on: date, today: date) -> None:
    """That a change begins with a day that has not begun. Raises OrganisationChangeTooSoon."""
    earliest = today + timedelta(days=1)
    if effective_on < earliest:
        raise OrganisationChangeTooSoon(field="effective_on", earliest=earliest.isoformat())


def _named(seats: Iterable[Seat]) -> str:
    labels = [seat.label for seat in seats]
    more = f"等 {len(labels)} 个班" if len(labels) > CLASSES_NAMED_MAX else ""
    return "、".join(labels[:CLASSES_NAMED_MAX]) + more
