"""A tier that was down catches up: nothing is lost, nothing is done twice, and nobody has to begin again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.demo.cast import Scene
from console.demo.intake import enter_roster
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.ids import new_uuid7
from kernel.office import NATION, Office, Tier
from kernel.school import School
from xueji.desk.v1 import desk_pb2

PRIMARY = "2141000001"
COUNTY = Office(Tier.AUTHORITY, "410105")
HUB = Office(Tier.PROVINCE, "41")

Schools = Callable[[str], School]
NewPupils = Callable[[School, int], Roster]
Start = Callable[[Office], None]


@pytest.fixture
async def submitted(scene: Scene, school: Schools, new_pupils: NewPupils) -> str:
    """A case of three children that waits for the principal."""
    there = school(PRIMARY)
    await enter_roster(scene, there, new_pupils(there, 3))
    (case_id,) = (await scene.cast.registrar(there).submit_drafts(str(new_uuid7()))).case_ids
    return case_id


async def county_has_it(scene: Scene, there: School, case_id: str) -> None:
    officer = scene.cast.authority_of(there)

    async def waits() -> bool | None:
        return True if case_id in {one.case_id for one in await officer.cases(desk_pb2.VIEW_WAITING)} else None

    await scene.report.eventually("主管部门收到业务", waits)


async def all_numbered(scene: Scene, there: School, case_id: str) -> set[str]:
    registrar = scene.cast.registrar(there)

    async def numbered() -> set[str] | None:
        items = (await registrar.case(case_id)).items
        return {item.number for item in items} if all(item.number for item in items) else None

    return await scene.report.eventually("学校得到学籍号", numbered)


async def test_a_case_waits_at_the_school_while_its_authority_is_down(
    federation: Federation, scene: Scene, school: Schools, submitted: str, running_again: Start
) -> None:
    there = school(PRIMARY)
    federation.node(COUNTY).kill()
    await scene.cast.principal(there).approve(submitted)
    waiting = (await scene.cast.registrar(there).case(submitted)).summary
    assert waiting.awaited_office == str(COUNTY)
    running_again(COUNTY)
    await county_has_it(scene, there, submitted)
    await scene.cast.authority_of(there).approve(submitted)
    assert len(await all_numbered(scene, there, submitted)) == 3


async def test_an_authority_killed_after_its_decision_still_sends_it_up(
    federation: Federation, scene: Scene, school: Schools, submitted: str, running_again: Start
) -> None:
    there = school(PRIMARY)
    await scene.cast.principal(there).approve(submitted)
    await county_has_it(scene, there, submitted)
    federation.node(HUB).kill()
    await scene.cast.authority_of(there).approve(submitted)
    federation.node(COUNTY).kill()
    running_again(COUNTY)
    running_again(HUB)
    assert len(await all_numbered(scene, there, submitted)) == 3


async def test_an_authority_works_on_while_its_hub_is_down(
    federation: Federation, scene: Scene, school: Schools, submitted: str, running_again: Start
) -> None:
    there = school(PRIMARY)
    federation.node(HUB).kill()
    await scene.cast.principal(there).approve(submitted)
    await county_has_it(scene, there, submitted)
    await scene.cast.authority_of(there).approve(submitted)
    assert (await scene.cast.authority_of(there).case(submitted)).summary.state == "open"
    running_again(HUB)
    assert len(await all_numbered(scene, there, submitted)) == 3


async def test_a_case_waits_at_the_hub_while_the_index_is_down(
    federation: Federation, scene: Scene, school: Schools, submitted: str, running_again: Start
) -> None:
    there = school(PRIMARY)
    federation.node(NATION).kill()
    await scene.cast.principal(there).approve(submitted)
    await county_has_it(scene, there, submitted)
    await scene.cast.authority_of(there).approve(submitted)
    hub = scene.cast.hub("41")

    async def asked() -> bool | None:
        return True if (await hub.case(submitted)).summary.awaited_step == "number_asked" else None

    await scene.report.eventually("省里等待学籍号", asked)
    running_again(NATION)
    assert len(await all_numbered(scene, there, submitted)) == 3


async def test_a_database_killed_in_the_middle_loses_nothing(
    federation: Federation, scene: Scene, school: Schools, submitted: str
) -> None:
    there = school(PRIMARY)
    await scene.cast.principal(there).approve(submitted)
    federation.parts.postgres.kill()
    federation.parts.postgres.start()
    await county_has_it(scene, there, submitted)
    await scene.cast.authority_of(there).approve(submitted)
    assert len(await all_numbered(scene, there, submitted)) == 3
