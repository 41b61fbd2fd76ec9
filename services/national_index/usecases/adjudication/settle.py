"""What the end of an adjudication does to the two persons, and the word of it to both provinces.

Nothing of a person is deleted: whoever is found to be another keeps number, documents and history, and only resolves to
that other; a split lets it stand for itself again. Documents alone can be given up, by whom they never belonged to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.keys import IdentityKeys
from chassis.sql import FeedEntry
from kernel.adjudication import Adjudication, AdjudicationState, AdjudicationTold, Party, Word
from kernel.clock import milliseconds, moment_of
from kernel.office import Office, Tier
from kernel.statement import Sign, StatementKind
from kernel.transparency.entries import EntryKind, LogEntry
from national_index.domain.adjudication import ended, require_unmerged
from national_index.domain.slots import Student
from national_index.store import IndexTransaction
from national_index.usecases.log import LOG_WAITS

_S = AdjudicationState


def settle(
    tx: IndexTransaction, before: Adjudication, after: Adjudication, *, now: datetime, keys: IdentityKeys, sign: Sign
) -> Adjudication:
    """Keep the case as it is now, do what its end asks, and tell both provinces; nothing where nothing changed.

    Raises:
        RecordMerged: one of the two was merged into a third meanwhile.
    """
    if after == before:
        return with_numbers(tx, after, keys=keys)
    if after.state is not before.state:
        _carry_out(tx, before, after, now=now, keys=keys)
    tx.adjudications.put(after)
    return tell(tx, after, now=now, keys=keys, sign=sign)


def tell(tx: IndexTransaction, case: Adjudication, *, now: datetime, keys: IdentityKeys, sign: Sign) -> Adjudication:
    """The signed case into the feeds of both provinces; last in a transaction, because it locks the feeds' heads."""
    told = with_numbers(tx, case, keys=keys)
    statement = {**told.content(), "at": milliseconds(now)}
    content = AdjudicationTold(sign(StatementKind.ADJUDICATION, statement)).to_content()
    tx.feed.append_many(
        [
            FeedEntry(str(Office(Tier.PROVINCE, province)), AdjudicationTold.KIND, content)
            for province in told.provinces
        ],
        now=now,
    )
    return told


def with_numbers(tx: IndexTransaction, case: Adjudication, *, keys: IdentityKeys) -> Adjudication:
    """With the numbers in force, which are not kept with it."""
    persons = tx.persons.get(UUID(party.student_key) for party in case.parties)

    def numbered(party: Party) -> Party:
        return replace(party, number=keys.open(persons[UUID(party.student_key)].number))

    return replace(case, first=numbered(case.first), second=numbered(case.second))


def _carry_out(
    tx: IndexTransaction, before: Adjudication, after: Adjudication, *, now: datetime, keys: IdentityKeys
) -> None:
    students = {party.student_key: tx.persons.lock(party.student_key) for party in after.parties}  # in the keys' order
    pair = after.first.student_key, after.second.student_key
    match after.state:
        case _S.MERGED:
            stands, absorbed = (students[party.student_key] for party in ended(after))
            for student in (stands, absorbed):
                require_unmerged(student.merged_into)
            tx.persons.merge(absorbed.student_key, into=stands.student_key)
            _log(tx, EntryKind.MERGED, absorbed, UUID(stands.student_key), now=now)
        case _S.SPLIT:
            stands, absorbed = (students[party.student_key] for party in ended(before))
            tx.persons.merge(absorbed.student_key, into=None)
            _log(tx, EntryKind.SPLIT, absorbed, UUID(stands.student_key), now=now)
            tx.suspicions.decide(*pair, different_since=now, decided_by=after.settled_by)
        case _S.DIFFERENT:
            tx.suspicions.decide(*pair, different_since=now, decided_by=after.settled_by or _both(after))
            for party in after.parties:
                if party.word is Word.CORRECTED:
                    changes = tx.documents.changed_since(party.student_key, moment_of(after.opened_at_ms))
                    corrected = {change.before for change in changes} - {change.after for change in changes[-1:]}
                    _give_up(tx, students[party.student_key], corrected - {None}, now=now, keys=keys)
        case _S.STRUCK:
            _, struck = ended(after)
            _give_up(tx, students[struck.student_key], _documents_of(tx, struck.student_key), now=now, keys=keys)
        case _S.WITHDRAWN:
            tx.suspicions.take_up(*pair, None)
        case _S.ASKED | _S.NATION:
            pass  # it goes on


def _both(case: Adjudication) -> str:
    """Who decided, where the two sides agreed."""
    return "、".join(case.provinces)


def _documents_of(tx: IndexTransaction, student_key: str) -> set[UUID | None]:
    """Every document that a person has or had: that of the registration is in the log."""
    changes = tx.documents.of([UUID(student_key)]).get(student_key, ())
    issued = tx.log.issued(UUID(student_key))
    assert issued is not None, "a person is logged as it gets its number"
    return {issued.subject, *(one for change in changes for one in (change.before, change.after))}


def _give_up(
    tx: IndexTransaction, student: Student, documents: set[UUID | None], *, now: datetime, keys: IdentityKeys
) -> None:
    """What was never theirs may be another's from now on."""
    fingerprints = sorted(one.bytes for one in documents if one is not None)
    theirs = [UUID(student.student_key).bytes] * len(fingerprints)
    held = sorted(tx.handles(keys).held(fingerprints, theirs))
    tx.handles(keys).give_back(held, theirs[: len(held)])
    for fingerprint in held:
        _log(tx, EntryKind.RELEASED, student, UUID(bytes=fingerprint), now=now)


def _log(tx: IndexTransaction, kind: EntryKind, student: Student, subject: UUID, *, now: datetime) -> None:
    custody = (student.custodian, student.epoch)
    tx.log.append(LogEntry(kind, UUID(student.student_key), subject, *custody, milliseconds(now)))
    tx.wake(LOG_WAITS)
