"""第十一条、第二十九条: what the nation leaves open a province decides, and its schools are judged by that."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.rpc.wire import refusal_from_message
from kernel.refusals import TransferWindowClosed
from scenarios.stage import Stage

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"


@pytest.mark.clause("11.1", "29.1")
async def test_each_province_takes_transfers_at_its_own_times(stage: Stage) -> None:
    """同在10月中旬：转进河南的学校，开学两个月内可以受理；转进广东的学校，过了学期前10个工作日就要等到学期末。"""
    to_henan = await stage.enrolled_pupil("邱雨桐", school=ELSEWHERE, grade="小学三年级")
    to_guangdong = await stage.enrolled_pupil("秦语嫣", school=PRIMARY, grade="小学三年级")
    stage.clock.to(date(2026, 10, 19))
    taken = await stage.done("transfer", to_henan, at=PRIMARY, grade="小学三年级", reason="随父母迁居")
    turned_away = await stage.done("transfer", to_guangdong, at=ELSEWHERE, grade="小学三年级", reason="随父母迁居")
    assert taken.state == "done"
    assert isinstance(no := refusal_from_message(turned_away.refusal), TransferWindowClosed)
    assert "10个工作日" in no.sentence
    assert (await stage.told(to_guangdong)).school == stage.school(PRIMARY).code.text


@pytest.mark.clause("11.1", "29.1")
async def test_a_case_names_the_provinces_rules_of_its_day(stage: Stage) -> None:
    """2026年在河南建立的学籍，写明按国家2025年办法和河南省规定办；以后规定变了，这一笔还是按当时的。"""
    child = await stage.enrolled_pupil("江安", school=PRIMARY)
    (begun,) = await stage.history(child)
    nation, _, province = begun.rule_pack.partition("+")
    assert nation.startswith("2025.")
    assert province.startswith("41.")
    stage.clock.to(date(2031, 9, 1))
    assert (await stage.history(child))[0].rule_pack == begun.rule_pack


@pytest.mark.clause("11.1")
async def test_the_text_of_2013_judged_the_cases_of_its_time(stage: Stage) -> None:
    """2016年办的学籍，依据的是2013年的办法。"""
    stage.clock.open_on(date(2016, 9, 1))
    child = await stage.enrolled_pupil("史清妍", school=PRIMARY)
    (begun,) = await stage.history(child)
    assert begun.rule_pack.startswith("2013.")
