"""Proofs at an authority: sent by its schools before their cases, inspected, seen by whoever is party to the case."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from chassis.evidence import store
from kernel.case import Evidence
from kernel.evidence import content_digest
from kernel.feed import CaseAsked
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    EvidenceContentMismatch,
    EvidenceNotFound,
    EvidenceNotReceived,
    EvidenceUnsafe,
    EvidenceWithoutCase,
    OutsideJurisdiction,
    RoleNotAllowed,
    Unreachable,
)
from kernel.regulation import Step

COUNTY = Office(Tier.AUTHORITY, "410105")
SCHOOL, SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2141000002")
OTHER_SCHOOL = Office(Tier.SCHOOL, "3141000003")
OFFICER = Identity("dev", COUNTY, Role.OFFICER, "c001")


def proven(papers: Any, *contents: bytes, school: Office = SCHOOL) -> Any:
    """An enrolment that names these, endorsed by the school."""
    evidence = tuple(Evidence(content_digest(one), "image/png", "household_register") for one in contents)
    case = replace(papers.case("enrolment", school.code, "", (papers.pupil(),)), evidence=evidence)
    return papers.endorse(case, Step.IN_SCHOOL, school)


def asking(papers: Any, *contents: bytes) -> Any:
    """The first school asks the second for a pupil, and names these."""
    evidence = tuple(Evidence(content_digest(one), "image/png", "transfer_reason_proof") for one in contents)
    transfer = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    return papers.endorse(replace(transfer, evidence=evidence, endorsements=()), Step.IN_SCHOOL, SCHOOL)


async def test_a_case_is_taken_when_what_it_names_is_here(county: Any, papers: Any, proofs: Any) -> None:
    first, second = proofs.scan(1), proofs.scan(2)
    case = proven(papers, first, second)
    line = county.channel(SCHOOL)
    digests = [content_digest(first), content_digest(second)]
    assert await proofs.want(line, *digests) == digests
    await proofs.put(line, first)
    with pytest.raises(EvidenceNotReceived):
        await county.submit(case)
    assert county.record(case) is None
    await proofs.put(line, second)
    assert await proofs.want(line, *digests) == []
    receipt = await county.submit(case)
    assert await county.submit(case) == receipt
    for content in (first, second):
        assert await proofs.see(county.channel(OFFICER), case.case_id, content_digest(content)) == content


async def test_the_same_proof_again_is_the_same_proof(county: Any, papers: Any, proofs: Any) -> None:
    scan = proofs.scan(3)
    for _ in range(2):
        assert await proofs.put(county.channel(SCHOOL), scan) == content_digest(scan)
    for case in (proven(papers, scan), proven(papers, scan, school=SECOND_SCHOOL)):
        await county.submit(case)


async def test_only_nodes_of_this_authority_s_schools_send(county: Any, proofs: Any) -> None:
    registrar = Identity("dev", SCHOOL, Role.REGISTRAR, "r001")
    for who, refusal in ((OTHER_SCHOOL, OutsideJurisdiction), (registrar, RoleNotAllowed)):
        with pytest.raises(refusal):
            await proofs.put(county.channel(who), proofs.scan())
        with pytest.raises(refusal):
            await proofs.want(county.channel(who), content_digest(proofs.scan()))


async def test_what_a_school_never_cleaned_is_not_taken_from_it(county: Any, proofs: Any) -> None:
    """A school's node may be in other hands: what it says of a file is not what the file is."""
    photograph = io.BytesIO()
    Image.new("RGB", (40, 40)).save(photograph, "JPEG", comment=b"taken at home")
    with pytest.raises(EvidenceUnsafe):
        await proofs.put(county.channel(SCHOOL), photograph.getvalue(), "image/jpeg")
    with pytest.raises(EvidenceContentMismatch):
        await proofs.put(county.channel(SCHOOL), proofs.scan(4), digest=content_digest(proofs.scan(5)))
    assert len(await proofs.want(county.channel(SCHOOL), content_digest(proofs.scan(5)))) == 1


