"""The book of notices (收发文登记): what this office wrote, got and passed on, with the receipts of each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, and_, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.notices.tables import NoticeTables
from chassis.sql import Transaction
from kernel.notice import Notice, NoticeKind, NoticeReceipt, NoticeState, ReceiptStage
from kernel.office import Office
from kernel.refusals import DigestReused, NoticeNotFound, RequestMalformed


class NoticeView(StrEnum):
    """Which notices an office looks at."""

    INCOMING = "incoming"  # 收到的
    OUTGOING = "outgoing"  # 发出的
    UNCONFIRMED = "unconfirmed"  # 待我签收的
    OUTSTANDING = "outstanding"  # 待对方签收的


@dataclass(frozen=True)
class NoticeHeading:
    """What a list shows of a notice. ``recorded_at``: when this office wrote it or got it."""

    notice_id: str
    kind: NoticeKind
    from_office: Office
    to_office: Office
    at_ms: int
    subject: str
    due_on: date | None
    wants_receipt: bool
    state: NoticeState
    recorded_at: datetime


@dataclass(frozen=True)
class NoticeEntry:
    """A notice in the book, with its signed form."""

    heading: NoticeHeading
    jws: str


@dataclass(frozen=True)
class NoticePage:
    """A page of a list; ``next_token`` is empty on the last."""

    notices: tuple[NoticeHeading, ...]
    next_token: str = ""


_NO_DUE_DATE = date(9999, 12, 31)  # sorts what has no day last, and keeps page tokens finite

# The states from which each may be reached: receipts overtake each other, and a state never goes back.
_BEFORE = {
    NoticeState.WRITTEN: (),
    NoticeState.SENT: (NoticeState.WRITTEN,),
    NoticeState.DELIVERED: (NoticeState.WRITTEN, NoticeState.SENT),
    NoticeState.UNDELIVERABLE: (NoticeState.WRITTEN, NoticeState.SENT),
    NoticeState.CONFIRMED: (NoticeState.WRITTEN, NoticeState.SENT, NoticeState.DELIVERED),
}


class NoticeBook:
    """The book inside one transaction."""

    def __init__(self, tx: Transaction, tables: NoticeTables) -> None:
        self._connection = tx.connection
        self._notices = tables.notices
        self._receipts = tables.receipts

    def add(self, notice: Notice, jws: str, *, state: NoticeState, now: datetime) -> bool:
        """Enter a notice; False when it is here already.

        Raises:
            DigestReused: the same id came with another content: an alarm.
        """
        added = self._connection.execute(
            upsert(self._notices)
            .values(
                notice_id=notice.notice_id,
                kind=notice.kind.value,
                from_office=str(notice.from_office),
                to_office=str(notice.to_office),
                at_ms=notice.at_ms,
                subject=notice.subject,
                due_on=notice.due_on,
                wants_receipt=notice.wants_receipt,
                jws=jws,
                state=state.value,
                recorded_at=now,
            )
            .on_conflict_do_nothing()
            .returning(self._notices.c.notice_id)
        ).one_or_none()
        if added is not None:
            return True
        known = self._connection.scalar(
            select(self._notices.c.jws).where(self._notices.c.notice_id == notice.notice_id)
        )
        if known != jws:
            raise DigestReused(field="notice_id")
        return False

    def find(self, notice_id: str, *, lock: bool = False) -> NoticeEntry | None:
        """The notice, or None. ``lock`` holds the row to the end of the transaction."""
        query = select(self._notices).where(self._notices.c.notice_id == notice_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return NoticeEntry(_heading(row), row.jws) if row is not None else None

    def get(self, notice_id: str, *, lock: bool = False) -> NoticeEntry:
        """As ``find``. Raises NoticeNotFound."""
        found = self.find(notice_id, lock=lock)
        if found is None:
            raise NoticeNotFound(field="notice_id")
        return found

    def advance(self, notice_id: str, to: NoticeState) -> None:
        """Bring a notice to a state that lies ahead; nothing where it has come further already."""
        self._connection.execute(
            update(self._notices)
            .where(
                self._notices.c.notice_id == notice_id,
                self._notices.c.state.in_([state.value for state in _BEFORE[to]]),
            )
            .values(state=to.value)
        )

    def add_receipt(self, receipt: NoticeReceipt, jws: str, *, now: datetime) -> bool:
        """Keep a receipt; False when it is here already.

        Raises:
            DigestReused: the same office has given another one of the same stage: an alarm.
        """
        key = {
            "notice_id": receipt.notice_id,
            "stage": receipt.stage.value,
            "from_office": str(receipt.from_office),
        }
        added = self._connection.execute(
            upsert(self._receipts)
            .values(**key, jws=jws, recorded_at=now)
            .on_conflict_do_nothing()
            .returning(self._receipts.c.notice_id)
        ).one_or_none()
        if added is not None:
            return True
        if self.receipt(receipt.notice_id, receipt.stage, receipt.from_office) != jws:
            raise DigestReused(field="notice_id")
        return False

    def receipt(self, notice_id: str, stage: ReceiptStage, office: Office) -> str | None:
        """The signed form of the receipt of that stage by that office, or None."""
        row = self._receipts.c
        return self._connection.scalar(
            select(row.jws).where(row.notice_id == notice_id, row.stage == stage.value, row.from_office == str(office))
        )

    def receipts(self, notice_id: str) -> list[str]:
        """The signed forms of a notice's receipts, in the order in which they came."""
        row = self._receipts.c
        return list(
            self._connection.scalars(
                select(row.jws).where(row.notice_id == notice_id).order_by(row.recorded_at, row.stage)
            )
        )

    def page(
        self,
        view: NoticeView,
        *,
        office: Office,
        size: int,
        token: str = "",
        subject: str = "",
        kind: NoticeKind | None = None,
    ) -> NoticePage:
        """A page of what this office wrote or got; what it only passed on is nobody's business here.

        Args:
            token: where the page before ended; empty for the first.
            subject, kind: those about one case, or of one kind, alone.

        Raises:
            RequestMalformed: the page token is none of ours.
        """
        t = self._notices.c
        by_due = view in (NoticeView.UNCONFIRMED, NoticeView.OUTSTANDING)
        place: ColumnElement[date] | ColumnElement[datetime] = (
            func.coalesce(t.due_on, literal(_NO_DUE_DATE)) if by_due else t.recorded_at
        )
        order = (place, t.notice_id) if by_due else (place.desc(), t.notice_id.desc())
        query = select(self._notices).where(self._in_view(view, office)).order_by(*order).limit(size + 1)
        if subject:
            query = query.where(t.subject == subject)
        if kind:
            query = query.where(t.kind == kind.value)
        if token:
            here, last = tuple_(place, t.notice_id), _place(token, by_due=by_due)
            query = query.where(here > last if by_due else here < last)
        headings = [_heading(row) for row in self._connection.execute(query)]
        if len(headings) <= size:
            return NoticePage(tuple(headings))
        last_shown = headings[size - 1]
        at = (last_shown.due_on or _NO_DUE_DATE) if by_due else last_shown.recorded_at
        return NoticePage(tuple(headings[:size]), f"{at.isoformat()}~{last_shown.notice_id}")

    def _in_view(self, view: NoticeView, office: Office) -> ColumnElement[bool]:
        t = self._notices.c
        match view:
            case NoticeView.INCOMING:
                arrived = (NoticeState.DELIVERED.value, NoticeState.CONFIRMED.value)
                return and_(t.to_office == str(office), t.state.in_(arrived))
            case NoticeView.OUTGOING:
                return t.from_office == str(office)
            case NoticeView.UNCONFIRMED:
                return and_(t.to_office == str(office), t.wants_receipt, t.state == NoticeState.DELIVERED.value)
            case NoticeView.OUTSTANDING:
                over = (NoticeState.CONFIRMED.value, NoticeState.UNDELIVERABLE.value)
                return and_(t.from_office == str(office), t.wants_receipt, t.state.not_in(over))


def _place(token: str, *, by_due: bool) -> tuple[date | datetime, str]:
    at, _, notice_id = token.partition("~")
    try:
        return (date.fromisoformat(at) if by_due else datetime.fromisoformat(at)), str(uuid.UUID(notice_id))
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed


def _heading(row: Row[tuple[object, ...]]) -> NoticeHeading:
    return NoticeHeading(
        notice_id=row.notice_id,
        kind=NoticeKind(row.kind),
        from_office=Office.parse(row.from_office),
        to_office=Office.parse(row.to_office),
        at_ms=row.at_ms,
        subject=row.subject,
        due_on=row.due_on,
        wants_receipt=row.wants_receipt,
        state=NoticeState(row.state),
        recorded_at=row.recorded_at,
    )
