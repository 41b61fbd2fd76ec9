"""Decisions (裁定): by which pack, articles and parameters each pupil's part of a case fell, and on which facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text

from chassis.sql import Transaction
from kernel.facts import Facts
from kernel.judging import Judgement
from province_hub.store import schema


@dataclass(frozen=True)
class Decided:
    """One judgement as it fell. ``step``: at which it was made; ``at_ms``: milliseconds since 1970-01-01 UTC."""

    case_id: str
    item_id: str
    step: str
    at_ms: int
    facts: Facts
    judgement: Judgement


@dataclass(frozen=True)
class Remembered:
    """A decision as it is read again: what the judgement said (``Judgement.to_content``), and on which facts."""

    case_id: str
    item_id: str
    step: str
    at_ms: int
    facts: Facts
    said: dict[str, Any]


class Decisions:
    """Written once for each step of an item; read by supervision, by replay and by whoever asks why."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def put(self, decided: Sequence[Decided]) -> None:
        """Remember judgements; judged again at the same step, the newer stands in the older's place."""
        if not decided:
            return
        said = [one.judgement.to_content() for one in decided]
        self._connection.execute(
            text(
                "INSERT INTO decisions (case_id, item_id, step, at_ms, procedure, pack, clauses, parameters, facts,"
                " refusals, breaches)"
                " SELECT case_id, item_id, step, at_ms, procedure, pack, CAST(clauses AS jsonb),"
                " CAST(parameters AS jsonb), CAST(facts AS jsonb), CAST(refusals AS jsonb), CAST(breaches AS jsonb)"
                " FROM unnest(CAST(:case_ids AS uuid[]), CAST(:item_ids AS uuid[]), CAST(:steps AS text[]),"
                " CAST(:ats AS bigint[]), CAST(:procedures AS text[]), CAST(:packs AS text[]),"
                " CAST(:clauses AS text[]), CAST(:parameters AS text[]), CAST(:facts AS text[]),"
                " CAST(:refusals AS text[]), CAST(:breaches AS text[]))"
                " AS d(case_id, item_id, step, at_ms, procedure, pack, clauses, parameters, facts, refusals, breaches)"
                " ON CONFLICT (case_id, item_id, step) DO UPDATE SET at_ms = excluded.at_ms,"
                " clauses = excluded.clauses, parameters = excluded.parameters, facts = excluded.facts,"
                " refusals = excluded.refusals, breaches = excluded.breaches"
            ),
            {
                "case_ids": [one.case_id for one in decided],
                "item_ids": [one.item_id for one in decided],
                "steps": [one.step for one in decided],
                "ats": [one.at_ms for one in decided],
                "procedures": [one.facts.procedure for one in decided],
                "packs": [one.judgement.pack for one in decided],
                "clauses": [_json(content["clauses"]) for content in said],
                "parameters": [_json(content["parameters"]) for content in said],
                "facts": [_json(one.facts.to_content()) for one in decided],
                "refusals": [_json(content["refusals"]) for content in said],
                "breaches": [_json(content["breaches"]) for content in said],
            },
        )

    def page(
        self, *, case_id: str = "", procedure: str = "", breached: bool = False, after: str = "", size: int
    ) -> list[Remembered]:
        """Decisions in the order of their cases: of one case, of one procedure, or with breaches.

        Args:
            after: ``case_id~item_id~step`` of the last that was seen; empty at the beginning.
        """
        table = schema.decisions
        key = (table.c.case_id, table.c.item_id, table.c.step)
        query = select(table).order_by(*key).limit(size)
        if case_id:
            query = query.where(table.c.case_id == case_id)
        if procedure:
            query = query.where(table.c.procedure == procedure)
        if breached:
            query = query.where(table.c.breaches != text("'[]'::jsonb"))
        if after:
            seen_case, seen_item, seen_step = after.split("~")
            query = query.where(
                text("(case_id, item_id, step) > (CAST(:seen_case AS uuid), CAST(:seen_item AS uuid), :seen_step)")
            ).params(seen_case=seen_case, seen_item=seen_item, seen_step=seen_step)
        return [_remembered(row) for row in self._connection.execute(query)]


def _remembered(row: Row[Any]) -> Remembered:
    said = {name: row._mapping[name] for name in ("pack", "clauses", "parameters", "refusals", "breaches")}
    return Remembered(row.case_id, row.item_id, row.step, row.at_ms, Facts.from_content(row.facts), said)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
