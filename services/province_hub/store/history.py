"""The entries of records' histories, and what they say of where pupils were: rows that are added and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, any_, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from kernel.clock import day_of
from kernel.custody import Custody
from kernel.history import HistoryEvent, Placed, placements
from province_hub.store import schema
from province_hub.store.records import among


@dataclass(frozen=True)
class Newest:
    """How far a history reaches: when its last entry was recorded, and the latest day from which one is valid."""

    at_ms: int
    effective_on: date


@dataclass(frozen=True)
class Reach:
    """A record that this hub may write, and how far its history reaches.

    Attributes:
        since_epoch: the epoch at which this hub took the record. version: of the record.
    """

    since_epoch: int
    version: int
    newest: Newest


@dataclass(frozen=True)
class Line:
    """An entry as it is stored.

    Attributes:
        since_epoch: the epoch at which this hub took the record whose history it is.
        known_ms: when this hub came to know it.
        placed: where it puts the pupil, from its own day on first, then what it changes of other days.
    """

    student_key: str
    since_epoch: int
    known_ms: int
    event: HistoryEvent
    placed: tuple[Placed, ...]


class Histories:
    """The histories of a hub's records, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, student_key: str) -> list[HistoryEvent]:
        """The entries that led to the record as it stands here, oldest first."""
        return [_event(row) for row in self._connection.execute(_current(student_key))]

    def reach(self, student_keys: Sequence[str]) -> dict[str, Reach]:
        """By key, of those records that are held here, which are locked to the end of the transaction."""
        students, history = schema.students, schema.history
        held = self._connection.execute(
            select(students.c.student_key, students.c.since_epoch, students.c.version)
            .where(among(students.c.student_key, student_keys), students.c.custody == Custody.HELD.value)
            .order_by(students.c.student_key)
            .with_for_update()
        ).all()
        # Read after the locks are taken, so that no other entry comes between.
        newest = self._connection.execute(
            select(
                history.c.student_key,
                history.c.since_epoch,
                func.max(history.c.at_ms),
                func.max(history.c.effective_on),
            )
            .where(among(history.c.student_key, [key for key, _, _ in held]))
            .group_by(history.c.student_key, history.c.since_epoch)
        )
        latest = {(key, epoch): Newest(at_ms, on) for key, epoch, at_ms, on in newest}
        return {key: Reach(epoch, version, latest[key, epoch]) for key, epoch, version in held}

    def newest(self, student_key: str, since_epoch: int) -> Newest:
        """How far the history of a record reaches."""
        history = schema.history
        at_ms, effective_on = self._connection.execute(
            select(func.max(history.c.at_ms), func.max(history.c.effective_on)).where(
                history.c.student_key == student_key, history.c.since_epoch == since_epoch
            )
        ).one()
        assert at_ms is not None, "a record that is here has its history"
        return Newest(at_ms, effective_on)

    def schools_with_proof(self, case_id: str, digest: str) -> tuple[str, ...]:
        """Codes of the schools at which records are, held here, with an entry of that case that names the document."""
        rows = self._connection.scalars(
            select(schema.students.c.school)
            .join(
                schema.history,
                and_(
                    schema.students.c.student_key == schema.history.c.student_key,
                    schema.students.c.since_epoch == schema.history.c.since_epoch,
                ),
            )
            .where(
                schema.history.c.case_id == case_id,
                text("history.evidence <> '{}'"),  # in the words of the index history_evidence
                literal(digest) == any_(schema.history.c.evidence),
                schema.students.c.custody != Custody.GONE.value,
            )
            .distinct()
        )
        return tuple(rows)

    def add(self, lines: Iterable[Line]) -> None:
        """Add entries, and what they say of other days than their own."""
        told = list(lines)
        assert all(line.event.effective_on <= day_of(line.event.at_ms) for line in told), "true before it was recorded"
        if told:
            self._connection.execute(insert(schema.history), [_row(line) for line in told])
        restated = [row for line in told for row in _restated(line)]
        if restated:
            self._connection.execute(insert(schema.restatements), restated)


