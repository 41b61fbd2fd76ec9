"""The databases inside a PostgreSQL server, however the server itself is run."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote

import psycopg
from psycopg import sql

from console.parts.ports import LOOPBACK

ADMINISTRATOR = "postgres"
READY_SECONDS = 60.0  # a start after a kill replays the log first

_NAME_FORM = re.compile(r"[a-z][a-z0-9_]{0,62}")
_POLL_SECONDS = 0.02

# What the server is told, embedded or in a container. Durability is not traded for speed: what was acknowledged must
# survive the kill that the tests deal out.
SERVER_SETTINGS: dict[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # Two cores and many small databases: parallel workers and compiled queries cost more than they bring.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "autovacuum_max_workers": "2",
    # In the data directory and not in /dev/shm, where a killed server would leave it behind.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    # No personal data in any log line: an error's text, its detail and its statement may all hold a child's name.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}
INITDB_OPTIONS = ("--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C")


def setting_arguments(more: Mapping[str, str]) -> list[str]:
    """The settings as ``postgres -c name=value`` arguments; what ``more`` says counts."""
    settings = {**SERVER_SETTINGS, **more}
    return [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]


class DatabaseServer:
    """The part of a PostgreSQL that its client side needs: databases, their owners, and how to reach them.

    Passwords are random, live in this object and in what ``dsn`` returns, and appear in no ``repr``.
    """

    def __init__(self, *, port: int) -> None:
        self._port = port
        self._password_of = {ADMINISTRATOR: secrets.token_urlsafe(24)}

    @property
    def port(self) -> int:
        return self._port

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {LOOPBACK}:{self._port}, {len(self._password_of) - 1} databases>"

    def create_database(self, name: str) -> None:
        """See ``PostgresPart.create_database``.

        Raises:
            ValueError: the name is no plain lower-case identifier of at most 63 characters.
        """
        if not _NAME_FORM.fullmatch(name) or name in {ADMINISTRATOR, "template0", "template1"}:
            raise ValueError(f"not a database name: {name!r}")
        if name in self._password_of:
            return
        password = secrets.token_urlsafe(24)
        role = sql.Identifier(name)
        with self._connect() as connection:
            # The server is sent the verifier, so that no view of running statements can show the password.
            verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(verifier)))
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(role))
            connection.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(role))
        self._password_of[name] = password

    def dsn(self, name: str) -> str:
        """See ``PostgresPart.dsn``."""
        if name not in self._password_of or name == ADMINISTRATOR:
            raise LookupError(f"no database {name!r} was created here")
        return self._dsn(user=name, database=name)

    def administrator_dsn(self, name: str = "postgres") -> str:
        """See ``PostgresPart.administrator_dsn``."""
        return self._dsn(user=ADMINISTRATOR, database=name)

    def _dsn(self, *, user: str, database: str) -> str:
        return f"postgresql+psycopg://{user}:{quote(self._password_of[user])}@{LOOPBACK}:{self._port}/{database}"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK,
            port=self._port,
            user=ADMINISTRATOR,
            password=self._password_of[ADMINISTRATOR],
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _wait_until_it_answers(self, *, still_runs: Callable[[], bool]) -> bool:
        """True when a connection was accepted; False when the server ended or the time is over."""
        deadline = time.monotonic() + READY_SECONDS
        while still_runs() and time.monotonic() < deadline:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(_POLL_SECONDS)
            else:
                return True
        return False
