"""Processes that open what came from outside: bound before they look, told nothing, and gone when they have answered.

Both sandboxes (``chassis.workbooks.sandbox``, ``chassis.evidence.sandbox``) are started with ``command`` and begin with
``confine``. This module is imported in them, so it imports the standard library alone.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_SOURCE_ROOT = str(Path(__file__).parents[1])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"


class Refused(Exception):
    """The file will not be taken; ``code`` is that of a refusal the caller knows."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code)
        self.code = code
        self.why = why


def command(module: str, argument: str) -> list[str]:
    """The command line of a sandbox: ``module.main()`` in an isolated interpreter, with one argument, its last.

    Start it with an empty environment: what it is not told it cannot tell.
    """
    return [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM.format(module=module), _SOURCE_ROOT, argument]


def confine(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bind this process before it has looked at the file: memory, processor time, no file written, no core left."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
