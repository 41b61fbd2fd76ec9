"""Records, their custody and their history: the only place that writes them.

Every write is conditional, so that a record changes hands or content only in the custody that allows it; where the
condition does not hold, the row is read to say which rule refused. What refuses does so before anything is changed, for
a case goes on with its other pupils in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.course import require_lawful
from kernel.custody import Custody
from kernel.history import HistoryEvent, Placed, in_order, placements, state
from kernel.refusals import (
    NotCustodian,
    NumberAlreadyHeld,
    RecordFrozen,
    Refusal,
    StudentHasOpenCase,
    StudentNotFound,
)
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store import schema
from province_hub.store.history import Histories, Line, after, last, lines_of, newest_of
from province_hub.store.records import Held, columns, has_number, held, selected, stored_values

__all__ = ["FIRST_EPOCH", "Held", "Students"]

FIRST_EPOCH = 1


class Students:
    """The records as a use case sees them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._histories = Histories(tx.connection)

    def get(self, student_key: str, *, lock: bool = False) -> Held | None:
        """``lock`` holds the row to the end of the transaction."""
        return self._one(selected().where(schema.students.c.student_key == student_key), lock=lock)

    def by_number(self, number: str, *, lock: bool = False) -> Held | None:
        """The record that has this number or had it earlier."""
        return self._one(selected().where(has_number(number)), lock=lock)

    def page(self, *, number: str = "", name: str = "", after: str = "", size: int) -> list[Held]:
        """Records in the order of their keys: of this number (any), of exactly this name, or all."""
        query = selected().order_by(schema.students.c.student_key).limit(size)
        if number:
            query = query.where(has_number(number))
        if name:
            query = query.where(schema.students.c.name == name)
        if after:
            query = query.where(schema.students.c.student_key > after)
        return [held(row) for row in self._connection.execute(query)]

    def count_by_custody(self) -> dict[Custody, int]:
        counted = self._connection.execute(
            select(schema.students.c.custody, func.count()).group_by(schema.students.c.custody)
        )
        return {Custody(custody): count for custody, count in counted}

    def class_sizes(self, school: str) -> dict[tuple[str, str], int]:
        """Pupils in school by (grade code, class) of a school, those whom another hub holds left out."""
        students = schema.students
        rows = self._connection.execute(
            select(students.c.grade, students.c.school_class, func.count())
            .where(
                students.c.school == school,
                students.c.status == StudentStatus.ENROLLED.value,
                students.c.custody != Custody.GONE.value,
            )
            .group_by(students.c.grade, students.c.school_class)
        )
        return {(grade, school_class): count for grade, school_class, count in rows}

    def repeaters(self, school: str, *, year: int) -> dict[str, int]:
        """Pupils in school by grade code who repeat it in the school year that ends in ``year`` (留级)."""
        students = schema.students
        rows = self._connection.execute(
            select(students.c.grade, func.count())
            .where(
                students.c.school == school,
                students.c.status == StudentStatus.ENROLLED.value,
                students.c.standing["repeated_in"].astext == str(year),
            )
            .group_by(students.c.grade)
        )
        return {row[0]: row[1] for row in rows}

    def history(self, student_key: str) -> list[HistoryEvent]:
        """The entries that led to the record as it stands here, oldest first."""
        return self._histories.of(student_key)

    def schools_with_proof(self, case_id: str, digest: str) -> tuple[str, ...]:
        """Where the records of this hub are whose history names that document by that case."""
        return self._histories.schools_with_proof(case_id, digest)

    def as_of(self, student_key: str, *, on: date | None = None, known_at_ms: int | None = None) -> Student | None:
        """The record as it was on a day, as it was known at a moment (``kernel.history.state``)."""
        return state(self.history(student_key), on=on, known_at_ms=known_at_ms)

    def admit(self, students: Sequence[Student], events: Sequence[HistoryEvent]) -> None:
        """New records, held by this hub from epoch 1 on; one that is here already is left as it is.

        Args:
            events: the first event of each, in the same order.
        """
        if not students:
            return
        event_of = {student.student_key: event for student, event in zip(students, events, strict=True)}
        assert all(student.version == 1 and not student.aliases for student in students), "a record begins at 1"
        admitted = self._connection.scalars(
            text(
                "INSERT INTO students (student_key, number, status, school, grade, school_class, name, values,"
                " standing, version, custody, epoch, since_epoch)"
                " SELECT student_key, number, status, school, grade, school_class, name, CAST(content AS jsonb),"
                " CAST(standing AS jsonb), 1, 'held', :epoch, :epoch"
                " FROM unnest(CAST(:keys AS uuid[]), CAST(:numbers AS text[]), CAST(:statuses AS text[]),"
                " CAST(:schools AS text[]), CAST(:grades AS text[]), CAST(:classes AS text[]), CAST(:names AS text[]),"
                " CAST(:contents AS text[]), CAST(:standings AS text[]))"
                " AS admitted(student_key, number, status, school, grade, school_class, name, content, standing)"
                " ON CONFLICT (student_key) DO NOTHING RETURNING CAST(student_key AS text)"
            ),
            {
                "epoch": FIRST_EPOCH,
                "keys": [student.student_key for student in students],
                "numbers": [student.number for student in students],
                "statuses": [student.status.value for student in students],
                "schools": [student.school for student in students],
                "grades": [student.grade for student in students],
                "classes": [student.school_class for student in students],
                "names": [student.name for student in students],
                "contents": [json.dumps(stored_values(student), ensure_ascii=False) for student in students],
                "standings": [json.dumps(dict(student.standing), ensure_ascii=False) for student in students],
            },
        ).all()
        begun = set(admitted)
        new = [student for student in students if student.student_key in begun]
        self._connection.execute(
            text(
                "INSERT INTO student_numbers (number, student_key, position)"
                " SELECT number, student_key, 0"
                " FROM unnest(CAST(:numbers AS text[]), CAST(:keys AS uuid[])) AS issued(number, student_key)"
            ),
            {"numbers": [student.number for student in new], "keys": [student.student_key for student in new]},
        )
        self._histories.add(_line(student, FIRST_EPOCH, event_of[student.student_key]) for student in new)

    def write(self, student: Student, event: HistoryEvent) -> Student:
        """The next version of a record.

        An entry that is told late, or takes another back, says nothing of what later entries say: the record is then
        what the whole history makes of it, and the days that it changes are restated.

        Args:
            student: the record as the change left it, at the next version. event: of that version.

        Returns:
            The record as it stands now, which of a late entry need not be ``student``.

        Raises:
            StudentNotFound, RecordFrozen, NotCustodian: it is not this hub's to write.
            NumberAlreadyHeld: a number of it belongs to somebody else.
            EffectiveBeforeRecord: the entry would be true before the record began.
            StatusTransitionIllegal, LaterEntryForbids: it would leave an unlawful course of statuses.
        """
        assert event.version == student.version, "an entry and the version that it leads to"
        students = schema.students
        since_epoch = self._connection.scalar(
            select(students.c.since_epoch)
            .where(
                students.c.student_key == student.student_key,
                students.c.custody == Custody.HELD.value,
                students.c.version == student.version - 1,
            )
            .with_for_update()
        )
        if since_epoch is None:
            self._require(student.student_key).require_writable()
            raise AssertionError("a version was skipped, or written without holding the row")
        newest = self._histories.newest(student.student_key, since_epoch)
        event = after(newest, event)
        late = event.counters or event.effective_on < newest.effective_on
        stands, line = (
            self._restated(student, since_epoch, event) if late else (student, _line(student, since_epoch, event))
        )
        self._put_numbers(stands)
        self._connection.execute(
            update(students).where(students.c.student_key == student.student_key).values(**columns(stands))
        )
        self._histories.add([line])
        return stands

    def open_case(self, student_key: str, case_id: str) -> None:
        """Take the pupil's lock for a case; taking it again for the same case is nothing.

        Raises:
            StudentHasOpenCase: another case holds it.
            StudentNotFound, RecordFrozen, NotCustodian: the record is not this hub's to write.
        """
        taken = self._update(
            student_key,
            or_(
                schema.students.c.open_case == case_id,
                and_(schema.students.c.open_case.is_(None), schema.students.c.custody == Custody.HELD.value),
            ),
            open_case=case_id,
        )
        if not taken:
            raise self._why_not(student_key)

    def close_case(self, student_key: str, case_id: str) -> None:
        """Give the lock back, if this case holds it."""
        self._update(student_key, schema.students.c.open_case == case_id, open_case=None)

    def freeze(self, student_key: str, transfer_id: str) -> None:
        """HELD to FROZEN for one transfer; again for the same transfer is nothing.

        Raises:
            RecordFrozen: it is frozen for another transfer.
            StudentHasOpenCase: another case holds the pupil's lock.
            StudentNotFound, NotCustodian: the record is not this hub's.
        """
        frozen = self._update(
            student_key,
            or_(
                schema.students.c.frozen_by == transfer_id,
                and_(
                    schema.students.c.custody == Custody.HELD.value,
                    or_(schema.students.c.open_case.is_(None), schema.students.c.open_case == transfer_id),
                ),
            ),
            custody=Custody.FROZEN.value,
            frozen_by=transfer_id,
        )
        if not frozen:
            raise self._why_not(student_key)

    def unfreeze(self, student_key: str, transfer_id: str) -> bool:
        """FROZEN to HELD, only if frozen by that very transfer (R5); whether it was."""
        return self._update(
            student_key,
            schema.students.c.frozen_by == transfer_id,
            custody=Custody.HELD.value,
            frozen_by=None,
        )

    def leave(self, student_key: str, *, transfer_id: str, epoch: int, student: Student, event: HistoryEvent) -> bool:
        """FROZEN to GONE: what stays is a copy (Article 9), at the epoch of its new custodian.

        Args:
            student: the record as the copy says it, at the next version; event: of that version.

        Returns:
            False when it is not frozen for that transfer: nothing changed.
        """
        assert student.student_key == student_key, "the record that leaves"
        since_epoch = self._connection.scalar(
            update(schema.students)
            .where(
                schema.students.c.student_key == student_key,
                schema.students.c.frozen_by == transfer_id,
                schema.students.c.epoch < epoch,
                schema.students.c.version == student.version - 1,
            )
            .values(**columns(student), custody=Custody.GONE.value, epoch=epoch, frozen_by=None, open_case=None)
            .returning(schema.students.c.since_epoch)
        )
        if since_epoch is None:
            return False
        self._histories.add(
            [_line(student, since_epoch, last(self._histories.newest(student_key, since_epoch), event))]
        )
        return True

    def take_over(self, student: Student, *, epoch: int, history: Sequence[HistoryEvent], event: HistoryEvent) -> bool:
        """A record that came from another province becomes this hub's, with the history it brought.

        Args:
            history: as received, oldest first; event: the arrival, of the record's version.

        Returns:
            False when this epoch, or a later one, was here already (R9): nothing changed.

        Raises:
            NumberAlreadyHeld: a number of it belongs to somebody else.
        """
        event = last(newest_of(history), event)
        events = [*history, event]
        assert in_order(events), "a history that came in an archive is whole"
        assert state(events) == student, "a record is what its history says"
        row = {
            **columns(student),
            "custody": Custody.HELD.value,
            "epoch": epoch,
            "since_epoch": epoch,
            "frozen_by": None,
            "open_case": None,
        }
        statement = upsert(schema.students).values(student_key=student.student_key, **row)
        taken = self._connection.scalar(
            statement.on_conflict_do_update(
                index_elements=[schema.students.c.student_key],
                set_={name: statement.excluded[name] for name in row},
                where=schema.students.c.epoch < statement.excluded.epoch,
            ).returning(schema.students.c.student_key)
        )
        if taken is None:
            return False
        self._put_numbers(student)
        self._histories.add(lines_of(student.student_key, events, since_epoch=epoch, known_ms=event.at_ms))
        return True

    def _one(self, query: Select[Any], *, lock: bool) -> Held | None:
        row = self._connection.execute(query.with_for_update(of=schema.students) if lock else query).one_or_none()
        return held(row) if row is not None else None

    def _require(self, student_key: str) -> Held:
        held = self.get(student_key)
        if held is None:
            raise StudentNotFound
        return held

    def _why_not(self, student_key: str) -> Refusal:
        held = self._require(student_key)
        if held.custody is Custody.FROZEN:
            return RecordFrozen()
        return StudentHasOpenCase() if held.custody is Custody.HELD else NotCustodian()

    def _update(self, student_key: str, condition: ColumnElement[bool], **values: str | None) -> bool:
        done = self._connection.execute(
            update(schema.students).where(schema.students.c.student_key == student_key, condition).values(**values)
        )
        return done.rowcount == 1

    def _put_numbers(self, student: Student) -> None:
        """Add the numbers that are new, after those that are known; none is ever taken away."""
        numbers = schema.student_numbers
        known = self._connection.scalars(
            select(numbers.c.number).where(numbers.c.student_key == student.student_key)
        ).all()
        new = [number for number in (*student.aliases, student.number) if number not in known]
        if not new:
            return
        added = self._connection.execute(
            upsert(numbers)
            .values(
                [
                    {"number": number, "student_key": student.student_key, "position": position}
                    for position, number in enumerate(new, start=len(known))
                ]
            )
            .on_conflict_do_nothing(index_elements=[numbers.c.number])
            .returning(numbers.c.number)
        ).all()
        if len(added) != len(new):
            raise NumberAlreadyHeld(field="number")

    def _restated(self, student: Student, since_epoch: int, event: HistoryEvent) -> tuple[Student, Line]:
        """The record with an entry that says something of days of which there are entries already."""
        known = self._histories.of(student.student_key)
        placed = placements(known, event)
        require_lawful(known, event)
        stands = state([*known, event])
        assert stands is not None, "the record had begun"
        return stands, Line(student.student_key, since_epoch, event.at_ms, event, placed)


def _line(student: Student, since_epoch: int, event: HistoryEvent) -> Line:
    """An entry that is the last word on every day from its own on: it puts the pupil where the record does."""
    placed = Placed(event.effective_on, student.placement)
    return Line(student.student_key, since_epoch, event.at_ms, event, (placed,))
