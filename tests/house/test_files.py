"""Rules that hold for every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

LINES_MAX = 400
# A catalogue is read by looking up, and is worse in pieces: each entry is three lines and knows nothing of the next.
CATALOGUES = frozenset({"services/kernel/refusals.py"})

# Brackets, so that these lines do not find themselves.
_LEFT_FOR_LATER = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
_EMBEDDED_TOY = re.compile(r"sqli[t]e", re.IGNORECASE)
_PATH_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|wor[k])/")
_HOST = re.compile(r"https?://|--(?:extra-)?index-url[ =]|--find-links|--trusted-host")


def _found(pattern: re.Pattern[str], texts: Mapping[str, str]) -> Iterator[str]:
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                yield f"{path}:{number}: {line.strip()[:100]}"


def test_a_file_is_short_enough_to_be_read_at_once(
    sources: Mapping[str, ast.Module], written: Mapping[str, str]
) -> None:
    """What grows beyond it has two subjects, and they can be named."""
    lengths = {path: written[path].count("\n") for path in sources if path not in CATALOGUES}
    assert {path: lines for path, lines in lengths.items() if lines > LINES_MAX} == {}


def test_only_the_console_prints(sources: Mapping[str, ast.Module]) -> None:
    """A service speaks through its log, where personal data is kept out; a print has no such fence."""
    printing = [
        f"{path}:{node.lineno}"
        for path, tree in sources.items()
        if not path.startswith("services/console/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_only_the_log_module_makes_library_loggers(sources: Mapping[str, ast.Module]) -> None:
    """A logger from the standard library would carry its arguments past the allow-list of field names."""
    importing = [
        f"{path}:{node.lineno}"
        for path, tree in sources.items()
        if path != "services/chassis/logs.py" and not path.startswith("services/console/")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(name.name == "logging" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "logging")
    ]
    assert importing == []


def test_nothing_is_left_for_later(written: Mapping[str, str]) -> None:
    """A note in a file is a promise to nobody. What is not done stands where decisions are kept, or is done."""
    assert list(_found(_LEFT_FOR_LATER, written)) == []


def test_the_database_is_postgresql_also_in_tests(written: Mapping[str, str]) -> None:
    """Locks, constraints and isolation are what we rely on; a stand-in that has others would prove nothing."""
    code = {path: text for path, text in written.items() if path.startswith(("services/", "tests/", "pyproject"))}
    assert list(_found(_EMBEDDED_TOY, code)) == []


def test_no_file_knows_a_machine(written: Mapping[str, str]) -> None:
    """A path that exists on one machine is a failure on every other."""
    assert list(_found(_PATH_OF_A_MACHINE, written)) == []


def test_lock_files_pin_by_hash_and_name_no_host(checkout: Path, written: Mapping[str, str]) -> None:
    """Where packages come from is the operator's choice; what they are is not."""
    locks = {path: text for path, text in written.items() if path.endswith(".lock")}
    assert set(locks) == {"requirements.lock", "requirements-dev.lock"}
    assert list(_found(_HOST, locks)) == []
    unpinned = [
        f"{path}: {line}"
        for path, text in locks.items()
        for line in text.replace("\\\n", "").splitlines()
        if line and not line.lstrip().startswith("#") and not ("==" in line and "--hash=sha256:" in line)
    ]
    assert unpinned == []
    assert not (checkout / "uv.lock").exists(), "it names the host of a registry"


def test_the_runtime_runs_what_was_tested(written: Mapping[str, str]) -> None:
    """The image installs requirements.lock, the tests run on requirements-dev.lock: the same versions."""
    pin = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
    tested = dict(pin.findall(written["requirements-dev.lock"]))
    runs = dict(pin.findall(written["requirements.lock"]))
    assert {name: version for name, version in runs.items() if tested.get(name) != version} == {}


def test_no_process_is_started_with_a_fork(sources: Mapping[str, ast.Module]) -> None:
    """What subprocess does itself between fork and exec makes it fork, and gRPC's handlers then run in the child."""
    forking = {"user", "group", "extra_groups", "preexec_fn"}  # CPython, _posixsubprocess.c
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith(("subprocess.", "os.fork"))
        and (ast.unparse(node.func) == "os.fork" or forking & {keyword.arg for keyword in node.keywords})
    ]
    assert found == []
