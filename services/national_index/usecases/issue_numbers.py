"""Give each child of an intake a number, or the reason why not (Art. 5 and 6).

Set-based: a handful of statements for an intake of two thousand; a row costs Python its parsing and one hash, and stays
a place in columns. Everything that may collide is taken in one order (documents, sequences, numbers, persons; each by
its key), so batches that overlap wait for each other and never deadlock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from chassis.keys import Fingerprinter, NumberSeal
from kernel.clock import SHANGHAI, milliseconds
from kernel.refusals import AlreadyRegistered, DigestReused, NumberSpaceExhausted
from kernel.transparency.entries import issued_entries
from national_index.domain.applicants import Applicant, Intake, read_intake
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind
from national_index.store.persons import FIRST_EPOCH
from national_index.usecases.log import LOG_WAITS


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """What became of the rows, as columns in their order: each has a number, or the code of a refusal.

    Attributes:
        custodians: two digits of the province that holds the record, where the refusal is that there is one.
    """

    numbers: list[str]
    refusal_codes: list[str]
    custodians: list[str]


class _Candidate(NamedTuple):
    """An applicant with the fingerprint of the document; None for a child without one (Art. 28)."""

    applicant: Applicant
    document: bytes | None

    @property
    def claim(self) -> bytes:
        """What makes the child unique: the document, or the registration itself."""
        return self.document or self.applicant.student_key


class _Numbered(NamedTuple):
    candidate: _Candidate
    number: str
    sealed: bytes


def issue_numbers(
    tx: IndexTransaction,
    intake: Intake,
    *,
    province: str,
    now: datetime,
    fingerprints: Fingerprinter,
    numbers: NumberSeal,
) -> Answers:
    """A refused row leaves the others alone. Asked again, the same answers.

    Args:
        province: two digits of the province that asks; it becomes custodian, at epoch 1.
    """
    applicants, refused = read_intake(intake, province=province, today=now.astimezone(SHANGHAI).date())
    candidates = _candidates(applicants, fingerprints)
    numbered, exhausted = _number(tx, _claim_documents(tx, _distinct(candidates)), numbers=numbers)
    registered = _register(tx, numbered, province=province, now=now)
    answers = Answers(*([""] * len(intake.item_ids) for _ in range(3)))
    for one in registered:
        answers.numbers[one.candidate.applicant.row] = one.number
    for row, flaw in refused.items():
        answers.refusal_codes[row] = flaw.code
    others = [one for one in candidates if not answers.numbers[one.applicant.row]]
    _answer_others(tx, others, answers, exhausted={one.claim for one in exhausted}, numbers=numbers)
    return answers


def _candidates(applicants: Sequence[Applicant], fingerprints: Fingerprinter) -> list[_Candidate]:
    documents = iter(
        fingerprints.of_all(HandleKind.DOCUMENT, [one.document_key for one in applicants if one.document_key])
    )
    return [_Candidate(one, next(documents) if one.document_key else None) for one in applicants]


def _distinct(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Of two rows with one document, or of one registration, the first."""
    seen: set[bytes] = set()
    distinct = []
    for one in candidates:
        key, document = one.applicant.student_key, one.document
        if key in seen or document in seen:
            continue
        seen.add(key)
        if document is not None:
            seen.add(document)
        distinct.append(one)
    return distinct


