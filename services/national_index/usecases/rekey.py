"""Replace the storage key of the index, while it issues and answers (``national_index.domain.storage_keys``).

Each of these is one short transaction; whoever does them one after the other may be killed between any two, and goes on
where the book says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from chassis.keys import IdentityKeys
from national_index.domain import storage_keys
from national_index.domain.storage_keys import DONE, KeyBook, Work
from national_index.store import IndexTransaction
from national_index.store.key_book import checks_of

ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Worked:
    """One page of a work: so many rows were looked at."""

    work: Work
    rows: int


def begin_rekeying(tx: IndexTransaction, keys: IdentityKeys) -> KeyBook:
    """The newest key of those held is the next one; a replacement that is under way goes on.

    Raises:
        RekeyingNotPossible: there is no newer one. KeyNotHere, KeyChanged: this process does not hold the others.
    """
    held = checks_of(keys)
    return tx.key_books.change(keys, lambda book: book if book.works else storage_keys.begin(book, held))


def withdraw_rekeying(tx: IndexTransaction, keys: IdentityKeys) -> KeyBook:
    """The next key is given up. Said again, it goes on.

    Raises:
        RekeyingNotPossible: there is none, or it is the current one already. KeyNotHere, KeyChanged: as above.
    """
    return tx.key_books.change(keys, storage_keys.withdraw)


def rekey_page(tx: IndexTransaction, keys: IdentityKeys, *, limit: int = ROWS_AT_ONCE) -> Worked | None:
    """So many rows of what is to be done in this stage; None once nothing is.

    Raises:
        KeyNotHere, KeyChanged: this process does not hold the keys of the book.
    """
    book = tx.key_books.hold(keys)
    for work, version in book.works:
        place = tx.key_books.lock_place(version)
        if place == DONE:
            continue
        rekeying = tx.rekeying(keys)
        match work:
            case Work.COPY:
                page = partial(rekeying.copy, book.current, version)
            case Work.RESEAL:
                assert book.former is not None, "numbers are of the former key"
                page = partial(rekeying.reseal, book.former, version)
            case Work.DELETE:
                page = partial(rekeying.delete, version, book.current)
        done = page(after=place, limit=limit)
        tx.key_books.put_place(version, done.place)
        return Worked(work, done.rows)
    return None


def end_stage(tx: IndexTransaction, keys: IdentityKeys) -> KeyBook:
    """The book of the next stage, where this one's works are done; of a book without works the replacement is over."""

    def next_stage(book: KeyBook) -> KeyBook:
        done = all(tx.key_books.lock_place(version) == DONE for _, version in book.works)
        return storage_keys.next_stage(book) if done else book

    return tx.key_books.change(keys, next_stage)
