"""The nation decides where the provinces do not agree, and takes a merge back that was wrong."""

from __future__ import annotations

from datetime import datetime

from chassis.keys import IdentityKeys
from kernel.adjudication import Adjudication, Verdict
from kernel.statement import Sign
from national_index.domain import adjudication as rules
from national_index.store import IndexTransaction
from national_index.usecases.adjudication.settle import settle


def decide_adjudication(
    tx: IndexTransaction,
    adjudication_id: str,
    verdict: Verdict,
    *,
    by: str,
    why: str,
    now: datetime,
    keys: IdentityKeys,
    sign: Sign,
) -> Adjudication:
    """The case after it; the same decision again changes nothing.

    Raises:
        AdjudicationNotFound; AdjudicationClosed: it has come to another end.
        RecordMerged: one of the two was merged into a third meanwhile.
    """
    before = tx.adjudications.get(adjudication_id, lock=True)
    after = rules.decide(before, verdict, by=by, why=why)
    return settle(tx, before, after, now=now, keys=keys, sign=sign)


def split_adjudication(
    tx: IndexTransaction, adjudication_id: str, *, by: str, why: str, now: datetime, keys: IdentityKeys, sign: Sign
) -> Adjudication:
    """Two children after all: each has what was its own, and they are never suspected again. Idempotent.

    Raises:
        AdjudicationNotFound; AdjudicationClosed: it did not come to a merge.
    """
    before = tx.adjudications.get(adjudication_id, lock=True)
    return settle(tx, before, rules.split(before, by=by, why=why), now=now, keys=keys, sign=sign)
