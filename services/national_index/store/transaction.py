"""One transaction of the index, with everything that its use cases remember."""

from __future__ import annotations

from functools import cached_property

from chassis.keys import IdentityKeys
from chassis.ledger import Feeding
from chassis.sql import Feed
from chassis.staff import StaffBook, StaffKeeping
from national_index.store import schema
from national_index.store.adjudications import Adjudications
from national_index.store.documents import Documents
from national_index.store.facts import Facts
from national_index.store.figures import Figures
from national_index.store.handles import Handles
from national_index.store.key_book import KeyBooks
from national_index.store.log import Log
from national_index.store.look_ups import LookUps
from national_index.store.number_blocks import NumberBlocks
from national_index.store.persons import Persons
from national_index.store.rekeying import Rekeying
from national_index.store.slots import Slots
from national_index.store.suspicions import Suspicions
from national_index.store.traits import Traits


class IndexTransaction(Feeding, StaffKeeping):
    """Remembers persons and transfers, and the provinces' officers, and is followed by the province hubs."""

    _handles: Handles | None = None

    @cached_property
    def persons(self) -> Persons:
        return Persons(self)

    def handles(self, keys: IdentityKeys) -> Handles:
        """Under the keys that this process holds, as its caller read them."""
        if self._handles is None:
            self._handles = Handles(self, keys)
        assert self._handles.keys is keys, "a use case is given the keys once"
        return self._handles

    def rekeying(self, keys: IdentityKeys) -> Rekeying:
        return Rekeying(self, keys)

    @cached_property
    def key_books(self) -> KeyBooks:
        return KeyBooks(self)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self)

    @cached_property
    def number_blocks(self) -> NumberBlocks:
        return NumberBlocks(self)

    @cached_property
    def slots(self) -> Slots:
        return Slots(self)

    @cached_property
    def traits(self) -> Traits:
        return Traits(self)

    @cached_property
    def suspicions(self) -> Suspicions:
        return Suspicions(self)

    @cached_property
    def adjudications(self) -> Adjudications:
        return Adjudications(self)

    @cached_property
    def look_ups(self) -> LookUps:
        return LookUps(self)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self)

    @cached_property
    def log(self) -> Log:
        return Log(self)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self)

    @cached_property
    def feed(self) -> Feed:
        return Feed(self, schema.feed)

    @cached_property
    def staff(self) -> StaffBook:
        return StaffBook(self, schema.staff)
