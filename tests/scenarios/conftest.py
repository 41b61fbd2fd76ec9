"""The stage: started once, and handed to each story with its own opening day and its own children."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from scenarios.clock import StageClock
from scenarios.stage import Stage
from scenarios.theatre import Theatre

FEEDS = frozenset({"follow", "receipts"})
OPENING_DAY = date(2026, 9, 1)  # 周二, the first day of a school year whose working days are known


@pytest.fixture(scope="session")
async def theatre() -> AsyncIterator[tuple[Theatre, StageClock]]:
    clock = StageClock(OPENING_DAY)
    async with Theatre(clock) as open_theatre:
        yield open_theatre, clock


@pytest.fixture
async def stage(theatre: tuple[Theatre, StageClock], tmp_path: Path) -> AsyncIterator[Stage]:
    """The stage of one story. What fails behind the scenes fails the story, though its people did not notice."""
    where, clock = theatre
    clock.open_on(OPENING_DAY)
    with capture_logs() as said:
        yield Stage(where, clock, workbooks=tmp_path)
    assert [line for line in said if _is_wrong(line)] == []


def _is_wrong(line: EventDict) -> bool:
    """An error; or a feed that its reader cannot get past, behind which everything else would wait for ever."""
    stuck = line["event"] == "loop_refused" and line["loop"] in FEEDS
    return stuck or line["log_level"] in {"error", "critical"}
