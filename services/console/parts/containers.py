"""The same two parts in containers, where a Docker engine answers; and the choice between the two ways.

Production runs these servers from images, so a machine that has an engine tests with images too. Ports are published on
127.0.0.1 alone. The reaper that testcontainers would start is left off: it publishes a port of its own on every
address, and its work, removing what a dead owner left, is done by the run directory's watchdog.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from console.parts.broker_configuration import BrokerFiles, broker_configuration
from console.parts.certificates import DevelopmentAuthority
from console.parts.databases import ADMINISTRATOR, INITDB_OPTIONS, DatabaseServer, setting_arguments
from console.parts.nats import READY_SECONDS, EmbeddedNats, jetstream_answers
from console.parts.population import PopulationStandIn
from console.parts.ports import LOOPBACK, free_port
from console.parts.postgres import EmbeddedPostgres
from console.parts.protocols import PartDidNotStart, Parts
from console.parts.run_directory import RunDirectory

if TYPE_CHECKING:  # testcontainers is a development dependency, absent where only the embedded parts are installed
    from testcontainers.core.container import DockerContainer

POSTGRES_IMAGE = "postgres:18"  # another: XUEJI_POSTGRES_IMAGE
NATS_IMAGE = "nats:2.15"  # another: XUEJI_NATS_IMAGE

_ENGINE_ANSWERS_SECONDS = 3
_STOP_SECONDS = 20
_POLL_SECONDS = 0.05
_LAST_WORDS_LINES = 30
_PASSWORD_FILE = "/run/xueji-password"  # noqa: S105 (a path)
_NATS_FOLDER = "/etc/xueji"
_NATS_STORAGE = "/var/lib/xueji-letters"

_REMOVE_CONTAINER = """
import docker, sys
engine, name = sys.argv[1:]
client = docker.DockerClient(base_url=engine) if engine else docker.from_env()
client.containers.get(name).remove(force=True, v=True)
"""


class PartsChoice(StrEnum):
    """What ``XUEJI_PARTS`` may say."""

    EMBEDDED = "embedded"
    CONTAINERS = "containers"


def choose_parts(run: RunDirectory, authority: DevelopmentAuthority, *, provinces: Sequence[str]) -> Parts:
    """Containers where a Docker engine answers, the embedded programs otherwise; ``XUEJI_PARTS`` forces one of them.

    The parts are not started yet.

    Raises:
        ValueError: ``XUEJI_PARTS`` is neither ``embedded`` nor ``containers``.
        ModuleNotFoundError: the way that was chosen is not installed.
    """
    forced = os.environ.get("XUEJI_PARTS")
    choice = PartsChoice(forced) if forced else None
    if choice is PartsChoice.CONTAINERS or (choice is None and docker_reachable()):
        contained = ContainerNats(run, authority, provinces=provinces)
        return Parts(ContainerPostgres(run), contained, PopulationStandIn(run, authority))
    embedded = EmbeddedNats(run, authority, provinces=provinces)
    return Parts(EmbeddedPostgres(run), embedded, PopulationStandIn(run, authority))


def docker_reachable() -> bool:
    """True when testcontainers is installed and a Docker engine answers."""
    try:
        from docker.errors import DockerException  # type: ignore[import-untyped]  # noqa: PLC0415
        from testcontainers.core.docker_client import DockerClient  # noqa: PLC0415
    except ModuleNotFoundError:
        return False
    try:
        return bool(DockerClient(timeout=_ENGINE_ANSWERS_SECONDS).client.ping())
    except (DockerException, OSError):
        return False


class _PublishedContainer:
    """One container with one port on loopback; made at the first start, kept over stop and kill."""

    def __init__(self, run: RunDirectory, *, part: str, image: str, inner_port: int, port: int) -> None:
        self._run = run
        self._part = part
        self._image = image
        self._inner_port = inner_port
        self._port = port
        self._name = f"xueji-{part.lower()}-{secrets.token_hex(6)}"
        self._container: DockerContainer | None = None

    def start(self, *, command: list[str], environment: dict[str, str], files: dict[str, tuple[bytes, int]]) -> None:
        """Start it; at the first time with this command, environment, and files (content and mode by path)."""
        if self._container is not None:
            self._engine_container.start()
            return
        from testcontainers.core.config import testcontainers_config  # noqa: PLC0415
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415

        testcontainers_config.ryuk_disabled = True
        container = DockerContainer(self._image).with_name(self._name).with_command(command)
        # with_bind_ports() would publish on every address of the machine; the engine's own form names one.
        published: dict[str, Any] = container.ports
        published[f"{self._inner_port}/tcp"] = (LOOPBACK, self._port)
        for name, value in environment.items():
            container.with_env(name, value)
        for path, (content, mode) in files.items():
            container.with_copy_into_container(content, path, mode)
        argv = [sys.executable, "-c", _REMOVE_CONTAINER, os.environ.get("DOCKER_HOST", ""), self._name]
        self._run.at_end(self._name, argv)
        self._container = container.start()

    @property
    def runs(self) -> bool:
        if self._container is None:
            return False
        self._container.reload()
        return self._container.status == "running"

    def stop(self) -> None:
        if self.runs:
            self._engine_container.stop(timeout=_STOP_SECONDS)

    def kill(self) -> None:
        if self.runs:
            self._engine_container.kill()

    def remove(self) -> None:
        """Forget the container and all it stored."""
        if self._container is not None:
            self._container.stop()
            self._container = None
            self._run.forget(self._name)

    def did_not_start(self) -> PartDidNotStart:
        said = self._engine_container.logs(tail=_LAST_WORDS_LINES) if self._container is not None else b""
        return PartDidNotStart(self._part, last_words=said.decode(errors="replace"))

    @property
    def _engine_container(self) -> Any:  # docker.models.containers.Container, which ships no types
        assert self._container is not None
        return self._container.get_wrapped_container()


class ContainerPostgres(DatabaseServer):
    """``PostgresPart`` from the official image, with the settings and the passwords of the embedded one."""

    def __init__(self, run: RunDirectory) -> None:
        super().__init__(port=free_port())
        image = os.environ.get("XUEJI_POSTGRES_IMAGE", POSTGRES_IMAGE)
        self._container = _PublishedContainer(run, part="PostgreSQL", image=image, inner_port=5432, port=self._port)

    def start(self) -> None:
        """See ``Part.start``."""
        self._container.start(
            command=["postgres", *setting_arguments({})],
            environment={
                "POSTGRES_USER": ADMINISTRATOR,
                "POSTGRES_PASSWORD_FILE": _PASSWORD_FILE,
                "POSTGRES_HOST_AUTH_METHOD": "scram-sha-256",
                "POSTGRES_INITDB_ARGS": " ".join(INITDB_OPTIONS),
            },
            # The image reads it after it has become its own user; in the container there is nobody else.
            files={_PASSWORD_FILE: (self._password_of[ADMINISTRATOR].encode(), 0o444)},
        )
        if not self._wait_until_it_answers(still_runs=lambda: self._container.runs):
            raise self._container.did_not_start()

    def stop(self) -> None:
        """See ``Part.stop``."""
        self._container.stop()

    def kill(self) -> None:
        """See ``Part.kill``."""
        self._container.kill()


class ContainerNats:
    """``NatsPart`` from the official image, with the configuration of the embedded one."""

    def __init__(self, run: RunDirectory, authority: DevelopmentAuthority, *, provinces: Sequence[str]) -> None:
        self._port = free_port()
        image = os.environ.get("XUEJI_NATS_IMAGE", NATS_IMAGE)
        self._container = _PublishedContainer(run, part="NATS", image=image, inner_port=4222, port=self._port)
        tls = authority.issue_broker_tls(run.folder("nats") / "tls")
        inside = BrokerFiles(
            store_directory=_NATS_STORAGE,
            certificate=f"{_NATS_FOLDER}/tls.pem",
            key=f"{_NATS_FOLDER}/tls-key.pem",
            authority=f"{_NATS_FOLDER}/ca.pem",
        )
        text = broker_configuration(
            listen="0.0.0.0:4222",  # inside the container; the engine publishes it on loopback
            files=inside,
            provinces=provinces,
            environment=authority.environment,
        )
        self._files = {
            f"{_NATS_FOLDER}/server.conf": (text.encode(), 0o600),
            inside.certificate: (tls.cert.read_bytes(), 0o644),
            inside.key: (tls.key.read_bytes(), 0o600),
            inside.authority: (tls.ca.read_bytes(), 0o644),
        }

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        """See ``NatsPart.url``."""
        return f"tls://{LOOPBACK}:{self._port}"

    def start(self) -> None:
        """See ``Part.start``."""
        self._container.start(command=["--config", f"{_NATS_FOLDER}/server.conf"], environment={}, files=self._files)
        deadline = time.monotonic() + READY_SECONDS
        while not jetstream_answers(self._port):
            if not self._container.runs or time.monotonic() > deadline:
                raise self._container.did_not_start()
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """See ``Part.stop``."""
        self._container.stop()

    def kill(self) -> None:
        """See ``Part.kill``."""
        self._container.kill()

    def wipe_storage(self) -> None:
        """See ``NatsPart.wipe_storage``: the storage is the container's own, so the container goes with it."""
        assert not self._container.runs, "storage is wiped while the broker is down"
        self._container.remove()
