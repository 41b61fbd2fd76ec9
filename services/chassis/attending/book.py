"""Those who attend, as an office below the hub remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from chassis.sql import Transaction
from kernel.attending import RecordTold
from kernel.refusals import RequestMalformed

AttendingLine = RecordTold


@dataclass(frozen=True)
class AttendingPage:
    """Pupils in the order of their keys. ``next_token`` is empty on the last page."""

    pupils: tuple[AttendingLine, ...]
    next_token: str = ""


class AttendingBook:
    """Read and written by use cases; what the hub told last stands."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._connection = tx.connection
        self._table = table

    def put(self, told: RecordTold) -> None:
        """Remember that a pupil attends, or attends no more; told again, it is as before."""
        assert told.attends, "of the pupil's own school the roll knows"
        row = {
            "student_key": told.student_key,
            "school": told.school,
            "number": told.number,
            "until": told.until,
            "content": told.to_content(),
        }
        statement = insert(self._table).values(row)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["student_key", "school"],
                set_={name: statement.excluded[name] for name in ("number", "until", "content")},
            )
        )

    def of_number(self, number: str, *, school: str) -> RecordTold | None:
        """The pupil of that number who attends that school today."""
        content = self._connection.scalar(
            select(self._table.c.content).where(
                self._table.c.number == number, self._table.c.school == school, self._table.c.until == ""
            )
        )
        return RecordTold.from_content(content) if content is not None else None

    def page(self, *, size: int, token: str, ended: bool) -> AttendingPage:
        """Who attends; with ``ended`` also who did.

        Raises:
            RequestMalformed: the token is none of ours.
        """
        key = tuple_(self._table.c.student_key, self._table.c.school)
        query = select(self._table.c.content).order_by(self._table.c.student_key, self._table.c.school).limit(size + 1)
        if not ended:
            query = query.where(self._table.c.until == "")
        if token:
            query = query.where(key > _after(token))
        found = [RecordTold.from_content(content) for content in self._connection.scalars(query)]
        return page_of(found, size=size)


def page_of(found: list[RecordTold], *, size: int) -> AttendingPage:
    """A page of what was found, of which one more than fits was looked for."""
    shown = tuple(found[:size])
    return AttendingPage(shown, f"{shown[-1].student_key}~{shown[-1].school}" if len(found) > size else "")


def after(token: str) -> str:
    """The student key after which a page begins; empty at the beginning. Raises RequestMalformed."""
    return _after(token)[0] if token else ""


def _after(token: str) -> tuple[str, str]:
    student_key, _, school = token.partition("~")
    try:
        return str(UUID(student_key)), school
    except ValueError:
        raise RequestMalformed(field="page_token", why="页码无效") from None
