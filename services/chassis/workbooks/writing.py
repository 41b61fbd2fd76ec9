"""Writing a workbook that people will open, fill in and send back."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from chassis.workbooks.reading import Cell

_TEXT_FORMAT = "@"  # a cell of this format keeps what is typed: a number of 18 digits stays 18 digits
_TEXT_MAX = 32_767  # characters in a cell, the format's own limit
_ROWS_MAX = 1_048_576  # rows of a sheet, the format's own limit
_CODES_SHEET = "代码"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_HEADER_FILL = PatternFill("solid", fgColor="DDEBF7")
_REQUIRED_FILL = PatternFill("solid", fgColor="FCE4D6")


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        label: its header. width: in characters of the default font.
        allowed: what its drop-down offers; empty for free text.
        required: marked, by colour.
    """

    label: str
    width: int = 14
    allowed: tuple[str, ...] = ()
    required: bool = False


def write_rows(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]] = (), *, sheet: str) -> int:
    """Write ``rows`` under a frozen header, streaming; the file appears whole or not at all.

    Every value is written as text, so that no program guesses at it, and one that a program would run as a formula
    gets an apostrophe before it (CWE-1236). No ``rows`` make a template.

    Returns:
        The number of rows written, the header not counted.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    for position, column in enumerate(columns, start=1):
        dimension = page.column_dimensions[get_column_letter(position)]
        dimension.width = column.width
        dimension.number_format = _TEXT_FORMAT
    _offer_codes(page, columns)
    page.append([_header(page, column) for column in columns])
    try:
        written = _append(page, rows, width=len(columns))
    except BaseException:
        # What was streamed so far lies in a temporary file, and holds personal data: it must not outlive the call.
        page.close()
        page._writer.cleanup()
        raise
    _write_codes(book, columns)
    _save_whole(book, path)
    return written


def _append(page: WriteOnlyWorksheet, rows: Iterable[Sequence[Cell]], *, width: int) -> int:
    # One cell a column, used again for each row: append writes a row out before it returns.
    cells = [WriteOnlyCell(page) for _ in range(width)]
    for cell in cells:
        cell.number_format = _TEXT_FORMAT
    written = 0
    for row in rows:
        for cell, value in zip(cells, row, strict=True):
            cell.value = as_text(value)
        page.append(cells)
        written += 1
    return written


def as_text(value: Cell) -> str | None:
    """``value`` as a cell's text: dates as ``20110307``, nothing that a spreadsheet would run, no control character."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    text = str(value)
    if text.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        text = f"'{text}"
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:_TEXT_MAX]


def _header(page: WriteOnlyWorksheet, column: Column) -> SheetCell:
    cell = WriteOnlyCell(page, value=f"{column.label}★" if column.required else column.label)
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED_FILL if column.required else _HEADER_FILL
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.number_format = _TEXT_FORMAT
    return cell


def _offer_codes(page: WriteOnlyWorksheet, columns: Sequence[Column]) -> None:
    """Drop-downs point into a hidden sheet: a list written in place may have 255 characters, and 民族 has more."""
    for position, (place, column) in enumerate(_with_codes(columns), start=1):
        letter, codes = get_column_letter(place), get_column_letter(position)
        offer = DataValidation(
            type="list",
            formula1=f"'{_CODES_SHEET}'!${codes}$1:${codes}${len(column.allowed)}",
            sqref=f"{letter}2:{letter}{_ROWS_MAX}",
            allow_blank=True,
            showErrorMessage=False,  # a code or a label typed by hand is read as well
        )
        page.data_validations.append(offer)  # type: ignore[attr-defined]  # the stubs have forgotten it


def _write_codes(book: Workbook, columns: Sequence[Column]) -> None:
    offered = [column.allowed for _, column in _with_codes(columns)]
    if not offered:
        return
    page = book.create_sheet(_CODES_SHEET)
    page.sheet_state = "hidden"
    for row in zip_longest(*offered):
        page.append([as_text(value) for value in row])


def _with_codes(columns: Sequence[Column]) -> list[tuple[int, Column]]:
    return [(position, column) for position, column in enumerate(columns, start=1) if column.allowed]


def _save_whole(book: Workbook, path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            book.save(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
