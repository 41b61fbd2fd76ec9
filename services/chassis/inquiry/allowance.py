"""How often one asker may ask about records that are not their own: nobody finds out by trying."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from kernel.refusals import AskedTooOften

_MINUTE = timedelta(minutes=1)


class Allowance:
    """So many within a time, for each asker; in the memory of this process, and gone with it.

    Args:
        most: of each asker, and so the length of what is remembered of them. within: the time.
    """

    def __init__(self, *, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._taken: dict[str, deque[datetime]] = {}

    def require(self, asker: str, *, now: datetime) -> None:
        """Raises AskedTooOften where the asker has none left."""
        taken = self._taken.get(asker)
        while taken and now - taken[0] >= self._within:
            taken.popleft()
        if taken and len(taken) >= self._most:
            minutes = -(-(self._within - (now - taken[0])) // _MINUTE)
            raise AskedTooOften(minutes=minutes)

    def take(self, asker: str, *, now: datetime) -> None:
        """Count one."""
        self._taken.setdefault(asker, deque(maxlen=self._most)).append(now)
