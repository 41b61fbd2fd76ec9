"""Proofs between provinces: those of the request are shown to the side that is asked, those of the record leave."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.rpc import open_channel
from kernel.case import Evidence
from kernel.evidence import content_digest
from kernel.office import Office, Tier
from kernel.refusals import CaseNotFound, EvidenceNotFound, OutsideJurisdiction


def proof(content: bytes, kind: str = "household_register") -> Evidence:
    return Evidence(content_digest(content), "image/png", kind)


def kept(side: Any, content: bytes) -> Any:
    return side.database.transact(lambda tx: tx.evidence.find(content_digest(content)))


async def test_the_proofs_of_a_record_leave_with_its_archive_and_those_of_the_request_are_only_shown(
    federation: Any, proofs: Any
) -> None:
    gaining, losing = federation.gaining, federation.losing
    register, reason = proofs.scan(1), proofs.scan(2)
    await proofs.put(losing.channel, register)
    name, number = await federation.enrolled(proof(register))
    await proofs.put(gaining.channel, reason)
    case = federation.transfer(name, number, proof(reason, "transfer_reason_proof"))
    await gaining.submit(case)

    asked = await losing.asked(case.case_id)
    assert await proofs.get(losing.channel, case.case_id, content_digest(reason)) == reason
    officer = federation.officer(losing)
    assert await proofs.see(officer, case.case_id, content_digest(reason)) == reason
    with pytest.raises(EvidenceNotFound):
        await proofs.see(officer, case.case_id, content_digest(register))
    await officer.close()
    assert kept(losing, reason) is None

    await losing.submit(federation.released(asked.case))
    (arrived,) = (await gaining.outcome(case.case_id)).items
    assert kept(gaining, register).content == register
    assert kept(losing, register).content == register  # Art. 9: a backup stays
    history = gaining.database.transact(lambda tx: tx.students.history(arrived.student_key))
    assert [list(entry.evidence) for entry in history] == [[content_digest(register)], [content_digest(reason)]]

    # Art. 16: the new school's side goes on with the archive, and sees what it says and why.
    enrolment = history[0].case_id
    assert await proofs.get(gaining.channel, enrolment, content_digest(register)) == register
    officer = federation.officer(gaining)
    assert await proofs.see(officer, enrolment, content_digest(register)) == register
    with pytest.raises(CaseNotFound):
        await proofs.see(officer, enrolment, content_digest(reason))
    await officer.close()


async def test_another_province_is_shown_no_proof_of_a_case_that_is_none_of_its_own(
    federation: Any, proofs: Any
) -> None:
    """Hubs reach each other's relay, for the requests between them; a province's own enrolments are closed to it."""
    gaining, losing = federation.gaining, federation.losing
    own = proofs.scan(3)
    await proofs.put(losing.channel, own)
    _, number = await federation.enrolled(proof(own))
    student_key = losing.held(number).student.student_key
    (enrolled,) = losing.database.transact(lambda tx: tx.students.history(student_key))
    here, there = Office(Tier.PROVINCE, gaining.code), Office(Tier.PROVINCE, losing.code)
    line = open_channel(losing.app.address, office=there, tls=federation.files(here).tls)
    with pytest.raises(OutsideJurisdiction):
        await proofs.get(line, enrolled.case_id, content_digest(own))
    with pytest.raises(OutsideJurisdiction):
        await proofs.put(line, own)
    await line.close()
