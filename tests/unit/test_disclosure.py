"""Disclosure (Art. 25): whatever is tried, nothing is given that another person has not checked and permitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.disclosure import DAYS_MAX, ITEM_LABELS, Disclosure, DisclosureState
from kernel.refusals import DisclosureNotPermitted, DisclosureTooLong, Refusal, RequestMalformed

TODAY = date(2026, 9, 14)
ASKED = Disclosure(
    disclosure_id="01a00000-0000-7000-8000-000000000001",
    school="2141000001",
    recipient="区资助中心",
    purpose="营养餐",
    basis="金教〔2026〕12号",
    items=("name", "grade", "number"),
    until="2026-12-31",
    asked_by="r001",
)
STEPS = {
    "confirm by the same": lambda one: one.confirmed("r001"),
    "confirm": lambda one: one.confirmed("p001"),
    "permit": lambda one: one.permitted("c001"),
    "permit in part": lambda one: one.permitted("c001", ["name"]),
    "permit more": lambda one: one.permitted("c001", ["guardian1_phone"]),
    "refuse": lambda one: one.refused("c001", "不合用途"),
    "refuse unsaid": lambda one: one.refused("c001", " "),
    "revoke": lambda one: one.revoked("c001", "转供"),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=8), st.integers(0, 400))
def test_what_may_be_given_was_checked_by_another_and_permitted_and_has_not_ended(steps: list[str], days: int) -> None:
    one, done = ASKED, []
    for step in steps:
        try:
            one = STEPS[step](one)
        except Refusal:
            continue
        done.append(step)
    on = TODAY + timedelta(days=days)
    try:
        one.require_permitted(on)
    except DisclosureNotPermitted:
        return
    assert done[0] == "confirm"
    assert done[-1] in ("permit", "permit in part")
    assert one.confirmed_by != one.asked_by
    assert set(one.items) <= set(ASKED.items)
    assert on <= date(2026, 12, 31)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"items": ()}, RequestMalformed),
        ({"items": ("name", "name")}, RequestMalformed),
        ({"items": ("name", "password")}, RequestMalformed),
        ({"until": (TODAY - timedelta(days=1)).isoformat()}, DisclosureTooLong),
        ({"until": (TODAY + timedelta(days=DAYS_MAX + 1)).isoformat()}, DisclosureTooLong),
    ],
)
def test_what_is_not_said_rightly_is_not_asked(change: dict[str, object], refused: type[Refusal]) -> None:
    ASKED.require_askable(TODAY)
    with pytest.raises(refused):
        replace(ASKED, **change).require_askable(TODAY)  # type: ignore[arg-type]


def test_a_disclosure_is_read_as_it_was_written_and_every_item_has_a_name() -> None:
    permitted = ASKED.confirmed("p001").permitted("c001", ["name"])
    assert Disclosure.from_content(permitted.to_content()) == permitted
    assert permitted.state is DisclosureState.PERMITTED
    assert all(ITEM_LABELS.values())
