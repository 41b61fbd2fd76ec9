"""Tests are found by the clauses that they bear, without being run."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from console.documents.proofs import proofs_in

PATH = Path("scenarios/test_leave.py")


def test_marks_of_the_test_and_of_its_module_both_count() -> None:
    source = dedent('''
        import pytest
        pytestmark = [pytest.mark.clause("19.1"), pytest.mark.container]

        @pytest.mark.clause("19.2", "19.1")
        @pytest.mark.parametrize("n", [1])
        async def test_a_place_is_kept(n):
            """王磊休学一年，学籍还在。

            More that is not told.
            """

        def test_nothing_of_the_kind():
            """In English."""

        def helper(): ...
    ''')
    kept, plain = proofs_in(source, path=PATH)
    assert (kept.clauses, kept.test, kept.story) == (
        ("19.1", "19.2"),
        "test_a_place_is_kept",
        "王磊休学一年，学籍还在。",
    )
    assert (plain.clauses, plain.story, plain.told) == (("19.1",), "", "nothing of the kind")


def test_a_clause_that_is_no_text_is_told_with_its_place() -> None:
    source = "@pytest.mark.clause(19.1)\ndef test_x(): ...\n"
    with pytest.raises(TypeError, match=r"scenarios/test_leave.py:1: a clause is named by a text"):
        list(proofs_in(source, path=PATH))
