"""How connections to PostgreSQL are made, and what their errors mean."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

STATEMENT_TIMEOUT = timedelta(seconds=30)
LOCK_TIMEOUT = timedelta(seconds=10)  # below the statement's, so that the error says what was waited for
IDLE_IN_TRANSACTION_TIMEOUT = timedelta(seconds=60)  # a process that hangs must not hold its locks
CONNECT_TIMEOUT = timedelta(seconds=3)
# A server that vanished without a word: unacknowledged data and silence end the connection after these.
_UNACKNOWLEDGED_TIMEOUT = timedelta(seconds=15)
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}


class Meaning(Enum):
    """What an error of the database means for the transaction that met it."""

    COLLIDED = auto()  # rolled back because of another transaction: the same again may well succeed
    BUSY = auto()  # a bound was reached
    LOST = auto()  # the connection is gone
    OTHER = auto()


# SQLSTATEs, PostgreSQL documentation, appendix A.
_COLLIDED = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
_BUSY = frozenset({"55P03", "57014", "53300"})  # lock_not_available, query_canceled, too_many_connections
_LOST = frozenset({"57P01", "57P02", "57P03", "25P03"})  # shutdowns, starting up, idle_in_transaction_session_timeout
_LOST_CLASS = "08"
# The server answered the commit with these, so it did not happen; any other end of a commit leaves it open.
_COMMIT_REFUSED_CLASSES = ("23", "40")  # a deferred constraint, a collision
_COMPLETION_UNKNOWN = "40003"


def connect_arguments(
    *,
    application_name: str,
    statement_timeout: timedelta = STATEMENT_TIMEOUT,
    lock_timeout: timedelta = LOCK_TIMEOUT,
) -> dict[str, Any]:
    """libpq's parameters for a connection that keeps every bound, whatever the server or the role has as default."""
    settings = {
        "default_transaction_isolation": r"read\ committed",
        "statement_timeout": _ms(statement_timeout),
        "lock_timeout": _ms(lock_timeout),
        "idle_in_transaction_session_timeout": _ms(IDLE_IN_TRANSACTION_TIMEOUT),
        "synchronous_commit": "on",  # what was answered for must survive a power cut
        "timezone": "UTC",
    }
    return {
        "application_name": application_name,
        "connect_timeout": int(CONNECT_TIMEOUT.total_seconds()),
        "tcp_user_timeout": _ms(_UNACKNOWLEDGED_TIMEOUT),
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        **_KEEPALIVE,
    }


def meaning_of(error: DBAPIError) -> Meaning:
    state = sqlstate_of(error)
    if state in _COLLIDED:
        return Meaning.COLLIDED
    # An operational error without a state is libpq's own: no server answered.
    unanswered = isinstance(error.orig, psycopg.OperationalError) and not state
    if unanswered or error.connection_invalidated or state in _LOST or state.startswith(_LOST_CLASS):
        return Meaning.LOST
    return Meaning.BUSY if state in _BUSY else Meaning.OTHER


def commit_was_refused(error: DBAPIError) -> bool:
    """True when an error in the commit proves that nothing was committed."""
    state = sqlstate_of(error)
    return state != _COMPLETION_UNKNOWN and state.startswith(_COMMIT_REFUSED_CLASSES)


def sqlstate_of(error: DBAPIError) -> str:
    """The five characters, or empty where the server said none."""
    return getattr(error.orig, "sqlstate", None) or ""


def _ms(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
