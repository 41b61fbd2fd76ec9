"""Give formal numbers (正式学籍号, G): look, ask the population register in no transaction, look again and write.

The number of before stays the child's: it is a handle for ever (Art. 5). A number is written once and never made from a
document afterwards: whoever gets another citizen ID later keeps the G number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.keys import IdentityKeys
from kernel.clock import milliseconds
from kernel.number import NumberKind
from kernel.refusals import FormalNumberHeld, Refusal
from kernel.transparency.entries import EntryKind, LogEntry
from national_index.domain.confirming import Candidate, Match, Standing, read_candidate, why_not
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind
from national_index.store.persons import FoundPerson
from national_index.usecases.log import LOG_WAITS

Answer = str | Refusal
"""A number, or why there is none."""


@dataclass(frozen=True, slots=True, repr=False)
class Looked:
    """What is left to ask the register, and what is answered already; by student key."""

    waiting: dict[str, Candidate]
    answered: dict[str, Answer]


def look_at_candidates(
    tx: IndexTransaction,
    asked: Sequence[tuple[str, str, str]],
    *,
    province: str,
    keys: IdentityKeys,
) -> Looked:
    """Who has a formal number already, who may get none, and about whom the register is to be asked.

    Args:
        asked: student key, citizen ID and name of each. province: that asks.
    """
    candidates, answered = _read(asked)
    persons = tx.persons.get([UUID(key) for key in candidates])
    standings = _standings(tx, candidates, persons, keys=keys)
    waiting = {}
    for key, candidate in candidates.items():
        refused = why_not(standings.get(key), province=province)
        in_force = keys.open(persons[UUID(key)].number) if UUID(key) in persons else ""
        if refused is None and in_force.startswith(NumberKind.GENERAL):
            answered[key] = in_force
        elif refused is not None:
            answered[key] = refused
        else:
            waiting[key] = candidate
    return Looked(waiting, answered)


def confirm_numbers(
    tx: IndexTransaction,
    looked: Looked,
    matches: Mapping[str, Match],
    *,
    province: str,
    now: datetime,
    keys: IdentityKeys,
) -> dict[str, Answer]:
    """The answers, by student key. What changed while the register was asked counts as it is now.

    Args:
        matches: what the register said of each that waited, by student key.
    """
    answers: dict[str, Answer] = dict(looked.answered)
    answers |= {key: refused for key, match in matches.items() if (refused := match.refusal) is not None}
    matched = {key: one for key, one in looked.waiting.items() if key not in answers}
    persons = tx.persons.lock_all([UUID(key) for key in matched])
    standings = _standings(tx, matched, persons, keys=keys)
    chosen: list[Candidate] = []
    for key, candidate in matched.items():
        refused = why_not(standings.get(key), province=province)
        in_force = keys.open(persons[UUID(key)].number)
        if refused is not None:
            answers[key] = refused
        elif in_force.startswith(NumberKind.GENERAL):
            answers[key] = in_force  # by another call at the same moment
        else:
            chosen.append(candidate)
    return answers | _number(tx, chosen, persons, now=now, keys=keys)


def _read(asked: Sequence[tuple[str, str, str]]) -> tuple[dict[str, Candidate], dict[str, Answer]]:
    candidates, refused = dict[str, Candidate](), dict[str, Answer]()
    for key, citizen_id, name in asked:
        try:
            candidates[key] = read_candidate(key, citizen_id, name)
        except Refusal as flaw:
            refused[key] = flaw
    return candidates, refused


def _standings(
    tx: IndexTransaction,
    candidates: Mapping[str, Candidate],
    persons: Mapping[UUID, FoundPerson],
    *,
    keys: IdentityKeys,
) -> dict[str, Standing]:
    """Of each who is known; the document is held where it is the child's, and no later one replaced it."""
    student_keys = [UUID(key) for key in candidates]
    column = keys.fingerprints.of_all(HandleKind.DOCUMENT, [one.document_key for one in candidates.values()])
    held = tx.handles(keys).held(column, [key.bytes for key in student_keys])
    document_of = dict(zip(candidates, column, strict=True))
    changes = tx.documents.of(student_keys)
    in_doubt = tx.adjudications.open_among(student_keys)

    def in_force(key: str) -> bool:
        told = changes.get(key)
        return document_of[key] in held and (not told or told[-1].after == UUID(bytes=document_of[key]))

    return {
        key: Standing(person.custodian, person.merged_into is not None, key in in_doubt, in_force(key))
        for key in candidates
        if (person := persons.get(UUID(key))) is not None
    }


def _number(
    tx: IndexTransaction,
    chosen: Sequence[Candidate],
    persons: Mapping[UUID, FoundPerson],
    *,
    now: datetime,
    keys: IdentityKeys,
) -> dict[str, Answer]:
    fingerprints = keys.fingerprints.of_all(HandleKind.NUMBER, [one.number for one in chosen])
    student_keys = [UUID(one.student_key).bytes for one in chosen]
    tx.handles(keys).claim(HandleKind.NUMBER, fingerprints, student_keys)
    held = tx.handles(keys).held(fingerprints, student_keys)
    given = [place for place, number in enumerate(fingerprints) if number in held]
    tx.persons.renumber(
        [student_keys[place] for place in given], tx.handles(keys).seal([chosen[place].number for place in given])
    )

    def entry(place: int) -> LogEntry:
        key = UUID(bytes=student_keys[place])
        before = keys.fingerprints.of(HandleKind.NUMBER, keys.open(persons[key].number))
        custody, after = (persons[key].custodian, persons[key].epoch), UUID(bytes=fingerprints[place])
        return LogEntry(EntryKind.NUMBERED, key, before, *custody, milliseconds(now), after)

    if given:
        tx.log.append(*map(entry, given))
        tx.wake(LOG_WAITS)
    return {
        one.student_key: one.number if number in held else FormalNumberHeld()
        for one, number in zip(chosen, fingerprints, strict=True)
    }
