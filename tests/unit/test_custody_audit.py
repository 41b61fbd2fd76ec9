"""A hub's records beside the index's word: what agrees is never told, and each disagreement is told as what it is."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.custody import Custody
from kernel.custody_audit import Difference, Holding, Named, compare

KEYS = st.lists(st.integers(1, 2**128 - 2), unique=True, max_size=8).map(lambda many: [str(UUID(int=n)) for n in many])
A_KEY = str(UUID(int=7))


@given(KEYS, st.data())
def test_a_hub_that_agrees_with_the_index_has_nothing_to_tell(keys: list[str], data: st.DataObject) -> None:
    held, named = [], []
    for key in keys:
        custody = data.draw(st.sampled_from(Custody))
        epoch = data.draw(st.integers(1, 9))
        if custody is not Custody.NONE:
            held.append(Holding(key, custody, epoch))
        if custody in (Custody.HELD, Custody.FROZEN):
            in_transfer = custody is Custody.FROZEN or data.draw(st.booleans())
            named.append(Named(key, epoch, in_transfer))
    assert list(compare(held, named)) == []


@pytest.mark.parametrize(
    ("held", "named", "difference"),
    [
        (None, Named(A_KEY, 1, in_transfer=False), Difference.NO_RECORD),
        (Holding(A_KEY, Custody.GONE, 1), Named(A_KEY, 3, in_transfer=False), Difference.NO_RECORD),
        (Holding(A_KEY, Custody.HELD, 1), None, Difference.NOT_THE_CUSTODIAN),
        (Holding(A_KEY, Custody.FROZEN, 1), None, Difference.NOT_THE_CUSTODIAN),
        (Holding(A_KEY, Custody.HELD, 1), Named(A_KEY, 2, in_transfer=False), Difference.ANOTHER_EPOCH),
        (Holding(A_KEY, Custody.FROZEN, 1), Named(A_KEY, 1, in_transfer=False), Difference.FROZEN_FOR_NOTHING),
    ],
)
def test_each_disagreement_is_told_as_what_it_is(
    held: Holding | None, named: Named | None, difference: Difference
) -> None:
    told = list(compare([held] if held else [], [named] if named else []))
    assert told == [(A_KEY, difference)]
    assert difference.label
