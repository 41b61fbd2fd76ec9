"""Documents say what is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_LINE = re.compile(r"- `([^`]+)`: \S.*\S")
_REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9._-]+")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# Heading in docs/dependencies.md by group in pyproject.toml.
HEADINGS = {"dependencies": "Runtime", "embedded": "Embedded", "sweep": "Sweep", "dev": "Development"}


def test_links_between_documents_resolve(checkout: Path, written: Mapping[str, str]) -> None:
    """A link that leads nowhere says that the document was not read since."""
    broken = [
        f"{path}: {target}"
        for path, text in written.items()
        if path.endswith(".md")
        for target in _LINK.findall(_FENCED.sub("", text))
        if not re.match(r"[a-z]+:|#", target) and not ((checkout / path).parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("group", HEADINGS)
def test_every_direct_dependency_has_one_line_that_says_why(
    checkout: Path, written: Mapping[str, str], group: str
) -> None:
    """Each is code that we run and did not write: the next reader must know what it was wanted for."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] if group == "dependencies" else project["optional-dependencies"][group]
    names = sorted(match.group() for entry in wanted if (match := _REQUIREMENT_NAME.match(entry)))
    section = written["docs/dependencies.md"].partition(f"\n## {HEADINGS[group]}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("- ")]
    told = {line: _LINE.fullmatch(line) for line in lines}
    assert [line for line, match in told.items() if match is None] == []
    assert [match.group(1) for match in told.values() if match] == names


def test_the_gate_can_be_run(checkout: Path) -> None:
    assert (checkout / ".ci" / "run").stat().st_mode & 0o111


def test_every_target_that_people_call_says_what_it_does(written: Mapping[str, str]) -> None:
    """``make help`` is the list of what can be done here."""
    made = written["Makefile"]
    phony = set(made.partition(".PHONY:")[2].replace("\\", " ").split())
    told = set(re.findall(r"^([a-z-]+):.*## ", made, re.MULTILINE))
    assert phony - told == {"format-check"}  # a part of test; people write `make format`
    assert told <= phony
