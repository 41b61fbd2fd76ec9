"""A child is entered in the form of 72 items, which helps, forgets nothing, and shows what was typed as it was."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from browser.conftest import Look, Visit
from browser.registering import REGISTRAR, SCHOOL, Intake, fill_form, labelled
from console.federation.running import Federation
from kernel.office import Office, Tier
from waiting import eventually

NOBODYS = "01900000-0000-7000-8000-000000000000"


async def kept(page: Page) -> int:
    """How many forms this tab keeps."""
    return int(await page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('kept:')).length"))


async def test_a_child_is_entered_in_the_form_which_helps_and_forgets_nothing(
    visit: Visit, look: Look, intake: Intake
) -> None:
    page = await visit(REGISTRAR)
    (pupil,) = intake.a_class(1).pupils
    number = pupil.document_number
    await page.goto("/registering/")
    await page.get_by_role("link", name="逐个登记").click()
    await expect(page.get_by_role("heading", name="登记学生")).to_be_visible()
    await look(page, "15-pupil-form", "逐个登记：72项分七个部分，带星号的必填，旁边写明依据")

    document = labelled(page, "身份证件号")
    await document.fill(number[:17] + ("0" if number[17] != "0" else "1"))
    await page.keyboard.press("Tab")
    told = page.locator("#document_number-wrong")
    await expect(told).to_contain_text(f"按前 17 位计算应为“{number[17]}”")
    await document.fill(f" {number.lower()} ")
    await page.keyboard.press("Tab")
    await expect(told).to_be_hidden()
    await expect(document).to_have_value(number)
    await expect(labelled(page, "出生日期")).to_have_value(number[6:14])
    await expect(labelled(page, "性别")).to_have_value("1" if int(number[16]) % 2 else "2")

    await labelled(page, "姓名").fill(pupil.name)
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("已暂存")).to_be_visible()
    await page.reload()
    await expect(labelled(page, "姓名")).to_have_value(pupil.name)
    await expect(page.get_by_text(re.compile("已恢复.*暂存的内容"))).to_be_visible()

    await page.get_by_role("button", name="保存", exact=True).click()
    summary = page.get_by_role("alert").filter(has=page.get_by_role("heading", name="还没有保存"))
    await expect(summary).to_be_focused()
    await expect(labelled(page, "姓名")).to_have_value(pupil.name)
    await look(page, "16-pupil-form-mistakes", "没有保存：错误汇总在顶部，也写在各项旁边")
    await summary.get_by_role("link", name="民族").click()
    await expect(labelled(page, "民族")).to_be_focused()

    await fill_form(page, pupil)
    form = page.url
    await page.context.set_offline(True)
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text("网络不通，内容已暂存")).to_be_visible()
    await page.context.set_offline(False)
    await page.goto("/registering/")
    await page.goto(form)
    await expect(labelled(page, "民族")).to_have_value("01")
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text(f"{pupil.name}：已保存。")).to_be_visible()
    assert await kept(page) == 0


async def test_the_next_child_of_a_class_begins_with_what_is_alike_and_a_draft_is_corrected_and_discarded(
    visit: Visit, look: Look, intake: Intake
) -> None:
    page = await visit(REGISTRAR)
    first, second = intake.a_class(2).pupils
    await page.goto("/registering/pupils/new")
    await fill_form(page, first)
    await page.get_by_role("button", name="保存，登记下一名").click()
    await expect(page.get_by_text(f"{first.name}：已保存。")).to_be_visible()
    await expect(labelled(page, "姓名")).to_have_value("")
    await expect(labelled(page, "班级")).to_have_value("1班")
    same_number = {key: first.cells[key] for key in ("document_number", "sex", "birth_date")}
    await fill_form(page, second.but(**same_number))
    await page.get_by_role("button", name="保存", exact=True).click()
    summary = page.get_by_role("alert").filter(has=page.get_by_role("heading", name="还没有保存"))
    await expect(summary).to_contain_text("本校已为该生录入了另一份草稿")

    await page.goto("/registering/")
    await page.get_by_role("link", name=f"修改{first.name}").click()
    await labelled(page, "班级").fill("2班")
    await page.get_by_role("button", name="保存", exact=True).click()
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=first.name, exact=True))
    await expect(line).to_contain_text("2班")
    await line.get_by_role("checkbox").check()
    await page.get_by_role("button", name="删除所选草稿").click()
    await expect(page.get_by_role("heading", name="删除以下 1 份草稿？")).to_be_visible()
    await look(page, "17-discard", "删除草稿前再确认一次")
    await page.get_by_role("button", name="确认删除").click()
    await expect(page.get_by_text("已删除 1 份草稿")).to_be_visible()
    await expect(line).to_have_count(0)


async def test_what_was_typed_while_the_office_is_down_is_saved_when_it_is_back(
    federation: Federation, visit: Visit, intake: Intake
) -> None:
    page = await visit(REGISTRAR)
    (pupil,) = intake.a_class(1).pupils
    node = federation.node(Office(Tier.SCHOOL, SCHOOL))
    await page.goto("/registering/pupils/new")
    await fill_form(page, pupil)
    await asyncio.to_thread(node.kill)
    try:
        await page.get_by_role("button", name="保存", exact=True).click()
        await expect(page.get_by_role("alert").first).to_contain_text("还没有保存")
        await expect(labelled(page, "姓名")).to_have_value(pupil.name)
    finally:
        await asyncio.to_thread(node.start)

    async def saved() -> bool | None:
        """The portal finds its way back to the node within seconds; until then a person tries again."""
        async with page.expect_navigation():
            await page.get_by_role("button", name="保存", exact=True).click()
        return await page.get_by_text(f"{pupil.name}：已保存。").count() > 0 or None

    await eventually(saved)


async def test_script_in_a_field_is_text_wherever_it_is_shown(visit: Visit, intake: Intake) -> None:
    page = await visit(REGISTRAR)
    ran: list[str] = []
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    (pupil,) = intake.a_class(1).pupils
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' OR 1=1 --"
    await page.goto("/registering/pupils/new")
    await fill_form(page, pupil.but(address=hostile, school_class="</td><script>alert(3)</script>"))
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text(f"{pupil.name}：已保存。")).to_be_visible()
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=pupil.name, exact=True))
    await expect(line).to_contain_text("<script>alert(3)</script>")
    await page.get_by_role("link", name=f"修改{pupil.name}").click()
    await expect(labelled(page, "现住址")).to_have_value(hostile)
    assert ran == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/registering/?after='; DROP TABLE pupils --", 400),
        ("/registering/pupils/..%2f..%2fetc%2fpasswd", 404),
        (f"/registering/pupils/{NOBODYS}?of=not-an-id", 400),
        (f"/registering/submitted?cases={NOBODYS}", 404),
        (f"/filing/suspension/{NOBODYS}?pupil={NOBODYS}", 404),
        (f"/filing/suspension/{NOBODYS}?pupil=' OR 1=1", 400),
        (f"/filing/enrolment/{NOBODYS}", 400),
        ("/filing/problem_mark/", 400),
        (f"/filing/filed/{NOBODYS}", 404),
    ],
)
async def test_an_address_that_was_made_up_is_refused_in_words(visit: Visit, address: str, status: int) -> None:
    page = await visit(REGISTRAR)
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == status
    assert "Traceback" not in await page.content()
