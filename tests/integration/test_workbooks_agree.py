"""A second opinion on our reader of workbooks: what calamine and openpyxl read in a file, ours reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.workbooks.reading import read_rows

# XML 1.0 has no control characters, and a lone surrogate is no character at all.
_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: text.strip() and not text.startswith("=")  # openpyxl would write a formula
)
_day = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2030, 1, 1)).map(  # noqa: DTZ001 - a cell's
    lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0)
)
_cell = st.one_of(st.none(), _text, st.integers(-(10**9), 10**9), st.booleans(), _day)
_sheet = st.lists(st.lists(_cell, min_size=1, max_size=8), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_sheet)
def test_three_readers_agree_on_every_cell(tmp_path: Path, sheet: list[list[Any]]) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in sheet:
        page.append(row)
    book.save(path)
    ours = {number: [_plain(cell) for cell in cells] for number, cells in read_rows(path)}
    theirs = (
        python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )
    again = [
        list(row) for row in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    ]
    assert ours == _numbered(theirs)
    assert ours == _numbered(again)


def _numbered(rows: list[list[Any]]) -> dict[int, list[Any]]:
    """Rows by number, without blank rows and without blanks at a row's end."""
    plain = {number: [_plain(cell) for cell in row] for number, row in enumerate(rows, start=1)}
    trimmed = {number: _trimmed(row) for number, row in plain.items()}
    return {number: row for number, row in trimmed.items() if row}


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row = row[:-1]
    return row


def _plain(cell: Any) -> Any:
    """One form for the same thing: whole numbers as int, days as datetime, nothing as None."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, datetime) and hasattr(cell, "year"):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a cell's
    return cell
