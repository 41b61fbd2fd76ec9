"""A province may tighten and never loosen, whatever it says; packs differ alike from both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from kernel.clock import SHANGHAI
from kernel.packs import (
    Approver,
    Change,
    ClosedTerm,
    Confidence,
    Freeze,
    Frozen,
    GraduationKind,
    Hospital,
    Key,
    MonthDay,
    OnExpiry,
    RulePackText,
    Term,
    TermUnit,
    TransferBar,
    TransferReason,
    Value,
    WithdrawUntil,
    YearlySpan,
    differences,
    keys,
    overlay,
)
from kernel.refusals import RulePackBreaksNation
from kernel.stages import Stage

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
NATIONS = ("2013.1", "2025.1")
SAMPLE_DAYS = [datetime(2026, month, day, 9, tzinfo=SHANGHAI) for month in range(1, 12) for day in (1, 10, 25, 28)]

# --- Values of every sort that a province could say ---

flags = st.booleans()
whole = st.integers(1, 100)
terms = st.builds(Term, st.integers(0, 60), st.sampled_from(TermUnit))
month_days = st.dates(date(2023, 1, 1), date(2023, 12, 31)).map(lambda day: MonthDay(day.month, day.day))
freezes = st.builds(Freeze, st.sampled_from(Frozen), st.builds(YearlySpan, month_days, month_days))
VALUES: dict[Key[Any], st.SearchStrategy[Any]] = {
    keys.RECORD_DEADLINE: terms,
    keys.ARCHIVE_HANDOVER: terms,
    keys.STEP_DEADLINE: terms,
    keys.STEP_DEADLINE_OF["out_school"]: terms,
    keys.STEP_ON_EXPIRY: st.sampled_from(OnExpiry),
    keys.ENTRY_AGE_YEARS: st.integers(5, 8),
    keys.CLASS_SIZE_STANDARD: st.none() | whole,
    keys.CLASS_SIZE_LARGE_FROM: whole,
    keys.CLASS_SIZE_APPLY_TO_RETURN: flags,
    keys.TRANSFER_CLOSED_TERMS: st.frozensets(st.sampled_from(ClosedTerm)),
    keys.TRANSFER_BARRED_IF: st.frozensets(st.sampled_from(TransferBar)),
    keys.TRANSFER_GRADE_CHANGE: flags,
    keys.TRANSFER_REASONS: st.frozensets(st.sampled_from(TransferReason)),
    keys.TRANSFER_WITHDRAW_UNTIL: st.sampled_from(WithdrawUntil),
    keys.LEAVE_MAX: st.none() | terms,
    keys.LEAVE_HOSPITAL_LEVEL: st.sampled_from(Hospital),
    keys.REPEAT_CAP_PERCENT: st.none() | whole,
    keys.WITHDRAWAL_COMPULSORY: flags,
    keys.EXPULSION_COMPULSORY: flags,
    keys.PROMOTION_DATE: month_days,
    keys.FREEZE: st.frozensets(freezes, max_size=3),
    keys.GRADUATION_DEADLINE: month_days,
    keys.GRADUATION_APPROVER: st.sampled_from(Approver),
    keys.GRADUATION_KINDS: st.frozensets(st.sampled_from(GraduationKind)),
    keys.SUPPRESSION_THRESHOLD: whole,
}


@st.composite
def said(draw: st.DrawFn) -> tuple[Key[Any], Stage | None, Any]:
    """A rule of a province: any key, of all stages or of one, with any value of its type."""
    key = draw(st.sampled_from(list(VALUES)))
    stage = draw(st.none() | st.sampled_from(Stage)) if key.per_stage else None
    national = PACKS.named(draw(st.sampled_from(NATIONS))).value(key, stage).value
    return key, stage, draw(VALUES[key] | st.just(national))


def a_text(*rules: tuple[Key[Any], Stage | None, Any], name: str = "42") -> RulePackText:
    by_key: dict[str, dict[Stage | None, Value]] = {}
    for key, stage, value in rules:
        by_key.setdefault(key.name, {})[stage] = Value(value, f"{name}.1", "某文件", Confidence.FOUND_PRESS)
    return RulePackText(name, 1, "某省实施细则", date(2014, 1, 1), None, name, "", by_key)


def looser(key: Key[Any], nation: Any, province: Any) -> bool:
    """Whether the province asks less than the nation; said again from what the words mean, not by ``Key.permits``."""
    if nation == province:
        return False
    match key.change:
        case Change.FIXED:
            return True
        case Change.AT_MOST:
            return _more(province, nation)
        case Change.AT_LEAST:
            return _more(nation, province)
        case Change.MAY_ADD:
            return bool(nation - province)
        case Change.MAY_REMOVE:
            return bool(province - nation)
        case Change.OPEN:
            return False


def _more(one: Any, other: Any) -> bool:
    """Of terms: whether one ends after the other from some day of the year; of words: declared later."""
    if one is None or other is None:
        return one is None and other is not None
    if isinstance(one, Term):
        return any(one.due(day).at > other.due(day).at for day in SAMPLE_DAYS)
    if isinstance(one, Enum):
        order = list(type(one))
        return order.index(one) > order.index(other)
    return bool(one > other)


@given(said(), st.sampled_from(NATIONS))
def test_a_province_that_loosens_is_always_refused_and_what_it_loosens_is_named(
    rule: tuple[Key[Any], Stage | None, Any], national: str
) -> None:
    nation = PACKS.named(national)
    key, stage, value = rule
    of = (stage,) if stage or not key.per_stage else tuple(Stage)
    if not any(looser(key, nation.value(key, one).value, value) for one in of):
        return
    with pytest.raises(RulePackBreaksNation) as refused:
        overlay(nation, a_text(rule))
    no = refused.value
    assert no.field == no.detail["key"] == key.name
    assert no.detail["provincial"] == key.kind.label(value)
    assert set(no.detail["clauses"].split("、")) == set(key.clauses)


@given(st.lists(said(), min_size=1, max_size=6), st.sampled_from(NATIONS))
def test_what_is_accepted_is_nowhere_looser_than_the_nation_and_is_what_was_said(
    rules: list[tuple[Key[Any], Stage | None, Any]], national: str
) -> None:
    nation = PACKS.named(national)
    text = a_text(*rules)
    try:
        pack = overlay(nation, text)
    except RulePackBreaksNation:
        return
    for key in keys.KEYS.values():
        for stage in tuple(Stage) if key.per_stage else (None,):
            value = pack.value(key, stage)
            assert not looser(key, nation.value(key, stage).value, value.value), key.name
            spoken = text.says(key, stage) or (key.fallback and text.says(key.fallback, stage))
            assert value == (spoken or nation.value(key, stage))


@given(said(), st.sampled_from(NATIONS))
def test_saying_again_what_the_nation_says_is_never_refused(
    rule: tuple[Key[Any], Stage | None, Any], national: str
) -> None:
    nation = PACKS.named(national)
    key, _, _ = rule
    rules = [(key, stage, nation.value(key, stage).value) for stage in (tuple(Stage) if key.per_stage else (None,))]
    pack = overlay(nation, a_text(*rules))
    assert list(differences(nation, pack)) == []


IDS = st.sampled_from([pack.id for pack in PACKS])


@given(IDS, IDS, st.none() | st.sampled_from(Stage))
def test_packs_differ_alike_from_both_sides_and_not_from_themselves(left: str, right: str, stage: Stage | None) -> None:
    one, other = PACKS.named(left), PACKS.named(right)
    turned = [replace(found, left=found.right, right=found.left) for found in differences(other, one, stage)]
    assert list(differences(one, other, stage)) == turned
    assert list(differences(one, one, stage)) == []


@given(st.data())
def test_every_value_is_read_again_from_what_it_is_written_as(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(list(VALUES)))
    value = data.draw(VALUES[key])
    assert key.kind.parse(key.kind.plain(value)) == value
    assert key.text(value)
