"""Pupils who attend a school that has not their record (Art. 17): read from the records, which say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, text

from chassis.sql import Transaction
from kernel.custody import Custody
from kernel.student import Student
from province_hub.store import schema
from province_hub.store.records import held, selected


class Attending:
    """Those whom this hub's records name as attending elsewhere."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def page(self, *, after: str = "", size: int) -> list[Student]:
        """All of them, in the order of their keys."""
        query = _attending().limit(size)
        if after:
            query = query.where(schema.students.c.student_key > after)
        return [held(row).student for row in self._connection.execute(query)]

    def with_records_at(self, schools: Sequence[str]) -> list[Student]:
        """Those whose records are at these schools."""
        query = _attending().where(schema.students.c.school.in_(schools))
        return [held(row).student for row in self._connection.execute(query)]


def _attending() -> Select[Any]:
    """In the words of the index ``students_attending``."""
    students = schema.students
    return (
        selected()
        .where(text("standing ? 'attends'"), students.c.custody != Custody.GONE.value)
        .order_by(students.c.student_key)
    )
