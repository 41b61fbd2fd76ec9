"""The audit of custody at a real hub beside a real index: what was tampered with is told, and nothing else of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import OutsideJurisdiction
from province_hub.store.transaction import HubTransaction
from xueji.transfer.v1 import audit_pb2, audit_pb2_grpc

OFFICER = Identity("dev", Office(Tier.PROVINCE, "41"), Role.OFFICER, "p001")
COUNTYS = Identity("dev", Office(Tier.AUTHORITY, "410105"), Role.OFFICER, "c001")


async def differences(hub: Any, who: Identity = OFFICER) -> tuple[audit_pb2.AuditProgress, dict[str, str]]:
    stub = audit_pb2_grpc.AuditServiceStub(hub.channel(who))
    news = [one async for one in stub.ListDifferences(audit_pb2.ListDifferencesRequest())]
    told = [one.difference for one in news if one.HasField("difference")]
    assert all(one.title for one in told)
    return news[-1].progress, {one.student_key: one.kind for one in told}


async def test_what_was_tampered_with_is_told_and_nothing_else(hub: Any, index: Any, papers: Any) -> None:
    case = papers.approved_enrolment(*(papers.pupil() for _ in range(5)))
    await hub.submit(case)
    keys = [item.student_key for item in (await hub.outcome(case)).items]
    tampered = {
        keys[0]: ("UPDATE students SET custody = 'gone' WHERE student_key = :key", "no_record"),
        keys[1]: ("UPDATE students SET epoch = 2 WHERE student_key = :key", "another_epoch"),
        keys[2]: (
            "UPDATE students SET custody = 'frozen', frozen_by = :transfer WHERE student_key = :key",
            "frozen_for_nothing",
        ),
    }

    def tamper(tx: HubTransaction) -> None:
        for key, (statement, _) in tampered.items():
            tx.connection.execute(text(statement), {"key": key, "transfer": str(new_uuid7())})

    hub.database.transact(tamper)
    progress, found = await differences(hub)
    assert progress.finished
    assert progress.held == len(keys)
    # The index remembers children of other tests, whose hubs are gone: each of them is a lost record.
    assert {key: kind for key, kind in found.items() if key in keys} == {
        key: kind for key, (_, kind) in tampered.items()
    }
    assert {kind for key, kind in found.items() if key not in keys} <= {"no_record"}


async def test_only_the_provinces_officers_ask(hub: Any, index: Any) -> None:
    with pytest.raises(OutsideJurisdiction):
        await differences(hub, COUNTYS)
