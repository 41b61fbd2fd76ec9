"""The numbers of a record, in force and earlier (Art. 5): each is one child's for ever."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from kernel.refusals import NumberAlreadyHeld
from kernel.student import Student
from province_hub.store import schema
from province_hub.store.records import among


class Numbers:
    """The numbers of a hub's records, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, students: Sequence[Student]) -> None:
        """The first number of each new record."""
        self._connection.execute(
            text(
                "INSERT INTO student_numbers (number, student_key, position)"
                " SELECT number, student_key, 0"
                " FROM unnest(CAST(:numbers AS text[]), CAST(:keys AS uuid[])) AS issued(number, student_key)"
            ),
            {"numbers": [one.number for one in students], "keys": [one.student_key for one in students]},
        )

    def of(self, keys: Sequence[str]) -> dict[str, list[str]]:
        """By key, the numbers that are known."""
        numbers = schema.student_numbers
        known: dict[str, list[str]] = {key: [] for key in keys}
        for key, number in self._connection.execute(
            select(numbers.c.student_key, numbers.c.number).where(among(numbers.c.student_key, keys))
        ):
            known[key].append(number)
        return known

    def add(self, student: Student, known: Sequence[str]) -> None:
        """Add the numbers that are new, after those that are known; none is ever taken away.

        Raises:
            NumberAlreadyHeld: one belongs to somebody else.
        """
        numbers = schema.student_numbers
        new = [number for number in (*student.aliases, student.number) if number not in known]
        if not new:
            return
        added = self._connection.execute(
            upsert(numbers)
            .values(
                [
                    {"number": number, "student_key": student.student_key, "position": position}
                    for position, number in enumerate(new, start=len(known))
                ]
            )
            .on_conflict_do_nothing(index_elements=[numbers.c.number])
            .returning(numbers.c.number)
        ).all()
        if len(added) != len(new):
            raise NumberAlreadyHeld(field="number")
