"""A class is registered from its workbook: brought, mended in the page, submitted."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from browser.conftest import Look, Visit
from browser.registering import REGISTRAR, Hand, Intake, labelled, spoil, upload
from chassis.workbooks.reading import read_rows

LOGIN_FIELDS, LOGIN_CLICKS = 4, 1


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """What is measured is read in the test's output."""
    with capsys.disabled():
        yield


async def test_a_class_of_45_is_registered_from_its_workbook(
    visit: Visit,
    look: Look,
    intake: Intake,
    shown: None,
) -> None:
    began = time.monotonic()
    page = await visit(REGISTRAR)
    hand = Hand(page, clicks=LOGIN_CLICKS, fields=LOGIN_FIELDS, began=began)
    await hand.click(page.get_by_role("link", name="新生注册"))
    await expect(page.get_by_text("还没有草稿")).to_be_visible()
    await look(page, "10-registering-empty", "新生注册：还没有草稿")
    await upload(hand, intake.workbook(intake.a_class(45)))
    await expect(page.get_by_text("没有发现问题")).to_be_visible()
    await look(page, "11-registering-drafts", "新生注册：45人的花名册已核对，没有错误")
    await hand.click(page.get_by_role("button", name="提交 45 名学生"))
    await expect(page.get_by_role("heading", name="已提交 45 名学生")).to_be_visible()
    hand.told("from login to a registered class of 45")
    await look(page, "12-registering-submitted", "提交之后：下一步由谁办理")
    await page.get_by_role("link", name="学籍建立").click()
    await expect(page.get_by_role("heading", name="学籍建立")).to_be_visible()


async def test_45_rows_with_5_mistakes_are_mended_in_the_page(
    visit: Visit,
    look: Look,
    intake: Intake,
    shown: None,
) -> None:
    page = await visit(REGISTRAR)
    roster, wrong = spoil(intake.a_class(45))
    hand = Hand(page)
    await page.goto("/registering/")
    await upload(hand, intake.workbook(roster))
    await expect(page.get_by_text("有问题 5 行")).to_be_visible()
    table = page.get_by_role("table", name="有问题的行")
    for row, (words, label, _) in wrong.items():
        line = table.get_by_role("row").filter(has=page.get_by_role("link", name=f"改正第{row}行"))
        await expect(line).to_contain_text(label)
        await expect(line).to_contain_text(words)
    await look(page, "13-registering-mistakes", "花名册中有问题的行，原因写在旁边")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="下载带核对结果的花名册").click()
    rows = dict(read_rows(Path(await (await coming.value).path())))
    assert any("校验码不符" in str(cell) for cells in rows.values() for cell in cells)

    await hand.click(page.get_by_role("link", name=f"改正第{min(wrong)}行"))
    for position, (row, (words, label, right)) in enumerate(wrong.items()):
        await expect(page.get_by_role("heading", name=f"改正第{row}行")).to_be_visible()
        await expect(page.get_by_role("alert").first).to_contain_text(words)
        if position == 0:
            await look(page, "14-mending-a-row", "在页面中改正一行：只显示有问题的项和关键数据")
        await hand.fill(label, right)
        await hand.click(page.get_by_role("button", name="保存，改下一行" if position < 4 else "保存", exact=True))
    await expect(page.get_by_text("有问题的行都已处理")).to_be_visible()
    await hand.click(page.get_by_role("button", name="提交 45 名学生"))
    await expect(page.get_by_role("heading", name="已提交 45 名学生")).to_be_visible()
    hand.told("45 rows with 5 mistakes, mended in the page and submitted")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("花名册.xlsx", b"not a workbook", "这不是 Excel 工作簿"),
        ("<script>alert(1)</script>.xlsx", b"PK\x03\x04 and no more", "文件"),
        ("空.xlsx", b"", "文件"),
    ],
)
async def test_a_file_that_is_no_roster_is_refused_beside_its_name(
    visit: Visit, intake: Intake, name: str, content: bytes, words: str
) -> None:
    page = await visit(REGISTRAR)
    await page.goto("/registering/")
    path = intake.folder / name.replace("/", "_")
    path.write_bytes(content)
    await page.get_by_label("上传花名册").set_input_files(path)
    await expect(page.get_by_role("alert")).to_contain_text("文件未能核对")
    await expect(page.get_by_role("alert")).to_contain_text(words)
    await expect(page.get_by_role("heading", name="核对结果")).to_contain_text(path.name)


async def test_a_roster_that_is_dropped_onto_the_page_is_brought(visit: Visit, intake: Intake) -> None:
    page = await visit(REGISTRAR)
    roster = intake.a_class(2)
    path = intake.workbook(roster)
    await page.goto("/registering/")
    dropped = await page.evaluate_handle(
        """([name, content]) => {
          const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], name));
          return carried;
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )
    await page.dispatch_event("form[data-upload]", "drop", {"dataTransfer": dropped})
    await expect(page.get_by_role("heading", name=f"核对结果：{path.name}")).to_be_visible()
    await expect(page.get_by_text("没有发现问题")).to_be_visible()


async def test_without_a_script_a_roster_is_brought_and_mended_by_plain_forms(
    browser: Browser, visit: Visit, intake: Intake
) -> None:
    known = await visit(REGISTRAR)
    base_url = known.url.partition("/registering")[0]
    state = await known.context.storage_state()
    context = await browser.new_context(java_script_enabled=False, storage_state=state, base_url=base_url)
    page = await context.new_page()
    roster, wrong = spoil(intake.a_class(45))
    await page.goto("/registering/")
    await page.get_by_label("上传花名册").set_input_files(intake.workbook(roster))
    await page.get_by_role("button", name="上传并核对").click()
    await expect(page.get_by_text("有问题 5 行")).to_be_visible()
    await page.get_by_role("link", name=f"改正第{min(wrong)}行").click()
    _, label, right = wrong[min(wrong)]
    await labelled(page, label).fill(right)
    await page.get_by_role("button", name="保存，改下一行").click()
    await expect(page.get_by_text("已保存。")).to_be_visible()
    await page.goto("/registering/")
    await page.get_by_role("button", name=f"忽略第{max(wrong)}行").click()
    await expect(page.get_by_role("table", name="有问题的行").get_by_role("link")).to_have_count(3)
    await context.close()
