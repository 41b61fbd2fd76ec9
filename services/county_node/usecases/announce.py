"""Telling this authority's schools what happened: entries for their feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chassis.ledger import CaseRecord
from chassis.sql import FeedEntry
from county_node.domain.routing import is_mine_in
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.case import Case
from kernel.feed import CaseOutcome, CaseProgress, DueRecounted, Entry
from kernel.office import Office, Tier
from kernel.regulation import Step

# Whoever releases has been asked, and so knows of the case.
_RELEASING = frozenset(step.value for step in Step if step.releasing)

# Who is told, and what.
Told = tuple[Office, Entry]


def tell(tx: CountyTransaction, told: Iterable[Told], *, now: datetime) -> None:
    """Append entries to feeds, each feed in the order given. Once in a transaction, and last: it locks the feeds."""
    entries = [FeedEntry(str(office), entry.KIND, entry.to_content()) for office, entry in told]
    tx.feed.append_many(entries, now=now)


def progress_told(case: Case, entry: CaseProgress, *, bench: Bench, releasing_school_knows: bool = True) -> list[Told]:
    """A step for the case's schools here, but for the one that took it and has noted it already."""
    knows = releasing_school_knows and _asks_releasing_school(case)
    codes = [case.school, case.releasing_school] if knows else [case.school]
    return [(office, entry) for office in _mine(case, codes, bench) if str(office) != entry.office]


def recount_told(
    tx: CountyTransaction, told: Sequence[tuple[CaseRecord, DueRecounted]], /, *, now: datetime, bench: Bench
) -> None:
    """A date that was counted again, for the case's schools here; one of them may count that time itself."""
    entries: list[Told] = []
    for record, entry in told:
        case = record.case
        codes = [case.school, case.releasing_school if entry.awaited_step in _RELEASING else ""]
        entries += [(office, entry) for office in _mine(case, codes, bench)]
    tell(tx, entries, now=now)


def outcome_told(case: Case, entry: CaseOutcome, *, bench: Bench, releasing_school_knows: bool = True) -> list[Told]:
    """What became of pupils, for the case's schools here.

    A releasing school hears of refusals alone: that a pupil has gone it is told in other words (``StudentLeft``), and
    the record as it goes on elsewhere is no longer for it to see.
    """
    stays = bool(case.releasing_school) and not case.procedure.moves_record
    filing = entry.without_records() if stays else entry  # Art. 17: that school has a pupil to teach, and no record
    told: list[Told] = [(office, filing) for office in _mine(case, [case.school], bench)]
    if not case.procedure.moves_record:  # what stays with the other school, that school must know
        return told + [(office, entry) for office in _mine(case, [case.releasing_school], bench)]
    refused = tuple(outcome for outcome in entry.items if outcome.refused is not None)
    if refused and releasing_school_knows and _asks_releasing_school(case):
        told += [(office, replace(entry, items=refused)) for office in _mine(case, [case.releasing_school], bench)]
    return told


def _asks_releasing_school(case: Case) -> bool:
    """Of an entrance the school that was left is not asked: it hears that its graduate has gone, and of no case."""
    return Step.OUT_SCHOOL in case.procedure.chain


def _mine(case: Case, codes: Iterable[str], bench: Bench) -> list[Office]:
    offices = [Office(Tier.SCHOOL, code) for code in dict.fromkeys(codes) if code]
    return [office for office in offices if is_mine_in(case, office, bench.here, register=bench.register)]
