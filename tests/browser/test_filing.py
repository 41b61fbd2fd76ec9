"""Every other procedure: chosen, of whom, stated and proved in a form that is drawn from its row."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from browser.conftest import Look, Visit
from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.school import School

REGISTRAR = "2141000001/r001"
SCHOOL = "2141000001"


@dataclass(frozen=True)
class Pupils:
    """Children who have just got their numbers at the school."""

    names: list[str]


@pytest.fixture
async def pupils(scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]) -> Pupils:
    here = school(SCHOOL)
    roster = new_pupils(here, 3)
    await enter_roster(scene, here, roster)
    registered = await register(scene, here)
    return Pupils(list(registered.numbers))


def a_scan(folder: Path) -> Path:
    """A picture as a telephone takes one."""
    content = io.BytesIO()
    Image.new("RGB", (640, 900), "white").save(content, "PNG")
    path = folder / "休学申请书.png"
    path.write_bytes(content.getvalue())
    return path


async def choose(page: Page, procedure: str, name: str) -> None:
    await page.goto("/filing/")
    await page.get_by_role("link", name=procedure, exact=True).click()
    await page.get_by_label("学籍号、姓名或证件号").fill(name)
    await page.get_by_role("button", name="查找").click()


async def test_a_suspension_is_filed_with_its_proof_and_what_is_missing_is_told_at_once(
    federation: Federation, visit: Visit, look: Look, pupils: Pupils, tmp_path: Path
) -> None:
    page = await visit(REGISTRAR)
    await page.goto("/")
    await page.get_by_role("link", name="办理业务").click()
    await expect(page.get_by_role("heading", name="办理业务")).to_be_visible()
    await look(page, "20-filing", "办理业务：由谁核办、依据哪一条")
    name = pupils.names[0]
    await choose(page, "休学", name)
    await expect(page.get_by_role("button", name=f"为{name}办理")).to_have_count(1)
    await look(page, "21-filing-pupils", "选择学生")
    await page.get_by_role("button", name=f"为{name}办理").click()
    await page.get_by_role("button", name="提交学校审核").click()
    summary = page.get_by_role("alert")
    await expect(summary).to_be_focused()
    await expect(summary).to_contain_text("监护人书面申请")
    await look(page, "22-filing-mistakes", "休学：缺什么一次说清")

    today = federation.today
    await page.get_by_label("理由").fill("因病需长期治疗")
    await page.locator("#leave_reason").select_option(index=1)
    await page.locator("#leave_from").fill(f"{today:%Y%m%d}")
    await page.locator("#leave_until").fill(f"{today + timedelta(days=180):%Y%m%d}")
    await page.get_by_label("监护人书面申请").set_input_files(a_scan(tmp_path))
    await expect(page.get_by_text("已上传 休学申请书.png")).to_be_visible()
    await look(page, "23-filing-form", "休学：填报项目与证明材料")
    await page.get_by_role("button", name="提交学校审核").click()
    await expect(page.get_by_role("heading", name="已提交：休学，1 名学生")).to_be_visible()
    await look(page, "24-filed", "提交之后")

    await choose(page, "休学", name)
    await page.get_by_role("button", name=f"为{name}办理").click()
    await page.get_by_label("理由").fill("再来一次")
    await page.locator("#leave_reason").select_option(index=1)
    await page.locator("#leave_from").fill(f"{today:%Y%m%d}")
    await page.locator("#leave_until").fill(f"{today + timedelta(days=180):%Y%m%d}")
    await page.get_by_label("监护人书面申请").set_input_files(a_scan(tmp_path))
    await expect(page.get_by_text("已上传 休学申请书.png")).to_be_visible()
    await page.get_by_role("button", name="提交学校审核").click()
    await expect(page.get_by_role("alert")).to_contain_text("该生有在办业务")
    await expect(page.get_by_label("理由")).to_have_value("再来一次")


async def test_a_correction_shows_what_the_record_says_now(visit: Visit, look: Look, pupils: Pupils) -> None:
    page = await visit(REGISTRAR)
    await choose(page, "一般信息变更", pupils.names[0])
    await page.get_by_label(f"选择{pupils.names[0]}").check()
    await page.get_by_role("button", name="为所选学生办理").click()
    await expect(page.locator("[data-field=new_ethnicity]")).to_contain_text("现为：")
    await look(page, "25-filing-correction", "一般信息变更：各项旁边写明现在的内容")


async def test_several_pupils_change_class_in_one_case(visit: Visit, look: Look, pupils: Pupils) -> None:
    page = await visit(REGISTRAR)
    await page.goto("/filing/class_change/")
    while not await page.get_by_label(f"选择{pupils.names[0]}").count():
        await page.get_by_role("link", name="下一页").click()
    for name in pupils.names:
        await page.get_by_label(f"选择{name}").first.check()
    await page.get_by_role("button", name="为所选学生办理").click()
    await page.locator("#school_class").fill("3班")
    await page.get_by_label("理由").fill("均衡编班")
    await page.get_by_role("button", name="提交学校审核").click()
    await expect(page.get_by_role("heading", name="已提交：调班，3 名学生")).to_be_visible()
