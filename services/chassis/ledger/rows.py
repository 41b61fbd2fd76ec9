"""Rows of the ledger's tables as values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from chassis.ledger.records import Awaited, CaseHeading, CaseRecord
from kernel.case import Case, CaseState, Evidence, Item
from kernel.feed import refusal_from_content


def heading_of(row: Row[Any]) -> CaseHeading:
    """What a worklist shows of a row of ``cases``."""
    return CaseHeading(
        case_id=row.case_id,
        procedure_name=row.procedure,
        school=row.school,
        releasing_school=row.releasing_school,
        state=CaseState(row.state),
        awaited=Awaited(row.awaited_step, row.awaited_office),
        received_at=row.received_at,
        due_at=row.due_at,
        due_provisional=row.due_provisional,
        items_total=row.items_total,
        items_done=row.items_done,
        items_refused=row.items_refused,
        waits_for=refusal_from_content(row.waits_for) if row.waits_for else None,
        reminded_at=row.reminded_at,
        rule_pack=row.rule_pack,
    )


def record_of(row: Row[Any], items: tuple[Item, ...]) -> CaseRecord:
    """The whole case of a row of ``cases``, with its items."""
    case = Case(
        case_id=row.case_id,
        procedure_name=row.procedure,
        school=row.school,
        releasing_school=row.releasing_school,
        rule_pack=row.rule_pack,
        filed_at_ms=row.filed_at_ms,
        items=items,
        evidence=tuple(Evidence.from_content(evidence) for evidence in row.evidence),
        endorsements=tuple(row.endorsements),
    )
    return CaseRecord(heading=heading_of(row), case=case, shown=row.shown)
