"""Where a process can be told to die at once, so that a test can see what is left of what it was doing.

Every transaction has three such points: before it begins, before it commits, after it has committed; a letter and an
archive have their own. A point is named by what runs there and by the moment. Nothing is watched, and nothing can die,
outside demonstrations (``chassis.settings``).

    <folder>/armed      the point at which the process is to die, once
    <folder>/passed     where it exists: every point that the process passes, a line each
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

ARMED: Final = "armed"
PASSED: Final = "passed"
_folder: Path | None = None


def watch(folder: Path) -> None:
    """From now on, look into ``folder`` at every point."""
    global _folder  # noqa: PLW0603 - of the process, as its death is
    _folder = folder


def reached(what: Callable[..., Any] | str, moment: str) -> None:
    """The process is at a point; it does not return where that is the one armed.

    Args:
        what: the use case, or a word for what is no transaction.
    """
    if _folder is not None:
        _look(_folder, f"{_name(what)} {moment}")


def _look(folder: Path, point: str) -> None:
    passed = folder / PASSED
    if passed.exists():
        with passed.open("a", encoding="utf-8") as noted:
            noted.write(f"{point}\n")
    armed = folder / ARMED
    try:
        wanted = armed.read_text("utf-8")
    except FileNotFoundError:
        return
    if wanted == point:
        armed.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)


def _name(what: Callable[..., Any] | str) -> str:
    if isinstance(what, str):
        return what
    while isinstance(what, functools.partial):
        what = what.func
    return f"{what.__module__}.{what.__qualname__}"
