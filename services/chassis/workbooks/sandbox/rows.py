"""The rows of one sheet, as its elements go by."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any

from chassis.confinement import Refused
from chassis.workbooks.sandbox.archive import check_archive
from chassis.workbooks.sandbox.bounds import Bounds
from chassis.workbooks.sandbox.markup import Events, InsideText
from chassis.workbooks.sandbox.parts import TEXT_MAX, SharedStrings, date_styles, find_sheet

_SERIAL_MAX = 2_958_466  # 10000-01-01


class SheetReader:
    """Collects the rows of one sheet as its elements go by."""

    def __init__(self, strings: SharedStrings, dates: frozenset[int], *, from_1904: bool, bounds: Bounds) -> None:
        self._strings, self._dates, self._from_1904, self._bounds = strings, dates, from_1904, bounds
        self.rows: list[tuple[int, list[Any]]] = []
        self._row_number = 0
        self._cells: list[Any] = []
        self._column = -1
        self._type = "n"
        self._style = 0
        self._pieces: list[str] = []
        self._collecting = False
        self._inside = InsideText()
        self._rows_seen = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            reference = attributes.get("r")
            self._column = self._column + 1 if reference is None else _column(reference)
            if self._column >= self._bounds.columns_max:
                raise Refused("FILE_BOMB", f"超过 {self._bounds.columns_max} 列")
            self._type = attributes.get("t", "n")
            self._style = _natural(attributes.get("s", "0"))
            self._pieces.clear()
        elif tag == "v":
            self._collecting = True
        elif tag == "row":
            # A number that does not grow would let rows overwrite or hide one another: count instead.
            self._row_number = max(self._row_number + 1, _natural(attributes.get("r", "0")))
            self._cells, self._column = [], -1
        else:
            self._inside.start(tag)

    def end(self, tag: str) -> None:
        if tag == "v":
            self._collecting = False
        elif tag == "c":
            value = self._value("".join(self._pieces)) if self._pieces else None
            if value not in (None, ""):
                self._put(value)
        elif tag == "row":
            if any(cell is not None for cell in self._cells):
                self._rows_seen += 1
                if self._rows_seen > self._bounds.rows_max:
                    raise Refused("FILE_TOO_LARGE", f"{self._bounds.rows_max} 行")
                self.rows.append((self._row_number, self._cells))
        else:
            self._inside.end(tag)

    def text(self, data: str) -> None:
        if self._collecting or self._inside.text:
            self._pieces.append(data)

    def _put(self, value: Any) -> None:
        if self._column >= len(self._cells):
            self._cells.extend([None] * (self._column + 1 - len(self._cells)))
        self._cells[self._column] = value

    def _value(self, text: str) -> Any:
        match self._type:
            case "s":
                return self._strings.get(_natural(text))
            case "n":
                return self._number(text)
            case "b":
                return text == "1"
            case "d":
                return {"day": text[:40]}
            case _:  # str, inlineStr, and e: an error reads as what the cell shows
                return text[:TEXT_MAX]

    def _number(self, text: str) -> Any:
        try:
            number = float(text)
        except ValueError:
            return text[:TEXT_MAX]
        if not math.isfinite(number):
            return text[:TEXT_MAX]
        if self._style in self._dates and 1 <= number < _SERIAL_MAX:
            return {"day": _moment(number, from_1904=self._from_1904).isoformat()}
        return int(number) if number.is_integer() else number


def _moment(serial: float, *, from_1904: bool) -> datetime:
    if from_1904:
        epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - a spreadsheet's day has no time zone
    elif serial < 60:
        epoch = datetime(1899, 12, 31)  # noqa: DTZ001
    else:
        epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - the format believes in 1900-02-29
    return epoch + timedelta(seconds=round(serial * 86_400))


def _column(reference: str) -> int:
    column = 0
    for character in reference[:4]:
        if not "A" <= character <= "Z":
            break
        column = column * 26 + ord(character) - 64
    return column - 1 if column else 0


def _natural(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def read(file: IO[bytes], bounds: Bounds) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the chosen sheet that hold anything, each with its number in the sheet.

    Raises:
        Refused, and whatever a broken archive or XML raises.
    """
    with zipfile.ZipFile(file) as archive:
        check_archive(archive, bounds)
        part, from_1904 = find_sheet(archive, bounds.sheet)
        reader = SheetReader(SharedStrings.read(archive), date_styles(archive), from_1904=from_1904, bounds=bounds)
        with archive.open(part) as stream:
            for _ in Events(reader.start, reader.end, reader.text).feed(stream):
                yield from reader.rows
                reader.rows.clear()
