"""Every no has a code that stays, and a sentence that can be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from kernel.refusals import Refusal, UnknownRefusal, all_refusals, refusal

ARTICLES = range(1, 30)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_DECLARED = {code: of for code, of in all_refusals().items() if of.__module__ == "kernel.refusals"}


@pytest.fixture(scope="module")
def known(checkout: Path) -> list[str]:
    """Codes that some version has sent: tests/golden/refusal_codes.txt."""
    return (checkout / "tests" / "golden" / "refusal_codes.txt").read_text(encoding="utf-8").split()


def test_no_refusal_code_is_ever_taken_back(known: list[str]) -> None:
    """Offices run different versions, and their people know the codes. A refusal out of use stays declared."""
    assert [code for code in known if code not in _DECLARED] == []


def test_every_refusal_code_is_written_down(known: list[str]) -> None:
    """New ones are added to tests/golden/refusal_codes.txt, which only grows."""
    assert sorted(known) == known
    assert len(set(known)) == len(known)
    missing = sorted(set(_DECLARED) - set(known))
    assert missing == [], "sort these lines into tests/golden/refusal_codes.txt"


@pytest.mark.parametrize("code", sorted(_DECLARED))
def test_a_refusal_says_a_chinese_sentence_and_travels_by_its_code(code: str) -> None:
    declared = _DECLARED[code]
    assert _CHINESE.search(declared.text)
    assert declared.article is None or declared.article in ARTICLES
    said = refusal(code, "field", 1, dict.fromkeys(_blanks(declared), "甲"))
    assert type(said) is declared
    assert "…" not in said.sentence


def test_a_code_of_a_newer_peer_stays_readable() -> None:
    said = refusal("NOT_YET_KNOWN")
    assert isinstance(said, UnknownRefusal)
    assert "NOT_YET_KNOWN" in said.sentence


def test_who_refuses_fills_every_blank_of_the_sentence(sources: Mapping[str, ast.Module]) -> None:
    """A sentence with a hole tells a registrar that something is wrong, and not what."""
    by_name = {declared.__name__: declared for declared in _DECLARED.values()}
    holes = [
        f"{path}:{call.lineno}: {name} without {', '.join(sorted(missing))}"
        for path, tree in sources.items()
        for call, name in _constructed(tree)
        if name in by_name and (missing := _blanks(by_name[name]) - {keyword.arg for keyword in call.keywords})
    ]
    assert holes == []


def _constructed(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Calls of a class by its name.

    Those that pass ``**`` cannot be read here, and one that is made for its ``code`` alone says no sentence.
    """
    for_the_code = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "code"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) not in for_the_code and all(each.arg for each in node.keywords):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield node, name


def _blanks(declared: type[Refusal]) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(declared.text) if name}
