"""Coming in: both factors, the throttle, the way back, and what is shown to nobody else."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pyotp
from playwright.async_api import Browser, expect

from browser.conftest import VIEWPORT, Look, Visit, find_account, type_login
from console.federation.running import Federation

LOCKED = "410100/c001"  # nobody else's in these tests: it waits a quarter of an hour afterwards


async def test_whoever_knows_both_secrets_comes_in_and_sees_their_worklist(visit: Visit, look: Look) -> None:
    page = await visit("2141000001/r001")
    await page.goto("/")
    await expect(page.get_by_text("金水区示范小学")).to_be_visible()
    await expect(page.get_by_role("link", name="待我办理")).to_have_attribute("aria-current", "page")
    await look(page, "02-worklist-empty", "学校学籍管理员：没有待办")


async def test_a_wrong_secret_says_not_which_and_after_five_the_account_waits(
    federation: Federation, browser: Browser, look: Look
) -> None:
    portal, account = find_account(federation, LOCKED)
    context = await browser.new_context(viewport=VIEWPORT, locale="zh-CN", base_url=portal.url)
    page = await context.new_page()
    for attempt in range(5):
        wrong_password = attempt % 2 == 0
        code = "000000" if not wrong_password else pyotp.TOTP(account.otp_secret).now()
        await type_login(page, account, password="wrong" if wrong_password else "", otp=code)
        await expect(page.get_by_role("alert")).to_have_text("单位代码、人员编号、密码或动态口令有误。")
    await type_login(page, account)
    await expect(page.get_by_role("alert")).to_contain_text(re.compile(r"请 1[45] 分钟后再试"))
    await look(page, "01-login", "登录：连续失败后暂停，并写明怎样恢复")
    await context.close()


async def test_nothing_is_shown_before_login_and_nothing_comes_from_elsewhere(
    federation: Federation, browser: Browser
) -> None:
    portal, _ = find_account(federation, LOCKED)
    context = await browser.new_context(base_url=portal.url)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = await page.goto("/?view=all")
    assert answer is not None
    assert "/login" in page.url
    assert [url for url in asked if not url.startswith(portal.url)] == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    await context.close()


async def test_a_login_leads_to_no_other_host(federation: Federation, browser: Browser) -> None:
    portal, account = find_account(federation, "3141000002/h001")
    context = await browser.new_context(base_url=portal.url)
    page = await context.new_page()
    await page.goto("/login?next=//elsewhere.invalid/")
    await page.get_by_label("单位代码").fill(account.who.office.code)
    await page.get_by_label("人员编号").fill(account.who.person)
    await page.get_by_label("密码").fill(account.password)
    await page.get_by_label("动态口令").fill(pyotp.TOTP(account.otp_secret).now())
    await page.get_by_role("button", name="登录").click()
    await page.get_by_role("heading", name="待办与业务").wait_for()
    assert page.url.startswith(portal.url)
    await context.close()


async def test_a_form_that_was_sent_after_the_login_ran_out_is_opened_again_by_the_next_login(
    federation: Federation, browser: Browser
) -> None:
    portal, _ = find_account(federation, LOCKED)
    context = await browser.new_context(base_url=portal.url)
    page = await context.new_page()
    await page.goto("/login")
    form = "/registering/pupils/01900000-0000-7000-8000-000000000000"
    for action, following in ((f"{form}?grade=101", f"{form}?grade=101"), ("/registering/submit", "")):
        await page.evaluate(
            "action => { const form = document.querySelector('form'); form.action = action; form.submit(); }", action
        )
        await expect(page.get_by_text("登录已超时")).to_be_visible()
        asked = parse_qs(urlsplit(page.url).query)
        assert asked.get("next", [""]) == [following]
    await context.close()
