"""What the program may use, and how it says no."""

from __future__ import annotations

import resource
from dataclasses import dataclass


class Refused(Exception):
    """The file will not be read; ``code`` is that of a refusal the caller knows."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code)
        self.code = code
        self.why = why


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


def confine(bounds: Bounds) -> None:
    """Bind this process before it has looked at the file: memory, processor time, no file written, no core left."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
