"""The sequences that numbers are coded by, given out in runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from chassis.sql import Transaction
from kernel.number import OFFLINE_FROM
from national_index.domain.applicants import Block
from national_index.store.arrays import code_array

# One statement for all blocks of a batch, in one order for everybody. A block stays locked to the end of the
# transaction, so what fails gives its run back.
_TAKE = text(
    "INSERT INTO number_block AS block (division, birth_date, kind, next_sequence)"
    " SELECT division, birth_date, kind, wanted FROM unnest(CAST(:divisions AS text[]), CAST(:birth_dates AS date[]),"
    " CAST(:kinds AS text[]), CAST(:wanted AS integer[])) AS run(division, birth_date, kind, wanted)"
    ' ORDER BY division COLLATE "C", birth_date, kind COLLATE "C"'
    " ON CONFLICT (division, birth_date, kind)"
    " DO UPDATE SET next_sequence = block.next_sequence + excluded.next_sequence"
    " RETURNING division, birth_date, kind, next_sequence"
)


_NOTE = text(
    "INSERT INTO number_offline (division, birth_date, sequence)"
    " SELECT substr(number, 2, 6), CAST(substr(number, 8, 8) AS date), CAST(substr(number, 16, 3) AS integer)"
    " FROM unnest(CAST(:numbers AS text[])) AS given(number) ORDER BY number ON CONFLICT DO NOTHING"
)
# Counties count without gaps: a sequence below one that came, and that did not come itself, was given to somebody.
_GAPS = text(
    "SELECT division, birth_date, missing.sequence FROM"
    " (SELECT division, birth_date, max(sequence) AS last FROM number_offline"
    " WHERE (division, birth_date) >= (:division, CAST(:birth_date AS date)) GROUP BY 1, 2) AS block"
    " CROSS JOIN LATERAL generate_series(:first, block.last) AS missing(sequence)"
    " WHERE (division, birth_date, missing.sequence) > (:division, CAST(:birth_date AS date), :sequence)"
    " AND NOT EXISTS (SELECT FROM number_offline AS came WHERE came.division = block.division"
    " AND came.birth_date = block.birth_date AND came.sequence = missing.sequence)"
    " ORDER BY division, birth_date, missing.sequence LIMIT :limit"
)


class Gap(NamedTuple):
    """A number that a county must have given, and nobody was registered with."""

    division: str
    birth_date: date
    sequence: int


FIRST_GAP = Gap("", date.min.replace(year=1900), 0)


class NumberBlocks:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def take(self, wanted: Mapping[Block, int]) -> dict[Block, range]:
        """A run of as many sequences as wanted from each block; those beyond the last make no number."""
        blocks = list(wanted)
        rows = self._tx.connection.execute(
            _TAKE,
            {
                "divisions": code_array(block.division for block in blocks),
                "birth_dates": code_array(f"{block.birth_date:%Y%m%d}" for block in blocks),
                "kinds": code_array(block.kind for block in blocks),
                "wanted": code_array(map(str, wanted.values())),
            },
        )
        end_of = {(division, birth_date, kind): end for division, birth_date, kind, end in rows}
        ends = [end_of[block.division, block.birth_date, block.kind] for block in blocks]
        return {block: range(end - wanted[block], end) for block, end in zip(blocks, ends, strict=True)}

    def note_allocated(self, numbers: Sequence[str]) -> None:
        """Numbers that a county had given by itself have come, in one statement."""
        if numbers:
            self._tx.connection.execute(_NOTE, {"numbers": code_array(numbers)})

    def gaps(self, *, after: Gap, limit: int) -> list[Gap]:
        """In the order of division, birth date and sequence."""
        rows = self._tx.connection.execute(_GAPS, {**after._asdict(), "first": OFFLINE_FROM, "limit": limit})
        return [Gap(*row) for row in rows]
