"""The nation has no cases: its first page is what the index found, was asked and was not told."""

from __future__ import annotations

from playwright.async_api import expect

from browser.conftest import Look, Visit


async def test_the_nation_sees_what_waits_there(visit: Visit, look: Look) -> None:
    page = await visit("00/n001")
    answer = await page.goto("/")
    assert answer is not None
    assert answer.status == 200
    for subject in ("待全国裁定", "待省级核查", "疑似重复", "未上报的省份", "查询预警"):
        await expect(page.get_by_role("heading", name=subject)).to_be_visible()
    missing = page.get_by_role("table", name="未上报统计数的省份")
    await expect(missing.get_by_role("rowheader", name="甘肃省")).to_be_visible()
    await look(page, "90-nation", "全国：等待裁定、核查和上报的事项")