async def test_a_school_that_names_nothing_in_a_case_may_not_fill_the_disk(
    county: Any, papers: Any, proofs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = [proofs.scan(shade) for shade in range(3)]
    monkeypatch.setattr(store, "UNNAMED_BYTES_MAX", sum(len(scan) for scan in scans[:2]))
    for scan in scans[:2]:
        await proofs.put(county.channel(SCHOOL), scan)
    with pytest.raises(EvidenceWithoutCase):
        await proofs.put(county.channel(SCHOOL), scans[2])
    await proofs.put(county.channel(SECOND_SCHOOL), scans[2])
    await county.submit(proven(papers, *scans))
    await proofs.put(county.channel(SCHOOL), proofs.scan(9))


async def test_the_asked_school_is_shown_what_the_case_names_and_others_are_not(
    county: Any, papers: Any, proofs: Any
) -> None:
    scan, elsewhere = proofs.scan(6), proofs.scan(7)
    for content in (scan, elsewhere):
        await proofs.put(county.channel(SCHOOL), content)
    case, other = asking(papers, scan), proven(papers, elsewhere)
    for one in (case, other):
        await county.submit(one)
    await county.entry(CaseAsked, case, school=SECOND_SCHOOL.code)
    assert await proofs.get(county.channel(SECOND_SCHOOL), case.case_id, content_digest(scan)) == scan
    with pytest.raises(EvidenceNotFound):
        await proofs.get(county.channel(SECOND_SCHOOL), case.case_id, content_digest(elsewhere))
    for school in (SECOND_SCHOOL, OTHER_SCHOOL):
        with pytest.raises(OutsideJurisdiction):
            await proofs.get(county.channel(school), other.case_id, content_digest(elsewhere))
    school_desk = Identity("dev", SECOND_SCHOOL, Role.PRINCIPAL, "h001")
    with pytest.raises(OutsideJurisdiction):
        await proofs.see(county.channel(school_desk), case.case_id, content_digest(scan))


async def test_what_came_down_is_asked_of_the_hub_and_told_when_the_hub_is_down(
    county: Any, papers: Any, proofs: Any
) -> None:
    scan = proofs.scan(8)
    transfer = papers.transfer("transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    evidence = (Evidence(content_digest(scan), "image/png", "transfer_reason_proof"),)
    case = papers.endorse(replace(transfer, evidence=evidence, endorsements=()), Step.IN_SCHOOL, OTHER_SCHOOL)
    case = papers.endorse(case, Step.IN_AUTHORITY, Office(Tier.AUTHORITY, "410122"))
    county.absorb(CaseAsked(case, Step.OUT_SCHOOL.value))
    with pytest.raises(Unreachable):
        await proofs.get(county.channel(SCHOOL), case.case_id, content_digest(scan))
    # The school answers all the same: what it was shown is not its own to prove.
    released = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL)
    await county.submit(released, by=SCHOOL)


async def test_the_hub_has_the_proof_before_the_case_and_shows_it_to_the_other_county_that_is_asked(
    province: Any, papers: Any, proofs: Any
) -> None:
    pupil = papers.pupil()
    first = papers.enrolment(pupil)
    await province.county.submit(first)
    await province.county.decide(first)
    (item,) = (await province.county.outcome(first)).items

    scan = proofs.scan(11)
    wish = papers.transfer(
        "transfer_within_province",
        to=OTHER_SCHOOL.code,
        out_of=SCHOOL.code,
        name=pupil.values["name"],
        number=item.number,
    )
    evidence = (Evidence(content_digest(scan), "image/png", "transfer_reason_proof"),)
    case = papers.endorse(replace(wish, evidence=evidence, endorsements=()), Step.IN_SCHOOL, OTHER_SCHOOL)
    await proofs.put(province.other_county.channel(OTHER_SCHOOL), scan)
    await province.other_county.submit(case)
    await province.other_county.decide(case)

    await province.county.entry(CaseAsked, case, school=SCHOOL.code)
    assert province.hub.transact(lambda tx: tx.evidence.find(content_digest(scan))).content == scan
    assert await proofs.see(province.county.channel(OFFICER), case.case_id, content_digest(scan)) == scan
    assert await proofs.get(province.county.channel(SCHOOL), case.case_id, content_digest(scan)) == scan
    assert province.county.database.transact(lambda tx: tx.evidence.find(content_digest(scan))) is None
