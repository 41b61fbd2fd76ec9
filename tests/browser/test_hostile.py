"""What somebody types who means harm: in every parameter of an address, in every field of a form, in what is uploaded.

Each is refused or shown as what it is, text; none is a fault of ours, and none runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from playwright.async_api import APIResponse, Page

from browser.conftest import Visit

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
PAYLOADS = (
    SCRIPT,
    "'; DROP TABLE cases; --",
    "../../../../etc/passwd",
    "{{ 7 * 7 }}${7*7}#panic()",
    "\x00\r\nSet-Cookie: a=b",
    "9" * 5000,
    "𠮷\u202e\u200b😀",
)
PARAMETERS = (
    *("view", "after", "procedure", "school", "case", "page", "size", "wanted", "number", "name", "class", "cases"),
    *("of", "saved", "next", "then", "item_id", "grade", "reason", "on", "first", "last", "scope", "code", "state"),
)
WHO = ("2141000001/r001", "2141000001/h001", "410105/c001", "41/p001")
ANSWERS = frozenset({200, 302, 303, 400, 403, 404, 405, 409, 413, 414, 429, 503})


@dataclass(frozen=True)
class Form:
    """A form of a page: where it is sent, and its fields but for the token."""

    action: str
    fields: list[str]
    token: str


async def _pages(page: Page) -> list[str]:
    await page.goto("/")
    links = await page.eval_on_selector_all(
        "nav[aria-label=主导航] a", "all => all.map(one => one.getAttribute('href'))"
    )
    return [str(link) for link in links]


async def _forms(page: Page) -> AsyncIterator[Form]:
    found = await page.eval_on_selector_all(
        "form[method=post]",
        """all => all.map(form => ({
            action: form.getAttribute('action') || location.pathname,
            token: form.querySelector('[name=csrf_token]').value,
            fields: [...form.elements].filter(one => one.name && one.name !== 'csrf_token' && one.type !== 'file')
              .map(one => one.name)}))""",
    )
    for one in found:
        if not one["action"].endswith("/logout"):
            yield Form(one["action"], sorted(set(one["fields"])), one["token"])


async def _expect_harmless(answer: APIResponse, asked: str) -> None:
    assert answer.status in ANSWERS, f"{asked}: {answer.status}"
    body = (await answer.body()).decode("utf-8", "replace")
    assert "<script>alert" not in body, asked
    assert "<img src=x" not in body, asked
    assert "Set-Cookie: a=b" not in str(answer.headers), asked


@pytest.mark.parametrize("who", WHO)
async def test_nothing_that_stands_in_an_address_is_a_fault_or_runs(visit: Visit, who: str) -> None:
    page = await visit(who)
    for path in await _pages(page):
        for payload in PAYLOADS:
            asked = f"{path}?{urlencode(dict.fromkeys(PARAMETERS, payload[:300]))}"
            await _expect_harmless(await page.request.get(asked, max_redirects=0), asked[:200])
        for parameter in PARAMETERS:
            asked = f"{path}?{urlencode({parameter: SCRIPT})}"
            await _expect_harmless(await page.request.get(asked, max_redirects=0), asked)


@pytest.mark.parametrize("who", WHO)
async def test_nothing_that_is_typed_into_a_form_is_a_fault_or_runs(visit: Visit, who: str) -> None:
    page = await visit(who)
    for path in await _pages(page):
        await page.goto(path)
        async for form in _forms(page):
            for payload in PAYLOADS:
                sent: dict[str, str | float | bool] = {"csrf_token": form.token, **dict.fromkeys(form.fields, payload)}
                answer = await page.request.post(form.action, form=sent, max_redirects=0)
                await _expect_harmless(answer, f"{form.action} {form.fields} {payload[:20]!r}")


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/static/../settings.py", "/static/%2e%2e/app.py", "/pupils/%00"]
)
async def test_no_path_leads_out_of_the_portal(visit: Visit, path: str) -> None:
    page = await visit(WHO[0])
    answer = await page.request.get(path, max_redirects=0)
    assert answer.status in {302, 400, 404}
    assert "root:" not in await answer.text()


async def test_a_form_from_elsewhere_is_not_taken(visit: Visit) -> None:
    """A page of another host has the cookie sent along, and knows no token."""
    page = await visit(WHO[0])
    answer = await page.request.post("/pupils", form={"wanted": "张三"}, max_redirects=0)
    assert answer.status == 400
    assert "请返回后重新提交" in await answer.text()


async def test_what_is_too_large_is_told_and_not_taken(visit: Visit) -> None:
    page = await visit(WHO[0])
    await page.goto("/pupils")
    token = await page.locator("[name=csrf_token]").first.input_value()
    answer = await page.request.post("/pupils", form={"csrf_token": token, "wanted": "张" * 2_000_000}, max_redirects=0)
    assert answer.status in {400, 413}
