"""What a tier's transaction offers to the conversations it takes part in.

A tier's ``store`` makes its transaction out of these, so that the exchange and the desk, which live with the wire, can
be handed the use cases of a tier without knowing it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from chassis.evidence.store import EvidenceStore
from chassis.ledger.ledger import CaseLedger
from chassis.sql import Cursors, Feed, Outbox, Transaction


class Ledgered(Transaction, ABC):
    """Remembers cases, and what backs them: a desk can show them."""

    @property
    @abstractmethod
    def cases(self) -> CaseLedger: ...

    @property
    @abstractmethod
    def evidence(self) -> EvidenceStore: ...


class Sending(Transaction, ABC):
    """Has something that leaves."""

    @property
    @abstractmethod
    def outbox(self) -> Outbox: ...


class Climbing(Ledgered, Sending, ABC):
    """Sends cases up."""


class Following(Transaction, ABC):
    """Follows the feed of the tier above."""

    @property
    @abstractmethod
    def cursors(self) -> Cursors: ...


class Feeding(Transaction, ABC):
    """Is followed by the tier below."""

    @property
    @abstractmethod
    def feed(self) -> Feed: ...
