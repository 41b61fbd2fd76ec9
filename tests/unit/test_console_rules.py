"""``xueji rules``: what the packs say, with their sources, and where they differ; no node needs to run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.commands import app

POLICIES = Path(__file__).parents[2] / "deploy" / "policies"
BREAKS = """
name = "42"
version = 1
province = "42"
title = "湖北省学籍管理实施细则"
in_force_from = 2020-01-01

[[rule]]
key = "archive.handover"
value = "3 months"
source = "测试"
confidence = "assumed"
"""


def said(*arguments: str) -> str:
    answer = CliRunner().invoke(app, ["rules", *arguments], env={"COLUMNS": "250"})
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout


def told(*arguments: str) -> Any:
    return json.loads(said(*arguments, "--json"))


def test_packs_are_listed_with_the_time_in_which_they_are_in_force() -> None:
    packs = {pack["pack"]: pack for pack in told("list")["packs"]}
    assert packs["2013.1"]["in_force_to"] == "2025-02-06"
    assert packs["2025.1+51.1"]["province_name"] == "四川省"
    assert [pack["pack"] for pack in told("list", "--on", "2013-10-01")["packs"]] == ["2013.1", "2013.1+37.1"]
    assert "四川省学籍管理实施细则" in said("list")


def test_a_pack_is_shown_whole_and_each_value_with_its_source_and_how_well_it_is_known() -> None:
    rules = told("show", "2013.1")["rules"]
    record = next(rule for rule in rules if rule["key"] == "record.deadline")
    assert record["value"] == "1 month"
    assert record["value_title"] == "1个月"
    assert record["clauses"] == ["7.1"]
    assert record["change"] == "at_most"
    assert (record["article"], record["confidence"]) == ("《办法》第七条", "found_official")
    assert [rule for rule in rules if not (rule["source"] and rule["confidence_title"])] == []
    assert "《办法》第七条，规范正文（官方文本）" in said("show", "2013.1")


def test_what_a_later_text_only_carries_over_says_so() -> None:
    rules = {rule["key"]: rule for rule in told("show", "2025.1")["rules"]}
    assert rules["death.report"]["carried"]
    assert rules["death.report"]["source"].startswith("沿用 2013.1")
    assert not rules["record.deadline"]["carried"]


def test_a_province_s_digits_stand_for_what_it_goes_by_today_and_no_name_for_the_nation() -> None:
    assert told("show", "41")["pack"] == "2025.1+41.1"
    assert told("show", "42")["pack"] == told("show")["pack"] == "2025.1"


def test_one_stage_is_shown_alone() -> None:
    senior = {rule["key"]: rule for rule in told("show", "43", "--stage", "senior")["rules"]}
    assert senior["repeat.cap_percent"]["value"] == 2
    assert senior["repeat.cap_percent"]["stages"] == ["senior"]
    primary = {rule["key"]: rule for rule in told("show", "43", "--stage", "primary")["rules"]}
    assert primary["repeat.cap_percent"]["value_title"] == "不限"


def test_two_packs_are_compared_key_by_key() -> None:
    answer = told("diff", "2013.1", "2025.1")
    by_key = {one["key"]: (one["left"]["value"], one["right"]["value"]) for one in answer["differences"]}
    assert by_key["record.deadline"] == ("1 month", "2 months")
    assert "archive.handover" not in by_key
    table = said("diff", "2025.1", "44", "--stage", "senior")
    assert "学期结束前10个工作日内；学期开始后10个工作日内" in table
    assert "跨省转学加转入方市级" in table
    assert "没有不同" in said("diff", "2025.1", "42")


def test_a_pack_that_is_not_there_is_refused_by_name() -> None:
    answer = CliRunner().invoke(app, ["rules", "show", "2099.1", "--json"])
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["refused"]["code"] == "RULE_PACK_UNKNOWN"


def test_whoever_writes_a_pack_is_told_what_it_breaks(tmp_path: Path) -> None:
    """Before any node reads it."""
    policies = tmp_path / "policies"
    shutil.copytree(POLICIES, policies)
    (policies / "province-42.toml").write_text(BREAKS, encoding="utf-8")
    answer = CliRunner().invoke(app, ["rules", "list", "--policies", str(policies)])
    assert answer.exit_code == 2
    for part in ("RULE_PACK_BREAKS_NATION", "42.1", "archive.handover", "15.1", "1个月", "3个月"):
        assert part in answer.stderr


@pytest.mark.parametrize("where", ["nowhere", ""])
def test_a_directory_that_is_not_there_is_said(tmp_path: Path, where: str) -> None:
    file = tmp_path / (where or "a-file")
    if not where:
        file.write_text("", encoding="utf-8")
    answer = CliRunner().invoke(app, ["rules", "list", "--policies", str(file), "--json"])
    assert answer.exit_code == 1
    assert set(json.loads(answer.stdout)) == {"failed"}
