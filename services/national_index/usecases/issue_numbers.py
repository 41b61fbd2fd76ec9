"""Give each child of an intake a number, or the reason why not (Art. 5 and 6).

Set-based: a handful of statements for an intake of two thousand; a row costs Python its parsing, a hash and what it is
compared by, and stays a place in columns. Everything that may collide is taken in one order (documents, sequences,
numbers, persons; each by its key), so batches that overlap wait for each other and never deadlock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from uuid import UUID

from chassis.keys import IdentityKeys
from kernel.clock import SHANGHAI, milliseconds
from kernel.refusals import AlreadyRegistered, DigestReused, NumberAlreadyHeld, NumberSpaceExhausted, Refusal
from kernel.transparency.entries import issued_entries
from national_index.domain.applicants import Applicants, Block, Intake, read_intake
from national_index.domain.matching.features import Encoder
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind
from national_index.store.persons import FIRST_EPOCH
from national_index.usecases.log import LOG_WAITS
from national_index.usecases.suspect import suspect, suspected_custodians


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """What became of the rows, as columns in their order: each has a number, or the code of a refusal.

    Attributes:
        custodians: two digits of the province that holds the record, where the refusal is that there is one.
        suspected_custodians: of the province of a record that may be the same child's; the number is given anyway.
    """

    numbers: list[str]
    refusal_codes: list[str]
    custodians: list[str]
    suspected_custodians: list[str]


@dataclass(frozen=True, slots=True, repr=False)
class _Candidates:
    """Applicants with the fingerprints of their documents, None for a child without one (Art. 28).

    One of them is a place in the columns. What makes the child unique is its claim: the document, or the registration.
    """

    applicants: Applicants
    documents: list[bytes | None]

    def claim(self, place: int) -> bytes:
        return self.documents[place] or self.applicants.student_keys[place]

    def student_keys(self, places: Iterable[int]) -> list[bytes]:
        column = self.applicants.student_keys
        return [column[place] for place in places]

    def claimed(self, places: Iterable[int]) -> tuple[list[bytes], list[bytes]]:
        """Documents, and beside each the child's key, of those who have one."""
        there = [(document, place) for place in places if (document := self.documents[place]) is not None]
        return [document for document, _ in there], self.student_keys(place for _, place in there)


@dataclass(frozen=True, slots=True, repr=False)
class _Numbered:
    """Places, and beside each the number and its fingerprint."""

    places: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fingerprints: list[bytes] = field(default_factory=list)

    def only(self, chosen: Sequence[bool]) -> _Numbered:
        """Those that are chosen."""
        return _Numbered(
            list(compress(self.places, chosen)),
            list(compress(self.texts, chosen)),
            list(compress(self.fingerprints, chosen)),
        )

    def extend(self, other: _Numbered) -> None:
        self.places.extend(other.places)
        self.texts.extend(other.texts)
        self.fingerprints.extend(other.fingerprints)


def issue_numbers(
    tx: IndexTransaction,
    intake: Intake,
    *,
    province: str,
    now: datetime,
    keys: IdentityKeys,
    encoder: Encoder,
) -> Answers:
    """A refused row leaves the others alone. Asked again, the same answers.

    Args:
        province: two digits of the province that asks; it becomes custodian, at epoch 1.
        encoder: makes what records are compared by.
    """
    applicants, refused = read_intake(intake, province=province, today=now.astimezone(SHANGHAI).date())
    candidates = _with_documents(applicants, keys=keys)
    numbered, unnumbered = _number(tx, candidates, _claim_documents(tx, candidates, keys=keys), keys=keys)
    registered = _register(tx, candidates, numbered, keys=keys, province=province, now=now)
    answers = Answers(*([""] * len(intake.item_ids) for _ in range(4)))
    for place, number in zip(registered.places, registered.texts, strict=True):
        answers.numbers[applicants.rows[place]] = number
    for row, flaw in refused.items():
        answers.refusal_codes[row] = flaw.code
    others = [place for place, row in enumerate(applicants.rows) if not answers.numbers[row]]
    if others:
        _answer_others(tx, candidates, others, answers, unnumbered=unnumbered, keys=keys)
    if intake.names:
        _suspect(tx, intake, candidates, registered.places, encoder=encoder, now=now)
        _answer_suspected(tx, candidates, answers)
    return answers


