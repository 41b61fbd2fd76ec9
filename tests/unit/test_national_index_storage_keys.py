"""The stages in which one storage key replaces the other: in every order of events everybody is found.

The tables are sets here, and the statements of ``national_index.store`` a line each; what they do between PostgreSQL's
transactions is in tests/integration/test_national_index_rekey.py.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kernel.refusals import KeyChanged, KeyNotHere, RekeyingNotPossible
from national_index.domain.storage_keys import (
    FINGERPRINT_KEY,
    KeyBook,
    KeyRole,
    Work,
    begin,
    first_book,
    next_stage,
    withdraw,
)


def checks_to(newest: int) -> dict[int, UUID]:
    return {version: UUID(int=100 + version) for version in range(newest + 1)}


ONE, TWO, THREE = checks_to(1), checks_to(2), checks_to(3)
FIRST = first_book(ONE)


class Rekeyed(RuleBasedStateMachine):
    """Handles by version and who they are; numbers by person, with the version under which they are sealed."""

    def __init__(self) -> None:
        super().__init__()
        self.book = FIRST
        self.handles: set[tuple[int, int]] = set()
        self.sealed: dict[int, int] = {}
        self.done: dict[int, int] = {}  # by the version that notes it: all persons up to this one

    @rule(person=st.integers(0, 20))
    def a_child_is_registered(self, person: int) -> None:
        if person not in self.sealed:
            self.sealed[person] = self.book.current
            self.handles |= {(version, person) for version in (self.book.current, self.book.next) if version}

    @rule(person=st.integers(0, 20))
    def a_handle_is_given_back(self, person: int) -> None:
        self.handles -= {(version, person) for version in self.book.roles}
        self.sealed.pop(person, None)

    @precondition(lambda self: not self.book.works)
    @rule()
    def a_replacement_begins(self) -> None:
        self._put(begin(self.book, checks_to(self.book.current + 1)))

    @precondition(lambda self: self.book.works)
    @rule(rows=st.integers(1, 5))
    def a_page_is_done(self, rows: int) -> None:
        for work, version in self.book.works:
            upto = self.done.get(version, -1) + rows
            if self.done.get(version, -1) < 20:
                self._page(work, range(self.done.get(version, -1) + 1, upto + 1))
                self.done[version] = upto
                return
        self._put(next_stage(self.book))

    @precondition(lambda self: self.book.next is not None)
    @rule()
    def it_is_withdrawn(self) -> None:
        self._put(withdraw(self.book))

    @invariant()
    def everybody_is_found_under_the_current_key(self) -> None:
        assert all((self.book.current, person) in self.handles for person in self.sealed)

    @invariant()
    def nothing_is_under_a_key_that_is_not_in_the_book(self) -> None:
        assert {version for version, _ in self.handles} <= self.book.roles.keys()
        assert set(self.sealed.values()) <= self.book.roles.keys()

    @invariant()
    def nobody_is_found_who_is_not_there(self) -> None:
        assert {person for _, person in self.handles} == self.sealed.keys()

    @invariant()
    def a_book_is_in_one_stage(self) -> None:
        roles = sorted(self.book.roles.values())
        assert roles[:1] == [KeyRole.CURRENT]
        assert [role for role in roles if role is not KeyRole.CURRENT] in (
            [KeyRole.LASTING],
            [KeyRole.LASTING, KeyRole.NEXT],
            [KeyRole.FORMER, KeyRole.LASTING],
        )
        assert self.book.roles[FINGERPRINT_KEY] is KeyRole.LASTING
        assert self.book.roles.keys() == self.book.checks.keys()

    def _page(self, work: Work, persons: range) -> None:
        book = self.book
        match work:
            case Work.COPY:
                assert book.next is not None
                self.handles |= {(book.next, one) for one in persons if (book.current, one) in self.handles}
            case Work.RESEAL:
                self.sealed |= {one: book.current for one in persons if one in self.sealed}
            case Work.DELETE:
                assert book.former is not None
                self.handles -= {(book.former, one) for one in persons}

    def _put(self, book: KeyBook) -> None:
        self.book, self.done = book, {}


TestRekeyed = Rekeyed.TestCase


def test_a_whole_replacement_ends_with_the_new_key_alone() -> None:
    begun = begin(FIRST, TWO)
    assert (begun.current, begun.next) == (1, 2)
    turned = next_stage(begun)
    assert (turned.current, turned.former, turned.next) == (2, 1, None)
    assert next_stage(turned) == KeyBook(
        {0: KeyRole.LASTING, 2: KeyRole.CURRENT}, {version: TWO[version] for version in (0, 2)}
    )
    assert next_stage(next_stage(turned)) == next_stage(turned), "nothing is left to be done"


def test_a_withdrawn_replacement_ends_with_the_old_key_alone() -> None:
    withdrawn = withdraw(begin(FIRST, TWO))
    assert withdraw(withdrawn) == withdrawn
    assert withdrawn.works == ((Work.DELETE, 2),), "it sealed no number"
    assert next_stage(withdrawn) == FIRST


@pytest.mark.parametrize(
    ("book", "held"),
    [(FIRST, ONE), (begin(FIRST, TWO), THREE), (withdraw(begin(FIRST, TWO)), TWO)],
    ids=["no newer key", "another is under way", "another is being given up"],
)
def test_a_replacement_does_not_begin(book: KeyBook, held: dict[int, UUID]) -> None:
    with pytest.raises(RekeyingNotPossible):
        begin(book, held)


def test_after_the_turn_there_is_no_way_back() -> None:
    with pytest.raises(RekeyingNotPossible):
        withdraw(next_stage(begin(FIRST, TWO)))
    with pytest.raises(RekeyingNotPossible):
        withdraw(FIRST)


def test_every_key_of_the_book_must_be_held_and_be_the_same() -> None:
    begun = begin(FIRST, TWO)
    begun.require(TWO)
    begun.require(THREE)
    with pytest.raises(KeyNotHere) as missing:
        begun.require(ONE)
    assert missing.value.detail == {"version": "2"}
    with pytest.raises(KeyChanged) as changed:
        begun.require({**TWO, FINGERPRINT_KEY: UUID(int=1)})
    assert changed.value.detail == {"version": "0"}
