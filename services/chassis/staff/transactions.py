"""What a tier's transaction offers that knows staff."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.notices.transactions import Noticing
from chassis.staff.book import StaffBook


class Staffed(Noticing, ABC):
    """Remembers staff, and tells of it by notices."""

    @property
    @abstractmethod
    def staff(self) -> StaffBook: ...
