"""Runs of formal numbers, and the pupils who wait for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.numbering import DOUBTS_OF_IDENTITY, LeftOut
from province_hub.store import schema

_runs = schema.of_the_nation.numberings
BEGINNING = "00000000-0000-0000-0000-000000000000"

# Why somebody is not asked about, in the order of kernel.numbering.LeftOut; '' for those who are.
_WHY = (
    "CASE WHEN coalesce(values->>'document_kind', '') <> '1' OR coalesce(values->>'document_number', '') = ''"
    " THEN 'no_citizen_id'"
    " WHEN custody <> 'held' OR open_case IS NOT NULL THEN 'in_transfer_or_case'"
    " WHEN coalesce(standing->>'problem', '') NOT IN ('', :wrong, :of_another) THEN 'problem_record' ELSE '' END"
)
_WITHOUT = (
    " FROM students WHERE number NOT LIKE 'G%' AND custody <> 'gone'"
    " AND status IN ('enrolled', 'suspended', 'abroad', 'dropped_out', 'missing', 'away')"
)
_COUNTS = text(f"SELECT {_WHY} AS why, count(*){_WITHOUT} GROUP BY 1")
_WAITING = text(
    f"SELECT CAST(student_key AS text), number, name, school, values->>'document_number'{_WITHOUT}"
    f" AND student_key > CAST(:after AS uuid) AND {_WHY} = '' ORDER BY student_key LIMIT :most"
)
_OF_DOUBTS = dict(zip(("wrong", "of_another"), sorted(DOUBTS_OF_IDENTITY, reverse=True), strict=True))


@dataclass(frozen=True)
class Numbering:
    """A run and how far it is.

    Attributes:
        total: pupils to ask about as it began. position: student key of the last one who was asked about.
    """

    run_id: str
    year: int
    person: str
    begun_ms: int
    finished_ms: int | None = None
    position: str = BEGINNING
    total: int = 0
    asked: int = 0
    given: int = 0
    doubted: int = 0


@dataclass(frozen=True, repr=False)
class Unnumbered:
    """A pupil without a formal number, with the citizen ID in force."""

    student_key: str
    number: str
    name: str
    school: str
    citizen_id: str


class Numberings:
    """As use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def counts(self) -> Mapping[LeftOut | None, int]:
        """Pupils without a formal number by why they are not asked about; under None those who are."""
        rows = self._connection.execute(_COUNTS, _OF_DOUBTS)
        return {LeftOut(why) if why else None: count for why, count in rows}

    def waiting(self, *, after: str, most: int) -> list[Unnumbered]:
        """The next to ask about, in the order of their keys."""
        rows = self._connection.execute(_WAITING, {**_OF_DOUBTS, "after": after, "most": most})
        return [Unnumbered(*row) for row in rows]

    def begin(self, run: Numbering) -> bool:
        """Whether it began; not while another goes on."""
        added = upsert(_runs).values(vars(run)).on_conflict_do_nothing().returning(_runs.c.run_id)
        return self._connection.execute(added).one_or_none() is not None

    def unfinished(self, *, lock: bool = False) -> Numbering | None:
        query = select(_runs).where(_runs.c.finished_ms.is_(None))
        row = self._connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return Numbering(**row) if row else None

    def get(self, run_id: str) -> Numbering | None:
        row = self._connection.execute(select(_runs).where(_runs.c.run_id == run_id)).mappings().one_or_none()
        return Numbering(**row) if row else None

    def put(self, run: Numbering) -> None:
        """As it stands now; the row is locked."""
        self._connection.execute(update(_runs).where(_runs.c.run_id == run.run_id).values(vars(run)))

    def page(self, *, before: str, size: int) -> list[Numbering]:
        """The newest first: run ids are in the order of their making."""
        query = select(_runs).order_by(_runs.c.run_id.desc()).limit(size)
        if before:
            query = query.where(_runs.c.run_id < before)
        return [Numbering(**row) for row in self._connection.execute(query).mappings()]
