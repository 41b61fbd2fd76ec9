"""The two tables of the handshake, row by row where a schedule alone would not tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.custody import CloseReason, Custody, Outcome, Receipt, Release
from province_hub.domain.transfer import gaining, losing
from province_hub.domain.transfer.gaining import Gaining, GainingState
from province_hub.domain.transfer.letters import LetterKind
from province_hub.domain.transfer.losing import Losing, LosingState


def a_release(*, epoch: int = 3, losing_province: str = "44") -> Release:
    return Release("t", "student", epoch, "digest", losing_province, "41", "head", 0)


def a_receipt(outcome: Outcome, *, epoch: int = 4, digest: str = "digest") -> Receipt:
    custodian = "41" if outcome is Outcome.COMMITTED else "44"
    return Receipt("t", "student", outcome, custodian, "44", "41", epoch, digest, "withdrawn", 1, "", "", 0)


OPEN = Gaining("t", GainingState.OPEN, "student", "44", 3)
AT_AUTHORITY = Losing("t", "student", "41", 3, LosingState.AT_AUTHORITY)


def test_a_release_before_the_lock_is_known_waits() -> None:
    """R11: nothing is discarded."""
    move = gaining.step(Gaining("t"), gaining.Released(a_release(), "jws", "key"))
    assert (move.parked, move.effects) == (True, ())


@pytest.mark.parametrize("release", [a_release(epoch=2), a_release(losing_province="42")])
def test_a_release_for_another_lock_than_ours_moves_nothing(release: Release) -> None:
    assert gaining.step(OPEN, gaining.Released(release, "jws", "key")) == gaining.Move(OPEN)


def test_a_commit_without_the_archive_fetches_it_by_the_digest_of_the_receipt() -> None:
    """R7: activated only with verified bytes."""
    move = gaining.step(OPEN, gaining.OutcomeTold(a_receipt(Outcome.COMMITTED)))
    assert move.effects == (gaining.Fetch(),)
    assert (move.transfer.state, move.transfer.committed_epoch) == (GainingState.FETCHING, 4)
    arrived = gaining.step(move.transfer, gaining.ArchiveVerified("digest"))
    assert arrived.effects == (gaining.Activate(4),)


def test_an_archive_of_another_digest_is_not_the_one() -> None:
    fetching = gaining.step(OPEN, gaining.Released(a_release(), "jws", "key")).transfer
    assert gaining.step(fetching, gaining.ArchiveVerified("other")) == gaining.Move(fetching)


def test_a_withdrawal_asked_twice_is_asked_once_and_changes_nothing_by_itself() -> None:
    """R3: the index decides."""
    first = gaining.step(OPEN, gaining.WithdrawAsked())
    assert first.effects == (gaining.AskClose(CloseReason.WITHDRAWN),)
    assert first.transfer.state is GainingState.OPEN
    assert gaining.step(first.transfer, gaining.WithdrawAsked()).effects == ()


@pytest.mark.parametrize("state", sorted(gaining.FINAL))
def test_a_final_state_of_the_gaining_side_is_final(state: GainingState) -> None:
    ended = Gaining("t", state, "student", "44", 3)
    for outcome in Outcome:
        assert gaining.step(ended, gaining.OutcomeTold(a_receipt(outcome))) == gaining.Move(ended)


@pytest.mark.parametrize(("custody", "epoch"), [(Custody.HELD, 4), (Custody.FROZEN, 3), (Custody.GONE, 4)])
def test_a_record_that_moved_since_it_was_asked_for_is_not_released(custody: Custody, epoch: int) -> None:
    """R4: the row's epoch is the custody's, or there is no release."""
    move = losing.step(AT_AUTHORITY, losing.AuthorityEndorsed(custody, epoch))
    assert move.transfer.state is LosingState.CLOSING
    assert move.effects == (losing.AskClose(CloseReason.OPEN_CASE),)


def test_a_release_needs_the_school_before_its_authority() -> None:
    asked = Losing("t", "student", "41", 3, LosingState.ASKED)
    assert losing.step(asked, losing.AuthorityEndorsed(Custody.HELD, 3)) == losing.Move(asked)


def test_after_the_release_a_refusal_comes_too_late_to_unfreeze() -> None:
    released = losing.step(AT_AUTHORITY, losing.AuthorityEndorsed(Custody.HELD, 3)).transfer
    assert released.state is LosingState.RELEASED
    assert losing.step(released, losing.Refused(CloseReason.COURT_ORDER)) == losing.Move(released)


def test_only_the_receipt_unfreezes_or_takes_away() -> None:
    """R1, R2: no other event leads out of RELEASED."""
    released = Losing("t", "student", "41", 3, LosingState.RELEASED)
    assert losing.step(released, losing.OutcomeTold(a_receipt(Outcome.COMMITTED))).effects == (losing.Leave(4),)
    unfrozen = losing.step(released, losing.OutcomeTold(a_receipt(Outcome.ABORTED)))
    assert unfrozen.effects == (losing.Unfreeze(), losing.EndUnmoved("withdrawn"))


def test_a_request_that_waits_goes_on_once_and_moves_nothing_before() -> None:
    waiting = Losing("t", "student", "41", 3)
    assert waiting.state is LosingState.WAITING
    for early in (losing.SchoolEndorsed(), losing.AuthorityEndorsed(Custody.HELD, 3)):
        assert losing.step(waiting, early) == losing.Move(waiting)
    cleared = losing.step(waiting, losing.Cleared())
    assert (cleared.transfer.state, cleared.effects) == (LosingState.ASKED, (losing.AskBelow(),))
    assert losing.step(cleared.transfer, losing.Cleared()) == losing.Move(cleared.transfer)


def test_a_request_that_waits_can_be_refused_and_withdrawn() -> None:
    waiting = Losing("t", "student", "41", 3)
    refused = losing.step(waiting, losing.Refused(CloseReason.OPEN_CASE))
    assert (refused.transfer.state, refused.effects) == (
        LosingState.CLOSING,
        (losing.AskClose(CloseReason.OPEN_CASE),),
    )
    ended = losing.step(waiting, losing.OutcomeTold(a_receipt(Outcome.ABORTED)))
    assert ended.transfer.state is LosingState.ABORTED


def test_a_letter_of_a_later_program_is_known_as_that() -> None:
    assert LetterKind("something_new") is LetterKind.LATER
    with pytest.raises(ValueError, match="3"):
        LetterKind(3)  # type: ignore[arg-type]  # what a letter should not hold


@given(st.integers(1, 4), st.sampled_from(Custody), st.integers(1, 4), st.booleans(), st.booleans())
def test_a_request_begins_once_where_the_record_is_held_and_never_after_its_own_end(
    asked: int, custody: Custody, epoch: int, known: bool, ended: bool
) -> None:
    verdict = losing.judge_request(asked=asked, custody=custody, epoch=epoch, known=known, ended=ended)
    begins = not (known or ended) and custody is Custody.HELD and epoch == asked
    assert (verdict is losing.RequestVerdict.BEGINS) is begins
    assert (verdict is losing.RequestVerdict.PAST) is (known or ended), "what is over is no longer waited for"
