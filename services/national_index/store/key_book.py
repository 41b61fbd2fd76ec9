"""Which storage keys the tables are under (``national_index.domain.storage_keys``): a row a key."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update

from chassis.keys import IdentityKeys
from chassis.sql import Transaction
from national_index.domain.storage_keys import FINGERPRINT_KEY, KeyBook, KeyRole
from national_index.store.schema import storage_key

# Held by whoever writes under the keys, so that a change of the book waits for all of them, and they for it: a moment.
_SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtext('xueji.storage_key'))")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('xueji.storage_key'))")


def checks_of(keys: IdentityKeys) -> dict[int, UUID]:
    """What a book says of these keys, by version."""
    return {FINGERPRINT_KEY: keys.fingerprint_check, **{version: key.check for version, key in keys.storage.items()}}


class KeyBooks:
    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def read(self) -> KeyBook | None:
        """As it is now; None before the first process of this index began."""
        rows = self._connection.execute(select(storage_key.c.version, storage_key.c.role, storage_key.c.check_value))
        found = {version: (KeyRole(role), UUID(check)) for version, role, check in rows}
        if not found:
            return None
        return KeyBook(
            {one: role for one, (role, _) in found.items()}, {one: check for one, (_, check) in found.items()}
        )

    def hold(self, keys: IdentityKeys) -> KeyBook:
        """As it is, and stays to the end of the transaction; all its keys are here.

        Raises:
            KeyNotHere, KeyChanged: this process does not hold the keys that the tables are under.
        """
        self._connection.execute(_SHARED)  # a statement of its own: what the next one reads is of after the wait
        return self._required(self.read(), keys)

    def hold_alone(self) -> KeyBook | None:
        """As it is, to change it: whoever wrote under the book as it was is done."""
        self._connection.execute(_ALONE)
        return self.read()

    def change(self, keys: IdentityKeys, how: Callable[[KeyBook], KeyBook]) -> KeyBook:
        """Another book from now on, for everybody; raises as ``hold``, and as ``how`` does."""
        before = self._required(self.hold_alone(), keys)
        after = how(before)
        if after != before:
            self.put(after)
        return after

    def put(self, book: KeyBook) -> None:
        """The book from now on; whoever puts it holds it alone. What was done under each key begins again."""
        self._connection.execute(delete(storage_key))
        self._connection.execute(
            insert(storage_key),
            [
                {"version": version, "role": role, "check_value": str(book.checks[version])}
                for version, role in book.roles.items()
            ],
        )

    @staticmethod
    def _required(book: KeyBook | None, keys: IdentityKeys) -> KeyBook:
        assert book is not None, "the first process of an index writes its book before it serves"
        book.require(checks_of(keys))
        return book

    # --- How far a replacement is ---

    def lock_place(self, version: int) -> UUID | None:
        """Up to which row, in the order of its table, the work noted beside that key is done.

        Locked to the end of the transaction, so that of two who do it each does another page.
        """
        query = select(storage_key.c.done_to).where(storage_key.c.version == version).with_for_update()
        done_to = self._connection.scalar(query)
        return UUID(done_to) if done_to else None

    def put_place(self, version: int, done_to: UUID) -> None:
        self._connection.execute(
            update(storage_key).where(storage_key.c.version == version).values(done_to=str(done_to))
        )
