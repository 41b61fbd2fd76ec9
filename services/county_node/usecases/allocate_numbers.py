"""Give the pupils of an enrolment their numbers before the nation can be asked (预发临时学籍号, Art. 5).

The numbers of a division and birth date from ``OFFLINE_FROM`` on are the county's. It counts without gaps and remembers
each, so that none is ever given twice; the endorsement carries them up, and the index registers the pupils with them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from county_node.store.allocations import Allocated
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.case import Case, Item
from kernel.clock import milliseconds
from kernel.endorsement import Decision, Endorsement, require_school_in
from kernel.facts import read_day
from kernel.identity import DocumentKind
from kernel.number import OFFLINE_FROM, temporary_number
from kernel.refusals import NotOfferedHere


@dataclass(frozen=True)
class AllocatedPage:
    """In the order in which they were given; ``next_token`` is empty on the last page."""

    numbers: tuple[Allocated, ...]
    next_token: str


def allocate_numbers(
    tx: CountyTransaction,
    case: Case,
    endorsement: Endorsement,
    standing: Collection[Item],
    *,
    by: str,
    now: datetime,
    bench: Bench,
) -> dict[str, str]:
    """A number for each pupil with a citizen ID who is approved, by item id; whoever has none waits for a J number.

    Args:
        standing: the pupils who are still in the case.

    Raises:
        NotOfferedHere: it is no enrolment that is approved, or the school stands in another county.
        NumberSpaceExhausted: this county has given all numbers of a birth date.
    """
    school = require_school_in(case, case.school, register=bench.register)
    approved = endorsement.decision is Decision.APPROVE and case.procedure.begins_record
    if not approved or school.place != bench.here.code:
        raise NotOfferedHere(what="学籍号预发")
    excepted = {one.item_id for one in endorsement.exceptions}
    tx.allocations.lock()
    allocated: dict[str, str] = {}
    for item in standing:
        born = read_day(item.values.get("birth_date", ""))
        if item.item_id in excepted or born is None or item.values.get("document_kind") != DocumentKind.RESIDENT_ID:
            continue
        allocated[item.item_id] = _next(tx, case, item, born, by=by, now=now, division=school.place)
    return allocated


def _next(tx: CountyTransaction, case: Case, item: Item, born: date, *, by: str, now: datetime, division: str) -> str:
    """The pupil's number: the one given before, or the next."""
    known = tx.allocations.of_item(item.item_id)
    if known is not None:
        return known
    sequence = tx.allocations.next_sequence(born, first=OFFLINE_FROM)
    number = temporary_number(division=division, birth_date=born, sequence=sequence).text
    tx.allocations.add(
        Allocated(number, item.values.get("name", ""), case.school, case.case_id, by, milliseconds(now)),
        item_id=item.item_id,
        birth_date=born,
        sequence=sequence,
    )
    return number


def list_allocated(tx: CountyTransaction, /, *, case_id: str, waiting: bool, size: int, token: str) -> AllocatedPage:
    """What this county gave: of one case, or all; ``waiting``: with which nobody is registered yet."""
    page = tx.allocations.page(case_id=case_id, waiting=waiting, after=int(token or 0), size=size)
    last = str(page[-1][0]) if len(page) == size else ""
    return AllocatedPage(tuple(one for _, one in page), last)
