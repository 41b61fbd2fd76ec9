"""A child has another document from a day on: attach it, and keep finding the child under the old one (Art. 6, 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.keys import IdentityKeys
from kernel.clock import milliseconds
from kernel.divisions import province_name
from kernel.refusals import (
    DigestReused,
    DocumentHeldByAnother,
    NotCustodian,
    Refusal,
    RequestMalformed,
    StudentNotFound,
)
from kernel.transparency.entries import EntryKind, LogEntry
from national_index.domain.documents import DocumentChange
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind
from national_index.usecases.log import LOG_WAITS
from national_index.usecases.look_up import DocumentHandle, fingerprint_of


@dataclass(frozen=True, slots=True, repr=False)
class RecordDocument:
    """What the province that has the child's record tells.

    Attributes:
        item_id: of the part of a case that tells it. before, after: None where the child has no document.
        valid_from: the day from which it is true.
    """

    item_id: str
    student_key: str
    before: DocumentHandle | None
    after: DocumentHandle | None
    valid_from: date


def record_document(
    tx: IndexTransaction, command: RecordDocument, *, province: str, now: datetime, keys: IdentityKeys
) -> Refusal | None:
    """None once it is recorded; why not otherwise, and then nothing was. Told again, the same answer.

    Returns:
        NotCustodian: another province has the record. DocumentHeldByAnother: the document is another child's, of
        which the province alone is told. Others: the document cannot be read.

    Raises:
        DigestReused: the item told another change before.
        StudentNotFound, RequestMalformed: it is about nobody, or another document was in force. A bug of the hub that
            asks, so its question stays until somebody looks.
    """
    try:
        after = command.after.read() if command.after else None
    except Refusal as unreadable:
        return unreadable
    change = DocumentChange(
        command.item_id,
        command.student_key,
        command.before.fingerprint(keys) if command.before else None,
        fingerprint_of(after, keys) if after else None,
        command.valid_from,
    )
    student = tx.persons.lock_known(change.student_key)  # so that of two changes of one child each sees the other
    if student is None:
        raise StudentNotFound(field="student_key")
    if (known := tx.documents.told_by(change.student_key, change.item_id)) is not None:
        if known != change:
            raise DigestReused(field="item_id")
        return None
    if student.custodian != province:
        return NotCustodian()
    refused = _attach(tx, change, keys=keys, province=province, now=now)
    if refused is None and change.after is not None:
        key, custody = UUID(change.student_key), (student.custodian, student.epoch)
        tx.log.append(LogEntry(EntryKind.DOCUMENT, key, change.after, *custody, milliseconds(now)))
        tx.wake(LOG_WAITS)
    return refused


def _attach(
    tx: IndexTransaction, change: DocumentChange, *, keys: IdentityKeys, province: str, now: datetime
) -> Refusal | None:
    """Whoever else claims the document at this moment is waited for: the primary key of ``handle`` decides."""
    told = tx.documents.of([UUID(change.student_key)]).get(change.student_key, ())
    if (told and told[-1].after != change.before) or not _claimed(tx, change, change.before, keys=keys):
        raise RequestMalformed(field="before", why="不是该学生现用的证件")
    if not _claimed(tx, change, change.after, keys=keys):
        assert change.after is not None, "no document is nobody else's"
        holder = tx.handles(keys).find([change.after])[change.after]
        return DocumentHeldByAnother(field="new_document_number", province=province_name(holder.custodian))
    tx.documents.add(change, position=len(told) + 1, province=province, now=now)
    return None


def _claimed(tx: IndexTransaction, change: DocumentChange, document: UUID | None, *, keys: IdentityKeys) -> bool:
    """Whether the document is the child's, now or already; the old one is, but for one of before passports had an
    issuer, and that is claimed here."""
    if document is None:
        return True
    if tx.handles(keys).hold(HandleKind.DOCUMENT, document, change.student_key):
        return True
    holder = tx.persons.standing(tx.handles(keys).find([document])).get(document)
    return holder is not None and str(holder.student_key) == change.student_key  # whoever had it was found to be them
