"""Pupils found and shown at each tier: masked until asked for, with the history where the office may know it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect

from browser.conftest import Look, Visit, find_account
from browser.test_approve import bring_proofs, file_correction, waits_at
from browser.test_cases import NEW_NAME
from console.demo.cast import Scene
from console.demo.intake import Registered, enter_roster, register
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.office import Office
from kernel.school import School
from waiting import eventually

SPECIAL = "5141000004"


@pytest.fixture
async def registered(
    scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]
) -> tuple[Roster, Registered]:
    roster = new_pupils(school(SPECIAL), 2, grade="特教一年级")
    await enter_roster(scene, school(SPECIAL), roster)
    return roster, await register(scene, school(SPECIAL))


async def _find(page: Page, name: str, number: str) -> None:
    """By a number, which is one child's: two may have one name."""
    await page.goto("/pupils")
    await page.get_by_role("search").get_by_role("textbox").fill(number)
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("link", name=name).click()
    await page.get_by_role("heading", name=name).wait_for()


@pytest.mark.parametrize("who", [f"{SPECIAL}/h001", "410105/c001", "41/p001"])
async def test_numbers_are_masked_until_a_reason_is_given(
    visit: Visit, look: Look, registered: tuple[Roster, Registered], who: str, federation: Federation
) -> None:
    roster, found = registered
    child = roster.pupils[0].name
    page = await visit(who)
    await _find(page, child, found.numbers[child])
    if who != "410105/c001":  # authorities keep no documents
        await _find(page, child, found.items[child].values["document_number"])
    text = await page.inner_text("main")
    assert found.numbers[child] not in text
    assert found.items[child].values["document_number"] not in text
    assert found.numbers[child] not in page.url
    await look(page, f"50-pupil-{who.split('/', maxsplit=1)[0]}", f"学生页（{who}）")

    await page.get_by_label("查看完整号码的事由").select_option(label="与证件原件核对")
    await page.get_by_role("button", name="查看完整号码").click()
    await expect(page.get_by_text(found.numbers[child])).to_be_visible()
    logged = _log_of(federation, who)
    assert '"numbers_shown"' in logged
    assert child not in logged
    assert found.numbers[child] not in logged


def _log_of(federation: Federation, who: str) -> str:
    tier = find_account(federation, who)[0].tier
    portal = next(one for one in federation.portals if one.files.tier is tier)
    return (portal.files.folder / "log.jsonl").read_text("utf-8")


async def test_a_province_sees_what_was_decided_and_by_which_article(
    visit: Visit, registered: tuple[Roster, Registered]
) -> None:
    page = await visit("41/p001")
    child = registered[0].pupils[1].name
    await _find(page, child, registered[1].numbers[child])
    history = page.get_by_role("region", name="学籍变动记录")
    await expect(history.get_by_text("学籍建立")).to_be_visible()
    await expect(history).to_contain_text("第四条")


async def test_a_change_stands_in_the_history_with_its_proof_at_each_tier(
    visit: Visit,
    look: Look,
    scene: Scene,
    school: Callable[[str], School],
    registered: tuple[Roster, Registered],
) -> None:
    """Also at the school, which keeps no history: it is asked for at its own node."""
    child, number = next(iter(registered[1].numbers.items()))
    special = school(SPECIAL)
    case_id = await file_correction(
        scene.cast.registrar(special),
        number,
        child,
        NEW_NAME,
        proofs=await bring_proofs(scene.cast.registrar(special)),
    )
    await scene.cast.principal(special).approve(case_id)
    await waits_at(scene.cast.authority_of(special), case_id)
    await scene.cast.authority_of(special).approve(case_id)

    async def corrected() -> bool | None:
        return (await scene.cast.registrar(special).case(case_id)).items[0].state == "done" or None

    await eventually(corrected)
    for who in (f"{SPECIAL}/r001", "410105/c001", "41/p001"):
        page = await visit(who)
        await _find(page, NEW_NAME, number)
        history = page.get_by_role("region", name="学籍变动记录")
        await expect(history.get_by_text("关键信息变更", exact=True)).to_be_visible()
        await expect(history.locator("del")).to_have_text(child)
        await expect(history.locator("ins")).to_have_text(NEW_NAME)
        proof = await history.get_by_role("link", name="第 1 份").get_attribute("href")
        assert proof is not None
        answer = await page.request.get(proof)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        if who.startswith(SPECIAL):
            await look(page, "51-pupil-history", "学生页：变动记录与证明材料")


async def test_a_pupil_of_another_jurisdiction_is_not_there(
    visit: Visit, registered: tuple[Roster, Registered], federation: Federation
) -> None:
    """By the very address that its own office uses."""
    page = await visit(f"{SPECIAL}/h001")
    child = registered[0].pupils[0].name
    await _find(page, child, registered[1].numbers[child])
    path = page.url.partition("/pupils/")[2]
    for stranger in ("2141000001/h001", "440106/c001", "44/p001"):
        other = await visit(stranger)
        answer = await other.goto(f"/pupils/{path}")
        assert answer is not None
        assert answer.status == 404
        await expect(other.get_by_text("没有找到该生的学籍")).to_be_visible()
    assert Office.parse(f"school/{SPECIAL}") in federation.plan.names
