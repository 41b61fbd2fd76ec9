"""Give each child of an intake a number, or the reason why not (Art. 5 and 6).

Set-based: a handful of statements for an intake of two thousand; a row costs Python its parsing and its hashes.
Everything that may collide is taken in one order (documents, sequences, numbers, persons; each by its key), so
batches that overlap wait for each other and never deadlock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.keys import Fingerprinter, NumberSeal
from kernel.clock import SHANGHAI, milliseconds
from kernel.refusals import AlreadyRegistered, DigestReused, NumberSpaceExhausted, Refusal
from kernel.transparency.entries import EntryKind, LogEntry
from national_index.domain.applicants import Applicant, IntakeRow, read_intake
from national_index.store import IndexTransaction
from national_index.store.handles import Claim, HandleKind
from national_index.store.persons import FIRST_EPOCH, FoundPerson, NewPerson
from national_index.usecases.log import LOG_WAITS


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What became of one row: a number, or the code of a refusal.

    Attributes:
        custodian: two digits of the province that holds the record, where the refusal is that there is one.
    """

    item_id: str
    student_key: str = ""
    number: str = ""
    refusal_code: str = ""
    custodian: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class _Candidate:
    """An applicant with the claim that makes the child unique."""

    applicant: Applicant
    claim: Claim


def issue_numbers(
    tx: IndexTransaction,
    rows: Sequence[IntakeRow],
    *,
    province: str,
    now: datetime,
    fingerprints: Fingerprinter,
    numbers: NumberSeal,
    new_key: Callable[[], UUID],
) -> list[Answer]:
    """Answers in the order of the rows; a refused row leaves the others alone. Asked again, the same answers.

    Args:
        province: two digits of the province that asks; it becomes custodian, at epoch 1.
        new_key: makes student keys (UUIDv7).
    """
    read = read_intake(rows, province=province, today=now.astimezone(SHANGHAI).date())
    candidates = [
        _candidate(one, fingerprints=fingerprints, student_key=new_key()) if isinstance(one, Applicant) else one
        for one in read
    ]
    registered, refused = _register(
        tx, candidates, province=province, now=now, fingerprints=fingerprints, numbers=numbers
    )
    # Everybody else's claim is another's: this item's own from an earlier call, a child of this batch, or a stranger's.
    standing = tx.persons.find(
        {
            one.claim.fingerprint
            for one in candidates
            if isinstance(one, _Candidate) and one.claim.student_key not in registered
        }
    )

    def answer(row: IntakeRow, one: _Candidate | Refusal) -> Answer:
        if isinstance(one, Refusal):
            return Answer(row.item_id, refusal_code=one.code)
        if (number := registered.get(one.claim.student_key)) is not None:
            return Answer(row.item_id, str(one.claim.student_key), number)
        found = standing.get(one.claim.fingerprint)
        if found is None:  # refused after all, or beside one of the same document that was
            return Answer(row.item_id, refusal_code=refused[one.claim.fingerprint].code)
        return _standing_answer(row, one, found, numbers=numbers)

    return [answer(row, one) for row, one in zip(rows, candidates, strict=True)]


def _candidate(applicant: Applicant, *, fingerprints: Fingerprinter, student_key: UUID) -> _Candidate:
    if applicant.document_key:
        kind, claimed = HandleKind.DOCUMENT, applicant.document_key
    else:
        # Art. 28: without a document nothing tells two children apart but their registrations.
        kind, claimed = HandleKind.ITEM, str(applicant.item_id)
    return _Candidate(applicant, Claim(fingerprints.of(kind, claimed), student_key, kind))


def _register(
    tx: IndexTransaction,
    candidates: Sequence[_Candidate | Refusal],
    *,
    province: str,
    now: datetime,
    fingerprints: Fingerprinter,
    numbers: NumberSeal,
) -> tuple[Mapping[UUID, str], Mapping[UUID, Refusal]]:
    """Make persons of those whose claim is free.

    Returns:
        Numbers by student key, and refusals by fingerprint, of those whose claim was free.
    """
    first: dict[UUID, _Candidate] = {}
    for one in candidates:
        if isinstance(one, _Candidate):
            first.setdefault(one.claim.fingerprint, one)  # of two rows with one document the first wins
    claimed = tx.handles.claim([one.claim for one in first.values()])
    winners = {one.claim.student_key: one for one in first.values() if one.claim.student_key in claimed}

    numbered = _number(tx, {key: one.applicant for key, one in winners.items()}, fingerprints=fingerprints)
    added = tx.persons.add(
        [
            NewPerson(key, winners[key].applicant.item_id, numbers.seal(number), winners[key].applicant.school)
            for key, (number, _) in numbered.items()
        ],
        custodian=province,
        now=now,
    )
    tx.log.append(
        [
            LogEntry(
                EntryKind.ISSUED,
                key,
                winners[key].claim.fingerprint,
                province,
                FIRST_EPOCH,
                milliseconds(now),
                numbered[key][1].fingerprint,
            )
            for key in numbered
            if key in added
        ]
    )
    tx.wake(LOG_WAITS)
    refused: dict[UUID, Refusal] = {}
    for key, one in winners.items():
        if key not in added:
            refused[one.claim.fingerprint] = DigestReused() if key in numbered else NumberSpaceExhausted()
    tx.handles.give_back(
        [one.claim for key, one in winners.items() if key not in added]
        + [claim for key, (_, claim) in numbered.items() if key not in added]
    )
    return {key: number for key, (number, _) in numbered.items() if key in added}, refused


def _number(
    tx: IndexTransaction, applicants: Mapping[UUID, Applicant], *, fingerprints: Fingerprinter
) -> dict[UUID, tuple[str, Claim]]:
    """A number for each student key, claimed; none for those whose block has no sequence left.

    Numbers that came from elsewhere stand in the way of some sequences: whoever meets one takes the next. Every round
    moves on in a block, and a block ends, so the rounds do.
    """
    numbered: dict[UUID, tuple[str, Claim]] = {}
    waiting = dict(applicants)
    while waiting:
        runs = {
            block: iter(run)
            for block, run in tx.number_blocks.take(Counter(one.block for one in waiting.values())).items()
        }
        tried: dict[UUID, tuple[str, Claim]] = {}
        for key, one in waiting.items():
            try:
                number = one.block.number(next(runs[one.block])).text
            except NumberSpaceExhausted:
                continue
            tried[key] = number, Claim(fingerprints.of(HandleKind.NUMBER, number), key, HandleKind.NUMBER)
        claimed = tx.handles.claim([claim for _, claim in tried.values()])
        numbered |= {key: one for key, one in tried.items() if key in claimed}
        waiting = {key: applicants[key] for key in tried if key not in numbered}
    return numbered


def _standing_answer(row: IntakeRow, one: _Candidate, found: FoundPerson, *, numbers: NumberSeal) -> Answer:
    if found.item_id == one.applicant.item_id:
        return Answer(row.item_id, str(found.student_key), numbers.open(found.number_sealed))
    # Art. 6: no second record. Says which province, and nothing else of the child.
    return Answer(row.item_id, refusal_code=AlreadyRegistered().code, custodian=found.custodian)
