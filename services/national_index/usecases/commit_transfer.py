"""The one deciding moment of a transfer: custody moves to epoch + 1, or not at all (Art. 14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.clock import milliseconds
from kernel.custody import read_votes
from kernel.statement import Sign, Verify
from kernel.transparency.entries import EntryKind, LogEntry
from national_index.domain.slots import Slot, commit_slot, require_party, require_votes_fit
from national_index.store import IndexTransaction
from national_index.usecases.log import LOG_WAITS
from national_index.usecases.outcomes import known_or_buried, tell, with_receipt


@dataclass(frozen=True, slots=True)
class CommitTransfer:
    """The gaining hub's request, with the losing hub's release and its own acceptance as JWS."""

    transfer_id: str
    release: str
    acceptance: str


def commit_transfer(
    tx: IndexTransaction, command: CommitTransfer, *, province: str, now: datetime, sign: Sign, verify: Verify
) -> Slot:
    """The slot with its receipt: committed, or what it came to before, whatever was asked (I9).

    Raises:
        OutsideJurisdiction: the province is no party, or not the one that gains the student.
        SignatureInvalid: the votes are not both hubs' own, or not about this transfer (I5).
    """
    slot = known_or_buried(tx, command.transfer_id, asked_by=province, now=now, sign=sign)
    require_party(slot, province)
    if slot.is_final:
        return slot
    votes = read_votes(command.release, command.acceptance, verify=verify)  # before the lock: it takes a while
    assert slot.student_key is not None, "an open slot has a student"
    student = tx.persons.lock(slot.student_key)
    slot = tx.slots.get_known(command.transfer_id)  # whoever raced us has decided by now
    if slot.is_final:
        return slot
    require_votes_fit(slot, student, votes, gaining=province)
    committed, moved = commit_slot(slot, student, archive_digest=votes[0].archive_digest)
    tx.persons.replace(student, moved, school=committed.school)
    committed = with_receipt(tx, committed, now=now, sign=sign, release=command.release, acceptance=command.acceptance)
    tx.slots.settle(committed, now=now)
    tx.log.append(
        LogEntry(
            EntryKind.MOVED,
            UUID(moved.student_key),
            UUID(committed.transfer_id),
            moved.custodian,
            moved.epoch,
            milliseconds(now),
        )
    )
    tx.wake(LOG_WAITS)
    tell(tx, committed, committed.parties, now=now)
    return committed
