"""Changes of schools and divisions as this hub remembers them; and the records that they move, set-based."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, any_, delete, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.feed import refusal_from_content, refusal_to_content
from kernel.organisations import OrganisationChange, Placing, Seat
from kernel.refusals import Refusal
from kernel.status import StudentStatus
from province_hub.store import schema
from province_hub.store.set_based import AT, HISTORY_COLUMNS, ON

_changes, _work = schema.organisation_changes, schema.organisation_work

CHANGES_WAIT = "organisations"  # rung when there may be something to carry out

_LIVE = sorted(status.value for status in StudentStatus if status.live)

# Of a school, the next records that nothing holds and for whose class somebody said where it goes. What another
# transaction holds at this moment is left for the next look, so that a large merger waits for no single case.
_MOVE = text(
    "WITH goal AS MATERIALIZED (SELECT * FROM unnest(CAST(:grades AS text[]), CAST(:classes AS text[]),"  # noqa: S608
    " CAST(:schools AS text[]), CAST(:becomes AS text[])) AS one(grade, school_class, to_school, becomes)),"
    " chosen AS MATERIALIZED (SELECT s.student_key, s.school_class AS was_class, p.to_school,"
    " CASE WHEN p.becomes = '' THEN s.school_class ELSE p.becomes END AS school_class"
    " FROM students s JOIN LATERAL (SELECT to_school, becomes FROM goal"
    " WHERE goal.grade IN ('', s.grade) AND goal.school_class IN ('', s.school_class)"
    " ORDER BY goal.school_class <> '' DESC, goal.grade <> '' DESC LIMIT 1) AS p ON true"
    " WHERE s.school = :from_school AND s.custody = 'held' AND s.open_case IS NULL"
    " AND s.status = ANY(CAST(:live AS text[]))"
    " ORDER BY s.student_key LIMIT :most FOR UPDATE OF s SKIP LOCKED),"
    " moved AS (UPDATE students s SET school = c.to_school, school_class = c.school_class, version = s.version + 1"
    " FROM chosen c WHERE s.student_key = c.student_key"
    " RETURNING s.student_key, s.since_epoch, s.version, s.number, s.status, s.school, s.grade, s.school_class,"
    ' s."values" AS form, s.standing, c.was_class),'
    f" written AS (INSERT INTO history ({HISTORY_COLUMNS})"
    f" SELECT m.student_key, m.since_epoch, m.version, {AT}, {AT}, {ON}, CAST(:change_id AS uuid), :procedure,"
    " 'moved', :office, :person, :reason, CAST(:articles AS text[]), '', CAST('{}' AS text[]), 0,"
    " jsonb_build_object('school', m.school) || CASE WHEN m.school_class = m.was_class THEN CAST('{}' AS jsonb)"
    " ELSE jsonb_build_object('values', jsonb_build_object('school_class', m.school_class)) END,"
    " m.status, m.school, m.grade, m.school_class"
    " FROM moved m JOIN history before ON before.student_key = m.student_key"
    " AND before.since_epoch = m.since_epoch AND before.version = m.version - 1)"
    " SELECT CAST(student_key AS text) AS student_key, number, status, school, grade, school_class,"
    ' form AS "values", standing'
    " FROM moved ORDER BY student_key"
)


class ChangeState(StrEnum):
    PROPOSED = "proposed"  # 待省级审批
    APPROVED = "approved"  # 已批准, waits for its day
    IN_FORCE = "in_force"  # 已生效
    REFUSED = "refused"  # 未批准
    LAPSED = "lapsed"  # 未能生效: on its day something spoke against it


@dataclass(frozen=True)
class Asked:
    """A change, who asked for it and what became of it.

    Attributes:
        proposed_by: office; proposer: staff id there. jws: the change as that office signed it.
        concerns: authorities whose schools it is about. moved: records that it has moved.
        lapsed: what spoke against it on its day.
    """

    change: OrganisationChange
    state: ChangeState
    proposed_by: str
    proposer: str
    jws: str
    concerns: tuple[str, ...]
    proposed_ms: int
    decided_by: str = ""
    decided_ms: int | None = None
    reason: str = ""
    entered_ms: int | None = None
    moved: int = 0
    lapsed: Refusal | None = None


@dataclass(frozen=True)
class Work:
    """What a change leaves to be done at one school: pupils to move (``placings``), or to tell of (``told_to``)."""

    change_id: str
    school: str
    moves: bool
    placings: tuple[Placing, ...] = ()
    told_to: str | None = None


@dataclass(frozen=True)
class Moved:
    """A record as it stands after a move, or as an authority is told of it."""

    student_key: str
    number: str
    status: str
    school: str
    values: Mapping[str, str]
    standing: Mapping[str, str]


@dataclass(frozen=True)
class Held:
    """Records of some schools: pupils, of whom ``waiting`` are held by a case or a transfer; and archives."""

    pupils: Mapping[Seat, int]
    waiting: int
    archives: Mapping[str, int]


class Organisations:
    """Changes, and what they move, in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    # --- What was asked for ---

    def propose(self, asked: Asked) -> bool:
        """Remember a change that was asked for; False where one of that id is known."""
        statement = upsert(_changes).values(
            change_id=asked.change.change_id,
            kind=asked.change.kind,
            content=asked.change.to_content(),
            effective_on=asked.change.effective_on,
            state=asked.state.value,
            proposed_by=asked.proposed_by,
            proposer=asked.proposer,
            jws=asked.jws,
            concerns=list(asked.concerns),
            proposed_ms=asked.proposed_ms,
            decided_by="",
            reason="",
            moved=0,
        )
        put = statement.on_conflict_do_nothing(index_elements=[_changes.c.change_id]).returning(_changes.c.change_id)
        return self._connection.scalar(put) is not None

    def find(self, change_id: str, *, lock: bool = False) -> Asked | None:
        query = select(_changes).where(_changes.c.change_id == change_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return _asked(row) if row is not None else None

    def page(self, *, before: tuple[int, str] | None, authority: str, size: int) -> list[Asked]:
        """Changes, the newest first; those of one authority where one is named.

        Args:
            before: moment and id of the last of the page before.
        """
        query = select(_changes).order_by(_changes.c.proposed_ms.desc(), _changes.c.change_id.desc()).limit(size)
        if authority:
            concerned = literal(authority) == any_(_changes.c.concerns)
            query = query.where(or_(concerned, _changes.c.proposed_by == f"authority/{authority}"))
        if before is not None:
            at_ms, change_id = before
            earlier = (_changes.c.proposed_ms == at_ms) & (_changes.c.change_id < change_id)
            query = query.where(or_(_changes.c.proposed_ms < at_ms, earlier))
        return [_asked(row) for row in self._connection.execute(query)]

    def decide(self, change_id: str, state: ChangeState, *, person: str, reason: str, now_ms: int) -> None:
        self._set(change_id, state=state.value, decided_by=person, reason=reason, decided_ms=now_ms)

    def due(self, today: date) -> Asked | None:
        """The next approved change whose day has come, locked; the earliest day first, then as they were decided."""
        query = (
            select(_changes)
            .where(_changes.c.state == ChangeState.APPROVED.value, _changes.c.effective_on <= today)
            .order_by(_changes.c.effective_on, _changes.c.decided_ms, _changes.c.change_id)
            .limit(1)
        )
        row = self._connection.execute(query.with_for_update()).one_or_none()
        return _asked(row) if row is not None else None

    def enter(self, change_id: str, work: Sequence[Work], *, now_ms: int) -> None:
        """The change is in force, and leaves this to be done."""
        self._set(change_id, state=ChangeState.IN_FORCE.value, entered_ms=now_ms)
        rows = [
            {
                "change_id": change_id,
                "school": one.school,
                "kind": "move" if one.moves else "tell",
                "placings": [placing.to_content() for placing in one.placings],
                "done": False,
                "looked_ms": 0,
            }
            for one in work
        ]
        if rows:
            self._connection.execute(upsert(_work).values(rows).on_conflict_do_nothing())

    def lapse(self, change_id: str, why: Refusal) -> None:
        self._set(change_id, state=ChangeState.LAPSED.value, lapsed=refusal_to_content(why))

    def back_in_force(self, schools: Collection[str]) -> None:
        """Codes that begin again (原校恢复的，恢复原代码): what earlier changes left to be done there is over."""
        self._connection.execute(delete(_work).where(_work.c.school.in_(schools)))

    # --- What is to be done ---

    def take_work(self, *, before_ms: int, now_ms: int) -> Work | None:
        """The school whose turn it is, locked: the one that nobody has looked at for longest."""
        row = self._connection.execute(
            select(_work)
            .where(~_work.c.done, _work.c.looked_ms < before_ms)
            .order_by(_work.c.looked_ms)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        work = _work_of(row)
        self._at(work, looked_ms=now_ms)
        return work

    def unfinished(self, change_id: str) -> list[Work]:
        """What a change has left to be done."""
        rows = self._connection.execute(select(_work).where(_work.c.change_id == change_id, ~_work.c.done))
        return [_work_of(row) for row in rows]

    def look_again(self, work: Work) -> None:
        """There is more of it, now."""
        self._at(work, looked_ms=0)

    def told(self, work: Work, to: str) -> None:
        self._at(work, told_to=to, looked_ms=0)

    def done(self, work: Work) -> None:
        """Nothing is left of it, unless a case brings somebody there (``reopen``)."""
        self._at(work, done=True)

    def drop(self, work: Work) -> None:
        """Nothing is left of it, for good."""
        self._connection.execute(delete(_work).where(*_where(work)))

    def reopen(self, schools: Collection[str]) -> bool:
        """A case of these schools was settled: where they have ended, whom it held or brought is to follow.

        Returns:
            Whether a change has moved pupils out of one of them.
        """
        again = update(_work).where(_work.c.school.in_(schools), _work.c.kind == "move")
        return self._connection.execute(again.values(done=False, looked_ms=0)).rowcount > 0

    def move(
        self, work: Work, change: OrganisationChange, *, most: int, office: str, person: str, now_ms: int
    ) -> list[Moved]:
        """Move the next records of a school, an entry of history for each, valid from the day of the change."""
        rows = self._connection.execute(
            _MOVE,
            {
                "grades": [placing.grade for placing in work.placings],
                "classes": [placing.school_class for placing in work.placings],
                "schools": [placing.to_school for placing in work.placings],
                "becomes": [placing.becomes for placing in work.placings],
                "from_school": work.school,
                "live": _LIVE,
                "most": most,
                "change_id": change.change_id,
                "procedure": change.kind,
                "on": change.effective_on,
                "now_ms": now_ms,
                "office": office,
                "person": person,
                "reason": "，".join(filter(None, (change.order_number, change.reason))),
                "articles": list(change.clauses),
            },
        )
        moved = [_moved(row) for row in rows]
        if moved:
            self._set(change.change_id, moved=_changes.c.moved + len(moved))
        return moved

    def records_of(self, school: str, *, after: str | None, most: int) -> list[Moved]:
        """Records of a school by their keys, those whom another province holds left out."""
        students = schema.students
        query = (
            select(
                students.c.student_key,
                students.c.number,
                students.c.status,
                students.c.school,
                students.c.grade,
                students.c.school_class,
                students.c["values"],
                students.c.standing,
            )
            .where(students.c.school == school, students.c.custody != "gone")
            .order_by(students.c.student_key)
            .limit(most)
        )
        if after is not None:
            query = query.where(students.c.student_key > after)
        return [_moved(row) for row in self._connection.execute(query)]

    # --- Counting ---

    def held(self, schools: Collection[str]) -> Held:
        """What is at those schools."""
        students = schema.students
        live = students.c.status.in_(_LIVE)
        holding = (students.c.custody == "frozen") | students.c.open_case.is_not(None)
        rows = self._connection.execute(
            select(
                students.c.school,
                students.c.grade,
                students.c.school_class,
                func.count().filter(live),
                func.count().filter(live & holding),
                func.count().filter(~live),
            )
            .where(students.c.school.in_(schools), students.c.custody != "gone")
            .group_by(students.c.school, students.c.grade, students.c.school_class)
        ).all()
        archives: dict[str, int] = {}
        for school, *_, finished in rows:
            archives[school] = archives.get(school, 0) + finished
        pupils = {Seat(school, grade, name): count for school, grade, name, count, _, _ in rows if count}
        return Held(pupils, sum(row[4] for row in rows), archives)

    def open_cases(self, schools: Collection[str]) -> int:
        """Cases at this hub of those schools, on either side, that are not closed."""
        cases = schema.ledger.cases
        sides = cases.c.school.in_(schools) | cases.c.releasing_school.in_(schools)
        counted = select(func.count()).select_from(cases).where(cases.c.state != "closed", sides)
        return self._connection.execute(counted).scalar_one()

    def _set(self, change_id: str, **values: Any) -> None:
        self._connection.execute(update(_changes).where(_changes.c.change_id == change_id).values(**values))

    def _at(self, work: Work, **values: Any) -> None:
        self._connection.execute(update(_work).where(*_where(work)).values(**values))


def _where(work: Work) -> tuple[ColumnElement[bool], ...]:
    kind = "move" if work.moves else "tell"
    return (_work.c.change_id == work.change_id, _work.c.school == work.school, _work.c.kind == kind)


def _work_of(row: Row[Any]) -> Work:
    return Work(
        change_id=row.change_id,
        school=row.school,
        moves=row.kind == "move",
        placings=tuple(map(Placing.from_content, row.placings)),
        told_to=row.told_to,
    )


def _asked(row: Row[Any]) -> Asked:
    return Asked(
        change=OrganisationChange.from_content(row.content),
        state=ChangeState(row.state),
        proposed_by=row.proposed_by,
        proposer=row.proposer,
        jws=row.jws,
        concerns=tuple(row.concerns),
        proposed_ms=row.proposed_ms,
        decided_by=row.decided_by,
        decided_ms=row.decided_ms,
        reason=row.reason,
        entered_ms=row.entered_ms,
        moved=row.moved,
        lapsed=refusal_from_content(row.lapsed) if row.lapsed else None,
    )


def _moved(row: Row[*tuple[Any, ...]]) -> Moved:
    told = row._mapping  # a row's own ``values`` and ``count`` would hide the columns of that name
    seat = {key: told[key] for key in ("grade", "school_class") if told[key]}
    return Moved(
        student_key=told["student_key"],
        number=told["number"],
        status=told["status"],
        school=told["school"],
        values={**told["values"], **seat},
        standing=told["standing"],
    )
