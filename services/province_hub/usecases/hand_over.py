"""At a term's end the archives of migrant workers' children who dropped out go to their household's county (Art. 22).

The letter is the school's authority's, which has no record: so the hub prepares what it hands over, and tells it in its
feed (``kernel.handover``).
"""

from __future__ import annotations

from datetime import date, datetime

from kernel.archive import Archive
from kernel.canonical import digest
from kernel.clock import beginning_of, day_of, milliseconds
from kernel.endorsement import authority_of
from kernel.facts import grade_of
from kernel.handover import ArchiveToHandOver, household_county, packed, to_be_handed_over
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.packs.keys import DROPOUT_HANDOVER, TERM_DATES
from kernel.school import School
from kernel.student import Student
from province_hub.store.handovers import Handover
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, tell
from province_hub.usecases.rules import Rules

BATCH = 20  # archives in one transaction


def hand_over(tx: HubTransaction, /, *, now: datetime, rules: Rules) -> bool:
    """A batch of those who had dropped out by the last day of the last term; True when there may be more."""
    today = day_of(milliseconds(now))
    reading = rules.packs.in_force(rules.here.code, today).read()
    term = reading(TERM_DATES).ended(today)
    due_on = reading(DROPOUT_HANDOVER).due(beginning_of(term.last)).last_day
    outstanding = tx.handovers.outstanding(until=term.last, limit=BATCH)
    told: list[Told] = []
    for held in outstanding:
        student = held.student
        school = rules.register(student.school)
        dropped_on = date.fromisoformat(student.standing["status_since"])
        if school is None or not to_be_handed_over(student, county=school.place):
            # Its county is the household's, or nobody has said where that is: there is no other county to tell.
            tx.handovers.put(Handover(student.student_key, dropped_on, term.label, "", "", "", milliseconds(now)))
            continue
        archive = Archive(student, tuple(tx.students.history(student.student_key)))
        authority = authority_of(student.school, register=rules.register)
        entry = _entry(student, school, archive, term=term.label, due_on=due_on, now=now)
        tx.handovers.put(
            Handover(
                student.student_key,
                dropped_on,
                term.label,
                str(authority),
                entry.county,
                archive.digest,
                milliseconds(now),
            )
        )
        told.append((authority, entry))
    tell(tx, told, now=now)
    return len(outstanding) == BATCH


def _entry(
    student: Student, school: School, archive: Archive, *, term: str, due_on: date, now: datetime
) -> ArchiveToHandOver:
    grade = grade_of(student.grade)
    dropped_on = student.standing["status_since"]
    said = {
        "name": student.name,
        "number": student.number,
        "school": student.school,
        "school_name": school.name,
        "grade": grade.label if grade else student.grade,
        "school_class": student.school_class,
        "date": dropped_on,
        "kept_until": student.standing.get("kept_until", ""),
        "guardian": student.values.get("guardian1_name", ""),
        "phone": student.values.get("phone", ""),
        "household_place": student.values.get("household_place", ""),
    }
    occasion = digest("handover", [student.student_key, dropped_on])
    began = milliseconds(beginning_of(date.fromisoformat(dropped_on)))
    return ArchiveToHandOver(
        handover_id=str(uuid7(now_ms=began, randomness=occasion[:RANDOM_BYTES])),
        term=term,
        county=household_county(student),
        due_on=due_on.isoformat(),
        student={key: text for key, text in said.items() if text},
        archive_digest=archive.digest,
        archive=packed(archive),
        at_ms=milliseconds(now),
    )
