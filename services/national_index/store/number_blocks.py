"""The sequences that numbers are coded by, given out in runs."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from chassis.sql import Transaction
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
