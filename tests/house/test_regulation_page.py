"""Every clause of the Measures is served by something, and proven by a test that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.documents.regulation_page import Page, the_page


@pytest.fixture(scope="module")
def page(checkout: Path) -> Page:
    return the_page(checkout)


def test_every_clause_is_served_by_a_procedure_or_a_mechanism(page: Page) -> None:
    """What nothing serves is a part of the law that the system does not know."""
    assert list(page.unserved()) == []


def test_every_clause_is_proven_by_a_test(page: Page) -> None:
    """Mark one with ``@pytest.mark.clause("19.1")``; a scenario of tests/scenarios is the best proof."""
    assert list(page.unproven()) == []


def test_the_page_is_what_the_table_the_packs_and_the_tests_say(checkout: Path, page: Page) -> None:
    """A page that nobody makes again tells last year's law: make docs."""
    assert (checkout / "docs" / "regulation.md").read_text(encoding="utf-8") == page.text()
