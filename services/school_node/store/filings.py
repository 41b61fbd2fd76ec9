"""Who filed what: makers of cases, and submissions already answered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from school_node.store import schema


@dataclass(frozen=True)
class Submission:
    """The answer to one request to submit drafts."""

    case_ids: tuple[str, ...]
    pupils: int


class Filings:
    """Makers and submissions, as use cases see them."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def made_by(self, case_id: str, person: str) -> None:
        """Remember who entered a case; the first word stands."""
        self._connection.execute(upsert(schema.makers).values(case_id=case_id, person=person).on_conflict_do_nothing())

    def maker(self, case_id: str) -> str:
        """Staff id of who entered the case; empty for a case that came from elsewhere."""
        found = self._connection.scalar(select(schema.makers.c.person).where(schema.makers.c.case_id == case_id))
        return found or ""

    def submission(self, request_id: str) -> Submission | None:
        row = self._connection.execute(
            select(schema.submissions.c.case_ids, schema.submissions.c.pupils).where(
                schema.submissions.c.request_id == request_id
            )
        ).one_or_none()
        return Submission(tuple(row.case_ids), row.pupils) if row else None

    def answered(self, request_id: str, submission: Submission) -> None:
        self._connection.execute(
            upsert(schema.submissions).values(
                request_id=request_id, case_ids=list(submission.case_ids), pupils=submission.pupils
            )
        )
