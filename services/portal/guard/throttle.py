"""How often somebody may guess. It slows the guesser down and lets the owner of the account back in by itself."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

TRIES_MAX = 5
WAIT_SECONDS = 15 * 60
KEYS_MAX = 10_000  # a flood of invented names forgets the oldest of them


class Throttle:
    """Failures of each key: after ``tries_max`` the key waits ``wait_seconds`` from its last failure."""

    def __init__(
        self,
        *,
        tries_max: int = TRIES_MAX,
        wait_seconds: float = WAIT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tries_max = tries_max
        self._wait_seconds = wait_seconds
        self._monotonic = monotonic
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def waits(self, key: str) -> int:
        """Whole minutes until the key may try again; 0 where it may now."""
        with self._lock:
            failures, last = self._failures.get(key, (0, 0.0))
            if failures < self._tries_max:
                return 0
            left = last + self._wait_seconds - self._monotonic()
            if left <= 0:
                del self._failures[key]
                return 0
            return int(left // 60) + 1

    def failed(self, key: str) -> None:
        with self._lock:
            failures, _ = self._failures.pop(key, (0, 0.0))
            self._failures[key] = failures + 1, self._monotonic()
            while len(self._failures) > KEYS_MAX:
                self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        with self._lock:
            self._failures.pop(key, None)