def placements_on(on: date, *, known_at_ms: int | None = None) -> Select[Any]:
    """Where every pupil was on a day, one row each, in the columns of ``schema.placements``.

    Args:
        known_at_ms: as this hub knew it at that moment; None as it knows it now.
    """
    view = schema.placements
    query = select(view).ext(distinct_on(view.c.student_key)).where(view.c.effective_on <= on)
    if known_at_ms is not None:
        query = query.where(view.c.at_ms <= known_at_ms)
    return query.order_by(
        view.c.student_key, view.c.since_epoch.desc(), view.c.effective_on.desc(), view.c.version.desc()
    )


def lines_of(
    student_key: str, events: Sequence[HistoryEvent], *, since_epoch: int, known_ms: int | None = None
) -> list[Line]:
    """A whole history, oldest first, as it is stored; ``known_ms`` where it came with a record from elsewhere."""
    return [
        Line(student_key, since_epoch, known_ms or event.at_ms, event, placements(events[:position], event))
        for position, event in enumerate(events)
    ]


def after(newest: Newest, event: HistoryEvent) -> HistoryEvent:
    """The entry, recorded no earlier than the one before it: the clocks of two processes differ by a moment, and what
    was answered for a moment must not change once it is past. If the moment was midnight, today is the later day."""
    if event.at_ms >= newest.at_ms:
        return event
    today = event.effective_on == day_of(event.at_ms)
    return replace(
        event,
        at_ms=newest.at_ms,
        effective_on=day_of(newest.at_ms) if today else event.effective_on,
    )


def last(newest: Newest, event: HistoryEvent) -> HistoryEvent:
    """The entry, valid no earlier than any before it either: one that moves a record is the last word on it."""
    recorded = after(newest, event)
    return replace(recorded, effective_on=max(recorded.effective_on, newest.effective_on))


def newest_of(events: Sequence[HistoryEvent]) -> Newest:
    """How far a history reaches that is at hand, oldest first."""
    return Newest(events[-1].at_ms, max(event.effective_on for event in events))


def _current(student_key: str) -> Select[Any]:
    return (
        select(schema.history)
        .join(
            schema.students,
            and_(
                schema.students.c.student_key == schema.history.c.student_key,
                schema.students.c.since_epoch == schema.history.c.since_epoch,
            ),
        )
        .where(schema.history.c.student_key == student_key)
        .order_by(schema.history.c.version)
    )


def _event(row: Row[Any]) -> HistoryEvent:
    return HistoryEvent(
        version=row.version,
        at_ms=row.at_ms,
        effective_on=row.effective_on,
        case_id=row.case_id,
        procedure=row.procedure,
        step=row.step,
        office=row.office,
        person=row.person,
        reason=row.reason,
        articles=tuple(row.articles),
        rule_pack=row.rule_pack,
        evidence=tuple(row.evidence),
        counters=row.counters,
        changes=row.changes,
    )


def _row(line: Line) -> dict[str, Any]:
    event, (own, *_) = line.event, line.placed
    return {
        "student_key": line.student_key,
        "since_epoch": line.since_epoch,
        "version": event.version,
        "at_ms": event.at_ms,
        "known_ms": line.known_ms,
        "effective_on": event.effective_on,
        "case_id": event.case_id,
        "procedure": event.procedure,
        "step": event.step,
        "office": event.office,
        "person": event.person,
        "reason": event.reason,
        "articles": list(event.articles),
        "rule_pack": event.rule_pack,
        "evidence": list(event.evidence),
        "counters": event.counters,
        "changes": dict(event.changes),
        **_placement(own),
    }


def _restated(line: Line) -> list[dict[str, Any]]:
    return [
        {
            "student_key": line.student_key,
            "since_epoch": line.since_epoch,
            "version": line.event.version,
            "effective_on": other.effective_on,
            "known_ms": line.known_ms,
            **_placement(other),
        }
        for other in line.placed[1:]
    ]


def _placement(placed: Placed) -> dict[str, str]:
    where = placed.placement
    return {
        "status": where.status.value,
        "school": where.school,
        "grade": where.grade,
        "school_class": where.school_class,
    }
