"""The page of a case: where it is, what it changes, what proves it, and the way back; and what is nobody else's."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.async_api import Page, expect
from pypdf import PdfWriter

from browser.conftest import Look, Visit
from console.demo.cast import Scene
from console.demo.intake import Registered, enter_roster, register
from console.demo.rosters import Roster
from console.evidence import put_content
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.school import School
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2

PRIMARY = "2141000001"
REGISTRAR, PRINCIPAL, OFFICER = f"{PRIMARY}/r001", f"{PRIMARY}/h001", "410105/c001"
NEW_NAME = "欧阳·阿不都热合曼·买买提江"


def a_scan() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (620, 877), "#e9e2cf").save(picture, "PNG")
    return picture.getvalue()


def a_page() -> bytes:
    page, book = io.BytesIO(), PdfWriter()
    book.add_blank_page(width=595, height=842)
    book.write(page)
    return page.getvalue()


@dataclass(frozen=True)
class Correction:
    case_id: str
    name: str
    number: str


@pytest.fixture
async def registered(scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]) -> Registered:
    await enter_roster(scene, school(PRIMARY), new_pupils(school(PRIMARY), 3))
    return await register(scene, school(PRIMARY))


@pytest.fixture
async def correction(scene: Scene, school: Callable[[str], School], registered: Registered) -> Correction:
    """A pupil's name is corrected, with a scan and a page that prove it; the principal is next."""
    name, number = next(iter(registered.numbers.items()))
    desk, case_id, item_id = scene.cast.registrar(school(PRIMARY)), str(new_uuid7()), str(new_uuid7())
    proofs = [
        await put_content(desk, a_scan(), EvidenceKind.HOUSEHOLD_REGISTER, item_id=item_id),
        await put_content(desk, a_page(), EvidenceKind.GUARDIAN_APPLICATION),
    ]
    values = {"number": number, "name": name, "new_name": NEW_NAME, "reason": "户口簿姓名变更"}
    filed = await desk.file_case(
        desk_pb2.FileCaseRequest(
            case_id=case_id,
            procedure="key_data_correction",
            items=[case_pb2.Item(item_id=item_id, values=values)],
            evidence=proofs,
        )
    )
    assert not filed.refused
    return Correction(case_id, name, number)


async def open_case(page: Page, case_id: str) -> None:
    await page.goto(f"/cases/{case_id}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_a_case_says_what_it_changes_where_it_is_and_what_proves_it(
    visit: Visit, look: Look, correction: Correction
) -> None:
    page = await visit(REGISTRAR)
    await page.goto("/?view=started")
    await page.locator(f'[data-case="{correction.case_id}"]').get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("关键信息变更")
    changed = page.locator(".changed")
    await expect(changed.locator("del")).to_have_text(correction.name)
    await expect(changed.locator("ins")).to_have_text(NEW_NAME)
    await expect(page.get_by_role("region", name="办理过程").get_by_text("学校录入")).to_be_visible()
    assert correction.number not in await page.inner_text("main")
    scan = page.get_by_role("img", name="居民户口簿")
    await scan.scroll_into_view_if_needed()
    await expect(scan).to_have_js_property("naturalWidth", 620)
    await look(page, "20-case", "一份业务：变更前后、证明材料、办理过程")

    await page.get_by_label("查看完整号码的事由").select_option(label="与证件原件核对")
    await page.get_by_role("button", name="查看（留记录）").click()
    await expect(page.get_by_text(correction.number)).to_be_visible()


async def test_a_proof_is_drawn_and_can_do_nothing_and_is_shown_to_the_parties_alone(
    visit: Visit, correction: Correction
) -> None:
    page = await visit(PRINCIPAL)
    await open_case(page, correction.case_id)
    for kind, media_type in (("居民户口簿", "image/png"), ("监护人书面申请", "application/pdf")):
        address = await page.get_by_role("link", name=kind).get_attribute("href")
        assert address is not None
        answer = await page.request.get(address)
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"].startswith("inline")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        for stranger in ("3141000002/r001", "440106/c001"):
            elsewhere = await visit(stranger)
            assert (await elsewhere.request.get(address)).status == 404
        assert (await page.request.get(address[:-2] + "00")).status == 404
    assert (await page.request.get(f"/cases/{correction.case_id}/proofs/../../static/portal.css")).status == 404


async def test_a_case_of_another_office_is_not_there(visit: Visit, look: Look, correction: Correction) -> None:
    for stranger in ("3141000002/r001", "440106/c001", "44/p001"):
        page = await visit(stranger)
        answer = await page.goto(f"/cases/{correction.case_id}")
        assert answer is not None
        assert answer.status == 404
        assert correction.name not in await page.inner_text("main")
    await look(page, "21-case-of-another", "别的单位的业务：没有")
    unknown = await page.goto(f"/cases/{new_uuid7()}")
    assert unknown is not None
    assert unknown.status == 404


async def test_a_registrar_takes_a_case_back_with_a_reason(visit: Visit, correction: Correction) -> None:
    page = await visit(REGISTRAR)
    await open_case(page, correction.case_id)
    await page.get_by_text("撤销申请").click()
    await page.get_by_role("button", name="撤销", exact=True).click()
    await expect(page.get_by_text("请填写撤销理由。")).to_be_visible()
    await page.get_by_label("撤销理由").fill("监护人撤回申请")
    await page.get_by_role("button", name="撤销", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="已撤销")).to_be_visible()
    await expect(page.get_by_text("申请学校撤销")).to_be_visible()
    await expect(page.get_by_text("撤销申请")).to_have_count(0)


async def test_a_large_case_is_shown_in_pages(
    visit: Visit, look: Look, scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]
) -> None:
    await enter_roster(scene, school(PRIMARY), new_pupils(school(PRIMARY), 60))
    submitted = await scene.cast.registrar(school(PRIMARY)).submit_drafts(str(new_uuid7()))
    page = await visit(REGISTRAR)
    await open_case(page, submitted.case_ids[0])
    await expect(page.locator(".pupil-row")).to_have_count(25)
    await page.locator(".pupil-row summary").first.press("Enter")
    await expect(page.locator(".pupil-row").first.get_by_text("学生个人基础信息")).to_be_visible()
    await look(page, "22-case-large", "一份业务：多名学生分页显示")
    await page.get_by_role("link", name="下一页").click()
    await page.get_by_role("link", name="下一页").click()
    await expect(page.locator(".pupil-row")).to_have_count(10)
    await expect(page.get_by_role("link", name="下一页")).to_have_count(0)
