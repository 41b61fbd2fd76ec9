"""The processes of a federation: started, watched, killed, started again."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.rpc import TlsFiles
from chassis.rpc.tls import channel_credentials
from chassis.settings import CONFIG_VARIABLE
from console.federation.files import KILL_POINTS, OfficeFiles
from console.parts import PartDidNotStart, RunDirectory
from console.parts.protocols import last_words
from kernel.office import Office

READY_SECONDS = 90.0  # the first start migrates a database, on a machine where ten others do the same
STOP_SECONDS = 15.0
STARTS_AT_ONCE = 4  # starting is mostly importing: more at once would only take each other's processor

_POLL_SECONDS = 0.05
_HEALTH_SECONDS = 2.0
_MEBIBYTE = 1024 * 1024
_COMPLAINTS_MAX = 10
_COMPLAINT = re.compile(r'"level": "(?:warning|error|critical)"|^Traceback')

P = TypeVar("P", bound="Program")


class Program(ABC):
    """A process of ours: started, watched, stopped, killed, and started again at the same address.

    Args:
        name: what a complaint calls it. package: what ``python -m`` runs.
        run: whose watchdog ends the process when we cannot.
    """

    def __init__(
        self, name: str, package: str, *, folder: Path, settings: Path, address_file: Path, log: Path, run: RunDirectory
    ) -> None:
        self._name = name
        self._package = package
        self._folder = folder
        self._settings = settings
        self._address_file = address_file
        self._log = log
        self._run = run
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def serves(self) -> bool:
        """Whether it answers, once its address is written."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs, or None."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def memory_mebibytes(self) -> int:
        """Resident memory (VmRSS), in MiB; 0 while it does not run, or where the system does not tell."""
        return resident_mebibytes(self.pid) if self.pid is not None else 0

    def complaints(self) -> list[str]:
        """The last warnings and errors of its log, oldest first."""
        said = self._log.read_text("utf-8", errors="replace").splitlines() if self._log.exists() else []
        return [line for line in said if _COMPLAINT.search(line)][-_COMPLAINTS_MAX:]

    def start(self, *, ready_seconds: float = READY_SECONDS) -> None:
        """Start it and wait until it serves at the address that it has written.

        Raises:
            PartDidNotStart: it ended, or did not serve in time.
        """
        assert self._process is None, f"{self._name} runs already"
        self._address_file.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._package],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self._folder,
                env=_environment(self._settings),
                start_new_session=True,  # a Ctrl-C is for us; the programs are stopped in our order
            )
        self._run.guard(self._process.pid, first_signal=signal.SIGTERM)
        process, deadline = self._process, time.monotonic() + ready_seconds
        while not (self._address_file.exists() and self.serves()):
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise PartDidNotStart(self._name, last_words=last_words(self._log))
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """End it in good order; by SIGKILL when it has not ended in time. Nothing happens when it does not run."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._run.release(self._process.pid)
        self._process = None


class Node(Program):
    """One office's node. Its address, its files and its database stay the same from start to start."""

    def __init__(self, files: OfficeFiles, *, run: RunDirectory) -> None:
        super().__init__(
            str(files.office),
            files.program,
            folder=files.folder,
            settings=files.settings,
            address_file=files.address_file,
            log=files.log,
            run=run,
        )
        self._files = files

    @property
    def office(self) -> Office:
        return self._files.office

    @property
    def kill_points(self) -> Path:
        """The folder in which a test says where the node is to die (``chassis.kill_points``)."""
        return self._files.folder / KILL_POINTS

    @property
    def files(self) -> OfficeFiles:
        return self._files

    def serves(self) -> bool:
        """It says SERVING over mutual TLS."""
        return serves(self._files.address, self.office, self._files.tls)


def start_all(nodes: Sequence[P], *, started: Callable[[P], None] = lambda _: None) -> None:
    """Start programs side by side; each goes on trying until those that it asks are there.

    Args:
        started: told of each that serves, from this thread.

    Raises:
        PartDidNotStart: of the first that did not start; the others are as they are.
    """
    with ThreadPoolExecutor(STARTS_AT_ONCE, thread_name_prefix="start") as pool:
        starts = {pool.submit(node.start): node for node in nodes}
        try:
            for done in as_completed(starts):
                done.result()
                started(starts[done])
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def stop_all(nodes: Iterable[Program]) -> None:
    """Stop programs side by side."""
    running = [node for node in nodes if node.pid is not None]
    if running:
        with ThreadPoolExecutor(len(running), thread_name_prefix="stop") as pool:
            list(pool.map(Program.stop, running))


def serves(address: str, office: Office, tls: TlsFiles) -> bool:
    """Whether the office at this address proves who it is, and says that it serves (grpc.health.v1)."""
    options = [("grpc.ssl_target_name_override", office.host_name), ("grpc.enable_http_proxy", 0)]
    with grpc.secure_channel(address, channel_credentials(tls), options=options) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check  # type: ignore[attr-defined]  # the stubs know no methods
        try:
            answer: health_pb2.HealthCheckResponse = check(health_pb2.HealthCheckRequest(), timeout=_HEALTH_SECONDS)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def resident_mebibytes(pid: int) -> int:
    """Resident memory of a process, in MiB; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // _MEBIBYTE


def _environment(settings: Path) -> dict[str, str]:
    """What a node is told: its settings file. None of the caller's XUEJI_ variables may change them."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TMPDIR") if name in os.environ}
    return kept | {CONFIG_VARIABLE: str(settings), "PYTHONUTF8": "1", "TZ": "UTC"}
