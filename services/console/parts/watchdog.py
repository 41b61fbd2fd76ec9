"""The process that cleans up after its owner, however the owner ended.

It is started by file name, reads its duties as JSON lines from a pipe that only the owner holds open, and acts when the
pipe closes: an orderly exit, SIGKILL and a power cut of the terminal all look the same from here. That is why it is a
process and not a signal handler, and not Linux's PR_SET_PDEATHSIG, which fires when the starting *thread* ends.

It imports the standard library alone, because it runs isolated from the environment of its owner.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 8.0  # PostgreSQL gives its own children 5 s in an immediate shutdown
REMOVAL_SECONDS = 10.0
_POLL_SECONDS = 0.02
_OWNER_POLL_SECONDS = 1.0
_COMMAND_SECONDS = 30.0


@dataclass
class Duties:
    """What to end and what to remove: processes by id with their first signal, and commands by name."""

    processes: dict[int, tuple[int, str]] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    def take(self, line: bytes) -> None:
        """One line from the owner: guard or release a process, or a command to run at the end."""
        duty = json.loads(line)
        match duty["do"]:
            case "guard":
                self.processes[duty["pid"]] = (duty["signal"], duty["began"])
            case "release":
                self.processes.pop(duty["pid"], None)
            case "command":
                self.commands[duty["name"]] = duty["argv"]
            case "forget":
                self.commands.pop(duty["name"], None)


def process_began(pid: int) -> str:
    """When the process began, in the kernel's ticks, so that a reused id is told apart; empty where unknown."""
    fields = _stat_fields(pid)
    return fields[19] if fields else ""


def has_ended(pid: int) -> bool:
    """True when no such process runs; one that only waits to be collected by its parent has ended too."""
    fields = _stat_fields(pid)
    if fields is not None:
        return fields[0] == "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return Path("/proc/self").exists()


def children_of(pid: int) -> list[int]:
    """The ids of its children; empty where there is no /proc."""
    numbers = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return [child for child in numbers if (fields := _stat_fields(child)) and fields[1] == str(pid)]


def send(pids: Iterable[int], signal_number: int) -> None:
    """Signal each one that is still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal_number)


def wait_until_ended(pids: Iterable[int], *, seconds: float) -> list[int]:
    """Wait for all to end; returns those that did not."""
    deadline = time.monotonic() + seconds
    left = list(pids)
    while left := [pid for pid in left if not has_ended(pid)]:
        if time.monotonic() > deadline:
            break
        time.sleep(_POLL_SECONDS)
    return left


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat after the program's name: state, parent, …; None when there is no such file."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def sweep(duties: Duties, directory: Path) -> None:
    """End the processes, run the commands, remove the directory."""
    ours = [pid for pid, (_, began) in duties.processes.items() if not has_ended(pid) and process_began(pid) == began]
    for pid in ours:
        send([pid], duties.processes[pid][0])
    stubborn = wait_until_ended(ours, seconds=GRACE_SECONDS)
    if stubborn:
        orphans = [child for pid in stubborn for child in children_of(pid)]
        send([*stubborn, *orphans], signal.SIGKILL)
        wait_until_ended([*stubborn, *orphans], seconds=GRACE_SECONDS)
    for argv in duties.commands.values():
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            subprocess.run(argv, check=False, timeout=_COMMAND_SECONDS, capture_output=True)
    remove_tree(directory)


def remove_tree(directory: Path) -> None:
    """Remove it, though a dying process may still be writing into it."""
    deadline = time.monotonic() + REMOVAL_SECONDS
    while directory.exists() and time.monotonic() < deadline:
        shutil.rmtree(directory, ignore_errors=True)
        if directory.exists():
            time.sleep(_POLL_SECONDS)


def watch(directory: Path, *, owner: int) -> Duties:
    """Take duties until the owner is gone.

    A copy of the owner made by fork would hold the pipe open, so the owner's id is looked at too.
    """
    duties = Duties()
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        while os.getppid() == owner and directory.exists():
            if not selector.select(timeout=_OWNER_POLL_SECONDS):
                continue
            chunk = os.read(0, 65_536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                duties.take(line)
                with contextlib.suppress(BrokenPipeError):
                    os.write(1, b".")  # the owner goes on only when the duty is known here
    return duties


def main() -> None:
    """``watchdog.py <directory> <owner's process id>``."""
    # Whoever stops a whole group or session stops the owner with it; the cleaning comes after.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    directory = Path(sys.argv[1])
    sweep(watch(directory, owner=int(sys.argv[2])), directory)


if __name__ == "__main__":
    main()
