"""How long to wait before asking again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_DOUBLINGS_MAX = 24  # beyond any ceiling; keeps the arithmetic finite after years of failures


@dataclass(frozen=True)
class Backoff:
    """Exponential, with a ceiling, and spread so that those who failed together do not return together.

    Attributes:
        first: the wait after the first failure. most: the longest wait.
    """

    first: timedelta = timedelta(seconds=1)
    most: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        assert timedelta(0) < self.first <= self.most, "a wait begins above zero and grows"

    def delay(self, attempts: int, *, random_unit: float) -> timedelta:
        """The wait after so many failed attempts: between half and the whole of the doubled time.

        Args:
            attempts: 1 or more. random_unit: from 0 to 1; an argument so that use cases stay deterministic.
        """
        assert attempts >= 1, "nothing has failed yet"
        assert 0 <= random_unit <= 1, "not a share of one"
        whole = min(self.most, self.first * (1 << min(attempts - 1, _DOUBLINGS_MAX)))
        return whole * (0.5 + random_unit / 2)
