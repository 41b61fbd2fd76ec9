"""Alarms of the ledger's cases, and the steps that are or were overdue: read and written set-based."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, func, or_, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.ledger import LedgerTables
from chassis.sql import Transaction
from kernel.alarms import Alarm
from kernel.calendar import Due
from kernel.case import CaseState
from kernel.divisions import DivisionLevel, level_of
from kernel.feed import DueRecounted
from kernel.office import Office, Tier
from kernel.refusals import RequestMalformed

_LOOK_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ringing:
    """A case whose awaited step has an alarm to be looked at; ``before``: which of them has rung already."""

    case_id: str
    procedure: str
    school: str
    rule_pack: str
    step: str
    office: str
    due: Due
    before: Alarm

    @property
    def key(self) -> tuple[str, str, str]:
        return self.case_id, self.step, self.office


@dataclass(frozen=True)
class OverdueStep:
    """A step whose time is over.

    Attributes:
        office: who owes it. authority: code of the authority that it is or is under; empty of a province.
        told_by: this office, of its own ledger; or the office that told it. told_to: who above was told.
        ended_at: when it was taken, or the case ended; None while it is owed.
    """

    case_id: str
    procedure: str
    school: str
    step: str
    office: str
    authority: str
    due_at: datetime
    told_by: str
    told_to: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.case_id, self.step, self.office


@dataclass(frozen=True)
class OverduePage:
    """A page of overdue steps, oldest first; ``next_token`` is empty on the last."""

    steps: tuple[OverdueStep, ...]
    next_token: str = ""


@dataclass(frozen=True)
class OfficeOverdue:
    """One office's line of the table (通报).

    Attributes:
        open, long: steps owed now, and of those the ones that the province is told of. oldest: when the first of them
            fell due. begun, ended: in the month asked for.
    """

    office: str
    open: int
    long: int
    oldest: datetime | None
    begun: int
    ended: int


class DeadlineBook:
    """The clock inside one transaction."""

    def __init__(self, tx: Transaction, ledger: LedgerTables, overdue: Table) -> None:
        self._connection = tx.connection
        self._cases = ledger.cases
        self._overdue = overdue

    # --- Alarms ---

    def ringing(self, *, now: datetime, limit: int) -> list[Ringing]:
        """Cases with an alarm to be looked at, held to the end of the transaction; what somebody decides now waits."""
        c = self._cases.c
        rows = self._connection.execute(
            select(
                c.case_id,
                c.procedure,
                c.school,
                c.rule_pack,
                c.awaited_step,
                c.awaited_office,
                c.due_at,
                c.due_provisional,
                c.alarm,
            )
            .where(c.alarm_at.is_not(None), c.alarm_at <= now)
            .order_by(c.alarm_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [
            Ringing(
                case_id=row.case_id,
                procedure=row.procedure,
                school=row.school,
                rule_pack=row.rule_pack,
                step=row.awaited_step,
                office=row.awaited_office,
                due=Due(row.due_at, row.due_provisional, ""),
                before=Alarm(row.alarm),
            )
            for row in rows
        ]

    def rang(self, looked_at: Iterable[tuple[str, Alarm, datetime | None]]) -> None:
        """Which alarm has rung of each case, and when to look again."""
        rows = list(looked_at)
        if rows:
            self._connection.execute(
                text(
                    "UPDATE cases SET alarm = rung.alarm, alarm_at = rung.again"
                    " FROM unnest(CAST(:cases AS uuid[]), CAST(:alarms AS int[]), CAST(:again AS timestamptz[]))"
                    " AS rung(case_id, alarm, again) WHERE cases.case_id = rung.case_id"
                ),
                {
                    "cases": [case_id for case_id, _, _ in rows],
                    "alarms": [int(alarm) for _, alarm, _ in rows],
                    "again": [again for _, _, again in rows],
                },
            )

    def reminded(self, case_id: str, *, at: datetime) -> None:
        """Somebody asked that the awaited step be taken."""
        self._connection.execute(update(self._cases).where(self._cases.c.case_id == case_id).values(reminded_at=at))

    # --- Dates that were provisional ---

    def counted_otherwise(self, version: str, *, limit: int) -> list[tuple[str, datetime]]:
        """Open cases whose provisional date this office counted by another calendar, each with the receipt that it was
        counted from; held to the end of the transaction."""
        c = self._cases.c
        rows = self._connection.execute(
            select(c.case_id, c.counted_from)
            .where(
                c.due_provisional,
                c.state == CaseState.OPEN.value,
                c.counted_from.is_not(None),
                c.calendar_version.is_distinct_from(version),
            )
            .order_by(c.case_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [(case_id, counted_from) for case_id, counted_from in rows]

    def recounted(self, case_id: str, due: Due) -> None:
        """The date as another calendar counts it; its alarms are looked at afresh."""
        self._connection.execute(
            update(self._cases)
            .where(self._cases.c.case_id == case_id)
            .values(
                due_at=due.at,
                due_provisional=due.provisional,
                calendar_version=due.calendar_version,
                alarm=int(Alarm.NONE),
                alarm_at=_LOOK_AT_ONCE,
            )
        )

    def told_again(self, told: DueRecounted) -> bool:
        """The date as an office above counts it now, where it is still that step's turn and was not counted here."""
        c = self._cases.c
        changed = self._connection.execute(
            update(self._cases)
            .where(
                c.case_id == told.case_id,
                c.state == CaseState.OPEN.value,
                c.awaited_step == told.awaited_step,
                c.awaited_office == told.awaited_office,
                c.due_at.is_not(None),
                c.counted_from.is_(None),
            )
            .values(
                due_at=told.due.at,
                due_provisional=told.due_provisional,
                alarm=int(Alarm.NONE),
                alarm_at=_LOOK_AT_ONCE,
            )
            .returning(c.case_id)
        )
        return changed.one_or_none() is not None

    # --- Steps that are overdue ---

    def begin(self, steps: Sequence[OverdueStep], *, now: datetime) -> None:
        """Remember steps as overdue; again adds whom it was told, and one that had ended before ``now`` begins anew."""
        t = self._overdue
        for step in steps:
            new = upsert(t).values(**_row(step), recorded_at=now)
            self._connection.execute(
                new.on_conflict_do_update(
                    index_elements=[t.c.case_id, t.c.step, t.c.office],
                    set_={
                        "due_at": new.excluded.due_at,
                        # Few at most, each once: the office above, and the province.
                        "told_to": text(
                            "ARRAY(SELECT DISTINCT unnest(overdue_steps.told_to || excluded.told_to) ORDER BY 1)"
                        ),
                        "ended_at": None,
                    },
                    where=or_(t.c.ended_at.is_(None), t.c.ended_at < now),
                )
            )

    def end(self, steps: Sequence[OverdueStep], *, at: datetime) -> None:
        """They were taken, or their cases ended. One that is not known yet is remembered as over: news may overtake."""
        t = self._overdue
        for step in steps:
            new = upsert(t).values(**_row(step) | {"ended_at": at}, recorded_at=at)
            self._connection.execute(
                new.on_conflict_do_update(
                    index_elements=[t.c.case_id, t.c.step, t.c.office],
                    set_={"ended_at": at},
                    where=t.c.ended_at.is_(None),
                )
            )

    def taken_since(self, here: Office, *, now: datetime, limit: int) -> list[OverdueStep]:
        """Steps that this office's own ledger had as overdue, and no longer has; of whatever case is over, all."""
        t, c = self._overdue, self._cases.c
        still = and_(
            c.state == CaseState.OPEN.value,
            c.awaited_step == t.c.step,
            c.awaited_office == t.c.office,
            c.due_at <= now,
        )
        rows = self._connection.execute(
            select(t)
            .join(self._cases, c.case_id == t.c.case_id)
            .where(
                t.c.ended_at.is_(None),
                or_(and_(t.c.told_by == str(here), ~still), c.state == CaseState.CLOSED.value),
            )
            .limit(limit)
            .with_for_update(of=t)
        )
        return [_step(row) for row in rows]

    def page(self, *, under: Office | None, long_before: datetime | None, size: int, token: str = "") -> OverduePage:
        """A page of what is overdue, the oldest first.

        Args:
            under: of this office and those below it alone. long_before: only what fell due then or before.

        Raises:
            RequestMalformed: the page token is none of ours.
        """
        t = self._overdue.c
        place = (t.due_at, t.case_id, t.step, t.office)
        query = select(self._overdue).where(t.ended_at.is_(None), self._below(under)).order_by(*place).limit(size + 1)
        if long_before is not None:
            query = query.where(t.due_at <= long_before)
        if token:
            query = query.where(tuple_(*place) > _place(token))
        steps = [_step(row) for row in self._connection.execute(query)]
        if len(steps) <= size:
            return OverduePage(tuple(steps))
        last = steps[size - 1]
        return OverduePage(tuple(steps[:size]), "~".join((last.due_at.isoformat(), *last.key)))

    def by_office(
        self,
        *,
        under: Office | None,
        month: tuple[datetime, datetime],
        long_before: datetime,
        size: int,
        token: str = "",
    ) -> list[OfficeOverdue]:
        """A page of the table, in the order of the offices, after ``token``; who owes nothing and owed nothing in that
        month is not in it.

        Args:
            month: its first moment, and that of the next. long_before: what fell due then or before is long overdue.
        """
        t = self._overdue.c
        first, after = month
        is_open = t.ended_at.is_(None)
        begun, ended = and_(t.due_at >= first, t.due_at < after), and_(t.ended_at >= first, t.ended_at < after)
        query = (
            select(
                t.office,
                func.count().filter(is_open),
                func.count().filter(is_open, t.due_at <= long_before),
                func.min(t.due_at).filter(is_open),
                func.count().filter(begun),
                func.count().filter(ended),
            )
            .where(self._below(under), or_(is_open, begun, ended))
            .group_by(t.office)
            .order_by(t.office)
            .limit(size)
        )
        if token:
            query = query.where(t.office > token)
        return [OfficeOverdue(*row) for row in self._connection.execute(query)]

    def _below(self, under: Office | None) -> ColumnElement[bool]:
        t = self._overdue.c
        match under:
            case None:
                return true()
            case Office(Tier.AUTHORITY, code):
                return t.authority.startswith(_common_digits(code))
            case Office(Tier.PROVINCE | Tier.NATION):
                return true()
            case _:
                return t.office == str(under)


def _common_digits(code: str) -> str:
    """What the codes of an authority and of those in its division begin with."""
    return {DivisionLevel.PROVINCE: code[:2], DivisionLevel.PREFECTURE: code[:4]}.get(level_of(code), code)


def _place(token: str) -> tuple[datetime, str, str, str]:
    try:
        at, case_id, step, office = token.split("~")
        return datetime.fromisoformat(at), str(uuid.UUID(case_id)), step, office
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed


def _row(step: OverdueStep) -> dict[str, Any]:
    return {
        "case_id": step.case_id,
        "step": step.step,
        "office": step.office,
        "authority": step.authority,
        "procedure": step.procedure,
        "school": step.school,
        "due_at": step.due_at,
        "told_by": step.told_by,
        "told_to": list(step.told_to),
        "ended_at": step.ended_at,
    }


def _step(row: Row[Any]) -> OverdueStep:
    return OverdueStep(
        case_id=row.case_id,
        procedure=row.procedure,
        school=row.school,
        step=row.step,
        office=row.office,
        authority=row.authority,
        due_at=row.due_at,
        told_by=row.told_by,
        told_to=tuple(row.told_to),
        ended_at=row.ended_at,
    )
