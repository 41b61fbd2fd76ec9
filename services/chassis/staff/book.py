"""The entries of staff inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Table, and_, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.office import Office, Role
from kernel.refusals import DigestReused, RequestMalformed
from kernel.staff import StaffEntry, StaffMember, Turnover, read_members, turnover_of


@dataclass(frozen=True)
class StaffPage:
    """A page of people; ``next_token`` is empty on the last."""

    members: tuple[StaffMember, ...]
    next_token: str = ""


@dataclass(frozen=True)
class TurnoverPage:
    """A page of offices; ``next_token`` is empty on the last."""

    offices: tuple[Turnover, ...]
    next_token: str = ""


class StaffBook:
    """What this office knows of staff: its own, and that of the offices below."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._connection = tx.connection
        self._table = table

    def add(self, entries: Iterable[StaffEntry]) -> None:
        """Keep entries; those that are here already change nothing.

        Raises:
            DigestReused: the same id came with another content: an alarm.
        """
        for entry in entries:
            added = self._connection.execute(
                upsert(self._table).values(_row(entry)).on_conflict_do_nothing().returning(self._table.c.entry_id)
            ).one_or_none()
            if added is None and self.find(entry.entry_id) != entry:
                raise DigestReused(field="entry_id")

    def find(self, entry_id: str) -> StaffEntry | None:
        row = self._connection.execute(select(self._table).where(self._table.c.entry_id == entry_id)).one_or_none()
        return _entry(row) if row is not None else None

    def of(self, office: Office, role: Role | None = None, person: str = "") -> list[StaffEntry]:
        """Every entry of an office, of one role in it, or of one person in that role."""
        t = self._table.c
        query = select(self._table).where(t.office == str(office)).order_by(t.at_ms, t.entry_id)
        if role is not None:
            query = query.where(t.role == role.value)
        if person:
            query = query.where(t.person == person)
        return [_entry(row) for row in self._connection.execute(query)]

    def page(self, *, office: Office | None, but: Office, size: int, token: str = "") -> StaffPage:
        """People of one office; or, where none is named, of every office but ``but``.

        Raises:
            RequestMalformed: the page token is none of ours.
        """
        t = self._table.c
        whose: ColumnElement[bool] = t.office == str(office) if office is not None else t.office != str(but)
        key = tuple_(t.office, t.role, t.person)
        query = select(t.office, t.role, t.person).where(whose).distinct().order_by(t.office, t.role, t.person)
        if token:
            query = query.where(key > _place(token))
        keys = [tuple(row) for row in self._connection.execute(query.limit(size + 1))]
        shown = keys[:size]
        entries = self._entries(key.in_(shown)) if shown else []
        return StaffPage(read_members(entries), "~".join(shown[-1]) if len(keys) > size else "")

    def turnover(self, *, but: Office, on: date, size: int, token: str = "") -> TurnoverPage:
        """How stable the staff of every office but ``but`` was in the twelve months to a day."""
        t = self._table.c
        query = (
            select(t.office).where(and_(t.office != str(but), t.office > token)).distinct().order_by(t.office)
        ).limit(size + 1)
        offices = list(self._connection.scalars(query))
        shown = offices[:size]
        members = read_members(self._entries(t.office.in_(shown))) if shown else ()
        return TurnoverPage(
            tuple(turnover_of(Office.parse(office), members, on) for office in shown),
            shown[-1] if len(offices) > size else "",
        )

    def _entries(self, which: ColumnElement[bool]) -> Sequence[StaffEntry]:
        return [_entry(row) for row in self._connection.execute(select(self._table).where(which))]


def _place(token: str) -> ColumnElement[tuple[str, str, str]]:
    parts = token.split("~")
    if len(parts) != 3:
        raise RequestMalformed(field="page_token", why="页码无效")
    return tuple_(*(literal(part) for part in parts))


def _row(entry: StaffEntry) -> dict[str, object]:
    return {
        "entry_id": entry.entry_id,
        "office": str(entry.office),
        "role": entry.role.value,
        "person": entry.person,
        "at_ms": entry.at_ms,
        "content": entry.to_content(),
    }


def _entry(row: Row[tuple[object, ...]]) -> StaffEntry:
    return StaffEntry.from_content(row.content)
