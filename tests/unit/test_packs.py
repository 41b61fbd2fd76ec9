"""Rule packs: texts that are read or refused by name, provinces that may tighten, and what a case is judged by."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chassis.packs import load_packs
from kernel.evidence import EvidenceKind
from kernel.measures import CLAUSES
from kernel.packs import (
    Confidence,
    Packs,
    RulePackText,
    Term,
    TransferBar,
    differences,
    keys,
    lines,
    step_deadline,
)
from kernel.refusals import RulePackBreaksNation, RulePackMalformed, RulePackNotInForce, RulePackUnknown
from kernel.regulation import PROCEDURES
from kernel.stages import Stage

POLICIES = Path(__file__).parents[2] / "deploy" / "policies"
SHIPPED = load_packs(POLICIES)
NATIONAL = tuple(
    RulePackText.from_toml((POLICIES / name).read_text("utf-8"))
    for name in ("national-2013.toml", "national-2025.toml")
)
DAY = date(2026, 11, 2)

HEAD = """
name = "42"
version = 1
province = "42"
title = "湖北省学籍管理实施细则"
in_force_from = 2020-01-01
"""


def rule(key: str, value: str, *, stages: str = "") -> str:
    of = f"stages = {stages}\n" if stages else ""
    return f'[[rule]]\nkey = "{key}"\n{of}value = {value}\nsource = "某文件"\nconfidence = "found_press"\n'


def hubei(*rules: str, head: str = HEAD) -> RulePackText:
    return RulePackText.from_toml(head + "".join(rules or (rule("entry.age_years", "6"),)))


def with_hubei(*rules: str) -> Packs:
    return Packs([*NATIONAL, hubei(*rules)])


# --- What is shipped ---


def test_every_pack_that_is_shipped_goes_with_the_nation() -> None:
    provinces = {pack.province for pack in SHIPPED}
    assert provinces == {"", "32", "37", "41", "43", "44", "51"}
    assert [pack.id for pack in SHIPPED if not pack.province] == ["2013.1", "2025.1"]


def test_the_nation_says_all_and_each_value_says_where_it_is_from() -> None:
    for pack in SHIPPED:
        for line in lines(pack):
            assert line.value.source, (pack.id, line.key.name)
            assert line.key.kind.parse(line.key.kind.plain(line.value.value)) == line.value.value
            assert line.key.kind.label(line.value.value)


def test_the_measures_of_2013_are_in_force_until_those_of_2025_are() -> None:
    assert SHIPPED.in_force("", date(2013, 9, 1)).id == "2013.1"
    assert SHIPPED.in_force("", date(2025, 2, 6)).id == "2013.1"
    assert SHIPPED.in_force("", date(2025, 2, 7)).id == "2025.1"
    with pytest.raises(RulePackUnknown):
        SHIPPED.in_force("41", date(2013, 8, 31))


def test_the_terms_that_the_measures_name_are_in_the_pack_of_2013() -> None:
    read = SHIPPED.named("2013.1").read(Stage.JUNIOR)
    assert read(keys.RECORD_DEADLINE) == Term.parse("1 month")
    assert read(keys.ARCHIVE_HANDOVER) == Term.parse("1 month")
    assert read(keys.STEP_DEADLINE) == read(keys.DEATH_REPORT) == Term.parse("10 working days")
    assert not read(keys.EXPULSION_COMPULSORY)


def test_of_2025_only_what_is_known_differs_and_the_rest_says_that_it_is_carried_over() -> None:
    old, new = SHIPPED.named("2013.1"), SHIPPED.named("2025.1")
    changed = {difference.key.name for difference in differences(old, new)}
    assert changed == {
        "record.deadline",
        "extra_fields.filed",
        "reform_school.title",
        "abroad.archive_with",
        "abroad.return_documents",
        "abroad.marked",
    }
    assert new.read()(keys.ABROAD_RETURN_DOCUMENTS) == {EvidenceKind.OVERSEAS_STUDY_RECORD}
    carried = new.value(keys.ARCHIVE_HANDOVER, Stage.SENIOR)
    assert carried.carried
    assert carried.confidence is Confidence.ASSUMED
    assert carried.source.startswith("沿用 2013.1")
    assert not new.value(keys.RECORD_DEADLINE, Stage.SENIOR).carried


@pytest.mark.parametrize(
    ("province", "on", "stage", "key", "told"),
    [
        ("32", "2026-11-02", Stage.JUNIOR, keys.TRANSFER_BARRED_IF, "同一多校划片区域内、学校招生计划已满"),
        ("32", "2026-11-02", Stage.SENIOR, keys.LEAVE_HOSPITAL_LEVEL, "二级及以上医院"),
        ("37", "2014-11-03", Stage.PRIMARY, keys.CLASS_SIZE_HARD, "45人"),
        ("41", "2026-11-02", Stage.PRIMARY, keys.TRANSFER_WINDOWS, "开学后2个月内"),
        ("41", "2026-11-02", Stage.SENIOR, keys.TRANSFER_WINDOWS, "全年"),
        ("43", "2026-11-02", Stage.SENIOR, keys.REPEAT_CAP_PERCENT, "2%"),
        ("43", "2026-11-02", Stage.SENIOR, keys.WITHDRAWAL_OVERDUE_LEAVE, "1个月"),
        ("44", "2026-11-02", Stage.SENIOR, keys.TRANSFER_CLOSED_TERMS, "起始年级第一学期、毕业年级"),
        ("51", "2026-11-02", Stage.JUNIOR, keys.LEAVE_MAX, "1年"),
        ("51", "2025-11-03", Stage.JUNIOR, keys.LEAVE_MAX, "不限"),
        ("42", "2026-11-02", Stage.JUNIOR, keys.LEAVE_MAX, "不限"),
    ],
)
def test_provinces_differ_as_their_texts_say(province: str, on: str, stage: Stage, key: keys.AnyKey, told: str) -> None:
    reading = SHIPPED.in_force(province, date.fromisoformat(on)).read(stage)
    assert key.kind.label(reading(key)) == told


def test_every_key_serves_clauses_that_the_measures_have() -> None:
    for key in keys.KEYS.values():
        assert key.clauses, key.name
        assert set(key.clauses) <= set(CLAUSES), key.name


def test_a_province_names_procedures_that_there_are() -> None:
    named = {
        extra.procedure for pack in SHIPPED for stage in Stage for extra in pack.value(keys.CHAIN_EXTRA, stage).value
    }
    assert named <= set(PROCEDURES)
    assert named


# --- A province over the nation ---


def test_a_province_that_tightens_is_in_force_from_its_first_day() -> None:
    packs = with_hubei(rule("step.deadline", '"5 working days"'))
    assert packs.in_force("42", date(2019, 12, 31)).id == "2013.1"
    assert packs.in_force("42", date(2020, 1, 1)).id == "2013.1+42.1"
    assert packs.in_force("42", DAY).id == "2025.1+42.1"
    assert packs.in_force("41", DAY).id == "2025.1"


@pytest.mark.parametrize(
    ("key", "value", "clauses", "nation", "province"),
    [
        ("archive.handover", '"2 months"', "15.1", "1个月", "2个月"),
        ("step.deadline", '"15 working days"', "14.2", "10个工作日", "15个工作日"),
        ("step.deadline.out_school", '"11 working days"', "14.2", "10个工作日", "11个工作日"),
        ("death.report", '"1 month"', "21.1", "10个工作日", "1个月"),
        ("expulsion.compulsory", "true", "22.1", "否", "是"),
        ("withdrawal.compulsory", "true", "22.1", "否", "是"),
        ("transfer.grade_change", "true", "14.1", "否", "是"),
        ("document_kinds", '["1"]', "28.1", "居民身份证、", "居民身份证"),
        ("class_size.hard", "60", "11.1", "55人", "60人"),
        ("promotion.date", '"08-20"', "12.1", "8月10日", "8月20日"),
    ],
)
def test_a_province_that_loosens_is_refused_with_the_rule_named(
    key: str, value: str, clauses: str, nation: str, province: str
) -> None:
    with pytest.raises(RulePackBreaksNation) as refused:
        with_hubei(rule(key, value))
    no = refused.value
    assert no.field == no.detail["key"] == key
    assert no.detail["pack"] == "42.1"
    assert clauses in no.detail["clauses"]
    assert nation in no.detail["national"]
    assert no.detail["provincial"] == province
    for named in (key, "42.1", "2013.1", no.detail["national"], province):
        assert named in no.sentence


def test_a_province_is_held_against_every_national_text_whose_time_it_shares() -> None:
    """Two months to open a record are right under 2025, and were wrong under 2013."""
    two_months = rule("record.deadline", '"2 months"')
    with pytest.raises(RulePackBreaksNation) as refused:
        with_hubei(two_months)
    assert refused.value.detail["nation"] == "2013.1"
    later = hubei(two_months, head=HEAD.replace("2020-01-01", "2025-02-07"))
    assert Packs([*NATIONAL, later]).in_force("42", DAY).id == "2025.1+42.1"


def test_what_is_said_of_a_stage_goes_before_what_is_said_of_all() -> None:
    packs = with_hubei(rule("leave.max", '"1 year"'), rule("leave.max", '"6 months"', stages='["senior"]'))
    pack = packs.in_force("42", DAY)
    assert pack.read(Stage.SENIOR)(keys.LEAVE_MAX) == Term.parse("6 months")
    assert pack.read(Stage.PRIMARY)(keys.LEAVE_MAX) == Term.parse("1 year")


def test_what_a_province_says_of_all_stages_goes_before_what_the_nation_says_of_one() -> None:
    pack = with_hubei(rule("class_size.standard", "40")).in_force("42", DAY)
    assert {pack.read(stage)(keys.CLASS_SIZE_STANDARD) for stage in Stage} == {40}


def test_what_is_said_of_all_stages_must_hold_in_each() -> None:
    with pytest.raises(RulePackBreaksNation) as refused:
        with_hubei(rule("class_size.standard", "48"))
    assert refused.value.detail["stage"] == "小学"


def test_each_party_may_have_a_shorter_time_and_the_others_keep_theirs() -> None:
    """新疆塔城: five working days for those who are asked after the receiving school."""
    reading = with_hubei(rule("step.deadline.out_school", '"5 working days"')).in_force("42", DAY).read()
    assert step_deadline(reading, "out_school") == Term.parse("5 working days")
    assert step_deadline(reading, "in_authority") == Term.parse("10 working days")
    assert step_deadline(reading, "in_prefecture") == Term.parse("10 working days")
    assert reading.parameters == {
        "step.deadline.out_school": "5 working days",
        "step.deadline.in_authority": "10 working days",
        "step.deadline": "10 working days",
    }


def test_a_shorter_time_for_all_is_each_party_s() -> None:
    reading = with_hubei(rule("step.deadline", '"5 working days"')).in_force("42", DAY).read()
    assert step_deadline(reading, "out_authority") == Term.parse("5 working days")


def test_a_text_ends_where_the_next_of_its_province_begins() -> None:
    second = hubei(
        rule("leave.max", '"1 year"'),
        head=HEAD.replace("version = 1", "version = 2").replace("2020-01-01", "2026-01-01\nin_force_to = 2026-12-31"),
    )
    packs = Packs([*NATIONAL, second, hubei(rule("leave.max", '"2 years"'))])
    assert packs.in_force("42", date(2025, 12, 31)).id == "2025.1+42.1"
    assert packs.in_force("42", date(2026, 12, 31)).id == "2025.1+42.2"
    assert packs.in_force("42", date(2027, 1, 1)).id == "2025.1"
    assert packs.named("2025.1+42.1").in_force_to == date(2025, 12, 31)


# --- What a case is judged by ---


def test_a_case_is_judged_to_its_end_by_the_pack_that_it_names() -> None:
    assert SHIPPED.judging("2013.1+41.1", filed_in="41", here="41").id == "2013.1+41.1"


def test_another_province_s_case_is_judged_by_the_national_text_alone() -> None:
    assert Packs(NATIONAL).judging("2025.1+44.7", filed_in="44", here="41").id == "2025.1"
    with pytest.raises(RulePackUnknown):
        SHIPPED.judging("2099.1+44.1", filed_in="44", here="41")


@pytest.mark.parametrize("pack", ["2025.1+44.1", "2099.1", "", "2013", "2013.1+41.9"])
def test_a_pack_that_is_not_this_province_s_judges_nothing_here(pack: str) -> None:
    with pytest.raises(RulePackUnknown):
        SHIPPED.judging(pack, filed_in="41", here="41")


def test_a_new_case_names_the_law_of_its_day() -> None:
    """A school cannot choose the text of 2013 because its time for a record is another."""
    assert SHIPPED.require_in_force("2025.1+41.1", province="41", on=DAY).id == "2025.1+41.1"
    for other in ("2013.1+41.1", "2025.1"):
        with pytest.raises(RulePackNotInForce) as refused:
            SHIPPED.require_in_force(other, province="41", on=DAY)
        assert refused.value.detail["in_force"] == "2025.1+41.1"


def test_a_reading_remembers_what_was_read_and_nothing_else() -> None:
    reading = SHIPPED.named("2025.1+41.1").read(Stage.SENIOR)
    assert TransferBar.SAME_COUNTY in reading(keys.TRANSFER_BARRED_IF)
    assert reading(keys.TRANSFER_GRADE_CHANGE) is False
    assert list(reading.parameters) == ["transfer.barred_if", "transfer.grade_change"]
    assert reading.parameters["transfer.grade_change"] == "false"
    assert '"same_county"' in reading.parameters["transfer.barred_if"]
    assert "洛阳" in reading.sources["transfer.barred_if"]
    assert reading.clauses == ("11.1", "14.1")


def test_a_pupil_whose_stage_is_not_known_is_judged_as_in_compulsory_years() -> None:
    pack = SHIPPED.named("2013.1")
    assert pack.read(None)(keys.GRADUATION_KINDS) == pack.read(Stage.PRIMARY)(keys.GRADUATION_KINDS)


# --- What cannot be read ---


@pytest.mark.parametrize(
    ("content", "key", "why"),
    [
        (HEAD + rule("leave.maximum", '"1 year"'), "leave.maximum", "no such key"),
        (HEAD + rule("leave.max", '"one year"'), "leave.max", "1 year"),
        (HEAD + rule("leave.max", "12"), "leave.max", "text"),
        (HEAD + rule("repeat.cap_percent", "true"), "repeat.cap_percent", "0 to 100"),
        (HEAD + rule("repeat.cap_percent", "101"), "repeat.cap_percent", "0 to 100"),
        (HEAD + rule("repeat.allowed", '"no"'), "repeat.allowed", "true or false"),
        (HEAD + rule("transfer.barred_if", '["rain"]'), "transfer.barred_if", "rain"),
        (HEAD + rule("transfer.barred_if", '"suspended"'), "transfer.barred_if", "list"),
        (HEAD + rule("transfer.barred_if", '["suspended", "suspended"]'), "transfer.barred_if", "twice"),
        (HEAD + rule("transfer.windows", "[{first_days = 10}]"), "transfer.windows", "a window"),
        (HEAD + rule("transfer.windows", '[{from = "02-30", to = "03-01"}]'), "transfer.windows", "day"),
        (HEAD + rule("entry.cutoff", '"31 August"'), "entry.cutoff", "08-31"),
        (HEAD + rule("document_kinds", '["X"]'), "document_kinds", "X"),
        (HEAD + rule("chain.extra", '["transfer: somebody"]'), "chain.extra", "in_prefecture"),
        (HEAD + rule("leave.max", '"1 year"', stages='["high"]'), "leave.max", "high"),
        (HEAD + rule("leave.max", '"1 year"', stages="[]"), "leave.max", "stage"),
        (HEAD + rule("step.deadline", '"5 days"', stages='["senior"]'), "step.deadline", "all stages"),
        (HEAD + rule("leave.max", '"1 year"') * 2, "leave.max", "twice"),
        (HEAD + rule("leave.max", '"1 year"').replace("found_press", "sure"), "leave.max", "sure"),
        (HEAD + rule("leave.max", '"1 year"').replace("source", "origin"), "leave.max", "origin"),
        (HEAD + rule("leave.max", '"1 year"').replace('source = "某文件"\n', ""), "leave.max", "source: is missing"),
        (HEAD.replace('province = "42"', 'province = "99"') + rule("leave.max", '"1 year"'), "province", "99"),
        (HEAD.replace("version = 1", "version = 0") + rule("leave.max", '"1 year"'), "version", "1 or more"),
        (HEAD.replace("version = 1", "version = true") + rule("leave.max", '"1 year"'), "version", "True"),
        (HEAD + "in_force_to = 2019-01-01\n" + rule("leave.max", '"1 year"'), "in_force_to", "before"),
        (HEAD + 'carries_over = "2013.1"\n' + rule("leave.max", '"1 year"'), "carries_over", "nation"),
        (HEAD.replace("2020-01-01", "2020-01-01T00:00:00") + rule("leave.max", '"1 year"'), "in_force_from", "day"),
        (HEAD.replace("2020-01-01", '"2020"') + rule("leave.max", '"1 year"'), "in_force_from", "2020"),
        (HEAD, "rule", "missing"),
        ("name = ", "", "Invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_with_pack_key_and_reason(content: str, key: str, why: str) -> None:
    with pytest.raises(RulePackMalformed) as refused:
        RulePackText.from_toml(content)
    assert refused.value.detail["key"] == key
    assert why in refused.value.detail["why"]
    assert refused.value.detail["pack"] in ("42", "42.1", "")


def test_a_national_pack_that_lacks_a_key_is_refused_with_the_key() -> None:
    whole = (POLICIES / "national-2013.toml").read_text("utf-8")
    with pytest.raises(RulePackMalformed) as refused:
        Packs(
            [
                RulePackText.from_toml(
                    whole.replace('stages = ["special"]', 'stages = ["senior"]', 1).replace(
                        'stages = ["junior", "senior"]', 'stages = ["junior"]', 1
                    )
                )
            ]
        )
    assert refused.value.detail["key"] == "class_size.standard"
    assert "special" in refused.value.detail["why"]


def test_texts_that_do_not_go_together_are_refused() -> None:
    twice = [*NATIONAL, hubei(), hubei(head=HEAD.replace("2020-01-01", "2021-01-01"))]
    same_day = [*NATIONAL, hubei(), hubei(head=HEAD.replace("version = 1", "version = 2"))]
    for texts in (twice, same_day, [hubei()], NATIONAL[1:]):
        with pytest.raises(RulePackMalformed):
            Packs(texts)


def test_a_directory_is_read_whole(tmp_path: Path) -> None:
    for file in POLICIES.glob("national-*.toml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (tmp_path / "province-42.toml").write_text(HEAD + rule("leave.max", '"1 year"'), "utf-8")
    assert load_packs(tmp_path).in_force("42", DAY).id == "2025.1+42.1"


def test_who_starts_a_node_on_packs_that_cannot_be_used_reads_which_file_and_why(tmp_path: Path) -> None:
    wrong = tmp_path / "province-42.toml"
    wrong.write_text(HEAD + rule("leave.max", '"soon"'), "utf-8")
    with pytest.raises(RulePackMalformed) as refused:
        load_packs(tmp_path)
    assert refused.value.__notes__ == [str(wrong), refused.value.sentence]
    assert "leave.max" in refused.value.sentence
