"""At its start a process is asked for its keys: with others it would find nobody, and give second numbers."""

from __future__ import annotations

from chassis.keys import IdentityKeys
from national_index.domain.storage_keys import first_book
from national_index.store import IndexTransaction
from national_index.store.key_book import checks_of


def recognise_keys(tx: IndexTransaction, keys: IdentityKeys) -> None:
    """This process holds the keys that the tables are under; an index that is new begins with these.

    Raises:
        KeyNotHere, KeyChanged: it does not.
    """
    book = tx.key_books.read()
    if book is None and (book := tx.key_books.hold_alone()) is None:
        tx.key_books.put(first_book(checks_of(keys)))
        return
    book.require(checks_of(keys))
