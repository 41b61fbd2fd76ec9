"""Many children at once who will move, registered class by class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.moving import Move
from console.demo.rosters import Class, Pupil, Roster, a_class
from console.federation.running import Federation
from kernel.school import School

GRADE = "小学三年级"  # of which both provinces take children at any time
PUPILS_OF_A_CLASS = 40
_FIRST_CLASS_ELSEWHERE = 60  # nobody is in these before


@dataclass(frozen=True)
class Child:
    """Who moves, and what the record said before.

    Attributes:
        document: by which the record is told to be the same child's afterwards.
    """

    move: Move
    document: str


async def register_children(
    scene: Scene, federation: Federation, *, leaving: School, arriving: School, count: int
) -> list[Child]:
    """Register ``count`` children at the school that they will leave."""
    roster = Roster(title=f"{leaving.code}", pupils=tuple(_pupils(leaving, count, federation=federation)))
    await enter_roster(scene, leaving, roster)
    registered = await register(scene, leaving)
    return [
        Child(
            Move(
                name=name,
                number=item.number,
                leaving=leaving,
                arriving=arriving,
                grade=GRADE,
                school_class=f"{_FIRST_CLASS_ELSEWHERE + nth // PUPILS_OF_A_CLASS}班",
            ),
            item.values["document_number"],
        )
        for nth, (name, item) in enumerate(registered.items.items())
    ]


def _pupils(school: School, count: int, *, federation: Federation) -> Iterator[Pupil]:
    """Classes of invented children; a name that two would have is made another's."""
    names: set[str] = set()
    for nth in range(-(-count // PUPILS_OF_A_CLASS)):
        place = f"{school.place[:2]}{20 + nth // 90:02d}{nth % 90 + 1:02d}"
        described = Class(school=f"{school.code}-crowd-{nth}", name=school.name, place=place, grade=GRADE)
        size = min(PUPILS_OF_A_CLASS, count - nth * PUPILS_OF_A_CLASS)
        for pupil in a_class(described, size, on=federation.today).pupils:
            name = pupil.name
            while name in names:
                name += "一"
            names.add(name)
            yield pupil.but(name=name, school_class=f"{nth + 1}班")
