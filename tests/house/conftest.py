"""What the house rules read: the checkout as it stands."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
GENERATED = ("xueji", "buf")  # below services/
READ_WHOLE = ("services", "tests", "docs", "deploy", "protos", "benchmarks", ".ci")
TEXT_SUFFIXES = frozenset(
    {".py", ".md", ".toml", ".proto", ".yaml", ".yml", ".in", ".csv", ".txt", ".sql", ".lock", ".sh", ""}
)


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def written() -> Mapping[str, str]:
    """The text of every file that people write, by its path from the top."""
    inside = [file for top in READ_WHOLE for file in (CHECKOUT / top).rglob("*")]
    at_top = [file for file in CHECKOUT.iterdir() if not file.name.startswith(".")]
    return {
        str(file.relative_to(CHECKOUT)): file.read_text(encoding="utf-8")
        for file in sorted((*inside, *at_top))
        if file.is_file() and file.suffix in TEXT_SUFFIXES and not _is_made(file.relative_to(CHECKOUT))
    }


@pytest.fixture(scope="session")
def sources(written: Mapping[str, str]) -> Mapping[str, ast.Module]:
    """Every Python file of the services, parsed."""
    return _parsed(written, below="services/")


@pytest.fixture(scope="session")
def test_sources(written: Mapping[str, str]) -> Mapping[str, ast.Module]:
    """Every Python file of the tests, parsed."""
    return _parsed(written, below="tests/")


def _parsed(written: Mapping[str, str], *, below: str) -> dict[str, ast.Module]:
    return {
        path: ast.parse(text, filename=path)
        for path, text in written.items()
        if path.startswith(below) and path.endswith(".py")
    }


def _is_made(path: Path) -> bool:
    """True for what a program writes: caches, generated code, and the rules of messages that came from elsewhere."""
    return (
        "__pycache__" in path.parts
        or any(part.endswith(".egg-info") for part in path.parts)
        or path.parts[:2] in {("services", name) for name in GENERATED}
        or path.parts[:2] == ("protos", "buf")
    )
