"""Reading and writing the case ledger, set-based: a case of 2,000 items is a handful of statements."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, insert, or_, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.ledger.records import (
    EVERY_CASE,
    Awaited,
    CaseFilter,
    CasePage,
    CaseRecord,
    ItemRecord,
    TimelineEvent,
    View,
)
from chassis.ledger.rows import heading_of, record_of
from chassis.ledger.tables import LedgerTables, soonest_due
from chassis.sql import Transaction
from kernel.calendar import Due
from kernel.canonical import canonical_bytes
from kernel.case import Case, CaseState, Item, ItemState
from kernel.feed import ItemOutcome, refusal_from_content, refusal_to_content
from kernel.office import Office
from kernel.refusals import CaseNotFound, DigestReused, Refusal, RequestMalformed, ReturnedForCorrection
from kernel.regulation import of_family

WAITING = "waiting"  # the step of a timeline at which a case begins to wait (暂停)
# Sorts cases without a due date last, and keeps page tokens finite.
_NO_DUE_DATE = datetime(9999, 1, 1, tzinfo=UTC)
_LOOK_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # an alarm that nobody has looked at yet


class CaseLedger:
    """The ledger as a use case sees it."""

    def __init__(self, tx: Transaction, tables: LedgerTables) -> None:
        self._connection = tx.connection
        self._cases = tables.cases
        self._items = tables.items
        self._events = tables.events

    def add(
        self,
        case: Case,
        *,
        state: CaseState,
        awaited: Awaited,
        received_at: datetime,
        due: Due | None,
        shown: dict[str, str] | None = None,
    ) -> bool:
        """Remember a case; False when it is here already.

        Raises:
            DigestReused: another content is known under the same id.
        """
        added = self._connection.execute(
            upsert(self._cases)
            .values(
                case_id=case.case_id,
                procedure=case.procedure_name,
                school=case.school,
                releasing_school=case.releasing_school,
                rule_pack=case.rule_pack,
                filed_at_ms=case.filed_at_ms,
                digest=case.digest,
                evidence=case.body()["evidence"],
                endorsements=list(case.endorsements),
                state=state.value,
                awaited_step=awaited.step,
                awaited_office=awaited.office,
                received_at=received_at,
                **_clock(due),
                shown=shown or {},
                items_total=len(case.items),
                items_done=0,
                items_refused=0,
            )
            .on_conflict_do_nothing()
            .returning(self._cases.c.case_id)
        ).one_or_none()
        if added is None:
            known = self._connection.scalar(select(self._cases.c.digest).where(self._cases.c.case_id == case.case_id))
            if known != case.digest:
                raise DigestReused(field="case_id")
            return False
        self._connection.execute(
            text(
                "INSERT INTO case_items"
                " (case_id, position, item_id, values, state, number, student_key, about)"
                " SELECT CAST(:case_id AS uuid), position, item_id, CAST(content AS jsonb), :state, '', '',"
                " CAST(content AS jsonb) ->> 'number'"
                " FROM unnest(CAST(:item_ids AS uuid[]), CAST(:contents AS text[]))"
                " WITH ORDINALITY AS item(item_id, content, position)"
            ),
            {
                "case_id": case.case_id,
                "state": ItemState.PENDING.value,
                "item_ids": [item.item_id for item in case.items],
                "contents": [canonical_bytes(dict(item.values)).decode() for item in case.items],
            },
        )
        return True

    def find(self, case_id: str, *, lock: bool = False) -> CaseRecord | None:
        """The case with all its items, or None. ``lock`` holds the row to the end of the transaction."""
        query = select(self._cases).where(self._cases.c.case_id == case_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            return None
        items = self._connection.execute(
            select(self._items.c.item_id, self._items.c["values"])
            .where(self._items.c.case_id == case_id)
            .order_by(self._items.c.position)
        )
        return record_of(row, tuple(Item(item_id, values) for item_id, values in items))

    def get(self, case_id: str, *, lock: bool = False) -> CaseRecord:
        """As ``find``, raising CaseNotFound."""
        record = self.find(case_id, lock=lock)
        if record is None:
            raise CaseNotFound(field="case_id")
        return record

    def advance(self, case: Case, *, state: CaseState, awaited: Awaited, due: Due | None) -> None:
        """The case has new endorsements, or waits for somebody else now."""
        self._connection.execute(
            update(self._cases)
            .where(self._cases.c.case_id == case.case_id)
            .values(
                endorsements=list(case.endorsements),
                state=state.value,
                awaited_step=awaited.step,
                awaited_office=awaited.office,
                waits_for=None,
                reminded_at=None,
                **_clock(due),
            )
        )

    def point(self, case_id: str, *, awaited: Awaited, due: Due | None, waits_for: Refusal | None = None) -> None:
        """Whose turn it is, as an upper tier told; a closed case stays closed."""
        self._connection.execute(
            update(self._cases)
            .where(self._cases.c.case_id == case_id, self._cases.c.state != CaseState.CLOSED.value)
            .values(
                awaited_step=awaited.step,
                awaited_office=awaited.office,
                waits_for=refusal_to_content(waits_for) if waits_for else None,
                reminded_at=None,
                **_clock(due),
            )
        )

    def settle(self, case_id: str, outcomes: Sequence[ItemOutcome]) -> bool:
        """Write items' outcomes; an outcome once written stays. True when no item is pending any more.

        The case is closed in the same statement that finds it so.
        """
        self._connection.execute(
            text(
                "UPDATE case_items SET state = o.state, number = o.number, student_key = o.student_key,"
                " refusal = CAST(o.refusal AS jsonb)"
                " FROM unnest(CAST(:item_ids AS uuid[]), CAST(:states AS text[]), CAST(:numbers AS text[]),"
                " CAST(:keys AS text[]), CAST(:refusals AS text[]))"
                " AS o(item_id, state, number, student_key, refusal)"
                " WHERE case_items.case_id = CAST(:case_id AS uuid) AND case_items.item_id = o.item_id"
                " AND case_items.state = 'pending'"
            ),
            {
                "case_id": case_id,
                "item_ids": [outcome.item_id for outcome in outcomes],
                "states": [_item_state(outcome).value for outcome in outcomes],
                "numbers": [outcome.number for outcome in outcomes],
                "keys": [outcome.student_key for outcome in outcomes],
                "refusals": [
                    json.dumps(refusal_to_content(outcome.refused)) if outcome.refused else None for outcome in outcomes
                ],
            },
        )
        pending, done, refused = self._connection.execute(
            select(
                func.count().filter(self._items.c.state == ItemState.PENDING.value),
                func.count().filter(self._items.c.state == ItemState.DONE.value),
                func.count().filter(self._items.c.state.in_((ItemState.RETURNED.value, ItemState.REFUSED.value))),
            ).where(self._items.c.case_id == case_id)
        ).one()
        closing = {"state": CaseState.CLOSED.value, "awaited_step": "", "awaited_office": "", **_clock(None)}
        self._connection.execute(
            update(self._cases)
            .where(self._cases.c.case_id == case_id)
            .values(items_done=done, items_refused=refused, **(closing if pending == 0 else {}))
        )
        return bool(pending == 0)

    def pending_values(self, keys: Sequence[str], *, except_case: str) -> list[dict[str, str]]:
        """Those values of the items that are pending in other cases; items without the last of them are left out."""
        values = self._items.c["values"]
        unfinished = select(self._cases.c.case_id).where(self._cases.c.state != CaseState.CLOSED.value)
        columns = [func.coalesce(values[key].astext, "").label(key) for key in keys]
        rows = self._connection.execute(
            select(*columns).where(
                self._items.c.state == ItemState.PENDING.value,
                self._items.c.case_id.in_(unfinished),  # few, of all that ever were
                self._items.c.case_id != except_case,
                func.coalesce(values[keys[-1]].astext, "") != "",
            )
        ).mappings()
        return [dict(row) for row in rows]

    def numbers_in_work(self, numbers: Sequence[str], *, except_case: str = "") -> set[str]:
        """Of these student numbers, those about which another case is not settled yet."""
        rows = self._connection.execute(
            select(self._items.c.about)
            .join(self._cases, self._cases.c.case_id == self._items.c.case_id)
            .where(
                self._cases.c.state != CaseState.CLOSED.value,
                self._items.c.state == ItemState.PENDING.value,
                self._items.c.about.in_(numbers),
                *([self._items.c.case_id != except_case] if except_case else []),
            )
        )
        return set(rows.scalars())

    def waiting_about(self, numbers: Sequence[str]) -> list[str]:
        """Open cases about one of these student numbers that wait for something to be put right, oldest first."""
        about = select(self._items.c.case_id).where(
            self._items.c.about.in_(numbers), self._items.c.state == ItemState.PENDING.value
        )
        rows = self._connection.execute(
            select(self._cases.c.case_id)
            .where(
                self._cases.c.case_id.in_(about),
                self._cases.c.state == CaseState.OPEN.value,
                self._cases.c.waits_for.is_not(None),
            )
            .order_by(self._cases.c.received_at)
        )
        return list(rows.scalars())

    def waiting(self, *, after: str, limit: int) -> list[str]:
        """Open cases that wait for something to be put right, by id, after that one; empty for the first."""
        query = select(self._cases.c.case_id).where(
            self._cases.c.awaited_office == "",
            self._cases.c.waits_for.is_not(None),
            self._cases.c.state == CaseState.OPEN.value,
        )
        if after:
            query = query.where(self._cases.c.case_id > after)
        return list(self._connection.scalars(query.order_by(self._cases.c.case_id).limit(limit)))

    def items(self, case_id: str) -> list[ItemRecord]:
        """The items and what became of each, in the order filed."""
        rows = self._connection.execute(
            select(self._items).where(self._items.c.case_id == case_id).order_by(self._items.c.position)
        ).mappings()
        return [
            ItemRecord(
                item=Item(row["item_id"], row["values"]),
                state=ItemState(row["state"]),
                number=row["number"],
                student_key=row["student_key"],
                refusal=refusal_from_content(row["refusal"]) if row["refusal"] else None,
            )
            for row in rows
        ]

    def note(self, case_id: str, *, step: str, office: Office | str, at: datetime) -> None:
        """Add a line to the timeline."""
        self._connection.execute(insert(self._events).values(case_id=case_id, at=at, step=step, office=str(office)))

    def timeline(self, case_id: str) -> list[TimelineEvent]:
        rows = self._connection.execute(
            select(self._events.c.at, self._events.c.step, self._events.c.office)
            .where(self._events.c.case_id == case_id)
            .order_by(self._events.c.event_id)
        )
        return [TimelineEvent(at, step, office) for at, step, office in rows]

    def page(
        self,
        view: View,
        *,
        office: Office,
        size: int,
        token: str = "",
        checking: bool = False,
        unseen: Collection[str] = (),
        only: CaseFilter = EVERY_CASE,
    ) -> CasePage:
        """A page of cases, soonest due first, without their items.

        Args:
            unseen: procedures of which only what this office filed is shown.
            checking: also what waits for this office's own second person (a school's principal).
            token: where the page before ended; empty for the first.
        """
        due = soonest_due(self._cases)
        query = (
            select(self._cases)
            .where(self._in_view(view, office=office, checking=checking))
            .where(or_(self._cases.c.procedure.not_in(unseen), self._cases.c.school == office.code))
            .order_by(due, self._cases.c.case_id)
            .limit(size + 1)
        )
        if only.procedure:
            rows_of_family = [row.name for row in of_family(only.procedure)]
            query = query.where(self._cases.c.procedure.in_(rows_of_family or [only.procedure]))
        if only.school:
            query = query.where(or_(self._cases.c.school == only.school, self._cases.c.releasing_school == only.school))
        if only.id_ends_with:
            written = cast(self._cases.c.case_id, Text)
            query = query.where(func.right(written, len(only.id_ends_with)) == only.id_ends_with)
        if token:
            at, _, case_id = token.partition("~")
            try:
                after = datetime.fromisoformat(at)
            except ValueError as malformed:
                raise RequestMalformed(field="page_token", why="页码无效") from malformed
            query = query.where(tuple_(due, self._cases.c.case_id) > (after, case_id))
        rows = list(self._connection.execute(query))
        last = rows[size - 1] if len(rows) > size else None
        next_token = f"{(last.due_at or _NO_DUE_DATE).isoformat()}~{last.case_id}" if last is not None else ""
        headings = [heading_of(row) for row in rows[:size]]
        since = self._waiting_since([heading.case_id for heading in headings if heading.waits_for])
        shown = (replace(heading, waits_since=since.get(heading.case_id)) for heading in headings)
        return CasePage(tuple(shown), next_token)

    def _waiting_since(self, case_ids: Sequence[str]) -> dict[str, datetime]:
        """When each of the cases began to wait for what it waits for now."""
        rows = self._connection.execute(
            select(self._events.c.case_id, func.max(self._events.c.at).label("at"))
            .where(self._events.c.case_id.in_(case_ids), self._events.c.step == WAITING)
            .group_by(self._events.c.case_id)
        )
        return {row.case_id: row.at for row in rows}

    def _in_view(self, view: View, *, office: Office, checking: bool) -> ColumnElement[bool]:
        waiting = and_(
            self._cases.c.state == CaseState.OPEN.value,
            self._cases.c.awaited_office == str(office),
        )
        if checking:
            waiting = or_(waiting, self._cases.c.state == CaseState.CHECKING.value)
        match view:
            case View.WAITING:
                return waiting
            case View.STARTED:
                return and_(self._cases.c.state != CaseState.CLOSED.value, ~waiting)
            case View.ALL:
                return true()


def _clock(due: Due | None) -> dict[str, Any]:
    """The time of the awaited step, whose alarms are looked at afresh."""
    return {
        "due_at": due.at if due else None,
        "due_provisional": due.provisional if due else False,
        "counted_from": due.counted_from if due else None,
        "calendar_version": due.calendar_version if due else None,
        "alarm": 0,
        "alarm_at": _LOOK_AT_ONCE if due else None,
    }


def _item_state(outcome: ItemOutcome) -> ItemState:
    if outcome.refused is None:
        return ItemState.DONE
    return ItemState.RETURNED if isinstance(outcome.refused, ReturnedForCorrection) else ItemState.REFUSED
