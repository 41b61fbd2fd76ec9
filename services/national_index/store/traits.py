"""What records are compared by: a row of tokens each, and who of those here resembles whom that is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from national_index.domain.matching.features import Features
from national_index.domain.matching.model import read_model
from national_index.store.arrays import UuidColumn, integer_array
from national_index.store.schema import trait

# In the order of Features, which is that of the table's columns behind the key.
_COLUMNS = [column for column in trait.c if column.name != "student_key"]
assert [column.name for column in _COLUMNS] == list(Features._fields)
_NAMES = ", ".join(Features._fields)
_ADD = text(
    f"INSERT INTO trait (student_key, {_NAMES})"  # noqa: S608 - names of columns
    " SELECT * FROM unnest(CAST(:student_keys AS uuid[]), "
    + ", ".join(f"CAST(:{column.name} AS {column.type}[])" for column in _COLUMNS)
    + ") ON CONFLICT (student_key) DO NOTHING"
)
EXPORT_SECONDS = 7200  # a million rows take a few
# Those rules of the settings that an index answers; the sweep goes by all of them.
_INDEXED = {
    "l.sound = r.sound AND l.birth = r.birth",
    "l.guardian_a = r.guardian_a",
    "l.guardian_b = r.guardian_b",
    "l.guardian_a = r.guardian_b",
    "l.guardian_b = r.guardian_a",
}
_EXPORT = f"COPY (SELECT student_key, {_NAMES} FROM trait) TO STDOUT WITH (FORMAT csv, HEADER)"  # noqa: S608


class Resembling(NamedTuple):
    """Two records, and the level that each comparison came to."""

    newer: UUID
    other: UUID
    levels: tuple[int, ...]


class Traits:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, student_keys: Sequence[bytes], rows: Sequence[Features]) -> None:
        """The rows of new persons, in one statement."""
        if not student_keys:
            return
        columns = zip(Features._fields, zip(*rows, strict=True), strict=True)
        literals = {name: integer_array(column) for name, column in columns}
        self._tx.connection.execute(_ADD, {"student_keys": UuidColumn(student_keys), **literals})

    def renew(self, student_key: bytes, row: Features) -> None:
        """What a person is compared by from now on."""
        values = row._asdict()
        new = upsert(trait).values(student_key=str(UUID(bytes=student_key)), **values)
        self._tx.connection.execute(new.on_conflict_do_update(index_elements=[trait.c.student_key], set_=values))

    def resembling(self, student_keys: Sequence[bytes]) -> list[Resembling]:
        """Who resembles these, in one statement: candidates, to be weighed."""
        if not student_keys:
            return []
        rows = self._tx.connection.execute(_resembling(), {"student_keys": UuidColumn(student_keys)})
        return [Resembling(newer, other, tuple(levels)) for newer, other, *levels in rows]

    def export(self, file: Path) -> None:
        """All rows as CSV, as the sweep reads them; streamed by the server, for ``EXPORT_SECONDS`` at most."""
        self._tx.connection.execute(text(f"SET LOCAL statement_timeout = '{EXPORT_SECONDS}s'"))
        driver = self._tx.connection.connection.driver_connection
        assert driver is not None, "the transaction has a connection"
        with file.open("wb") as opened, driver.cursor().copy(_EXPORT) as pieces:
            for piece in _bytes(pieces):
                opened.write(piece)


def _bytes(pieces: Iterator[memoryview]) -> Iterator[bytes]:
    return (bytes(piece) for piece in pieces)


@cache
def _resembling() -> TextClause:
    """Made of the settings, each rule a join that an index answers."""
    model = read_model()
    assert set(model.rules) >= _INDEXED, "the settings have the rules that are indexed"
    levels = ", ".join(comparison.level_sql() for comparison in model.comparisons)
    return text(
        " UNION ".join(
            f"SELECT l.student_key, r.student_key, {levels} FROM trait AS l JOIN trait AS r ON {rule}"  # noqa: S608
            " WHERE l.student_key = ANY(CAST(:student_keys AS uuid[])) AND r.student_key <> l.student_key"
            for rule in model.rules
            if rule in _INDEXED
        )
    )
