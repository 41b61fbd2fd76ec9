"""Which storage keys an index's tables are under, and how one replaces the other while every service goes on.

    {1 current}  begin→  {1 current, 2 next}  turn→  {1 former, 2 current}  end→  {2 current}
                                              withdraw→  {1 current, 2 former}  end→  {1 current}

Beside a *next* key whatever is written under the current one is written under it too, and what was there before is
copied; so at the turn nothing is missing. Under a *former* key nothing is written any more, and what is left is sealed
again or deleted. Whoever holds the keys of every row here finds everybody, at every moment of it.

Every version is one key for good while it is in the book, and what a row is under is known by its version alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kernel.refusals import KeyChanged, KeyNotHere, RekeyingNotPossible

FINGERPRINT_KEY = 0
"""The version under which the key that stays is listed with the others: the log is under it (docs/adr/0027)."""

DONE = UUID(int=(1 << 128) - 1)
"""How far a work is that is done: behind every row."""


class KeyRole(StrEnum):
    LASTING = "lasting"
    CURRENT = "current"
    NEXT = "next"
    FORMER = "former"


class Work(StrEnum):
    """What is done page by page in a stage of a replacement."""

    COPY = "copy"  # every handle of the current key under the next one
    RESEAL = "reseal"  # numbers of the former key under the current one
    DELETE = "delete"  # handles of the former key


@dataclass(frozen=True, slots=True)
class KeyBook:
    """The keys that are in use, by version, and the value by which each is recognised."""

    roles: Mapping[int, KeyRole]
    checks: Mapping[int, UUID]

    @property
    def current(self) -> int:
        (version,) = self._having(KeyRole.CURRENT)
        return version

    @property
    def next(self) -> int | None:
        return next(iter(self._having(KeyRole.NEXT)), None)

    @property
    def former(self) -> int | None:
        return next(iter(self._having(KeyRole.FORMER)), None)

    def _having(self, role: KeyRole) -> list[int]:
        return [version for version, one in self.roles.items() if one is role]

    @property
    def works(self) -> tuple[tuple[Work, int], ...]:
        """What is done in this stage, in order, each with the version in whose row it is noted how far it is."""
        if self.next is not None:
            return ((Work.COPY, self.next),)
        if self.former is None:
            return ()
        if self.former > self.current:  # withdrawn: it sealed no number
            return ((Work.DELETE, self.former),)
        return (Work.RESEAL, self.current), (Work.DELETE, self.former)

    def require(self, held: Mapping[int, UUID]) -> None:
        """All of these are held, and they are these.

        Raises:
            KeyNotHere: a key is missing, so somebody might not be found who is there.
            KeyChanged: there is another key under a version.
        """
        for version, check in self.checks.items():
            if version not in held:
                raise KeyNotHere(version=version)
            if held[version] != check:
                raise KeyChanged(version=version)


def first_book(held: Mapping[int, UUID]) -> KeyBook:
    """Of an index that has stored nothing: the newest key is the one."""
    newest = max(held)
    roles = {FINGERPRINT_KEY: KeyRole.LASTING, newest: KeyRole.CURRENT}
    return KeyBook(roles, {version: held[version] for version in roles})


def begin(book: KeyBook, held: Mapping[int, UUID]) -> KeyBook:
    """The newest key of those held becomes the next one.

    Raises:
        RekeyingNotPossible: there is no newer one, or another replacement is not at its end.
    """
    newest = max(held)
    if len(book.roles) > 2:
        raise RekeyingNotPossible(why="上一次更换还没有完成")
    if newest <= book.current:
        raise RekeyingNotPossible(why="密钥文件里没有更新的密钥")
    return KeyBook({**book.roles, newest: KeyRole.NEXT}, {**book.checks, newest: held[newest]})


def turn(book: KeyBook) -> KeyBook:
    """Everything is there under the next key: it is the current one from now on."""
    assert book.next is not None, "a key is being replaced"
    return KeyBook({**book.roles, book.current: KeyRole.FORMER, book.next: KeyRole.CURRENT}, book.checks)


def withdraw(book: KeyBook) -> KeyBook:
    """The next key is not wanted after all; said again, it stays so.

    Raises:
        RekeyingNotPossible: none is on its way; after the turn there is no way back but a newer key.
    """
    if book.former is not None and book.former > book.current:
        return book
    if book.next is None:
        raise RekeyingNotPossible(why="没有可以撤回的更换")
    return KeyBook({**book.roles, book.next: KeyRole.FORMER}, book.checks)


def next_stage(book: KeyBook) -> KeyBook:
    """The book once all works of its stage are done; one without works stays as it is."""
    if book.next is not None:
        return turn(book)
    return book if book.former is None else end(book)


def end(book: KeyBook) -> KeyBook:
    """Nothing is under the former key any more."""
    assert book.former is not None, "a key was replaced"
    kept = {version: role for version, role in book.roles.items() if role is not KeyRole.FORMER}
    return KeyBook(kept, {version: book.checks[version] for version in kept})
