"""One federation of real processes for all tests here, and the people at its desks.

Children of different tests are different children: a test that fails leaves the others alone.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.demo.cast import Cast, Scene
from console.demo.report import Report
from console.demo.rosters import Class, Roster, a_class
from console.demo.screen import Screen
from console.federation.running import FEDERATION_VARIABLE, Federation
from kernel.office import Office
from kernel.school import School

COMMAND_SECONDS = 60
EVERY_POINT = "--every-kill-point"
# Sequences of citizen IDs per division and age; another division for each roster keeps its children apart.
_divisions = (f"{prefix}{county:02d}" for prefix in ("4103", "4104", "4105", "4106") for county in range(1, 100))
_rosters = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(EVERY_POINT, action="store_true", help="kill at every point of a transfer, not at a share")


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    answer: dict[str, Any]


@pytest.fixture(scope="session")
def federation() -> Iterator[Federation]:
    with Federation.demonstration(kill_points=True) as running:
        yield running


@pytest.fixture(scope="session")
async def cast(federation: Federation) -> AsyncIterator[Cast]:
    async with Cast(federation.whereabouts) as everybody:
        yield everybody


@pytest.fixture
def scene(cast: Cast, tmp_path: Path) -> Scene:
    return Scene(cast=cast, report=Report(), screen=Screen(aside=True), workbooks=tmp_path)


@pytest.fixture
def school(federation: Federation) -> Callable[[str], School]:
    return federation.plan.school


@pytest.fixture
def new_pupils(federation: Federation) -> Callable[..., Roster]:
    """A roster of children whom nobody has seen, for a primary or a special-education school."""

    def make(of: School, count: int, *, grade: str = "") -> Roster:
        grade = grade or ("小学一年级" if of.code.text.startswith("21") else "特教一年级")
        roster = a_class(
            Class(school=f"{of.code}-{next(_rosters)}", name=of.name, place=next(_divisions), grade=grade),
            count,
            on=federation.today,
        )
        return Roster(title=f"花名册{next(_rosters)}", pupils=roster.pupils)

    return make


@pytest.fixture
def running_again(federation: Federation) -> Iterator[Callable[[Office], None]]:
    """Start a node that a test has ended; whatever a test forgot is started at its end."""

    def start(office: Office) -> None:
        federation.node(office).start()

    yield start
    for node in federation.nodes:
        if node.pid is None:
            node.kill()
            node.start()


@pytest.fixture
def xueji(federation: Federation) -> Callable[..., Said]:
    """The command line as a person runs it, with ``--json``: its exit code and the one object that it printed."""

    def run(*arguments: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "console", *arguments, "--json"],
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
            env=os.environ | {FEDERATION_VARIABLE: str(federation.file)},
        )
        assert done.stdout.count("\n") == 1, f"one object and nothing else: {done.stdout}{done.stderr}"
        return Said(code=done.returncode, answer=json.loads(done.stdout))

    return run
