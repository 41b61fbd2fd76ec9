"""Files that are replaced while a service runs: read once, and again when they changed on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from chassis.logs import get_logger
from kernel.refusals import Refusal

T = TypeVar("T")

_Stamp = tuple[int, int, int]

log = get_logger()


class ReadAgain(Generic[T]):
    """What some files say, read again after they were replaced.

    A replacement that cannot be read leaves the former content in force: a certificate and its key arrive one after
    the other, and a half-written file must not stop a service that holds a good one.

    Args:
        paths: the files whose replacement is looked for.
        read: reads them; what it raises at the first reading goes to the caller.
    """

    def __init__(self, *paths: Path, read: Callable[[], T]) -> None:
        self._paths = paths
        self._read = read
        self._lock = threading.Lock()
        self._stamps = self._stamps_now()
        self._content = read()

    def __call__(self) -> T:
        """The content as of now: one stat per file where nothing changed."""
        stamps = self._stamps_now()
        if stamps == self._stamps:
            return self._content
        with self._lock:
            if stamps != self._stamps:
                try:
                    self._content = self._read()
                except (OSError, ValueError, Refusal) as unreadable:
                    log.warning("replaced_file_not_usable", field=self._paths[0].name, kind=type(unreadable).__name__)
                # Also after a failure: it is told once, and read again when somebody writes again.
                self._stamps = stamps
            return self._content

    def _stamps_now(self) -> tuple[_Stamp | None, ...]:
        return tuple(_stamp(path) for path in self._paths)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
