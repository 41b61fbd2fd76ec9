"""The command line, as an office's people type it on this stage."""

from __future__ import annotations

import asyncio

import pytest
from typer.testing import CliRunner

from console.commands import app
from console.federation.running import FEDERATION_VARIABLE
from scenarios.stage import Stage

COLUMNS = "240"  # wide enough that no line of a table is folded


async def typed(stage: Stage, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What ``xueji`` prints; it must end well."""
    monkeypatch.setenv(FEDERATION_VARIABLE, str(stage.theatre.file))
    monkeypatch.setenv("COLUMNS", COLUMNS)
    told = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    assert told.exit_code == 0, (told.output, told.exception)
    return told.stdout
