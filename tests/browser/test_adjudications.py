"""Two records that may be one child: found by the index, answered by two provinces, decided by the nation, undone."""

from __future__ import annotations

import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

import pyotp
import pytest
from playwright.async_api import Page, expect

from browser.conftest import Look, Visit, find_account
from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.rosters import Roster, a_citizen_id
from console.federation.running import Federation
from kernel.ids import new_uuid7
from kernel.school import School
from waiting import eventually
from xueji.suspicion.v1 import suspicion_pb2

HERE, THERE = "2141000001", "2144000001"
NATION, HENAN, GUANGDONG = "00/n001", "41/p001", "44/p001"
_fathers = itertools.count(time.time_ns() // 1000 % 700 + 100)

Prove = Callable[[Page, str], Awaitable[None]]


@dataclass(frozen=True)
class Pair:
    """A child who was registered twice, under two documents and a name that sounds the same."""

    here: str
    there: str
    suspicion: suspicion_pb2.Suspicion

    @property
    def path(self) -> str:
        return f"/suspicions/{self.suspicion.first.student_key}/{self.suspicion.second.student_key}"


@pytest.fixture
async def pair(scene: Scene, school: Callable[[str], School], new_pupils: Callable[..., Roster]) -> Pair:
    father = {
        "guardian1_name": "曾志远",
        "guardian1_document_kind": "1-居民身份证",
        "guardian1_document_number": a_citizen_id("410199", date(1985, 6, 1), next(_fathers)),
    }
    roster = new_pupils(school(HERE), 1)
    child = roster.pupils[0].but(name="曾嘉怡", **father)
    digits = str(child.cells["birth_date"])
    born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    other = a_citizen_id(school(THERE).place, born, 998)
    numbers = list[str]()
    for code, pupil in ((HERE, child), (THERE, child.but(name="曾佳怡", document_number=other))):
        await enter_roster(scene, school(code), replace(roster, pupils=(pupil,)))
        numbers += (await register(scene, school(code))).numbers.values()

    async def found() -> suspicion_pb2.Suspicion | None:
        everything = await scene.cast.nation.suspicions.all(with_different=False)
        return next((one for one in everything if {one.first.number, one.second.number} == set(numbers)), None)

    here, there = numbers
    return Pair(here, there, await eventually(found))


@pytest.fixture
def prove(federation: Federation) -> Prove:
    async def typed(page: Page, who: str) -> None:
        """The second factor of the next half minute, where the page asks for it: that of now was used to come in."""
        field = page.get_by_label("动态口令")
        if await field.count():
            await field.fill(pyotp.TOTP(find_account(federation, who)[1].otp_secret).at(int(time.time()) + 30))

    return typed


async def test_the_nation_sees_what_agrees_and_differs_and_takes_a_decision_back(
    visit: Visit, look: Look, pair: Pair
) -> None:
    page = await visit(NATION)
    await page.goto("/suspicions/")
    row = page.get_by_role("row").filter(has=page.locator(f'a[href="{pair.path}"]'))
    await expect(row).to_contain_text("监护人证件相同")
    await expect(row).to_contain_text("姓名同音不同字")
    text = await page.inner_text("main")
    assert pair.here not in text
    assert pair.there not in text
    await look(page, "70-suspicions", "全国：疑似重复的学籍，最相似的在前")
    await row.get_by_role("link").click()
    await expect(page.get_by_role("region", name="相近")).to_contain_text("姓名同音不同字")
    await look(page, "71-suspicion", "全国：疑似重复的两份学籍，怎样处理、有什么后果")

    await page.get_by_role("button", name="认定为两名学生").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("认定为两名学生")
    await look(page, "72-suspicion-apart", "全国：已认定为两名学生，可以撤销")
    await page.goto("/suspicions/")
    await expect(page.locator(f'a[href="{pair.path}"]')).to_have_count(0)
    await page.goto(pair.path)
    await page.get_by_role("button", name="撤销“两名学生”的认定").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("待处理")

    await page.get_by_label("查看完整号码的事由").select_option(label="答复上级或有关部门")
    await page.get_by_role("button", name="查看完整号码").click()
    await expect(page.get_by_text(pair.here)).to_be_visible()


async def test_two_provinces_say_what_their_records_are_and_the_nation_decides_and_takes_it_back(
    visit: Visit, look: Look, pair: Pair, prove: Prove
) -> None:
    nation = await visit(NATION)
    await nation.goto(pair.path)
    await nation.get_by_label("比对以外的理由").fill("家长反映转过学")
    await nation.get_by_role("button", name="请两省核查").click()
    await expect(nation.get_by_role("heading", level=1)).to_contain_text("待核查")
    case_id = nation.url.partition("/adjudications/")[2]

    page = await visit(HENAN)
    await comes(page, case_id)
    await look(page, "73-adjudications", "省级：疑似重复学籍核查")
    await page.goto(f"/adjudications/{case_id}")
    name = page.get_by_role("row").filter(has_text="姓名").first
    await expect(name).to_contain_text("曾嘉怡")
    await expect(name).to_contain_text("曾佳怡")
    await expect(name).to_contain_text("不同")
    text = await page.inner_text("main")
    assert "示范路" not in text, "an address is not of the question"
    assert pair.here not in text
    await look(page, "74-adjudication", "省级：两份学籍对照，答复和后果")
    await page.get_by_label("同一学生，保留本条").check()
    await prove(page, HENAN)
    await page.get_by_role("button", name="签名并答复").click()
    await expect(page.get_by_role("alert")).to_contain_text("缺少证明材料")
    await expect(page.get_by_label("同一学生，保留本条")).to_be_checked()
    await page.get_by_label("户籍证明").check()
    await page.get_by_role("button", name="签名并答复").click()
    await expect(page.get_by_role("status").first).to_contain_text("已答复。核查现在：待核查")

    other = await visit(GUANGDONG)
    await comes(other, case_id)
    await other.goto(f"/adjudications/{case_id}")
    await other.get_by_label("佐证：本条属实").check()
    await other.get_by_label("就读证明").check()
    await other.get_by_label("动态口令").fill("000000")
    await other.get_by_role("button", name="签名并答复").click()
    await expect(other.get_by_role("alert")).to_contain_text("动态口令有误")
    await expect(other.get_by_label("就读证明")).to_be_checked()
    await prove(other, GUANGDONG)
    await other.get_by_role("button", name="签名并答复").click()
    await expect(other.get_by_role("status").first).to_contain_text("已答复。核查现在：待全国裁定")
    await shows(page, case_id, "佐证：就读证明")

    await nation.goto(f"/adjudications/{case_id}")
    await expect(nation.get_by_text("佐证：就读证明")).to_be_visible()
    await look(nation, "75-adjudication-nation", "全国：两省的答复，裁定和后果")
    await nation.get_by_label("同一名学生，保留第一份").check()
    await nation.get_by_label("理由").fill("两地公安核实为一人")
    await prove(nation, NATION)
    await nation.get_by_role("button", name="裁定").click()
    await expect(nation.get_by_role("heading", level=1)).to_contain_text("同一学生，已合并")
    await look(nation, "76-adjudication-merged", "全国：已裁定合并，可以撤销")
    await nation.get_by_label("撤销的理由").fill("核查材料有误")
    await nation.get_by_role("button", name="撤销合并").click()
    await expect(nation.get_by_role("heading", level=1)).to_contain_text("已撤销合并")


async def shows(page: Page, case_id: str, words: str) -> None:
    """A province's page of the case says so, as the index tells it."""

    async def there() -> bool | None:
        await page.goto(f"/adjudications/{case_id}")
        return True if words in await page.inner_text("main") else None

    await eventually(there)


async def comes(page: Page, case_id: str) -> None:
    """The case comes down to a province."""

    async def there() -> bool | None:
        await page.goto("/adjudications/")
        return True if await page.locator(f'[data-case="{case_id}"]').count() else None

    await eventually(there)


async def test_a_province_asks_by_numbers_and_is_told_what_is_wrong_with_them(
    visit: Visit, look: Look, pair: Pair
) -> None:
    page = await visit(GUANGDONG)
    await page.goto("/adjudications/")
    await page.get_by_role("link", name="提出核查").click()
    await page.get_by_label("本省学生的学籍号").fill("L44010620260909000X")
    await page.get_by_label("另一份学籍的学籍号").fill(pair.here)
    await page.get_by_label("为什么可能是同一名学生").fill("家长反映转过学")
    await page.get_by_role("button", name="请双方核查").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("另一份学籍的学籍号")).to_have_value(pair.here)
    await look(page, "77-adjudication-new", "省级：提出核查，学籍号有误")
    await page.get_by_label("本省学生的学籍号").fill(pair.there)
    await page.get_by_role("button", name="请双方核查").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("待核查")


async def test_neither_pairs_nor_cases_are_for_anybody_else(visit: Visit, pair: Pair) -> None:
    for stranger in (f"{HERE}/r001", "410105/c001"):
        page = await visit(stranger)
        for address in ("/adjudications/", f"/adjudications/{new_uuid7()}", "/suspicions/", pair.path):
            answer = await page.goto(address)
            assert answer is not None
            assert answer.status in {403, 404}, address
            assert "曾" not in await page.inner_text("main")
    province = await visit(HENAN)
    for address in (pair.path, "/suspicions/"):
        answer = await province.goto(address)
        assert answer is not None
        assert answer.status in {403, 404}
    answer = await province.goto(f"/adjudications/{new_uuid7()}")
    assert answer is not None
    assert answer.status == 404
