"""What a tier's transaction offers that takes part in notices. A tier that is followed feeds as well (``Feeding``)."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.ledger import Sending
from chassis.notices.book import NoticeBook
from chassis.sql import Transaction


class Noticing(Transaction, ABC):
    """Remembers notices."""

    @property
    @abstractmethod
    def notices(self) -> NoticeBook: ...


class Relaying(Noticing, Sending, ABC):
    """Sends notices up, to the tier above."""
