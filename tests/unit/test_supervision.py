"""Supervision: which clause a breach belongs to, what may follow what, and a register from which nothing is taken."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import canonical_bytes
from kernel.measures import items
from kernel.office import Identity, Office, Tier
from kernel.refusals import FindingStateForbids, RegisterBroken, SignatureInvalid
from kernel.regulation import PROCEDURES
from kernel.statement import StatementKind, Verified
from kernel.supervision import (
    BEGINNING,
    NOT_OF_SCHOOLS,
    Act,
    Entry,
    FindingState,
    Ground,
    after,
    clause_for,
    finding_id_of,
    ground_of_breach,
    ground_of_overdue_step,
    require_follows,
)

SCHOOL, COUNTY = Office(Tier.SCHOOL, "2141000001"), Office(Tier.AUTHORITY, "410105")
RULES = Path(__file__).parents[2] / "services" / "kernel" / "rules"


def sign(content: Mapping[str, Any]) -> str:
    """Stands for a signature: what is read is what was written."""
    return canonical_bytes(dict(content)).decode()


def verify(jws: str, kind: StatementKind) -> Verified:
    assert kind is StatementKind.REGISTER_ENTRY
    try:
        content = json.loads(jws)
    except ValueError as malformed:
        raise SignatureInvalid(why="签名无效") from malformed
    return Verified(Identity("dev", Office.parse(content.get("by", str(COUNTY)))), content)


def a_register(size: int) -> list[str]:
    """A register of so many entries, as it is kept."""
    kept: list[str] = []
    covers = BEGINNING
    for sequence in range(1, size + 1):
        entry = Entry(sequence, covers, f"finding-{sequence}", Act.FIND, COUNTY, SCHOOL, 1_790_000_000_000 + sequence)
        kept.append(sign(entry.to_content()))
        covers = require_follows(kept[-1], keeper=COUNTY, sequence=sequence, covers=covers, verify=verify)
    return kept


def check(kept: list[str]) -> None:
    covers = BEGINNING
    for sequence, jws in enumerate(kept, start=1):
        covers = require_follows(jws, keeper=COUNTY, sequence=sequence, covers=covers, verify=verify)


def test_every_item_of_article_27_has_a_ground() -> None:
    assert {ground.item for ground in Ground} == {clause.id for clause in items("27.1")}


@pytest.mark.clause("26.1")
def test_a_school_is_ordered_by_article_27_and_an_authority_by_article_26() -> None:
    for ground in Ground:
        assert clause_for(ground, SCHOOL) == ground.item
        assert clause_for(ground, COUNTY) == "26.1"


def test_every_breach_that_a_rule_can_find_has_its_ground() -> None:
    """A new breach gets a row of kernel/supervision/grounds.py, or supervision would only know that something was."""
    codes = {
        node.args[0].value
        for file in RULES.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Breach"
        and isinstance(node.args[0], ast.Constant)
    }
    assert codes
    assert codes <= {ground.value for ground in Ground} | NOT_OF_SCHOOLS


def test_a_breach_of_a_newer_hub_is_a_breach_all_the_same() -> None:
    assert ground_of_breach("RECORD_LATE") is Ground.RECORD_LATE
    assert ground_of_breach("NOT_YET_KNOWN") is Ground.OTHER


def test_an_overdue_step_is_what_its_procedure_is_about() -> None:
    grounds = {name: ground_of_overdue_step(row) for name, row in PROCEDURES.items()}
    assert grounds["enrolment"] is Ground.RECORD_STEP_OVERDUE
    assert grounds["dropout"] is Ground.DROPOUT_STEP_OVERDUE
    assert grounds["suspension"] is Ground.CHANGE_STEP_OVERDUE
    assert {grounds[name] for name, row in PROCEDURES.items() if row.moves_record} == {Ground.TRANSFER_STEP_OVERDUE}


def test_what_is_found_twice_is_one_finding() -> None:
    once = finding_id_of(SCHOOL, Ground.RECORD_LATE, about="c1", anchor_ms=1)
    assert once == finding_id_of(SCHOOL, Ground.RECORD_LATE, about="c1", anchor_ms=1)
    assert once != finding_id_of(SCHOOL, Ground.RECORD_LATE, about="c2", anchor_ms=1)
    assert once != finding_id_of(SCHOOL, Ground.RECORD_LATE, about="c1", step="out_school", anchor_ms=1)


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_nothing_is_closed_that_was_not_confirmed_ordered_and_answered(tried: list[Act]) -> None:
    state, done = FindingState.FOUND, list[Act]()
    for act in tried:
        try:
            state = after(state, act)
        except FindingStateForbids:
            continue
        done.append(act)
    if state is FindingState.CLOSED:
        needed = [act for act in done if act in (Act.CONFIRM, Act.ORDER, Act.ANSWER, Act.CLOSE)]
        assert needed[0] is Act.CONFIRM
        assert needed[-3:] == [Act.ORDER, Act.ANSWER, Act.CLOSE]
    if Act.DISMISS in done:
        assert done == [Act.DISMISS]


def test_what_was_dismissed_or_closed_is_over() -> None:
    for state in (FindingState.DISMISSED, FindingState.CLOSED):
        for act in Act:
            with pytest.raises(FindingStateForbids):
                after(state, act)


@pytest.mark.clause("26.1", "27.1")
@given(st.data())
def test_nothing_can_be_taken_out_of_the_register_changed_or_put_in(data: st.DataObject) -> None:
    kept = a_register(data.draw(st.integers(2, 8)))
    check(kept)
    place = data.draw(st.integers(0, len(kept) - 2))
    match data.draw(st.sampled_from(["taken", "changed", "put in", "swapped", "forged"])):
        case "taken":
            del kept[place]
        case "changed":
            kept[place] = sign(json.loads(kept[place]) | {"person": "c002"})
        case "put in":
            kept.insert(place, kept[place])
        case "swapped":
            kept[place], kept[place + 1] = kept[place + 1], kept[place]
        case "forged":
            kept[place] = sign(json.loads(kept[place]) | {"by": str(SCHOOL)})
    with pytest.raises(RegisterBroken) as broken:
        check(kept)
    assert int(broken.value.detail["sequence"]) >= place + 1


def test_an_entry_is_read_again_as_it_was_written() -> None:
    told: dict[str, str | int | list[str]] = {"reason": "属实", "count": 3, "persons": ["校长", "副校长"]}
    entry = Entry(1, BEGINNING, "f", Act.REFER, COUNTY, SCHOOL, 1_790_000_000_000, person="c001", told={**told})
    assert Entry.read(sign(entry.to_content()), verify=verify) == entry
