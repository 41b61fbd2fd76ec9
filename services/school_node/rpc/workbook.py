"""A roster workbook on this node's disk, while it is looked at: uploaded, checked row by row, written with reasons.

Everything lies in one private folder that is gone when the call ends, whatever ended it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from chassis.workbooks.reading import DEFAULT, Cell, read_rows
from chassis.workbooks.writing import Column, write_rows
from kernel.refusals import FileTooLarge, Refusal
from kernel.school import School
from school_node.domain.roster import (
    ROSTER_SHEET,
    Layout,
    RowResult,
    begin_roster,
    check_rows,
    only_stage,
    roster_template_columns,
)
from school_node.usecases.import_roster import RosterRow

UPLOAD_BYTES_MAX = DEFAULT.file_bytes_max
REASONS_LABEL = "核对结果"
PASSED = "通过"
_REASONS_WIDTH = 60
_NUMBER_LOST_FROM = 10**15  # a spreadsheet keeps fifteen digits of a number


class RosterFile:
    """One import: its file, its good rows set aside, its reasons.

    Args:
        folder: private to this call. school: whose grades are meant. on: the day the values are judged on.
    """

    def __init__(self, folder: Path, *, school: School, on: date) -> None:
        self._uploaded = folder / "roster.xlsx"
        self._good = folder / "good.jsonl"
        self._answer = folder / "answer.xlsx"
        self._school = school
        self._on = on
        self._size = 0
        self._layout: Layout | None = None
        self._results: Iterator[RowResult] = iter(())
        self._reasons: dict[int, list[str]] = {}
        self.rows_read = 0
        self.rows_refused = 0

    def append(self, chunk: bytes) -> None:
        """Raises FileTooLarge before the disk holds more than a roster may have, whatever size was declared."""
        self._size += len(chunk)
        if self._size > UPLOAD_BYTES_MAX:
            raise FileTooLarge(most=f"{UPLOAD_BYTES_MAX // 2**20} MB")
        with self._uploaded.open("ab") as file:
            file.write(chunk)

    def begin(self) -> None:
        """Find the header.

        Raises:
            FileNotAWorkbook, FileTooLarge, FileBomb, FileEncrypted, FileUnreadable: the file cannot be read.
            ColumnMissing, ColumnRepeated: it is not in the layout of the national form.
        """
        for file in (self._uploaded, self._good):
            file.touch(mode=0o600)  # there, even where nothing was sent or no row is good
        self._layout, rows = begin_roster(read_rows(self._uploaded, sheet=ROSTER_SHEET))
        stage = only_stage(self._school.category)
        self._results = check_rows(self._layout, rows, on=self._on, system=self._school.school_system, stage=stage)

    @property
    def warnings(self) -> list[str]:
        """What is no mistake, but worth a look."""
        assert self._layout is not None, "begun"
        return [f"不认识的列“{label}”未读取" for label in self._layout.unknown if label != REASONS_LABEL]

    def check(self, rows: int) -> list[RowResult]:
        """Check that many rows more: those with mistakes are returned, good ones set aside on disk."""
        batch = list(islice(self._results, rows))
        with self._good.open("a", encoding="utf-8") as good:
            for result in batch:
                self.rows_read += 1
                if result.findings:
                    self.refuse(result.row, result.findings)
                else:
                    good.write(json.dumps([result.row, result.values], ensure_ascii=False) + "\n")
        return [result for result in batch if result.findings]

    @property
    def exhausted(self) -> bool:
        """Whether ``check`` has come to the end."""
        following = next(self._results, None)
        if following is None:
            return True
        self._results = _before(following, self._results)
        return False

    def refuse(self, row: int, findings: Sequence[Refusal]) -> None:
        self.rows_refused += 1
        self._reasons.setdefault(row, []).extend(finding.sentence for finding in findings)

    def good_rows(self) -> Iterator[RosterRow]:
        """The rows set aside, from the first on."""
        with self._good.open(encoding="utf-8") as good:
            for line in good:
                row, values = json.loads(line)
                yield RosterRow(row, values)

    def answer(self) -> Path:
        """The same workbook with a last column of reasons."""
        assert self._layout is not None, "begun"
        rows = read_rows(self._uploaded, sheet=ROSTER_SHEET)
        header = self._layout.header_row
        titles: list[Cell] = next((cells for number, cells in rows if number == header), [])
        # An answer that is brought again, mended, has our column already.
        places = [place for place, title in enumerate(titles) if title != REASONS_LABEL]
        columns = [Column(str(titles[place] or "")) for place in places]
        answered = (
            [*(_as_read(cells[place]) if place < len(cells) else None for place in places), self._verdict(number)]
            for number, cells in rows
            if any(cell not in (None, "") for cell in cells)
        )
        write_rows(self._answer, [*columns, Column(REASONS_LABEL, width=_REASONS_WIDTH)], answered, sheet=ROSTER_SHEET)
        return self._answer

    def _verdict(self, row: int) -> str:
        return "；".join(self._reasons[row]) if row in self._reasons else PASSED


def write_template(path: Path) -> None:
    """An empty roster in the layout of the national form, with drop-downs."""
    columns = [
        Column(column.label, width=column.width, allowed=column.allowed, required=column.required)
        for column in roster_template_columns()
    ]
    write_rows(path, columns, sheet=ROSTER_SHEET)


def _as_read(cell: Cell) -> Cell:
    """A cell so that its text, brought again, is read as the cell was."""
    match cell:
        case bool():
            return cell
        case int() | float() if abs(cell) >= _NUMBER_LOST_FROM:
            return None  # as text it would look as if every digit had been typed
        case float() if cell.is_integer():
            return int(cell)
        case datetime():
            return cell.date()
        case _:
            return cell


def _before(first: RowResult, rest: Iterator[RowResult]) -> Iterator[RowResult]:
    yield first
    yield from rest
