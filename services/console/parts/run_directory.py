"""The directory that a run lives in, gone when the run is over, whatever ended it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from console.parts import watchdog

_CLOSING_SECONDS = 60.0


class RunDirectory:
    """A temporary directory under a watchdog. Enter it, and leave it last.

    Other users may pass through it (mode 0711) because PostgreSQL refuses to run as root and so may run as
    another user; what is inside is closed to them. ``folder`` gives closed folders.

    Everything that a part starts is registered with ``guard`` before it is relied on. On exit, and equally when this
    process ends by SIGTERM, SIGKILL or a fault, the watchdog ends the guarded processes and removes the directory.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()  # parts may be started from several threads

    @property
    def path(self) -> Path:
        assert self._path is not None, "the run directory has not been entered"
        return self._path

    def __enter__(self) -> Self:
        path = Path(tempfile.mkdtemp(prefix="xueji-", dir=_system_temporary_directory()))
        path.chmod(0o711)
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__, str(path), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        self._path = path
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._watchdog is not None
        assert self._watchdog.stdin is not None
        assert self._watchdog.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._watchdog.stdin.close()
        self._watchdog.wait(_CLOSING_SECONDS)
        self._watchdog.stdout.close()
        watchdog.remove_tree(self.path)  # only if somebody ended the watchdog itself
        self._path = None

    def folder(self, name: str) -> Path:
        """A folder in it that only this user can read; the same one when asked again."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def guard(self, pid: int, *, first_signal: int) -> None:
        """End this process when the run ends: by ``first_signal``, and by SIGKILL when that does not help."""
        self._tell({"do": "guard", "pid": pid, "signal": int(first_signal), "began": watchdog.process_began(pid)})

    def release(self, pid: int) -> None:
        """The process has ended and been collected: its id may soon be another's."""
        self._tell({"do": "release", "pid": pid})

    def at_end(self, name: str, argv: Sequence[str]) -> None:
        """Run a command when the run ends: for what is not a process of ours, such as a container."""
        self._tell({"do": "command", "name": name, "argv": list(argv)})

    def forget(self, name: str) -> None:
        """The command of this name is not needed any more."""
        self._tell({"do": "forget", "name": name})

    def _tell(self, duty: dict[str, object]) -> None:
        assert self._watchdog is not None, "the run directory has not been entered"
        assert self._watchdog.stdin is not None
        assert self._watchdog.stdout is not None
        with self._one_at_a_time:
            self._watchdog.stdin.write(json.dumps(duty).encode() + b"\n")
            self._watchdog.stdin.flush()
            if self._watchdog.stdout.read(1) != b".":
                raise ChildProcessError("the watchdog of the run directory has ended")


def others_can_enter(path: Path) -> bool:
    """True when a user who owns none of them can pass through every directory down to ``path``."""
    return all(directory.stat().st_mode & 0o001 for directory in (path, *path.parents))


def _system_temporary_directory() -> Path:
    named = Path(tempfile.gettempdir()).resolve()
    # root may have a private one, through which the user that PostgreSQL runs as could not pass.
    return named if os.geteuid() != 0 or others_can_enter(named) else Path("/tmp")  # noqa: S108