def _with_documents(applicants: Applicants, *, keys: IdentityKeys) -> _Candidates:
    taken = iter(keys.fingerprints.of_all(HandleKind.DOCUMENT, filter(None, applicants.document_keys)))
    return _Candidates(applicants, [next(taken) if key else None for key in applicants.document_keys])


def _distinct(candidates: _Candidates) -> list[int]:
    """Of two rows with one document, or of one registration, the first."""
    seen: set[bytes] = set()
    distinct = []
    for place, (key, document) in enumerate(zip(candidates.applicants.student_keys, candidates.documents, strict=True)):
        if key in seen or document in seen:
            continue
        seen.add(key)
        if document is not None:
            seen.add(document)
        distinct.append(place)
    return distinct


def _claim_documents(tx: IndexTransaction, candidates: _Candidates, *, keys: IdentityKeys) -> list[int]:
    """Those who have no number yet and whose document, if they have one, is now theirs."""
    distinct = _distinct(candidates)
    documents, student_keys = candidates.claimed(distinct)
    all_were_free = tx.handles(keys).claim(HandleKind.DOCUMENT, documents, student_keys)
    if all_were_free and len(documents) == len(distinct):
        return distinct  # nearly always: children have documents, and are registered once
    held = {None, *tx.handles(keys).held(documents, student_keys)}
    theirs = [place for place in distinct if candidates.documents[place] in held]
    known = tx.persons.known(candidates.student_keys(theirs))
    return [place for place in theirs if candidates.applicants.student_keys[place] not in known]


def _number(
    tx: IndexTransaction, candidates: _Candidates, places: list[int], *, keys: IdentityKeys
) -> tuple[_Numbered, dict[bytes, Refusal]]:
    """Those with a number of their own, claimed; and why not, by claim, of those for whom there is none.

    Numbers that came from elsewhere stand in the way of some sequences: whoever meets one takes the next. Every round
    moves on in a block, and a block ends, so the rounds do.
    """
    numbered, taken = _take_allocated(tx, candidates, places, keys=keys)
    exhausted: list[int] = []
    waiting = [place for place in places if not candidates.applicants.allocated[place]]
    while waiting:
        tried, without = _draw(tx, candidates, waiting, keys=keys)
        exhausted += without
        student_keys = candidates.student_keys(tried.places)
        if tx.handles(keys).claim(HandleKind.NUMBER, tried.fingerprints, student_keys):
            numbered.extend(tried)
            break
        held = tx.handles(keys).held(tried.fingerprints, student_keys)
        is_theirs = [number in held for number in tried.fingerprints]
        numbered.extend(tried.only(is_theirs))
        waiting = tried.only([not one for one in is_theirs]).places
    tx.handles(keys).give_back(*candidates.claimed([*exhausted, *taken]))
    unnumbered: dict[bytes, Refusal] = {candidates.claim(place): NumberSpaceExhausted() for place in exhausted}
    unnumbered |= {candidates.claim(place): NumberAlreadyHeld() for place in taken}
    return numbered, unnumbered


def _take_allocated(
    tx: IndexTransaction, candidates: _Candidates, places: list[int], *, keys: IdentityKeys
) -> tuple[_Numbered, list[int]]:
    """Those whose number the county gave already, claimed; and those whose number another child has."""
    allocated = candidates.applicants.allocated
    given, texts = [place for place in places if allocated[place]], dict[str, int]()
    for place in given:
        texts.setdefault(allocated[place], place)  # of two rows with one number, the first
    theirs = list(texts.values())
    tried = _Numbered(theirs, list(texts), _fingerprints(texts, keys))
    student_keys = candidates.student_keys(theirs)
    tx.handles(keys).claim(HandleKind.NUMBER, tried.fingerprints, student_keys)
    held = tx.handles(keys).held(tried.fingerprints, student_keys)
    numbered = tried.only([number in held for number in tried.fingerprints])
    tx.number_blocks.note_allocated(numbered.texts)
    return numbered, [place for place in given if place not in set(numbered.places)]


