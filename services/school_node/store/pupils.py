"""The roll: lines of pupils, written set-based and only from states that the domain allows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.canonical import canonical_bytes
from kernel.case import Item
from kernel.feed import ItemOutcome, refusal_from_content, refusal_to_content
from kernel.promotion import ClassesPromoted
from kernel.refusals import Refusal
from kernel.status import StudentStatus
from school_node.domain.pupil import EDITABLE, OFF_THE_ROLL, PupilState, identity_digest, reached_from
from school_node.store import schema

_pupils = schema.pupils

# Held by whoever adds lines or takes drafts off, so that what was looked up is still so when it is written.
_ROLL_LOCK = 0x726F6C6C  # "roll"; advisory locks are per database
_REGISTERED = ("state", "values", "number", "student_key", "case_id", "refusal", "status", "standing")


@dataclass(frozen=True)
class Pupil:
    """One line of the roll."""

    pupil_id: str
    state: PupilState
    identity_digest: bytes
    values: Mapping[str, str]
    number: str = ""
    student_key: str = ""
    case_id: str | None = None
    refusal: Refusal | None = None
    status: str = ""
    standing: Mapping[str, str] = field(default_factory=dict)

    @property
    def item(self) -> Item:
        return Item(self.pupil_id, self.values)


@dataclass(frozen=True)
class NewLine:
    """A line to be entered, or the new values of one that is known."""

    pupil_id: str
    identity_digest: bytes
    values: Mapping[str, str] = field(repr=False)


class Pupils:
    """The roll, as use cases see it."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def lock_roll(self) -> None:
        """One at a time adds lines, or takes drafts off to a case; to the end of the transaction."""
        self._connection.execute(select(func.pg_advisory_xact_lock(_ROLL_LOCK)))

    def live(self, digests: Sequence[bytes]) -> dict[bytes, Pupil]:
        """The live lines of those children, locked to the end of the transaction."""
        rows = self._connection.execute(
            _selected()
            .where(_pupils.c.identity_digest.in_(digests), _pupils.c.state.not_in(OFF_THE_ROLL))
            .order_by(_pupils.c.pupil_id)
            .with_for_update()
        )
        return {pupil.identity_digest: pupil for pupil in map(_pupil, rows)}

    def enter(self, lines: Sequence[NewLine], *, now: datetime) -> None:
        """Enter drafts of children who have no live line; the roll is locked since that was looked up."""
        if lines:
            self._connection.execute(
                text(
                    "INSERT INTO pupils (pupil_id, state, identity_digest, values, number, student_key, entered_at)"
                    " SELECT pupil_id, 'draft', digest, CAST(content AS jsonb), '', '', :now"
                    " FROM unnest(CAST(:ids AS uuid[]), CAST(:digests AS bytea[]), CAST(:contents AS text[]))"
                    " AS line(pupil_id, digest, content)"
                ),
                {**_columns(lines), "now": now},
            )

    def correct(self, lines: Sequence[NewLine]) -> None:
        """New values for drafts and for what came back; a line that came back is a draft again."""
        if lines:
            self._connection.execute(
                text(
                    "UPDATE pupils SET state = 'draft', values = CAST(line.content AS jsonb), refusal = NULL"
                    " FROM unnest(CAST(:ids AS uuid[]), CAST(:digests AS bytea[]), CAST(:contents AS text[]))"
                    " AS line(pupil_id, digest, content)"
                    " WHERE pupils.pupil_id = line.pupil_id AND pupils.state IN ('draft', 'returned')"
                ),
                _columns(lines),
            )

    def amend(self, line: NewLine) -> None:
        """As ``correct``, of one line whose child may turn out to be another than it said."""
        change = update(_pupils).where(
            _pupils.c.pupil_id == line.pupil_id, _pupils.c.state.in_([state.value for state in EDITABLE])
        )
        self._connection.execute(
            change.values(
                state=PupilState.DRAFT.value,
                identity_digest=line.identity_digest,
                values=dict(line.values),
                refusal=None,
            )
        )

    def discard(self, pupil_ids: Sequence[str]) -> int:
        """Remove drafts and what came back; how many there were. Lines in any other state stay."""
        gone = self._connection.execute(
            delete(_pupils)
            .where(_pupils.c.pupil_id.in_(pupil_ids), _pupils.c.state.in_([state.value for state in EDITABLE]))
            .returning(_pupils.c.pupil_id)
        )
        return len(gone.all())

    def arrive(self, line: NewLine, outcome: ItemOutcome, *, case_id: str, now: datetime) -> None:
        """A pupil whose record came from another school.

        One who came back gets a new line; the old one is history. One whom the registrar had entered as new as well has
        one line already (Art. 6), and that becomes the record's; a case it was in settles without it.
        """
        arrived = upsert(_pupils).values(
            pupil_id=line.pupil_id,
            state=PupilState.NUMBERED.value,
            identity_digest=line.identity_digest,
            values=dict(line.values),
            number=outcome.number,
            student_key=outcome.student_key,
            case_id=case_id,
            status=outcome.status,
            standing=dict(outcome.standing),
            entered_at=now,
        )
        self._connection.execute(
            arrived.on_conflict_do_update(
                index_elements=[_pupils.c.identity_digest],
                index_where=text("state NOT IN ('refused', 'left')"),
                set_={column: arrived.excluded[column] for column in _REGISTERED},
            )
        )

    def drafts(self, *, limit: int) -> Iterable[Pupil]:
        """The first drafts in the order entered, locked to the end of the transaction."""
        query = _selected().where(_pupils.c.state == PupilState.DRAFT.value).order_by(_pupils.c.pupil_id).limit(limit)
        return map(_pupil, self._connection.execute(query.with_for_update()))

    def line(self, pupil_id: str) -> Pupil | None:
        """One line in whatever state, locked to the end of the transaction."""
        row = self._connection.execute(_selected().where(_pupils.c.pupil_id == pupil_id).with_for_update()).first()
        return _pupil(row) if row is not None else None

    def count_drafts(self) -> int:
        """How many could be put into cases now."""
        query = select(func.count()).select_from(_pupils).where(_pupils.c.state == PupilState.DRAFT.value)
        return int(self._connection.execute(query).scalar_one())

    def move(self, case_id: str, to: PupilState) -> None:
        """The pupils of a case to another state, each from a state that it may follow."""
        change = update(_pupils).where(
            _pupils.c.case_id == case_id, _pupils.c.state.in_([state.value for state in reached_from(to)])
        )
        self._connection.execute(change.values(state=to.value))

    def put_into_case(self, pupil_ids: Sequence[str], case_id: str) -> None:
        """Drafts go into a case that the school's second person is to check."""
        self._connection.execute(
            update(_pupils)
            .where(_pupils.c.pupil_id.in_(pupil_ids), _pupils.c.state == PupilState.DRAFT.value)
            .values(state=PupilState.CHECKING.value, case_id=case_id, refusal=None)
        )

    def settle(self, case_id: str, outcomes: Sequence[ItemOutcome], to: Sequence[PupilState]) -> None:
        """Outcomes of a case's items: numbers, or why they came back. A line once numbered stays so."""
        before = {state.value for after in set(to) for state in reached_from(after)}
        self._connection.execute(
            text(
                "UPDATE pupils SET state = o.state, number = o.number, student_key = o.student_key,"
                " refusal = CAST(o.refusal AS jsonb), status = CASE o.state WHEN 'numbered' THEN 'enrolled' ELSE '' END"
                " FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:numbers AS text[]),"
                " CAST(:keys AS text[]), CAST(:refusals AS text[])) AS o(pupil_id, state, number, student_key, refusal)"
                " WHERE pupils.pupil_id = o.pupil_id AND pupils.case_id = CAST(:case_id AS uuid)"
                " AND pupils.state = ANY(CAST(:before AS text[]))"
            ),
            {
                "case_id": case_id,
                "ids": [outcome.item_id for outcome in outcomes],
                "states": [state.value for state in to],
                "numbers": [outcome.number for outcome in outcomes],
                "keys": [outcome.student_key for outcome in outcomes],
                "refusals": [
                    json.dumps(refusal_to_content(outcome.refused)) if outcome.refused else None for outcome in outcomes
                ],
                "before": sorted(before),
            },
        )

    def change(self, outcomes: Sequence[ItemOutcome]) -> None:
        """Registered pupils as the province has them after a case: number in force, values, status and standing.

        A pupil whose document is another is found by the new one, unless the registrar has entered the child under it
        as a new one as well: that line is refused above (Art. 6), and this one keeps what it was found by. The roll is
        locked by whoever calls.
        """
        changed = [outcome for outcome in outcomes if outcome.status]
        self._connection.execute(
            text(
                "UPDATE pupils SET values = CAST(o.record AS jsonb), status = o.status, number = o.number,"
                " standing = CAST(o.standing AS jsonb),"
                " identity_digest = CASE WHEN o.digest IS NULL OR EXISTS (SELECT FROM pupils other"
                " WHERE other.identity_digest = o.digest AND other.state NOT IN ('refused', 'left'))"
                " THEN pupils.identity_digest ELSE o.digest END"
                " FROM unnest(CAST(:keys AS text[]), CAST(:numbers AS text[]), CAST(:records AS text[]),"
                " CAST(:statuses AS text[]), CAST(:standings AS text[]), CAST(:digests AS bytea[]))"
                " AS o(student_key, number, record, status, standing, digest)"
                " WHERE pupils.student_key = o.student_key AND pupils.state = 'numbered'"
            ),
            {
                "keys": [outcome.student_key for outcome in changed],
                "numbers": [outcome.number for outcome in changed],
                "records": [json.dumps(dict(outcome.record), ensure_ascii=False) for outcome in changed],
                "statuses": [outcome.status for outcome in changed],
                "standings": [json.dumps(dict(outcome.standing), ensure_ascii=False) for outcome in changed],
                "digests": [identity_digest(outcome.record) for outcome in changed],
            },
        )

    def registered(self, numbers: Sequence[str]) -> dict[str, Pupil]:
        """The pupils who are registered here under those numbers, by number."""
        rows = self._connection.execute(
            _selected().where(_pupils.c.number.in_(numbers), _pupils.c.state == PupilState.NUMBERED.value)
        )
        return {pupil.number: pupil for pupil in map(_pupil, rows)}

    def promote(self, promoted: ClassesPromoted) -> None:
        """Pupils in school go up a grade, or a class of them back, but for those who stayed (Art. 12)."""
        self._connection.execute(
            text(
                "UPDATE pupils SET values = jsonb_set(values, '{grade}', to_jsonb(rung.after))"
                " FROM unnest(CAST(:before AS text[]), CAST(:after AS text[])) AS rung(before, after)"
                " WHERE state = 'numbered' AND status = 'enrolled' AND values->>'grade' = rung.before"
                " AND (:school_class = '' OR values->>'school_class' = :school_class)"
                " AND NOT student_key = ANY(CAST(:stayed AS text[]))"
            ),
            {
                "before": list(promoted.grades),
                "after": list(promoted.grades.values()),
                "school_class": promoted.school_class,
                "stayed": list(promoted.stayed),
            },
        )

    def leave(self, number: str) -> None:
        """The record is at another school now: the line stays as a copy (Article 9)."""
        self._connection.execute(
            update(_pupils)
            .where(_pupils.c.number == number, _pupils.c.state == PupilState.NUMBERED.value)
            .values(state=PupilState.LEFT.value, status=StudentStatus.TRANSFERRED_OUT.value)
        )

    def leave_all(self, keys: Sequence[str]) -> None:
        """As ``leave``, of many at once, by their student keys."""
        self._connection.execute(
            update(_pupils)
            .where(_pupils.c.student_key.in_(keys), _pupils.c.state == PupilState.NUMBERED.value)
            .values(state=PupilState.LEFT.value, status=StudentStatus.TRANSFERRED_OUT.value)
        )

    def page(
        self,
        states: Iterable[PupilState],
        *,
        number: str = "",
        student_key: str = "",
        name: str = "",
        document: str = "",
        after: str = "",
        size: int,
    ) -> list[Pupil]:
        """Lines in those states, in the order entered, after the line ``after``; what is given is exact."""
        query = (
            _selected()
            .where(_pupils.c.state.in_([state.value for state in states]))
            .order_by(_pupils.c.pupil_id)
            .limit(size)
        )
        if number:
            query = query.where(_pupils.c.number == number)
        if student_key:
            query = query.where(_pupils.c.student_key == student_key)
        if name:
            query = query.where(_pupils.c["values"]["name"].astext == cast(name, Text))
        if document:
            query = query.where(schema.document_number == document)
        if after:
            query = query.where(_pupils.c.pupil_id > after)
        return [_pupil(row) for row in self._connection.execute(query)]


def _selected() -> Select[Any]:
    return select(
        _pupils.c.pupil_id,
        _pupils.c.state,
        _pupils.c.identity_digest,
        _pupils.c["values"],
        _pupils.c.number,
        _pupils.c.student_key,
        _pupils.c.case_id,
        _pupils.c.refusal,
        _pupils.c.status,
        _pupils.c.standing,
    )


def _pupil(row: Row[Any]) -> Pupil:
    line = row._mapping
    return Pupil(
        pupil_id=line["pupil_id"],
        state=PupilState(line["state"]),
        identity_digest=bytes(line["identity_digest"]),
        values=line["values"],
        number=line["number"],
        student_key=line["student_key"],
        case_id=line["case_id"],
        refusal=refusal_from_content(line["refusal"]) if line["refusal"] else None,
        status=line["status"],
        standing=line["standing"],
    )


def _columns(lines: Sequence[NewLine]) -> dict[str, Any]:
    return {
        "ids": [line.pupil_id for line in lines],
        "digests": [line.identity_digest for line in lines],
        "contents": [canonical_bytes(dict(line.values)).decode() for line in lines],
    }
