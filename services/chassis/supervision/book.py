"""The book of supervision: findings as they stand, and the sealed register of what was done about them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from chassis.supervision.tables import SupervisionTables
from kernel.office import Office
from kernel.refusals import FindingNotFound, RequestMalformed
from kernel.statement import statement_digest
from kernel.supervision import BEGINNING, Finding, FindingState, Ground, Source


@dataclass(frozen=True)
class Known:
    """A finding as it stands. ``order_id``: the notice of the order that was given last, due on ``due_on``."""

    finding: Finding
    state: FindingState
    due_on: date | None = None
    order_id: str | None = None
    referred_to: str = ""


@dataclass(frozen=True)
class Head:
    """The end of the register: where the next entry stands, and what it covers."""

    sequence: int
    digest: str


@dataclass(frozen=True)
class Registered:
    """An entry as it is kept."""

    sequence: int
    finding_id: str
    digest: str
    jws: str


@dataclass(frozen=True)
class OverdueStep:
    """A step of a case whose time an office has let pass; ``until``: when it was taken, or now."""

    case_id: str
    procedure: str
    step: str
    office: Office
    due_at: datetime
    until: datetime


class SupervisionBook:
    """The book inside one transaction."""

    def __init__(self, tx: Transaction, tables: SupervisionTables) -> None:
        self._connection = tx.connection
        self._findings = tables.findings
        self._register = tables.register

    def add(self, finding: Finding) -> bool:
        """Keep a finding; False when it is here already."""
        added = self._connection.execute(
            upsert(self._findings)
            .values(
                finding_id=finding.finding_id,
                subject=str(finding.subject),
                ground=finding.ground.value,
                source=finding.source.value,
                sentence=finding.sentence,
                found_at_ms=finding.found_at_ms,
                about=finding.about,
                step=finding.step,
                days_late=finding.days_late,
                count=finding.count,
                evidence=list(finding.evidence),
                state=FindingState.FOUND.value,
                referred_to="",
            )
            .on_conflict_do_nothing()
            .returning(self._findings.c.finding_id)
        ).one_or_none()
        return added is not None

    def find(self, finding_id: str, *, lock: bool = False) -> Known | None:
        """The finding, or None. ``lock`` holds the row to the end of the transaction."""
        query = select(self._findings).where(self._findings.c.finding_id == finding_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return _known(row) if row is not None else None

    def get(self, finding_id: str, *, lock: bool = False) -> Known:
        """As ``find``. Raises FindingNotFound."""
        known = self.find(finding_id, lock=lock)
        if known is None:
            raise FindingNotFound(field="finding_id")
        return known

    def put(self, known: Known) -> None:
        """How far a finding has come."""
        self._connection.execute(
            update(self._findings)
            .where(self._findings.c.finding_id == known.finding.finding_id)
            .values(
                state=known.state.value, due_on=known.due_on, order_id=known.order_id, referred_to=known.referred_to
            )
        )

    def page(self, *, state: FindingState | None, subject: str, size: int, token: str = "") -> tuple[list[Known], str]:
        """Findings, the oldest first; of one state, about one office, or all. The token of the next page.

        Raises:
            RequestMalformed: the page token is none of ours.
        """
        t = self._findings.c
        query = select(self._findings).order_by(t.found_at_ms, t.finding_id).limit(size + 1)
        if state is not None:
            query = query.where(t.state == state.value)
        if subject:
            query = query.where(t.subject == subject)
        if token:
            query = query.where(tuple_(t.found_at_ms, t.finding_id) > _place(token))
        rows = [_known(row) for row in self._connection.execute(query)]
        last = rows[size - 1].finding if len(rows) > size else None
        return rows[:size], f"{last.found_at_ms}~{last.finding_id}" if last else ""

    def hold(self) -> Head:
        """Nobody else adds to the register until this transaction ends; where it ends now."""
        self._connection.execute(text(f"LOCK TABLE {self._register.name} IN SHARE ROW EXCLUSIVE MODE"))
        t = self._register.c
        row = self._connection.execute(select(t.sequence, t.digest).order_by(t.sequence.desc()).limit(1)).one_or_none()
        return Head(row.sequence + 1, row.digest) if row is not None else Head(1, BEGINNING)

    def append(self, finding_id: str, sequence: int, jws: str) -> str:
        """Add the entry that belongs at ``sequence``; its digest. The register is held (``hold``)."""
        digest = statement_digest(jws)
        self._connection.execute(
            self._register.insert().values(sequence=sequence, finding_id=finding_id, digest=digest, jws=jws)
        )
        return digest

    def entries(self, *, after: int, size: int) -> list[Registered]:
        """Entries in their order, after a place."""
        t = self._register.c
        rows = self._connection.execute(
            select(self._register).where(t.sequence > after).order_by(t.sequence).limit(size)
        )
        return [_registered(row) for row in rows]

    def entries_of(self, finding_id: str) -> list[Registered]:
        """What was done about one finding, in order; a finding has few."""
        t = self._register.c
        rows = self._connection.execute(select(self._register).where(t.finding_id == finding_id).order_by(t.sequence))
        return [_registered(row) for row in rows]

    def entry_at(self, sequence: int) -> Registered | None:
        row = self._connection.execute(
            select(self._register).where(self._register.c.sequence == sequence)
        ).one_or_none()
        return _registered(row) if row is not None else None

    def sequence_of(self, digest: str) -> int:
        """Where the entry of that digest stands; 0 where there is none."""
        found = self._connection.scalar(select(self._register.c.sequence).where(self._register.c.digest == digest))
        return int(found) if found is not None else 0

    def overdue_steps(self, schools: Sequence[str], *, here: str, now: datetime, size: int) -> list[OverdueStep]:
        """Steps that were let pass (``chassis.deadlines``), also those taken since, which no finding names.

        Args:
            schools: whose steps are this office's to look at; those of authorities that told it of themselves all are.
        """
        rows = self._connection.execute(
            text(_OVERDUE), {"schools": list(schools), "here": here, "now": now, "size": size}
        )
        return [
            OverdueStep(str(row.case_id), row.procedure, row.step, Office.parse(row.office), row.due_at, row.until)
            for row in rows
        ]


_OVERDUE = """
SELECT case_id, procedure, step, office, due_at, coalesce(ended_at, :now) AS until FROM overdue_steps AS overdue
WHERE (office = ANY(CAST(:schools AS text[])) OR (office LIKE 'authority/%' AND office <> :here)) AND NOT EXISTS (
  SELECT FROM findings WHERE about = CAST(overdue.case_id AS text) AND subject = overdue.office
    AND findings.step = overdue.step
)
ORDER BY due_at, case_id LIMIT :size
"""


def _place(token: str) -> tuple[int, str]:
    at, _, finding_id = token.partition("~")
    try:
        return int(at), str(uuid.UUID(finding_id))
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed


def _registered(row: Row[Any]) -> Registered:
    return Registered(row.sequence, row.finding_id, row.digest, row.jws)


def _known(row: Row[Any]) -> Known:
    finding = Finding(
        finding_id=row.finding_id,
        subject=Office.parse(row.subject),
        ground=Ground(row.ground),
        source=Source(row.source),
        sentence=row.sentence,
        found_at_ms=row.found_at_ms,
        about=row.about,
        step=row.step,
        days_late=row.days_late,
        count=row._mapping["count"],
        evidence=tuple(row.evidence),
    )
    return Known(finding, FindingState(row.state), row.due_on, row.order_id, row.referred_to)
