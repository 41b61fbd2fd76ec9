"""A province says what its own record is; whoever is too late is no longer waited for."""

from __future__ import annotations

from datetime import datetime

from chassis.keys import IdentityKeys
from kernel.adjudication import Adjudication, SaidWord
from kernel.clock import SHANGHAI
from kernel.divisions import province_name
from kernel.refusals import OutsideJurisdiction
from kernel.statement import Sign, Verify
from national_index.domain import adjudication as rules
from national_index.store import IndexTransaction
from national_index.usecases.adjudication.settle import settle

EXPIRED_AT_ONCE = 100


def say_in_adjudication(
    tx: IndexTransaction, jws: str, *, province: str, now: datetime, keys: IdentityKeys, sign: Sign, verify: Verify
) -> Adjudication:
    """The case after it. The same word again changes nothing.

    Args:
        jws: ``kernel.adjudication.SaidWord``, signed by the province that asks.

    Raises:
        SignatureInvalid, AdjudicationNotFound; OutsideJurisdiction: not the province's own word, or own record.
        AdjudicationClosed: it has come to an end. RecordMerged: one of the two was merged into a third meanwhile.
    """
    said = SaidWord.read(jws, verify=verify)
    if said.province != province:
        raise OutsideJurisdiction(office=province_name(province), what="外省学籍的核查")
    before = tx.adjudications.get(said.adjudication_id, lock=True)
    after = rules.say(before, said)
    if after != before:
        tx.adjudications.keep_word(after, jws, now=now)
    return settle(tx, before, after, now=now, keys=keys, sign=sign)


def expire_adjudications(tx: IndexTransaction, /, *, now: datetime, keys: IdentityKeys, sign: Sign) -> bool:
    """Those whose last day is over go to the nation; whether there may be more."""
    today = now.astimezone(SHANGHAI).date()
    overdue = tx.adjudications.overdue(today, limit=EXPIRED_AT_ONCE)
    for case in overdue:
        settle(tx, case, rules.expire(case, today=today), now=now, keys=keys, sign=sign)
    return len(overdue) == EXPIRED_AT_ONCE