def _draw(
    tx: IndexTransaction, candidates: _Candidates, places: list[int], *, keys: IdentityKeys
) -> tuple[_Numbered, list[int]]:
    """The next number of its block for each, and those for whom there is none."""
    of_block: dict[Block, list[int]] = defaultdict(list)
    blocks = candidates.applicants.blocks
    for place in places:
        of_block[blocks[place]].append(place)
    drawn, without = _Numbered(), []
    for block, run in tx.number_blocks.take({block: len(theirs) for block, theirs in of_block.items()}).items():
        texts = block.numbers(run)
        drawn.places.extend(of_block[block][: len(texts)])
        drawn.texts.extend(texts)
        without.extend(of_block[block][len(texts) :])
    drawn.fingerprints.extend(_fingerprints(drawn.texts, keys))
    return drawn, without


def _fingerprints(numbers: Iterable[str], keys: IdentityKeys) -> list[bytes]:
    return keys.fingerprints.of_all(HandleKind.NUMBER, numbers)


def _register(
    tx: IndexTransaction,
    candidates: _Candidates,
    numbered: _Numbered,
    *,
    keys: IdentityKeys,
    province: str,
    now: datetime,
) -> _Numbered:
    """Those written as persons; what the others claimed is given back."""
    schools = candidates.applicants.schools
    added = tx.persons.add(
        candidates.student_keys(numbered.places),
        tx.handles(keys).seal(numbered.texts),
        [schools[place] for place in numbered.places],
        custodian=province,
        now=now,
    )
    if len(added) < len(numbered.places):
        was_added = [key in added for key in candidates.student_keys(numbered.places)]
        left_out = numbered.only([not one for one in was_added])
        tx.handles(keys).give_back(*candidates.claimed(left_out.places))
        tx.handles(keys).give_back(left_out.fingerprints, candidates.student_keys(left_out.places))
        numbered = numbered.only(was_added)
    if numbered.places:
        student_keys = candidates.student_keys(numbered.places)
        entries = issued_entries(
            student_keys,
            [candidates.claim(place) for place in numbered.places],
            numbered.fingerprints,
            custodian=province,
            epoch=FIRST_EPOCH,
            at_ms=milliseconds(now),
        )
        tx.log.append_issued(entries, student_keys=student_keys)
        tx.wake(LOG_WAITS)
    return numbered


def _suspect(
    tx: IndexTransaction,
    intake: Intake,
    candidates: _Candidates,
    places: list[int],
    *,
    encoder: Encoder,
    now: datetime,
) -> None:
    rows, blocks = candidates.applicants.rows, candidates.applicants.blocks
    places = [place for place in places if intake.names[rows[place]].strip()]  # the nameless resemble each other
    people = [intake.person(rows[place], birth_date=blocks[place].birth_date) for place in places]
    suspect(tx, candidates.student_keys(places), people, encoder=encoder, now=now)


def _answer_suspected(tx: IndexTransaction, candidates: _Candidates, answers: Answers) -> None:
    """For all who have a number, from now or from before: an answer that was lost is the same the second time."""
    row_of = {
        key: row
        for key, row in zip(candidates.applicants.student_keys, candidates.applicants.rows, strict=True)
        if answers.numbers[row]
    }
    for key, custodian in suspected_custodians(tx, list(row_of)).items():
        if key in row_of:
            answers.suspected_custodians[row_of[key]] = custodian


def _answer_others(
    tx: IndexTransaction,
    candidates: _Candidates,
    places: list[int],
    answers: Answers,
    *,
    unnumbered: Mapping[bytes, Refusal],
    keys: IdentityKeys,
) -> None:
    """For those who were not registered now: their own number from before, or why they get none."""
    documented = [place for place in places if candidates.documents[place] is not None]
    bare = [place for place in places if candidates.documents[place] is None]
    standing = tx.handles(keys).find({UUID(bytes=candidates.claim(place)) for place in documented}) | tx.persons.get(
        {UUID(bytes=candidates.claim(place)) for place in bare}
    )
    for place in places:
        row, claim = candidates.applicants.rows[place], candidates.claim(place)
        found = standing.get(UUID(bytes=claim))
        if claim in unnumbered:
            answers.refusal_codes[row] = unnumbered[claim].code
        elif found is None:  # the document is free, and the registration is another child's
            answers.refusal_codes[row] = DigestReused().code
        elif found.student_key.bytes == candidates.applicants.student_keys[place]:
            answers.numbers[row] = keys.open(found.number)
        else:  # Art. 6: no second record. Says which province, and nothing else of the child.
            answers.refusal_codes[row] = AlreadyRegistered().code
            answers.custodians[row] = found.custodian
