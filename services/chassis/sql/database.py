"""Use cases in transactions: begin, run, commit, and again where two collided."""

from __future__ import annotations

import asyncio
import contextvars
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from chassis import kill_points
from chassis.backoff import Backoff
from chassis.logs import get_logger
from chassis.sql.connections import Meaning, commit_was_refused, connect_arguments, meaning_of, sqlstate_of
from chassis.sql.signals import Bell, Signal
from chassis.sql.transaction import Transaction
from kernel.refusals import CommitUnknown, DatabaseBusy, Unreachable

COLLISION_TRIES_MAX = 8
UNREACHABLE_AFTER_SECONDS = 5.0  # how long a use case may wait for a database that restarts
CONNECTION_WAIT_SECONDS = 10.0  # for callers of ``transact`` beyond the pool's own threads
QUEUE_MAX = 1000  # use cases waiting for a thread; beyond it the caller is told to come again
_BACKOFF = Backoff(first=timedelta(milliseconds=20), most=timedelta(milliseconds=500))
_DATABASE = "数据库"

TX = TypeVar("TX", bound=Transaction)
P = ParamSpec("P")
T = TypeVar("T")

log = get_logger()


# One moment for everything that a transaction reads (PostgreSQL's REPEATABLE READ).
_SNAPSHOT: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ"}
_READ_ONLY: Mapping[str, Any] = {**_SNAPSHOT, "postgresql_readonly": True}


class Database(Generic[TX]):
    """A database of one tier: READ COMMITTED but where a count asks for one moment, every wait bounded.

    Args:
        dsn: ``postgresql+psycopg://…``; it holds a password and is kept nowhere else.
        transaction: the tier's subclass of ``Transaction``, or a function that makes one from a connection.
        threads: how many transactions run at once, each on a thread and a connection of its own.
        application_name: how the server's own views call these connections.
    """

    def __init__(
        self, dsn: str, transaction: Callable[[Connection], TX], *, threads: int = 4, application_name: str
    ) -> None:
        self._engine = create_engine(
            dsn,
            pool_size=threads,
            max_overflow=0,
            pool_timeout=CONNECTION_WAIT_SECONDS,
            # The newest first, so that a quiet hour lets the rest of the connections go idle.
            pool_use_lifo=True,
            connect_args=connect_arguments(application_name=application_name),
            hide_parameters=True,  # an error's text would name the child
        )
        self._transaction = transaction
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"{application_name}-sql")
        self._lock = threading.Lock()
        self._submitted = 0
        self._submitted_max = threads + QUEUE_MAX
        self._bells: dict[str, Bell] = {}

    def transact(self, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in one transaction and return what it returned, committed.

        Where it collided with another transaction, or the connection was lost before the commit began, nothing of it
        was done, and it is run again from the beginning.

        Raises:
            Unreachable: no connection within ``UNREACHABLE_AFTER_SECONDS``.
            DatabaseBusy: a lock, a statement or a connection took too long, or it collided again and again.
            CommitUnknown: the connection was lost in the commit (R14): read again by id before anything else.
        """
        return self._transact({}, use_case, *args, **kwargs)

    def look(self, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``transact``, read only, and all that it reads is of one moment: sums that must agree."""
        return self._transact(_READ_ONLY, use_case, *args, **kwargs)

    def transact_at_once(self, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``transact``, and all that it reads is of one moment; what it writes may collide, and is done again."""
        return self._transact(_SNAPSHOT, use_case, *args, **kwargs)

    def _transact(
        self,
        options: Mapping[str, Any],
        use_case: Callable[Concatenate[TX, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        give_up_at = time.monotonic() + UNREACHABLE_AFTER_SECONDS
        tries = 0
        while True:
            tries += 1
            kill_points.reached(use_case, "before it begins")
            try:
                with self._engine.connect() as connection:
                    return self._commit(connection.execution_options(**options), use_case, *args, **kwargs)
            except NoConnectionFree as busy:
                raise DatabaseBusy from busy
            except DBAPIError as error:
                match meaning_of(error):
                    case Meaning.COLLIDED if tries < COLLISION_TRIES_MAX:
                        pass
                    case Meaning.LOST if time.monotonic() < give_up_at:
                        pass
                    case Meaning.LOST:
                        log.warning("database_unreachable", connection_error=connection_error(error))
                        raise Unreachable(office=_DATABASE) from error
                    case Meaning.COLLIDED | Meaning.BUSY:
                        log.warning("database_busy", code=sqlstate_of(error), attempts=tries)
                        raise DatabaseBusy from error
                    case Meaning.OTHER:
                        raise
            time.sleep(_BACKOFF.delay(tries, random_unit=random.random()).total_seconds())  # noqa: S311 - jitter

    async def run(self, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """``transact`` on a thread of the pool, with the caller's context variables.

        A caller that is cancelled stops waiting; its transaction runs to its end, in order not to leave one half done.

        Raises:
            DatabaseBusy: also when ``QUEUE_MAX`` use cases wait already.
        """
        return await self._on_a_thread(partial(self.transact, use_case, *args, **kwargs))

    async def run_look(self, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """``look`` on a thread of the pool; see ``run``."""
        return await self._on_a_thread(partial(self.look, use_case, *args, **kwargs))

    async def run_at_once(self, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """``transact_at_once`` on a thread of the pool; see ``run``."""
        return await self._on_a_thread(partial(self.transact_at_once, use_case, *args, **kwargs))

    async def _on_a_thread(self, transaction: Callable[[], T]) -> T:
        with self._lock:
            if self._submitted >= self._submitted_max:
                raise DatabaseBusy
            self._submitted += 1
        context = contextvars.copy_context()
        try:
            running = self._threads.submit(context.run, transaction)
        except BaseException:
            self._ended()
            raise
        running.add_done_callback(self._ended)
        return await asyncio.shield(asyncio.wrap_future(running))

    def signal(self, name: str) -> Signal:
        """A new ear for what ``Transaction.wake(name)`` rings after the commits of this process.

        Other processes on the same database ring none: look at the rows from time to time as well.
        """
        with self._lock:
            bell = self._bells.setdefault(name, Bell())
        return Signal(bell)

    def close(self) -> None:
        """Let running use cases end, drop those that wait, and close the connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._engine.dispose()

    def _commit(
        self, connection: Connection, use_case: Callable[Concatenate[TX, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        tx = self._transaction(connection)
        result = use_case(tx, *args, **kwargs)
        # PostgreSQL answers COMMIT with a silent ROLLBACK where a statement failed and the use case went on.
        assert not _has_failed(connection), "a use case caught an error of the database and went on"
        kill_points.reached(use_case, "before it commits")
        try:
            connection.commit()
        except DBAPIError as error:
            if commit_was_refused(error):
                raise
            self._ring(tx.wakes)
            log.warning("commit_unknown", code=sqlstate_of(error))
            raise CommitUnknown from error
        kill_points.reached(use_case, "after it committed")
        self._ring(tx.wakes)
        return result

    def _ring(self, names: Iterable[str]) -> None:
        with self._lock:
            bells = [self._bells[name] for name in names if name in self._bells]
        for bell in bells:
            bell.ring()

    def _ended(self, _running: Future[Any] | None = None) -> None:
        with self._lock:
            self._submitted -= 1


def connection_error(error: DBAPIError) -> str:
    """The first line of what the line to the server said: host, port and role, and nothing that was sent over it."""
    return str(error.orig).strip().partition("\n")[0]


def _has_failed(connection: Connection) -> bool:
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.info.transaction_status == TransactionStatus.INERROR)
