"""Scenarios are read by registrars: each says in a sentence of theirs what happens, and which clause it proves."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.documents.proofs import Proof, find_proofs
from kernel.measures import CLAUSES


@pytest.fixture(scope="module")
def proofs(checkout: Path) -> tuple[Proof, ...]:
    return find_proofs(checkout / "tests")


def test_a_mark_names_clauses_that_there_are(proofs: tuple[Proof, ...]) -> None:
    wrong = [f"{proof.path}:{proof.line}: {c}" for proof in proofs for c in proof.clauses if c not in CLAUSES]
    assert wrong == []


def test_every_scenario_names_its_clauses_and_tells_its_story(proofs: tuple[Proof, ...]) -> None:
    scenarios = [proof for proof in proofs if proof.path.parts[0] == "scenarios"]
    assert scenarios
    assert [f"{proof.path}:{proof.line}" for proof in scenarios if not proof.clauses] == []
    assert [f"{proof.path}:{proof.line}" for proof in scenarios if not proof.story.endswith("。")] == []
