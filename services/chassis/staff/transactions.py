"""What a tier's transaction offers that knows staff."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.notices.transactions import Noticing
from chassis.sql import Transaction
from chassis.staff.book import StaffBook


class StaffKeeping(Transaction, ABC):
    """Remembers staff."""

    @property
    @abstractmethod
    def staff(self) -> StaffBook: ...


class Staffed(StaffKeeping, Noticing, ABC):
    """Remembers staff, and tells of it by notices."""
