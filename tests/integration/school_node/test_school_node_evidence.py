"""Proofs at a school: brought, cleaned, named in a case, sent up before it, and seen at the school that is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chassis.evidence.sweeping import EvidenceSweep
from kernel.case import Evidence
from kernel.clock import ManualClock
from kernel.evidence import EVIDENCE_BYTES_MAX, content_digest
from kernel.feed import CaseAsked
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    CaseNotFound,
    EvidenceContentMismatch,
    EvidenceKindUnknown,
    EvidenceNotFound,
    EvidenceNotReceived,
    EvidenceTooLarge,
    OutsideJurisdiction,
    RoleNotAllowed,
    Unreachable,
)
from waiting import eventually
from xueji.common.v1 import case_pb2

SCHOOL = Office(Tier.SCHOOL, "2141000001")
REGISTRAR = Identity("dev", SCHOOL, Role.REGISTRAR, "r001")
PRINCIPAL = Identity("dev", SCHOOL, Role.PRINCIPAL, "h001")


@pytest.fixture
async def bring(school: Any, proofs: Any) -> Callable[[bytes], Any]:
    """The registrar brings a file."""
    return partial(proofs.bring, school.channel(REGISTRAR))


@pytest.fixture
async def see(school: Any, proofs: Any) -> Callable[[str, bytes], Any]:
    """The principal looks at a proof of a case."""
    return lambda case_id, digest: proofs.see(school.channel(PRINCIPAL), case_id, digest.hex())


def named(brought: Any, kind: str = "household_register") -> case_pb2.Evidence:
    return case_pb2.Evidence(digest=brought.digest, media_type=brought.media_type, kind=kind)


def kept(school: Any, digest: bytes) -> Any:
    return school.database.transact(lambda tx: tx.evidence.find(digest.hex()))


async def test_a_proof_is_named_by_what_is_kept_of_it_and_the_same_again_is_the_same(
    school: Any, proofs: Any, bring: Any
) -> None:
    hidden = proofs.scan() + b"13800000000 written behind the picture"
    brought = await bring(hidden)
    assert await bring(hidden) == brought
    proof = kept(school, brought.digest)
    assert content_digest(proof.content) == brought.digest.hex()
    assert b"13800000000" not in proof.content
    assert brought.size_bytes == len(proof.content)


async def test_the_registrar_brings_and_nobody_of_another_office(school: Any, proofs: Any, bring: Any) -> None:
    stranger = Identity("dev", Office(Tier.SCHOOL, "2141000002"), Role.REGISTRAR, "r001")
    with pytest.raises(RoleNotAllowed):
        await proofs.bring(school.channel(PRINCIPAL), proofs.scan())
    with pytest.raises(OutsideJurisdiction):
        await proofs.bring(school.channel(stranger), proofs.scan())


async def test_what_is_no_proof_is_refused_by_name_and_nothing_of_it_is_kept(
    school: Any, proofs: Any, bring: Any
) -> None:
    with pytest.raises(EvidenceContentMismatch):
        await bring(proofs.scan(form="JPEG"), "image/png")
    with pytest.raises(EvidenceTooLarge):
        await bring(proofs.scan().ljust(EVIDENCE_BYTES_MAX + 1, b"\0"))
    assert school.database.transact(lambda tx: tx.evidence.sweep(now=datetime(2100, 1, 1, tzinfo=UTC), limit=9)) == 0


async def test_a_case_that_names_what_nobody_brought_is_not_filed(school: Any, proofs: Any, bring: Any) -> None:
    invented = case_pb2.Evidence(digest=bytes(32), media_type="image/png", kind="household_register")
    case_id = str(new_uuid7())
    with pytest.raises(EvidenceNotReceived):
        await school.file_transfer(case_id=case_id, evidence=[invented])
    brought = await bring(proofs.scan())
    with pytest.raises(EvidenceKindUnknown):
        await school.file_transfer(case_id=case_id, evidence=[named(brought, kind="a_letter_of_praise")])
    with pytest.raises(CaseNotFound):
        await school.case(case_id)


async def test_the_proof_climbs_before_the_case_and_only_once(school: Any, proofs: Any, bring: Any, make: Any) -> None:
    brought = [await bring(proofs.scan(shade)) for shade in (10, 20)]
    filed = (await school.file_transfer(evidence=[named(one) for one in brought])).summary
    await school.decide(filed.case_id)
    digests = [one.digest.hex() for one in brought]
    school.authority.evidence[digests[0]] = ("image/png", b"there already")
    await school.authority.start()

    async def received() -> Any:
        return school.authority.received[-1] if school.authority.received else None

    case = await eventually(received)
    assert [evidence.digest for evidence in case.evidence] == digests
    assert school.authority.put == [digests[1]]
    assert school.authority.evidence[digests[1]] == ("image/png", kept(school, brought[1].digest).content)


async def test_what_the_authority_has_forgotten_is_sent_again_with_the_case(
    school: Any, proofs: Any, bring: Any, make: Any
) -> None:
    """It took the proof, then said that it has not: its answer may be of yesterday, and the case must still arrive."""
    brought = await bring(proofs.scan())
    filed = (await school.file_transfer(evidence=[named(brought)])).summary
    wanted, forgets = school.authority.Want, [True]

    async def want(request: Any, context: Any) -> Any:
        answer = await wanted(request, context)
        if forgets.pop() if forgets else False:
            school.authority.evidence.clear()
            return type(answer)()
        return answer

    school.authority.Want = want
    await school.authority.start()
    await school.decide(filed.case_id)

    async def received() -> Any:
        return school.authority.received or None

    (case,) = await eventually(received)
    assert case.case_id == filed.case_id
    assert not forgets


async def test_both_see_the_proof_of_a_case_and_no_other(school: Any, proofs: Any, bring: Any, see: Any) -> None:
    brought, other = (
        await bring(proofs.scan(1)),
        await bring(proofs.scan(2)),
    )
    filed = (await school.file_transfer(evidence=[named(brought)])).summary
    for who in (PRINCIPAL, REGISTRAR):
        assert (
            await proofs.see(school.channel(who), filed.case_id, brought.digest.hex())
            == kept(school, brought.digest).content
        )
    with pytest.raises(EvidenceNotFound):
        await see(filed.case_id, other.digest)
    with pytest.raises(Unreachable):  # perhaps of a pupil's earlier school: the authority would know
        await see(str(new_uuid7()), brought.digest)


async def test_the_asked_school_is_shown_the_proof_from_above_and_keeps_none(
    school: Any, proofs: Any, see: Any
) -> None:
    scan = proofs.scan()
    digest = content_digest(scan)
    proof = Evidence(digest, "image/png", "transfer_reason_proof")
    asking = school.a_case_that_asks("L410105201501010014", name="张三", evidence=(proof,))
    school.authority.tell(asked(asking))
    school.authority.evidence[digest] = ("image/png", scan)
    await school.authority.start()
    await school.until_absorbed(1)
    assert await see(asking.case_id, bytes.fromhex(digest)) == scan
    assert kept(school, bytes.fromhex(digest)) is None
    school.authority.evidence[digest] = ("image/png", proofs.scan(7))
    with pytest.raises(EvidenceNotFound):
        await see(asking.case_id, bytes.fromhex(digest))
    await school.authority.stop()
    with pytest.raises(Unreachable):
        await see(asking.case_id, bytes.fromhex(digest))


def asked(case: Any) -> CaseAsked:
    return CaseAsked(case, "out_school", shown={"name": "张三"})


async def test_what_no_case_names_is_forgotten_after_a_day_and_what_a_case_names_is_not(
    school: Any, proofs: Any, bring: Any
) -> None:
    used, unused = (
        await bring(proofs.scan(1)),
        await bring(proofs.scan(2)),
    )
    await school.file_transfer(evidence=[named(used)])
    clock = ManualClock(datetime.now(UTC))
    sweep = EvidenceSweep(school.database, clock=clock)
    clock.advance(timedelta(hours=23))
    await sweep.step()
    assert kept(school, unused.digest) is not None
    clock.advance(timedelta(hours=2))
    await sweep.step()
    assert kept(school, unused.digest) is None
    assert kept(school, used.digest) is not None
