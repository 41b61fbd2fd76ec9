"""A page of a run: the pupils to ask about, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.canonical import digest
from kernel.case import Item, ItemState
from kernel.clock import milliseconds
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.numbering import DOUBTS
from kernel.refusals import refusal
from kernel.regulation import ITEMS_PER_CASE_MAX, Procedure
from kernel.regulation.problems import FORMAL_NUMBER, IDENTITY_DOUBTED
from province_hub.store.numberings import Numbering, Unnumbered
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.begin_case import begin_case
from province_hub.usecases.numbering.begin import NUMBERING_WAITS
from province_hub.usecases.rules import Rules

PUPILS_AT_ONCE = 500
assert PUPILS_AT_ONCE <= ITEMS_PER_CASE_MAX, "the pupils of one school and page are one case"


@dataclass(frozen=True)
class Page:
    """Whom to ask about now; without pupils the run is over."""

    run: Numbering
    pupils: tuple[Unnumbered, ...]


@dataclass(frozen=True)
class NumberAnswer:
    """A formal number, or the code of the refusal."""

    number: str
    refusal_code: str


def next_page(tx: HubTransaction, /, *, now: datetime) -> Page | None:
    """None where no run is under way; a run that has asked about everybody is finished here."""
    run = tx.numberings.unfinished()
    if run is None:
        return None
    pupils = tx.numberings.waiting(after=run.position, most=PUPILS_AT_ONCE)
    if not pupils:
        tx.numberings.put(replace(run, finished_ms=milliseconds(now)))
        tx.wake(NUMBERING_WAITS)
    return Page(run, tuple(pupils))


def take_page(
    tx: HubTransaction, page: Page, answers: Mapping[str, NumberAnswer], /, *, now: datetime, rules: Rules
) -> None:
    """Write what the index answered, by student key. A page that another process took meanwhile is left alone.

    Numbers and doubts are cases of their own, school by school; whoever cannot be written now is left for the next run,
    and the index then answers as before.
    """
    run = tx.numberings.unfinished(lock=True)
    if run is None or (run.run_id, run.position) != (page.run.run_id, page.run.position):
        return
    numbers, doubts = dict[str, Mapping[str, str]](), dict[str, Mapping[str, str]]()
    for key, answer in answers.items():
        if answer.number:
            numbers[key] = {"new_number": answer.number}
        elif answer.refusal_code in DOUBTS:
            why = refusal(answer.refusal_code).sentence
            doubts[key] = {"problem": DOUBTS[answer.refusal_code], "reason": why}
    numbered = _write(tx, page, FORMAL_NUMBER, numbers, now=now, rules=rules)
    in_doubt = _write(tx, page, IDENTITY_DOUBTED, doubts, now=now, rules=rules)
    tx.numberings.put(
        replace(
            run,
            position=page.pupils[-1].student_key,
            asked=run.asked + len(page.pupils),
            given=run.given + numbered,
            doubted=run.doubted + in_doubt,
        )
    )
    tx.wake(NUMBERING_WAITS)


def _write(
    tx: HubTransaction,
    page: Page,
    row: Procedure,
    said: Mapping[str, Mapping[str, str]],
    *,
    now: datetime,
    rules: Rules,
) -> int:
    """A case for each school of the pupils of whom something is said, by key; for how many it was carried out."""
    run = page.run
    of_school: dict[str, list[Unnumbered]] = defaultdict(list)
    for one in page.pupils:
        if one.student_key in said:
            of_school[one.school].append(one)
    done = 0
    for school, theirs in of_school.items():
        items = tuple(
            Item(_id(run, row, one.student_key), {"number": one.number, "name": one.name, **said[one.student_key]})
            for one in theirs
        )
        case_id = _id(run, row, school, run.position)
        begin_case(tx, row, case_id, items, school=school, maker=run.person, now=now, rules=rules)
        done += sum(1 for item in tx.cases.items(case_id) if item.state is ItemState.DONE)
    return done


def _id(run: Numbering, row: Procedure, *about: str) -> str:
    """The same for the same page."""
    randomness = digest("numbering", [run.run_id, row.name, *about])[:RANDOM_BYTES]
    return str(uuid7(now_ms=run.begun_ms, randomness=randomness))
