"""Schools changed (Art. 9): what the register says now, and which pupils came to schools of ours and which left."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from county_node.store.students import KnownStudent
from county_node.store.transaction import CountyTransaction
from county_node.usecases.announce import tell
from county_node.usecases.bench import Bench
from kernel.office import Office, Tier
from kernel.organisations import OrganisationNews, PupilsLeft, PupilsPlaced, RegisterChanged
from kernel.refusals import OutsideJurisdiction
from kernel.status import StudentStatus


def reorganise(tx: CountyTransaction, entry: OrganisationNews, *, now: datetime, bench: Bench) -> None:
    """Raises as ``_placed``."""
    match entry:
        case RegisterChanged():
            _register_changed(tx, entry, now=now, bench=bench)
        case PupilsPlaced():
            _placed(tx, entry, now=now, bench=bench)
        case PupilsLeft():
            _left(tx, entry, now=now)
        case _:
            assert_never(entry)


def _register_changed(tx: CountyTransaction, entry: RegisterChanged, *, now: datetime, bench: Bench) -> None:
    """Keep it, and tell the schools here. Of a school that has another authority now, nothing is kept of its pupils:
    the other one knows them."""
    before = tx.schools.read()
    after = before.with_changed({life[-1].school.code.text: life for life in entry.lives}, entry.reforms)
    tx.schools.put(entry.lives, entry.reforms)
    ours = bench.here.code
    touched = [life[-1].school.code.text for life in entry.lives]
    tx.students.forget([code for code in touched if before.answers_for(code) == ours != after.answers_for(code)])
    mine = {code for one in (before, after) for code in one.lives if (school := one(code)) and school.authority == ours}
    tell(tx, [(Office(Tier.SCHOOL, code), entry) for code in sorted(mine)], now=now)


def _placed(tx: CountyTransaction, entry: PupilsPlaced, *, now: datetime, bench: Bench) -> None:
    """Pupils are at a school of this authority now, and the school hears of them with their records.

    Raises:
        OutsideJurisdiction: the school is not this authority's: the feed stops until somebody has looked.
    """
    if bench.register.answers_for(entry.to_school) != bench.here.code:
        raise OutsideJurisdiction(office=str(bench.here), what="学校变更后的学籍")
    tx.students.put(
        [
            KnownStudent(
                student_key=pupil.student_key,
                number=pupil.number,
                name=pupil.values.get("name", ""),
                school=entry.to_school,
                grade=pupil.values.get("grade", ""),
                school_class=pupil.values.get("school_class", ""),
                status=pupil.status,
            )
            for pupil in entry.pupils
        ]
    )
    if entry.to_school != entry.from_school:  # else the school knows its own
        tell(tx, [(Office(Tier.SCHOOL, entry.to_school), entry)], now=now)


def _left(tx: CountyTransaction, entry: PupilsLeft, *, now: datetime) -> None:
    """Art. 9: what stays at the school that gave them up is a copy, and the school hears that it is."""
    tx.students.went(entry.keys, school=entry.from_school, status=StudentStatus.TRANSFERRED_OUT.value)
    tell(tx, [(Office(Tier.SCHOOL, entry.from_school), entry)], now=now)
