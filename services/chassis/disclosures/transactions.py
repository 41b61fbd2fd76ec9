"""What a tier's transaction offers that knows disclosures."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.disclosures.book import DisclosureBook
from chassis.notices.transactions import Noticing


class Disclosing(Noticing, ABC):
    """Remembers disclosures, and tells of them by notices."""

    @property
    @abstractmethod
    def disclosures(self) -> DisclosureBook: ...
