"""What a province adds to a transfer: the papers that it wants, and who finds a place where a school is full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.case import Case, Item
from kernel.feed import CaseAsked, NoticeArrived
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.refusals import EvidenceRequired, SchoolToBeAssigned
from kernel.regulation import Step

COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, OTHER_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "3141000003")
PROOF = "transfer_reason_proof"
OWN_TEXT = """
name = "41"
version = 1
province = "41"
title = "本省实施细则"
in_force_from = 2026-01-01
"""
RULE = """
[[rule]]
key = "{key}"
value = {value}
source = "测试"
confidence = "assumed"
"""
RULES = {"transfer.documents": f'["{PROOF}"]', "transfer.when_full": '"assign"', "class_size.hard": "1"}


@pytest.fixture
async def province(hub: Any, papers: Any) -> Any:
    """A hub whose province has a text of its own; two pupils of its first school, enrolled before."""
    case = papers.approved_enrolment(papers.pupil(), papers.pupil(school_class="2班"))
    await hub.submit(case)
    numbers = [one.number for one in (await hub.outcome(case)).items]
    text = OWN_TEXT + "".join(RULE.format(key=key, value=value) for key, value in RULES.items())
    (hub.settings.policies_dir / "province-41.toml").write_text(text, encoding="utf-8")
    await hub.restart()
    return [
        hub.database.transact(lambda tx, number=number: tx.students.by_number(number)).student for number in numbers
    ]


@pytest.fixture
def wish(papers: Any) -> Any:
    def make(student: Any, *, proofs: tuple[str, ...] = (PROOF,)) -> Case:
        values = {
            "number": student.number,
            "name": student.name,
            "grade": "小学一年级",
            "school_class": "3班",
            "reason": "随父母迁居",
        }
        item = Item(str(new_uuid7()), values)
        case = papers.filed(
            "transfer_within_province",
            item,
            school=OTHER_SCHOOL.code,
            releasing=student.school,
            proofs=proofs,
            pack="2025.1+41.1",
        )
        case = papers.endorse(case, Step.IN_SCHOOL, OTHER_SCHOOL)
        endorsed: Case = papers.endorse(case, Step.IN_AUTHORITY, OTHER_COUNTY)
        return endorsed

    return make


async def test_without_the_papers_that_the_province_wants_nobody_is_asked(hub: Any, province: Any, wish: Any) -> None:
    case = wish(province[0], proofs=())
    await hub.submit(case, by=OTHER_COUNTY)
    (item,) = (await hub.outcome(case, who=OTHER_COUNTY)).items
    assert isinstance(item.refused, EvidenceRequired)
    assert not [one for one in await hub.told(COUNTY) if isinstance(one, CaseAsked)]


async def test_who_finds_no_place_is_assigned_another_school_by_the_authority(
    hub: Any, papers: Any, province: Any, wish: Any
) -> None:
    first, second = province
    case = wish(first)
    await hub.submit(case, by=OTHER_COUNTY)
    case = papers.endorse(papers.endorse(case, Step.OUT_SCHOOL, SCHOOL), Step.OUT_AUTHORITY, COUNTY)
    await hub.submit(case, by=COUNTY)
    assert (await hub.outcome(case, who=OTHER_COUNTY)).items[0].number == first.number

    full = wish(replace(second))
    await hub.submit(full, by=OTHER_COUNTY)
    (item,) = (await hub.outcome(full, who=OTHER_COUNTY)).items
    assert isinstance(item.refused, SchoolToBeAssigned)
    notices = [one for one in await hub.told(OTHER_COUNTY) if isinstance(one, NoticeArrived)]
    assert len(notices) == 1
