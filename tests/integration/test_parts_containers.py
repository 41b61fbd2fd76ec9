"""What the container parts ask of a Docker engine, seen by an engine that only takes notes.

Against a real engine the same contract as the embedded parts' is tested, in the modules beside this one.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("testcontainers")

from testcontainers.core import container as testcontainers_container

from console.parts import containers
from console.parts.certificates import DevelopmentAuthority
from console.parts.containers import ContainerNats, ContainerPostgres
from console.parts.protocols import PartDidNotStart
from console.parts.run_directory import RunDirectory


class NotedContainer:
    """One container of the engine: its state, and the files that were put into it."""

    short_id = "0123456789ab"

    def __init__(self, engine: NotingEngine, asked: dict[str, Any]) -> None:
        self.engine = engine
        self.asked = asked
        self.status = "created"
        self.files: dict[str, tuple[bytes, int]] = {}

    def put_archive(self, *, path: str, data: bytes) -> bool:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive.getmembers():
                content = archive.extractfile(member)
                assert content is not None
                self.files[path.rstrip("/") + "/" + member.name.lstrip("/")] = (content.read(), member.mode)
        return True

    def start(self) -> None:
        self.status = "running"

    def stop(self, *, timeout: int) -> None:
        assert timeout > 0
        self.status = "exited"

    def kill(self) -> None:
        self.status = "exited"

    def reload(self) -> None:
        """The notes are always fresh."""

    def remove(self, **_: Any) -> None:
        self.engine.containers.remove(self)

    def logs(self, *, tail: int) -> bytes:
        return b"last words"[:tail]


class NotingEngine:
    """Stands where testcontainers' client of the engine stands."""

    containers: list[NotedContainer]
    created: int

    def __init__(self, **_: Any) -> None:
        self.client = self

    def create(self, image: str, **asked: Any) -> NotedContainer:
        created = NotedContainer(self, {"image": image, **asked})
        self.containers.append(created)
        type(self).created += 1
        return created

    def start(self, container: NotedContainer) -> None:
        container.start()

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> type[NotingEngine]:
    NotingEngine.containers = []
    NotingEngine.created = 0
    monkeypatch.setattr(testcontainers_container, "DockerClient", NotingEngine)
    monkeypatch.setattr(ContainerPostgres, "_wait_until_it_answers", lambda _, still_runs: still_runs())
    monkeypatch.setattr(containers, "jetstream_answers", lambda _: NotingEngine.containers[0].status == "running")
    return NotingEngine


@pytest.fixture
def run() -> Iterator[RunDirectory]:
    with RunDirectory() as entered:
        yield entered


def test_postgres_is_published_on_loopback_alone_and_keeps_its_password_out_of_the_environment(
    run: RunDirectory, engine: type[NotingEngine]
) -> None:
    postgres = ContainerPostgres(run)
    postgres.start()
    (only,) = engine.containers  # and no reaper, which would publish a port on every address
    assert only.asked["ports"] == {"5432/tcp": ("127.0.0.1", postgres.port)}
    password = postgres.administrator_dsn().split(":")[2].partition("@")[0]
    assert password not in str(only.asked)
    assert only.files[only.asked["environment"]["POSTGRES_PASSWORD_FILE"]][0].decode() == password
    assert "scram-sha-256" in only.asked["environment"]["POSTGRES_INITDB_ARGS"]
    assert "fsync=on" in only.asked["command"]


def test_a_killed_container_is_started_again_and_not_made_again(run: RunDirectory, engine: type[NotingEngine]) -> None:
    postgres = ContainerPostgres(run)
    postgres.start()
    for end in (postgres.kill, postgres.stop, postgres.stop):
        end()
        assert engine.containers[0].status == "exited"
    postgres.start()
    assert engine.created == 1


def test_nats_reads_its_configuration_and_certificates_from_inside_the_container(
    run: RunDirectory, engine: type[NotingEngine], tmp_path: Path
) -> None:
    broker = ContainerNats(run, DevelopmentAuthority.create(tmp_path / "ca"), provinces=("41", "44"))
    broker.start()
    (only,) = engine.containers
    assert only.asked["ports"] == {"4222/tcp": ("127.0.0.1", broker.port)}
    configuration, mode = only.files[only.asked["command"][1]]
    assert mode == 0o600
    for file in set(only.files) - {only.asked["command"][1]}:
        assert f'"{file}"' in configuration.decode()
    assert str(run.path) not in configuration.decode()


def test_wiping_the_brokers_storage_makes_a_new_container_on_the_same_port(
    run: RunDirectory, engine: type[NotingEngine], tmp_path: Path
) -> None:
    broker = ContainerNats(run, DevelopmentAuthority.create(tmp_path / "ca"), provinces=("41",))
    broker.start()
    broker.kill()
    broker.wipe_storage()
    assert engine.containers == []
    broker.start()
    assert engine.created == 2
    assert engine.containers[0].asked["ports"] == {"4222/tcp": ("127.0.0.1", broker.port)}


def test_a_container_that_ends_at_once_shows_its_last_words(
    run: RunDirectory, engine: type[NotingEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotedContainer, "start", lambda self: setattr(self, "status", "exited"))
    with pytest.raises(PartDidNotStart, match="last words"):
        ContainerPostgres(run).start()
