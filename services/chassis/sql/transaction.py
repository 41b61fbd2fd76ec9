"""One database transaction as a use case sees it."""

from __future__ import annotations

from sqlalchemy import Connection


class Transaction:
    """The connection inside one transaction. Tiers subclass it and hang their stores on it as cached properties.

    A use case never commits, and keeps nothing of this for later: it may be run again with another one.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._wakes: set[str] = set()

    def wake(self, name: str) -> None:
        """Ring the signal of this name after the commit; not at all when there is none."""
        self._wakes.add(name)

    @property
    def wakes(self) -> frozenset[str]:
        """The names of the signals to ring."""
        return frozenset(self._wakes)
