"""What a tier's transaction offers whose clock runs."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.deadlines.book import DeadlineBook
from chassis.ledger import Ledgered
from chassis.notices.transactions import Noticing


class Timed(Ledgered, Noticing, ABC):
    """Watches the time of the cases that it remembers."""

    @property
    @abstractmethod
    def deadlines(self) -> DeadlineBook: ...
