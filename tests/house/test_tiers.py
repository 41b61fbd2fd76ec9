"""Every tier is the same house, so that who knows one finds the way in all."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

TIERS = ("school_node", "county_node", "province_hub", "national_index")
ROOMS = ("rpc", "usecases", "domain", "store", "links")
DOORS = ("__init__.py", "__main__.py", "app.py", "settings.py")
ESSAY_LINES_MIN = 12
PURE = ("kernel", *(f"{tier}/domain" for tier in TIERS))

_MIGRATION = re.compile(r"(\d{4})_[a-z0-9_]+\.py")


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_has_the_five_rooms_and_no_other(checkout: Path, tier: str) -> None:
    entries = {entry.name for entry in (checkout / "services" / tier).iterdir() if entry.name != "__pycache__"}
    assert entries == {*ROOMS, *DOORS}
    assert [room for room in ROOMS if not (checkout / "services" / tier / room / "__init__.py").is_file()] == []


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_says_what_it_is_the_truth_of_and_what_it_does_alone(
    sources: Mapping[str, ast.Module], tier: str
) -> None:
    """The first thing that is read of a tier, and what an operator needs when its neighbour is down."""
    essay = ast.get_docstring(sources[f"services/{tier}/__init__.py"]) or ""
    assert len(essay.splitlines()) >= ESSAY_LINES_MIN
    assert [word for word in ("truth", "asks", "down") if word not in essay] == []


@pytest.mark.parametrize("tier", TIERS)
def test_migrations_are_numbered_densely_and_follow_each_other(checkout: Path, tier: str) -> None:
    """A person sees the order, and two changes made at once collide here and not in a province's database."""
    versions = checkout / "services" / tier / "store" / "migrations" / "versions"
    files = sorted(file for file in versions.glob("*.py") if file.name != "__init__.py")
    assert files
    assert [name for file in files if not _MIGRATION.fullmatch(name := file.name)] == []
    numbers = [file.name[:4] for file in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    declared = [_declared(file) for file in files]
    assert declared == list(zip(numbers, [None, *numbers[:-1]], strict=True))


def test_kernel_and_domain_import_the_standard_library_alone(sources: Mapping[str, ast.Module]) -> None:
    """What the registry means must run anywhere, and be explored by tests at the speed of a function call."""
    foreign = [
        f"{path}:{line}: {module}"
        for path, tree in sources.items()
        for line, module in _imports(tree)
        if path.startswith(tuple(f"services/{package}/" for package in PURE))
        and module.partition(".")[0] not in sys.stdlib_module_names | {"kernel", "__future__"}
        and not module.startswith(f"{path.split('/')[1]}.domain")
    ]
    assert foreign == []


@pytest.mark.parametrize("chance", ["random", "secrets", "time", "socket", "subprocess"])
def test_use_cases_and_domain_know_no_clock_no_chance_and_no_network(
    sources: Mapping[str, ast.Module], chance: str
) -> None:
    """They come in as arguments: that is why a use case can be run again, replayed and crashed in a test."""
    rooms = tuple(f"services/{tier}/{room}/" for tier in TIERS for room in ("usecases", "domain"))
    importing = [
        f"{path}:{line}"
        for path, tree in sources.items()
        for line, module in _imports(tree)
        if path.startswith(rooms) and module.partition(".")[0] == chance
    ]
    assert importing == []


def _declared(file: Path) -> tuple[str | None, str | None]:
    values = {
        target.id: node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    revision, before = values.get("revision"), values.get("down_revision")
    return None if revision is None else str(revision), None if before is None else str(before)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names)
            case ast.ImportFrom(module=str() as module):
                yield node.lineno, module
