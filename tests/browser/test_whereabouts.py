"""A parent asks where the child's case is: by a code, without a login, and without a word of the child."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from browser.conftest import VIEWPORT, Look, Visit, find_account
from browser.test_cases import a_scan
from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.moving import turn_of
from console.demo.rosters import Roster
from console.evidence import put_content
from console.federation.running import Federation
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.regulation import Step
from kernel.school import School
from waiting import eventually
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2

PRIMARY, SENIOR = "2144000001", "3441000003"
REGISTRAR = f"{PRIMARY}/r001"


@dataclass(frozen=True)
class Case:
    case_id: str
    name: str
    number: str


@pytest.fixture
async def case(scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]) -> Case:
    """A pupil's name is corrected: the principal is next, then the authority."""
    here = school(PRIMARY)
    await enter_roster(scene, here, new_pupils(here, 1))
    ((name, number),) = (await register(scene, here)).numbers.items()
    case_id = str(new_uuid7())
    registrar = scene.cast.registrar(here)
    values = {"number": number, "name": name, "new_name": f"{name}华", "reason": "户口簿姓名变更"}
    await registrar.file_case(
        desk_pb2.FileCaseRequest(
            case_id=case_id,
            procedure="key_data_correction",
            items=[case_pb2.Item(item_id=case_id, values=values)],
            evidence=[await put_content(registrar, a_scan(), EvidenceKind.HOUSEHOLD_REGISTER)],
        )
    )
    return Case(case_id, name, number)


@pytest.fixture
async def parent(federation: Federation, browser: Browser) -> AsyncIterator[Page]:
    portal, _ = find_account(federation, REGISTRAR)
    context = await browser.new_context(viewport=VIEWPORT, locale="zh-CN", base_url=portal.url)
    yield await context.new_page()
    await context.close()


async def a_code(page: Page, case_id: str) -> str:
    await page.goto(f"/cases/{case_id}/slip")
    return await page.locator("dd.slip-code").last.inner_text()


async def ask(parent: Page, school: str, code: str) -> None:
    await parent.goto("/where")
    await parent.get_by_label("学校标识码").fill(school)
    await parent.get_by_label("查询码").fill(code)
    await parent.get_by_role("button", name="查询").click()


async def test_a_parent_sees_where_the_case_is_and_how_it_ended_and_nothing_of_the_child(  # noqa: PLR0917 - fixtures
    visit: Visit, look: Look, case: Case, parent: Page, scene: Scene, school: Callable[[str], School]
) -> None:
    page = await visit(REGISTRAR)
    await page.goto(f"/cases/{case.case_id}")
    await page.get_by_role("link", name="家长查询单").click()
    slip = await page.inner_text("main")
    assert case.name not in slip
    assert case.number not in slip
    await look(page, "62-slip", "给家长的办理进度查询单")
    code = await a_code(page, case.case_id)

    await ask(parent, PRIMARY, code.lower().replace("-", ""))
    await expect(parent.get_by_role("status")).to_contain_text("学校审核")
    await see_nothing_of_the_child(parent, case)
    await look(parent, "63-where", "家长查询：办到哪里、由谁办")

    here = school(PRIMARY)
    await scene.cast.principal(here).approve(case.case_id)
    address = parent.url

    async def says(words: str) -> None:
        async def said() -> bool | None:
            await parent.goto(address)
            return True if words in await parent.get_by_role("status").inner_text() else None

        await eventually(said)

    await says("还剩10个工作日")
    await expect(parent.get_by_role("status")).to_contain_text("学籍主管部门核准")
    await see_nothing_of_the_child(parent, case)
    await look(parent, "64-where-authority", "家长查询：还剩几个工作日")
    officer = scene.cast.authority_of(here)
    await turn_of(scene, officer, case.case_id, Step.IN_AUTHORITY)
    await officer.decide(case.case_id, desk_pb2.DECISION_RETURN, reason=f"{case.name}的材料不清楚")
    await says("已退回学校")
    await expect(parent.locator(".way-stopped")).to_contain_text("学籍主管部门核准")
    await see_nothing_of_the_child(parent, case)
    await look(parent, "65-where-ended", "家长查询：怎样结束的")


async def see_nothing_of_the_child(parent: Page, case: Case) -> None:
    content = await parent.content()
    for words in (case.name, case.number, "材料不清楚", case.case_id):
        assert words not in content
    assert case.name not in parent.url


async def test_a_changed_character_another_school_and_an_invented_code_find_nothing_and_are_throttled(
    visit: Visit, look: Look, case: Case, parent: Page
) -> None:
    code = await a_code(await visit(REGISTRAR), case.case_id)
    changed = code[:-1] + ("0" if code[-1] != "0" else "2")
    for tried in (changed, "3K7Q-VN2A-XH5D-9TWC", "<script>alert(1)</script>", "' OR 1=1 --"):
        await ask(parent, PRIMARY, tried)
        await expect(parent.get_by_role("alert")).to_contain_text("没有找到")
        await expect(parent.get_by_label("查询码")).to_have_value(tried)
    await look(parent, "66-where-unknown", "家长查询：没有找到")
    await ask(parent, SENIOR, code)
    await expect(parent.get_by_role("alert")).to_contain_text("没有找到")
    await ask(parent, PRIMARY, code)
    await expect(parent.get_by_role("heading", name="正在办理")).to_be_visible()
    await ask(parent, PRIMARY, changed)
    await ask(parent, PRIMARY, code)
    await expect(parent.get_by_role("alert")).to_contain_text("查询次数过多")


async def test_a_slip_is_for_the_cases_of_ones_own_school(visit: Visit, case: Case) -> None:
    for stranger in (f"{SENIOR}/r001", "440106/c001"):
        page = await visit(stranger)
        answer = await page.goto(f"/cases/{case.case_id}/slip")
        assert answer is not None
        assert answer.status == 404
