"""Telling the province's authorities what happened: entries for their feeds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from chassis.ledger import CaseRecord
from chassis.sql import FeedEntry
from kernel.case import Case, Item
from kernel.clock import milliseconds
from kernel.endorsement import Register
from kernel.feed import CaseOutcome, DueRecounted, Entry, ItemOutcome
from kernel.office import Office, Tier
from kernel.organisations import PUPILS_TOLD_MAX, PlacedPupil, PupilsPlaced
from kernel.student import Student
from province_hub.domain.added import PREFECTURE_STEPS
from province_hub.store.organisations import CHANGES_WAIT
from province_hub.store.transaction import HubTransaction

# Who is told, and what.
Told = tuple[Office, Entry]


def tell(tx: HubTransaction, told: Iterable[Told], *, now: datetime) -> None:
    """Append entries to feeds, each feed in the order given. Once in a transaction, and last: it locks the feeds."""
    tx.feed.append_many([FeedEntry(str(office), entry.KIND, entry.to_content()) for office, entry in told], now=now)


def recount_told(
    tx: HubTransaction, told: Sequence[tuple[CaseRecord, DueRecounted]], /, *, now: datetime, register: Register
) -> None:
    """A date that was counted again, for the authorities here whose schools are party to the case."""
    entries: list[Told] = []
    for record, entry in told:
        schools = map(register, filter(None, (record.case.school, record.case.releasing_school)))
        codes = sorted({school.authority for school in schools if school is not None})
        entries += [(Office(Tier.AUTHORITY, code), entry) for code in codes]
    tell(tx, entries, now=now)


def asked_beside(tx: HubTransaction, case_id: str, *, province: str) -> list[Office]:
    """Prefectures of this province that were asked beside the authorities (Art. 11): they hear the end of it too.

    Asked before the case is settled, which is the end of whose turn it is.
    """
    awaited = tx.cases.get(case_id).awaited
    asked = [(awaited.step, awaited.office), *((one.step, one.office) for one in tx.cases.timeline(case_id))]
    offices = {Office.parse(office) for step, office in asked if step in PREFECTURE_STEPS and office}
    return sorted((office for office in offices if office.province == province), key=str)


def outcome_of(item: Item, after: Student) -> ItemOutcome:
    """What the tiers below are told of a record that changed."""
    return ItemOutcome(
        item.item_id,
        number=after.number,
        student_key=after.student_key,
        record=dict(after.values),
        status=after.status.value,
        standing=dict(after.standing),
    )


def settle(
    tx: HubTransaction, case: Case, outcomes: tuple[ItemOutcome, ...], *, here: Office, now: datetime
) -> CaseOutcome:
    """Write what became of items; the case closes with its last one. Returns the entry that says so."""
    closed = tx.cases.settle(case.case_id, outcomes)
    let_follow(tx, case)
    tx.cases.note(case.case_id, step="settled", office=here, at=now)
    return CaseOutcome(case.case_id, outcomes, closed, milliseconds(now))


def let_follow(tx: HubTransaction, case: Case) -> None:
    """Whom this case held or brought goes where the others of the school went, if it has ended meanwhile (Art. 9)."""
    if tx.organisations.reopen([case.school, case.releasing_school]):
        tx.wake(CHANGES_WAIT)


def told_since(case: Case, records: Iterable[Student], *, now: datetime, register: Register) -> list[Told]:
    """A school's authority of today hears of a record that a case of before changed (``Register.school_in``)."""
    told: list[Told] = []
    by_school: dict[str, list[Student]] = {}
    for record in records:
        by_school.setdefault(record.school, []).append(record)
    for code, here in by_school.items():
        then, since = register.school_in(case, code), register(code)
        if then is None or since is None or then.authority == since.authority:
            continue
        office = Office(Tier.AUTHORITY, since.authority)
        for start in range(0, len(here), PUPILS_TOLD_MAX):
            pupils = tuple(
                placed_pupil(one.student_key, one.number, one.status.value, one.values, one.standing, of=case.case_id)
                for one in here[start : start + PUPILS_TOLD_MAX]
            )
            told.append((office, PupilsPlaced(case.case_id, code, code, pupils, milliseconds(now))))
    return told


def placed_pupil(
    student_key: str, number: str, status: str, values: Mapping[str, str], standing: Mapping[str, str], *, of: str
) -> PlacedPupil:
    """A record as those are told to whom it came, by the change or the case ``of``.

    A pupil who comes back to a school gets a new line on its roll: one for each time.
    """
    line_id = str(uuid.uuid5(uuid.UUID(of), student_key))
    return PlacedPupil(line_id, student_key, number, status, values, standing)
