"""What the program may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """The limits, as the caller sends them; see ``chassis.workbooks.Limits``."""

    sheet: str
    memory_bytes: int
    cpu_seconds: int
    entries_max: int
    unpacked_bytes_max: int
    ratio_max: int
    rows_max: int
    columns_max: int
