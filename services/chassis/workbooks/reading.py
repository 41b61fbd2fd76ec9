"""Reading an untrusted workbook, row by row, in bounded memory."""

from __future__ import annotations

import json
import os
import selectors
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import IO, Any

from chassis.confinement import command
from chassis.workbooks.sandbox.bounds import Bounds
from kernel.refusals import FileBomb, FileEncrypted, FileNotAWorkbook, FileTooLarge, FileUnreadable, Refusal

Cell = str | int | float | bool | date | datetime | None
"""A value as the workbook typed it. A number of more than 15 digits has already lost the rest: see its size."""

_MEBIBYTE = 1024 * 1024
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # .xls of before 2007, and the envelope of an encrypted .xlsx
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_DIRECTORY_BYTES = 64 * 1024
_PIECE_BYTES = 256 * 1024
_LINE_BYTES_MAX = 16 * _MEBIBYTE


@dataclass(frozen=True)
class Limits:
    """What a workbook may cost.

    Attributes:
        file_bytes_max: of the file as uploaded; a larger one is refused unread.
        unpacked_bytes_max: of all its parts together; ratio_max: unpacked to packed, of each part.
        entries_max: parts in the archive. rows_max, columns_max: of the sheet; blank rows are not counted.
        memory_bytes: address space of the process that reads. cpu_seconds: its processor time.
        wait_seconds: how long in all the caller may be kept waiting for it; the caller's own time is not counted.
    """

    file_bytes_max: int = 32 * _MEBIBYTE
    unpacked_bytes_max: int = 512 * _MEBIBYTE
    ratio_max: int = 200
    entries_max: int = 1_000
    rows_max: int = 100_000
    columns_max: int = 256
    memory_bytes: int = 256 * _MEBIBYTE
    cpu_seconds: int = 60
    wait_seconds: int = 120


DEFAULT = Limits()


def read_rows(path: Path, *, sheet: str = "", limits: Limits = DEFAULT) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a workbook that hold anything, lazily, each with its 1-based number in the sheet.

    The sheet is the one called ``sheet``, hidden or not, else the first that is visible. Closing the iterator early
    ends the reading process. Rows already given stay given when a later part of the file proves unreadable.

    Raises:
        FileTooLarge: the file, or its number of rows. FileNotAWorkbook: not an .xlsx, or one with macros.
        FileEncrypted: it opens with a password only. FileBomb: it would cost more than ``limits``, or plays tricks.
        FileUnreadable: it is damaged.
    """
    with path.open("rb") as file:
        _look_at(file, limits)
        yield from _ask(file, sheet=sheet, limits=limits)


def _look_at(file: IO[bytes], limits: Limits) -> None:
    """What can be said without parsing anything."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise FileNotAWorkbook(why="不是文件")
    if status.st_size > limits.file_bytes_max:
        raise FileTooLarge(most=f"{limits.file_bytes_max // _MEBIBYTE} MB")
    first = file.read(_OLE_DIRECTORY_BYTES)
    if first.startswith(_OLE_MAGIC):
        file.seek(max(0, status.st_size - _OLE_DIRECTORY_BYTES))
        if _OLE_ENCRYPTED in first or _OLE_ENCRYPTED in file.read():
            raise FileEncrypted
        raise FileNotAWorkbook(why="这是旧版 .xls，请另存为 .xlsx")
    if not first.startswith(_ZIP_MAGIC):
        raise FileNotAWorkbook(why="文件内容不是工作簿")
    file.seek(0)


def _ask(file: IO[bytes], *, sheet: str, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    bounds = Bounds(
        sheet=sheet,
        memory_bytes=limits.memory_bytes,
        cpu_seconds=limits.cpu_seconds,
        entries_max=limits.entries_max,
        unpacked_bytes_max=limits.unpacked_bytes_max,
        ratio_max=limits.ratio_max,
        rows_max=limits.rows_max,
        columns_max=limits.columns_max,
    )
    with subprocess.Popen(
        command("chassis.workbooks.sandbox.program", json.dumps(asdict(bounds))),
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    ) as process:
        assert process.stdout is not None, "its answers come by a pipe"
        try:
            for line in _lines(process.stdout, wait_seconds=limits.wait_seconds):
                answer = json.loads(line)
                if isinstance(answer, dict):
                    if "end" in answer:
                        return
                    raise _refusal_of(answer)
                number, cells = answer
                yield int(number), [_cell(one) for one in cells]
            process.wait()
            if process.returncode < 0:  # a signal: one of its limits, or a crash that the file caused
                raise FileBomb(why="读取所需资源过多")
            raise FileUnreadable(why="读取中断")
        finally:
            process.kill()


def _lines(pipe: IO[bytes], *, wait_seconds: float) -> Iterator[bytes]:
    """Whole lines, while waiting for them takes no longer than ``wait_seconds`` altogether."""
    remaining, unfinished = wait_seconds, b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            asked_at = time.monotonic()
            if not selector.select(max(remaining, 0)):
                raise FileBomb(why="读取超时")
            piece = os.read(pipe.fileno(), _PIECE_BYTES)
            remaining -= time.monotonic() - asked_at
            if not piece:
                return
            *whole, unfinished = (unfinished + piece).split(b"\n")
            if len(unfinished) > _LINE_BYTES_MAX:
                raise FileBomb(why="单行内容过多")
            yield from whole


def _refusal_of(answer: dict[str, Any]) -> Refusal:
    why = str(answer.get("why", ""))
    match answer.get("refused"):
        case "FILE_BOMB":
            return FileBomb(why=why)
        case "FILE_ENCRYPTED":
            return FileEncrypted()
        case "FILE_NOT_A_WORKBOOK":
            return FileNotAWorkbook(why=why)
        case "FILE_TOO_LARGE":
            return FileTooLarge(most=why)
        case _:
            return FileUnreadable(why=why)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return _moment(str(value.get("day", "")))
    assert value is None or isinstance(value, str | int | float), "a cell is a plain value"
    return value


def _moment(text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.date() if moment.time() == time_of_day() else moment
