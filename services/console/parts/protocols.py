"""What a part can do, whether it runs from a wheel's binaries or in a container."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class PartDidNotStart(RuntimeError):
    """A part ended or stayed silent while it should have become ready; ``last_words`` is the end of its log."""

    def __init__(self, part: str, *, last_words: str) -> None:
        self.part = part
        self.last_words = last_words
        super().__init__(f"{part} did not start:\n{last_words}")


class Part(Protocol):
    """A server that can be started, stopped, killed, and started again with the same port and data."""

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1; it stays the same from start to start."""

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            PartDidNotStart: it did not answer in time.
        """

    def stop(self) -> None:
        """End it in good order; nothing happens when it does not run."""

    def kill(self) -> None:
        """End it at once, as a crash would: no good-byes, nothing flushed."""


class PostgresPart(Part, Protocol):
    """One PostgreSQL server, and in it a database for each node, owned by a role that can open no other."""

    def create_database(self, name: str) -> None:
        """Create a database and the role that owns it, both of this name; creating it again changes nothing."""

    def dsn(self, name: str) -> str:
        """``postgresql+psycopg://…`` for the owner of a created database. It holds a password: never log it.

        Raises:
            LookupError: this database was not created here.
        """

    def administrator_dsn(self, name: str = "postgres") -> str:
        """The same for the superuser: for what an operator does, never for a service."""


class NatsPart(Part, Protocol):
    """One NATS server with JetStream, TLS, and a user for each province's hub."""

    @property
    def url(self) -> str:
        """``tls://127.0.0.1:<port>``; a client shows its node's TLS certificate."""

    def wipe_storage(self) -> None:
        """Forget every stream and letter. Only while it does not run: the loss of a disk, not an operation."""


class OutsidePart(Part, Protocol):
    """A stand-in for a system that is not ours: it speaks the contract, and behaves as its file of knowledge says."""

    @property
    def address(self) -> str:
        """Host and port."""

    @property
    def knowledge(self) -> Path:
        """The file; what is written there holds from the next call on."""


@dataclass(frozen=True)
class Parts:
    postgres: PostgresPart
    nats: NatsPart
    population: OutsidePart


def last_words(log: Path, *, lines: int = 30) -> str:
    """The end of a log file, for the person who has to find out why a part did not start."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
