"""The gaining side of a transfer between provinces: a pure state machine.

The record becomes active here on the index's receipt alone (R1), and only with an archive that was verified byte by
byte (R7). Withdrawal is a request to the index; until the receipt nothing changes here (R3). No timer occurs in this
table (R2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from kernel.custody import CloseReason, Outcome, Receipt, Release


class GainingState(StrEnum):
    OPENING = "opening"  # the index has been asked to lock the student
    OPEN = "open"  # locked; the losing province has been asked
    FETCHING = "fetching"  # released; the archive is on its way
    ESCROWED = "escrowed"  # the archive is here and verified; the index has been asked to decide
    ACTIVE = "active"  # the record is ours
    ABORTED = "aborted"


FINAL = frozenset({GainingState.ACTIVE, GainingState.ABORTED})


@dataclass(frozen=True)
class Gaining:
    """One transfer, as the gaining hub knows it.

    Attributes:
        student_key, losing, epoch: as the index told them at opening.
        release: the losing hub's JWS; archive_digest: what it binds; content_key: opens the archive's chunks.
        acceptance: our own JWS, stored before it is sent.
        committed_epoch: epoch of a commit that was told before the archive was here; 0 otherwise.
        closing: a close was asked for; the index decides whether it came in time.
    """

    transfer_id: str
    state: GainingState = GainingState.OPENING
    student_key: str = ""
    losing: str = ""
    epoch: int = 0
    release: str = ""
    archive_digest: str = ""
    content_key: str = ""
    acceptance: str = ""
    committed_epoch: int = 0
    closing: bool = False


# --- What may happen ---


@dataclass(frozen=True)
class Opened:
    """The index locked the student for this transfer."""

    student_key: str
    losing: str
    epoch: int


@dataclass(frozen=True)
class Released:
    """A release arrived whose signature and chain of approvals were found good."""

    release: Release
    jws: str
    content_key: str


@dataclass(frozen=True)
class ArchiveVerified:
    """The archive of that digest is on our disk, and opened to what its manifest says."""

    digest: str


@dataclass(frozen=True)
class WithdrawAsked:
    pass


@dataclass(frozen=True)
class OutcomeTold:
    """A receipt of the index that was found good."""

    receipt: Receipt


Event = Opened | Released | ArchiveVerified | WithdrawAsked | OutcomeTold


# --- What is to be done about it, in the same transaction ---


@dataclass(frozen=True)
class SendRequest:
    pass


@dataclass(frozen=True)
class Fetch:
    """Pull the archive by its digest (R18)."""


@dataclass(frozen=True)
class AcceptAndCommit:
    """Sign the acceptance, store it, then ask the index to commit."""


@dataclass(frozen=True)
class AskClose:
    reason: CloseReason


@dataclass(frozen=True)
class Activate:
    """The record is ours at this epoch, from the archive in this transfer's escrow."""

    epoch: int


@dataclass(frozen=True)
class DropEscrow:
    """Forget this transfer's copy and its key; no other transfer's (R6)."""


@dataclass(frozen=True)
class EndUnmoved:
    reason: str


Effect = SendRequest | Fetch | AcceptAndCommit | AskClose | Activate | DropEscrow | EndUnmoved


@dataclass(frozen=True)
class Move:
    """What follows from an event.

    ``parked`` says that the event cannot be taken yet: the letter waits in the inbox and is tried again after the next
    transition (R11). A duplicate moves nothing and has no effects (R12).
    """

    transfer: Gaining
    effects: tuple[Effect, ...] = ()
    parked: bool = False


def step(transfer: Gaining, event: Event) -> Move:
    """The table. Total: every event has an answer in every state."""
    if transfer.state in FINAL:
        return Move(transfer)  # outcomes are final (I9), and whatever comes later is an echo
    match event:
        case Opened():
            return _opened(transfer, event)
        case Released():
            return _released(transfer, event)
        case ArchiveVerified():
            return _verified(transfer, event)
        case WithdrawAsked():
            if transfer.closing:
                return Move(transfer)
            return Move(replace(transfer, closing=True), (AskClose(CloseReason.WITHDRAWN),))
        case OutcomeTold():
            return _outcome(transfer, event.receipt)
        case _:
            assert_never(event)


def _opened(transfer: Gaining, event: Opened) -> Move:
    if transfer.state is not GainingState.OPENING:
        return Move(transfer)
    opened = replace(
        transfer, state=GainingState.OPEN, student_key=event.student_key, losing=event.losing, epoch=event.epoch
    )
    return Move(opened, (SendRequest(),))


def _released(transfer: Gaining, event: Released) -> Move:
    if transfer.state is GainingState.OPENING:
        return Move(transfer, parked=True)
    if transfer.state is not GainingState.OPEN:
        return Move(transfer)
    told = event.release
    if (told.student_key, told.losing, told.epoch) != (transfer.student_key, transfer.losing, transfer.epoch):
        return Move(transfer)  # a release for another lock than ours moves nothing
    fetching = replace(
        transfer,
        state=GainingState.FETCHING,
        release=event.jws,
        archive_digest=told.archive_digest,
        content_key=event.content_key,
    )
    return Move(fetching, (Fetch(),))


def _verified(transfer: Gaining, event: ArchiveVerified) -> Move:
    if transfer.state is not GainingState.FETCHING or event.digest != transfer.archive_digest:
        return Move(transfer)
    if transfer.committed_epoch:
        # R7: the commit was told first; now the bytes that it names are here.
        return Move(replace(transfer, state=GainingState.ACTIVE), (Activate(transfer.committed_epoch),))
    return Move(replace(transfer, state=GainingState.ESCROWED), (AcceptAndCommit(),))


def _outcome(transfer: Gaining, receipt: Receipt) -> Move:
    if receipt.outcome is Outcome.ABORTED:
        ended = replace(transfer, state=GainingState.ABORTED, content_key="")
        return Move(ended, (DropEscrow(), EndUnmoved(receipt.reason)))
    if transfer.state is GainingState.ESCROWED and receipt.archive_digest == transfer.archive_digest:
        return Move(replace(transfer, state=GainingState.ACTIVE), (Activate(receipt.epoch),))
    # R7: committed, and the archive is not here (an escrow lost in a restore): pull it again by the receipt's digest.
    fetching = replace(
        transfer,
        state=GainingState.FETCHING,
        student_key=receipt.student_key,
        losing=receipt.previous,
        epoch=receipt.epoch - 1,
        archive_digest=receipt.archive_digest,
        committed_epoch=receipt.epoch,
    )
    return Move(fetching, (Fetch(),))
