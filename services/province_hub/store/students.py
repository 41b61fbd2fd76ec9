"""Records, their custody and their history: the only place that writes them.

Every write is conditional, so that a record changes hands or content only in the custody that allows it; where the
condition does not hold, the row is read to say which rule refused. What refuses does so before anything is changed, for
a case goes on with its other pupils in the same transaction.
"""

from __future__ import annotations

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
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.course import require_lawful
from kernel.custody import Custody
from kernel.custody_audit import Holding
from kernel.history import HistoryEvent, Placed, in_order, placements, state
from kernel.refusals import (
    NotCustodian,
    RecordFrozen,
    Refusal,
    StudentHasOpenCase,
    StudentNotFound,
)
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store import schema
from province_hub.store.history import Histories, Line, Reach, after, last, lines_of, newest_of
from province_hub.store.numbers import Numbers
from province_hub.store.records import Held, among, columns, has_number, held, insert_new, selected, update_all

__all__ = ["FIRST_EPOCH", "Held", "Students"]

FIRST_EPOCH = 1


class Students:
    """The records as a use case sees them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._histories = Histories(tx.connection)
        self._numbers = Numbers(tx.connection)

    def get(self, student_key: str, *, lock: bool = False) -> Held | None:
        """``lock`` holds the row to the end of the transaction."""
        return self._one(selected().where(schema.students.c.student_key == student_key), lock=lock)

    def by_number(self, number: str, *, lock: bool = False) -> Held | None:
        """The record that has this number or had it earlier."""
        return self._one(selected().where(has_number(number)), lock=lock)

    def lock_by_numbers(self, numbers: Sequence[str]) -> dict[str, Held]:
        """By each of these numbers, in force or earlier, the record, held to the end of the transaction.

        In one order, so that no two cases deadlock.
        """
        found = self._connection.execute(
            select(schema.student_numbers.c.number, schema.student_numbers.c.student_key).where(
                among(schema.student_numbers.c.number, numbers)
            )
        ).all()
        students = schema.students
        rows = self._connection.execute(
            selected()
            .where(among(students.c.student_key, [key for _, key in found]))
            .order_by(students.c.student_key)
            .with_for_update(of=students)
        )
        by_key = {one.student.student_key: one for one in map(held, rows)}
        return {number: by_key[key] for number, key in found if key in by_key}

    def page(self, *, number: str = "", name: str = "", document: str = "", after: str = "", size: int) -> list[Held]:
        """Records in the order of their keys: of this number (any), exactly this name, this document, or all."""
        query = selected().order_by(schema.students.c.student_key).limit(size)
        if number:
            query = query.where(has_number(number))
        if name:
            query = query.where(schema.students.c.name == name)
        if document:
            query = query.where(schema.document_number == document)
        if after:
            query = query.where(schema.students.c.student_key > after)
        return [held(row) for row in self._connection.execute(query)]

    def holdings(self, *, after: str, size: int) -> list[Holding]:
        """A page of all records in the order of their keys, after ``after``."""
        students = schema.students
        rows = self._connection.execute(
            select(students.c.student_key, students.c.custody, students.c.epoch)
            .where(students.c.student_key > after)
            .order_by(students.c.student_key)
            .limit(size)
        )
        return [Holding(student_key, Custody(custody), epoch) for student_key, custody, epoch in rows]

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
        begun = insert_new(self._connection, students, epoch=FIRST_EPOCH)
        new = [student for student in students if student.student_key in begun]
        self._numbers.begin(new)
        self._histories.add(_line(student, FIRST_EPOCH, event_of[student.student_key]) for student in new)

    def write(self, student: Student, event: HistoryEvent) -> Student:
        """The next version of one record; ``write_all`` says what is raised."""
        (written,) = self.write_all([(student, event)])
        if isinstance(written, Refusal):
            raise written
        return written

    def write_all(self, changes: Sequence[tuple[Student, HistoryEvent]]) -> list[Student | Refusal]:
        """The next version of many records, each by itself: one that refuses leaves the others alone.

        An entry that is told late, or takes another back, says nothing of what later entries say: the record is then
        what the whole history makes of it, and the days that it changes are restated.

        Args:
            changes: each record as the change left it, at the next version, with the event of that version; no record
                twice.

        Returns:
            In the order given, the record as it stands now, which of a late entry need not be what was given; or

            - StudentNotFound, RecordFrozen, NotCustodian: it is not this hub's to write;
            - NumberAlreadyHeld: a number of it belongs to somebody else;
            - EffectiveBeforeRecord: the entry would be true before the record began;
            - StatusTransitionIllegal, LaterEntryForbids: it would leave an unlawful course of statuses.
        """
        keys = [student.student_key for student, _ in changes]
        reach = self._histories.reach(keys)
        known = self._numbers.of(keys)
        answers: list[Student | Refusal] = []
        lines: list[Line] = []
        for student, event in changes:
            try:
                stands, line = self._next(student, event, reach.get(student.student_key))
                self._numbers.add(stands, known[student.student_key])
            except Refusal as said:
                answers.append(said)
            else:
                answers.append(stands)
                lines.append(line)
        update_all(self._connection, [one for one in answers if isinstance(one, Student)])
        self._histories.add(lines)
        return answers

    def _next(self, student: Student, event: HistoryEvent, reach: Reach | None) -> tuple[Student, Line]:
        assert event.version == student.version, "an entry and the version that it leads to"
        if reach is None or reach.version != student.version - 1:
            self._require(student.student_key).require_writable()
            raise AssertionError("a version was skipped, or written without holding the row")
        event = after(reach.newest, event)
        if event.counters or event.effective_on < reach.newest.effective_on:
            return self._restated(student, reach.since_epoch, event)
        return student, _line(student, reach.since_epoch, event)

    def open_cases(self, student_keys: Sequence[str], case_id: str) -> dict[str, Refusal]:
        """Take the pupils' locks for a case; taking one again for the same case is nothing.

        Returns:
            By key, why not. StudentHasOpenCase: another case holds it. StudentNotFound, RecordFrozen, NotCustodian: the
            record is not this hub's to write.
        """
        students = schema.students
        free = and_(students.c.open_case.is_(None), students.c.custody == Custody.HELD.value)
        taken = self._connection.scalars(
            update(students)
            .where(among(students.c.student_key, student_keys), or_(students.c.open_case == case_id, free))
            .values(open_case=case_id)
            .returning(students.c.student_key)
        ).all()
        return {key: self._why_not(key) for key in set(student_keys).difference(taken)}

    def open_case(self, student_key: str, case_id: str) -> None:
        """Take one pupil's lock. Raises as ``open_cases`` says."""
        for said in self.open_cases([student_key], case_id).values():
            raise said

    def close_cases(self, student_keys: Sequence[str], case_id: str) -> None:
        """Give back the locks that this case holds."""
        students = schema.students
        self._connection.execute(
            update(students)
            .where(among(students.c.student_key, student_keys), students.c.open_case == case_id)
            .values(open_case=None)
        )

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
        self._numbers.add(student, self._numbers.of([student.student_key])[student.student_key])
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