def _claim_documents(tx: IndexTransaction, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Those who have no number yet and whose document, if they have one, is now theirs."""
    documented = [one for one in candidates if one.document is not None]
    documents = [one.document for one in documented if one.document is not None]
    keys = [one.applicant.student_key for one in documented]
    all_were_free = tx.handles.claim(HandleKind.DOCUMENT, documents, keys)
    if all_were_free and len(documented) == len(candidates):
        return documented  # nearly always: children have documents, and are registered once
    held = {None, *tx.handles.held(documents, keys)}
    theirs = [one for one in candidates if one.document in held]
    known = tx.persons.known([one.applicant.student_key for one in theirs])
    return [one for one in theirs if one.applicant.student_key not in known]


def _number(
    tx: IndexTransaction, candidates: Sequence[_Candidate], *, numbers: NumberSeal
) -> tuple[list[_Numbered], list[_Candidate]]:
    """Those with a number of their own, claimed; and those whose block has no sequence left.

    Numbers that came from elsewhere stand in the way of some sequences: whoever meets one takes the next. Every round
    moves on in a block, and a block ends, so the rounds do.
    """
    numbered: list[_Numbered] = []
    exhausted: list[_Candidate] = []
    waiting = candidates
    while waiting:
        runs = tx.number_blocks.take(Counter(one.applicant.block for one in waiting))
        texts = {block: block.numbers(run) for block, run in runs.items()}
        drawn = [(one, next(texts[one.applicant.block], "")) for one in waiting]
        exhausted += [one for one, number in drawn if not number]
        drawn = [(one, number) for one, number in drawn if number]
        sealed = numbers.seal_all([number for _, number in drawn])
        keys = [one.applicant.student_key for one, _ in drawn]
        tried = [_Numbered(one, number, block) for (one, number), block in zip(drawn, sealed, strict=True)]
        if tx.handles.claim(HandleKind.NUMBER, sealed, keys):
            numbered += tried
            break
        held = tx.handles.held(sealed, keys)
        numbered += [one for one in tried if one.sealed in held]
        waiting = [one.candidate for one in tried if one.sealed not in held]
    _give_back(tx, exhausted)
    return numbered, exhausted


def _register(
    tx: IndexTransaction, numbered: Sequence[_Numbered], *, province: str, now: datetime
) -> Sequence[_Numbered]:
    """Those written as persons; what the others claimed is given back."""
    keys = [one.candidate.applicant.student_key for one in numbered]
    added = tx.persons.add(
        keys,
        [one.sealed for one in numbered],
        [one.candidate.applicant.school for one in numbered],
        custodian=province,
        now=now,
    )
    if len(added) < len(numbered):
        left_out = [one for one in numbered if one.candidate.applicant.student_key not in added]
        _give_back(tx, [one.candidate for one in left_out], numbers=[one.sealed for one in left_out])
        numbered = [one for one in numbered if one.candidate.applicant.student_key in added]
        keys = [one.candidate.applicant.student_key for one in numbered]
    if numbered:
        entries = issued_entries(
            keys,
            [one.candidate.claim for one in numbered],
            [one.sealed for one in numbered],
            custodian=province,
            epoch=FIRST_EPOCH,
            at_ms=milliseconds(now),
        )
        tx.log.append_issued(entries, student_keys=keys)
        tx.wake(LOG_WAITS)
    return numbered


def _give_back(tx: IndexTransaction, candidates: Collection[_Candidate], *, numbers: Sequence[bytes] = ()) -> None:
    documented = [one for one in candidates if one.document is not None]
    tx.handles.give_back(
        [one.document for one in documented if one.document is not None],
        [one.applicant.student_key for one in documented],
    )
    if numbers:
        tx.handles.give_back(numbers, [one.applicant.student_key for one in candidates])


def _answer_others(
    tx: IndexTransaction,
    candidates: Sequence[_Candidate],
    answers: Answers,
    *,
    exhausted: Collection[bytes],
    numbers: NumberSeal,
) -> None:
    """For those who were not registered now: their own number from before, or why they get none."""
    holders = tx.persons.find({UUID(bytes=one.document) for one in candidates if one.document is not None})
    registered = tx.persons.get({UUID(bytes=one.applicant.student_key) for one in candidates if one.document is None})
    for one in candidates:
        row, claim = one.applicant.row, UUID(bytes=one.claim)
        standing = holders.get(claim) if one.document is not None else registered.get(claim)
        if one.claim in exhausted:
            answers.refusal_codes[row] = NumberSpaceExhausted().code
        elif standing is None:  # the document is free, and the registration is another child's
            answers.refusal_codes[row] = DigestReused().code
        elif standing.student_key.bytes == one.applicant.student_key:
            answers.numbers[row] = numbers.open(standing.number)
        else:  # Art. 6: no second record. Says which province, and nothing else of the child.
            answers.refusal_codes[row] = AlreadyRegistered().code
            answers.custodians[row] = standing.custodian
