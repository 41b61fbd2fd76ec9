"""What a tier's transaction offers that supervises the offices below it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.ledger import Ledgered
from chassis.notices import Noticing
from chassis.supervision.book import SupervisionBook


class Supervising(Ledgered, Noticing, ABC):
    """Keeps findings and their register; the cases, because their steps are watched."""

    @property
    @abstractmethod
    def supervision(self) -> SupervisionBook: ...
