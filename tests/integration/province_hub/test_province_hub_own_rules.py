"""What a province decides for itself at its hub: helper numbers of its own (学籍辅号), and whose approval it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.case import Item
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.regulation import Step
from province_hub.store.transaction import HubTransaction
from xueji.desk.v1 import desk_pb2

HUB, COUNTY = Office(Tier.PROVINCE, "41"), Office(Tier.AUTHORITY, "410105")
PRIMARY, JUNIOR = "2141000001", "3141000003"
ITS_COUNTY = Office(Tier.AUTHORITY, "410122")
PACK = "2025.1+41.9"
TEXT = """
name = "41"
version = 9
province = "41"
title = "本省的规定"
in_force_from = 2025-09-01

[[rule]]
key = "aux_number_template"
stages = ["primary", "junior"]
value = "{stage}{year:2}{county}{sequence:2}"
source = "测试"
confidence = "found_official"

[[rule]]
key = "repeat.approver"
stages = ["junior"]
value = "province"
source = "测试"
confidence = "found_official"
"""


@pytest.fixture
async def hub_of_its_own(hub: Any) -> Any:
    """The hub, with a text of its province beside the nation's."""
    (hub.settings.policies_dir / "province-41.toml").write_text(TEXT, encoding="utf-8")
    await hub.restart()
    return hub


async def aux_number_of(hub: Any, number: str) -> str:
    def look(tx: HubTransaction) -> str:
        held = tx.students.by_number(number)
        assert held is not None
        return held.student.values["aux_number"]

    found: str = await hub.database.run(look)
    return found


async def enrolled(hub: Any, papers: Any, *pupils: Item) -> list[Any]:
    case = replace(papers.enrolment(*pupils), rule_pack=PACK)
    await hub.submit(papers.approved(case))
    return list((await hub.outcome(case)).items)


async def test_helper_numbers_are_counted_by_stage_and_what_a_school_made_up_stays(
    hub_of_its_own: Any, index: Any, papers: Any
) -> None:
    hub = hub_of_its_own
    pupils = [papers.pupil(grade="101"), papers.pupil(grade="101", aux_number="旧0001"), papers.pupil(grade="101")]
    first = await enrolled(hub, papers, *pupils)
    (later,) = await enrolled(hub, papers, papers.pupil(grade="101"))
    given = [await aux_number_of(hub, one.number) for one in (*first, later)]
    assert given == ["1260501", "旧0001", "1260503", "1260504"]


async def test_a_helper_number_is_given_anew_at_the_next_stage(hub_of_its_own: Any, index: Any, papers: Any) -> None:
    hub = hub_of_its_own
    pupil = papers.pupil(grade="106")
    (begun,) = await enrolled(hub, papers, pupil)
    named = {"number": begun.number, "name": pupil.values["name"]}
    done = papers.filed("graduation", Item(str(new_uuid7()), {**named, "outcome": "graduated"}), pack=PACK)
    await hub.submit(papers.approved(done))
    await hub.outcome(done)
    up = {**named, "grade": "201", "school_class": "1班"}
    admission = papers.filed(
        "admission_between_counties", Item(str(new_uuid7()), up), school=JUNIOR, releasing=PRIMARY, pack=PACK
    )
    asked = papers.approved(admission, by=ITS_COUNTY)
    await hub.submit(asked, by=ITS_COUNTY)
    await hub.submit(papers.endorse(asked, Step.OUT_AUTHORITY, COUNTY))
    (admitted,) = (await hub.outcome(admission, who=ITS_COUNTY)).items
    assert admitted.refused is None
    assert await aux_number_of(hub, begun.number) == "2262201"


async def test_who_repeats_a_grade_is_approved_by_whom_the_province_names(
    hub_of_its_own: Any, index: Any, papers: Any
) -> None:
    hub = hub_of_its_own
    for grade, awaited in (("202", Step.IN_PROVINCE.value), ("102", "")):
        pupil = papers.pupil(grade=grade)
        (begun,) = await enrolled(hub, papers, pupil)
        values = {"number": begun.number, "name": pupil.values["name"], "grade": grade, "reason": "病后"}
        repeat = papers.filed("grade_repeat", Item(str(new_uuid7()), values), pack=PACK)
        await hub.submit(papers.approved(repeat))
        request = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=10)
        waiting = {one.case_id: one.awaited_step for one in (await hub.desk().ListCases(request)).cases}
        assert waiting.get(repeat.case_id, "") == awaited
