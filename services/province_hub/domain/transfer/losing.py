"""The losing side of a transfer between provinces: a pure state machine.

From the release to the index's receipt the record is frozen for this one transfer; nothing but that receipt unfreezes
it: no timer (R2), no word of the peer (R3), no outcome of another transfer (R5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from kernel.custody import CloseReason, Custody, Outcome, Receipt


class LosingState(StrEnum):
    WAITING = "waiting"  # something must first be put right: an open case, a problem record
    ASKED = "asked"  # waits for the releasing school
    AT_AUTHORITY = "at_authority"  # waits for its authority
    CLOSING = "closing"  # refused here; the index has been asked to end it
    RELEASED = "released"  # frozen, released, waiting for the index's word
    DONE = "done"  # the record is elsewhere; ours is a backup (Article 9)
    ABORTED = "aborted"


FINAL = frozenset({LosingState.DONE, LosingState.ABORTED})


@dataclass(frozen=True)
class Losing:
    """One transfer, as the losing hub knows it.

    Attributes:
        epoch: the epoch that the request named: the release holds only while custody is still at it (R4).
        release: our JWS, stored before it is sent; archive_digest, content_key: of the archive it binds.
    """

    transfer_id: str
    student_key: str
    gaining: str
    epoch: int
    state: LosingState = LosingState.WAITING
    release: str = ""
    archive_digest: str = ""
    content_key: str = ""


# --- What may happen ---


@dataclass(frozen=True)
class Cleared:
    """Nothing speaks against the record's moving, or does so any more."""


@dataclass(frozen=True)
class SchoolEndorsed:
    pass


@dataclass(frozen=True)
class Refused:
    """The releasing school or its authority refused, or the record may not move: a reason of the closed list (R15)."""

    reason: CloseReason


@dataclass(frozen=True)
class AuthorityEndorsed:
    """The chain of approvals is complete; what this hub holds of the student at this instant."""

    custody: Custody
    epoch: int


@dataclass(frozen=True)
class OutcomeTold:
    receipt: Receipt


Event = Cleared | SchoolEndorsed | Refused | AuthorityEndorsed | OutcomeTold


# --- What is to be done about it, in the same transaction ---


@dataclass(frozen=True)
class AskBelow:
    """Lock the record for this transfer, and ask the releasing side."""


@dataclass(frozen=True)
class AskClose:
    reason: CloseReason


@dataclass(frozen=True)
class FreezeAndRelease:
    """Freeze the record for this transfer, build its archive, store and sign the release, send it."""


@dataclass(frozen=True)
class Unfreeze:
    """Only if it was frozen by this transfer (R5)."""


@dataclass(frozen=True)
class Leave:
    """The record is gone at this epoch."""

    epoch: int


@dataclass(frozen=True)
class EndUnmoved:
    reason: str


Effect = AskBelow | AskClose | FreezeAndRelease | Unfreeze | Leave | EndUnmoved


@dataclass(frozen=True)
class Move:
    """What follows from an event; a duplicate moves nothing and has no effects (R12)."""

    transfer: Losing
    effects: tuple[Effect, ...] = ()


class RequestVerdict(StrEnum):
    """What becomes of another province's request."""

    BEGINS = "begins"
    WAITS = "waits"  # it makes no sense yet: the letter stays in the inbox (R11)
    PAST = "past"  # known already, or over before it came


def judge_request(*, asked: int, custody: Custody, epoch: int, known: bool, ended: bool) -> RequestVerdict:
    """Whether a request begins a transfer here.

    Args:
        asked: the epoch that the request names; custody, epoch: what is held of the student at this instant.
        known: this hub has the transfer. ended: it has the index's receipt of it. A letter may come after the receipt
            of its own transfer; a receipt is taken once, so what began now would never hear how it ended.
    """
    if known or ended:
        return RequestVerdict.PAST
    return RequestVerdict.BEGINS if is_held_at(asked, custody=custody, epoch=epoch) else RequestVerdict.WAITS


def is_held_at(asked: int, *, custody: Custody, epoch: int) -> bool:
    """R4: the record is this hub's to give, and has not moved since it was asked for."""
    return custody is Custody.HELD and epoch == asked


def step(transfer: Losing, event: Event) -> Move:
    """The table. Total: every event has an answer in every state."""
    if transfer.state in FINAL:
        return Move(transfer)
    match event:
        case Cleared():
            if transfer.state is LosingState.WAITING:
                return Move(replace(transfer, state=LosingState.ASKED), (AskBelow(),))
            return Move(transfer)
        case SchoolEndorsed():
            if transfer.state is LosingState.ASKED:
                return Move(replace(transfer, state=LosingState.AT_AUTHORITY))
            return Move(transfer)
        case Refused():
            if transfer.state in (LosingState.WAITING, LosingState.ASKED, LosingState.AT_AUTHORITY):
                return Move(replace(transfer, state=LosingState.CLOSING), (AskClose(event.reason),))
            return Move(transfer)
        case AuthorityEndorsed():
            return _authority_endorsed(transfer, event)
        case OutcomeTold():
            return _outcome(transfer, event.receipt)
        case _:
            assert_never(event)


def _authority_endorsed(transfer: Losing, event: AuthorityEndorsed) -> Move:
    if transfer.state is not LosingState.AT_AUTHORITY:
        return Move(transfer)
    if not is_held_at(transfer.epoch, custody=event.custody, epoch=event.epoch):
        # R4: the record moved, or is frozen for another, since it was asked for: this transfer is of the past.
        return Move(replace(transfer, state=LosingState.CLOSING), (AskClose(CloseReason.OPEN_CASE),))
    return Move(replace(transfer, state=LosingState.RELEASED), (FreezeAndRelease(),))


def _outcome(transfer: Losing, receipt: Receipt) -> Move:
    if receipt.outcome is Outcome.ABORTED:
        ended = replace(transfer, state=LosingState.ABORTED, content_key="")
        return Move(ended, (Unfreeze(), EndUnmoved(receipt.reason)))
    return Move(replace(transfer, state=LosingState.DONE), (Leave(receipt.epoch),))
