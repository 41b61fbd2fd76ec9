"""The roll's rules: what may follow what, who is the same child, and how drafts fill cases."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.case import Item
from kernel.refusals import AlreadyRegisteredHere, StudentHasOpenCase
from kernel.regulation import ITEMS_PER_CASE_MAX
from school_node.domain.batches import CASE_BYTES_MAX, fill_case
from school_node.domain.pupil import (
    EDITABLE,
    OFF_THE_ROLL,
    Entering,
    PupilState,
    entering,
    identity_digest,
    number_digest,
    reached_from,
)

LIVE = sorted(frozenset(PupilState) - OFF_THE_ROLL)
CHILD = {"name": "张三", "birth_date": "20110307", "sex": "2", "guardian1_name": "张父"}


def an_item(number: int, **values: str) -> Item:
    return Item(str(UUID(int=number)), values)


def test_every_state_has_a_chinese_label_and_is_reached_from_another() -> None:
    assert len({state.label for state in PupilState}) == len(PupilState)
    assert all(reached_from(state) for state in PupilState)


def test_nothing_follows_a_pupil_who_has_left_or_was_refused() -> None:
    """A copy is read only (Art. 9), and a refused child is entered anew."""
    followed = {before for state in PupilState for before in reached_from(state)}
    assert not followed & OFF_THE_ROLL


def test_a_pupil_is_sent_only_after_somebody_checked() -> None:
    assert reached_from(PupilState.SENT) == {PupilState.CHECKING}
    assert PupilState.DRAFT not in reached_from(PupilState.NUMBERED)


def test_a_child_who_is_not_on_the_roll_enters() -> None:
    assert entering(None, same=False) is Entering.ENTERS


@pytest.mark.parametrize("state", LIVE)
def test_the_same_row_again_changes_nothing_in_any_state(state: PupilState) -> None:
    assert entering(state, same=True) is Entering.UNCHANGED


@pytest.mark.parametrize("state", LIVE)
def test_a_changed_row_corrects_what_is_still_on_the_desk_and_nothing_else(state: PupilState) -> None:
    if state in EDITABLE:
        assert entering(state, same=False) is Entering.CORRECTS
    else:
        expected = StudentHasOpenCase if state is PupilState.CHECKING else AlreadyRegisteredHere
        with pytest.raises(expected):
            entering(state, same=False)


def test_a_renewed_travel_permit_is_the_same_child_and_a_corrected_name_is_too() -> None:
    first = CHILD | {"document_kind": "6", "document_number": "H1234567801"}
    renewed = first | {"document_number": "H1234567802", "name": "张珊"}
    assert identity_digest(first) == identity_digest(renewed)
    assert identity_digest(first) != identity_digest(first | {"document_number": "H8765432101"})


def test_twins_without_documents_are_two_children() -> None:
    without = CHILD | {"document_kind": "Z"}
    assert identity_digest(without) != identity_digest(without | {"name": "张四"})
    assert identity_digest(without) == identity_digest(without | {"school_class": "2班"})


def test_values_that_say_too_little_are_no_identity() -> None:
    assert identity_digest({"document_kind": "Z", "name": "张三"}) is None
    assert identity_digest({}) is None
    assert number_digest("L419998201103070011") != number_digest("L419998201103070022")


@given(st.integers(min_value=0, max_value=2 * ITEMS_PER_CASE_MAX + 1))
def test_a_case_takes_the_first_items_and_no_more_than_it_may_hold(count: int) -> None:
    items = [an_item(number) for number in range(count)]
    assert list(fill_case(items)) == items[:ITEMS_PER_CASE_MAX]


def test_a_case_stays_below_the_size_of_a_message() -> None:
    long = "字" * 1000
    values = {f"key{place}": long for place in range(72)}
    items = [an_item(number, **values) for number in range(200)]
    filled = fill_case(items)
    assert 0 < len(filled) < len(items)
    assert len(filled) * 72 * 3000 <= CASE_BYTES_MAX


def test_even_an_item_larger_than_a_case_goes_alone() -> None:
    giant = an_item(1, address="字" * CASE_BYTES_MAX)
    assert fill_case([giant, an_item(2)]) == (giant,)
