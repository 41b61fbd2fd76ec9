"""How far each office below has come with a review: the same at an authority and at a province."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Boolean, Column, Integer, MetaData, PrimaryKeyConstraint, Row, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.reviews.commands import Progress, ProgressPage, ProgressQuery
from chassis.sql import Transaction
from kernel.review import DifferenceKind


def progress_table(metadata: MetaData) -> Table:
    """Declare ``review_progress`` on a tier's metadata; its migration calls ``create_progress``."""
    return Table(
        "review_progress",
        metadata,
        Column("review_id", UUID(as_uuid=False), primary_key=True),
        Column("office", Text, primary_key=True),
        Column("classes", Integer, nullable=False),
        Column("confirmed", Integer, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("digest", Text, nullable=False),
        Column("done", Boolean, nullable=False),
    )


def create_progress(op: ModuleType) -> None:
    """``review_progress`` as its first release created it. Frozen: what changes later is a further migration."""
    op.create_table(
        "review_progress",
        Column("review_id", UUID, nullable=False),
        Column("office", Text, nullable=False),
        Column("classes", Integer, nullable=False),
        Column("confirmed", Integer, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("digest", Text, nullable=False),
        Column("done", Boolean, nullable=False),
        PrimaryKeyConstraint("review_id", "office", name="review_progress_pkey"),
    )


@dataclass(frozen=True)
class Heard:
    """What has been heard of an office. ``digest``: of what an authority sealed."""

    office: str
    classes: int
    confirmed: int
    counts: Mapping[DifferenceKind, int]
    done: bool
    digest: str = ""


class ProgressBook:
    """The table inside one transaction."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._connection = tx.connection
        self._table = table

    def put(self, review_id: str, heard: Heard) -> None:
        """What is known of an office now."""
        values = {
            "classes": heard.classes,
            "confirmed": heard.confirmed,
            "counts": {kind.value: count for kind, count in heard.counts.items()},
            "digest": heard.digest,
            "done": heard.done,
        }
        statement = upsert(self._table).values(review_id=review_id, office=heard.office, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["review_id", "office"], set_=values))

    def of(self, review_id: str, offices: Sequence[str]) -> dict[str, Heard]:
        """What has been heard of those offices, of those of which anything has."""
        t = self._table.c
        rows = self._connection.execute(
            select(self._table).where(t.review_id == review_id, t.office.in_(list(offices)))
        )
        return {row.office: _heard(row) for row in rows}


def progress_page(book: ProgressBook, query: ProgressQuery, offices: Iterable[tuple[str, str]]) -> ProgressPage:
    """A page of the offices below, each with its name, in the order of their codes: heard of or not."""
    after = [(office, name) for office, name in sorted(offices) if office > query.token]
    known = book.of(query.review_id, [office for office, _ in after])
    told = [_progress(office, name, known.get(office)) for office, name in after]
    left = [one for one in told if not (query.missing and one.done)]
    page = left[: query.size]
    return ProgressPage(tuple(page), page[-1].office if len(left) > query.size else "")


def _progress(office: str, name: str, heard: Heard | None) -> Progress:
    if heard is None:
        return Progress(office, name, 0, 0, done=False)
    return Progress(office, name, heard.classes, heard.confirmed, heard.done, heard.counts, heard.digest)


def _heard(row: Row[Any]) -> Heard:
    counts = {DifferenceKind(kind): count for kind, count in row.counts.items()}
    return Heard(row.office, row.classes, row.confirmed, counts, row.done, row.digest)
