"""A county as a process: started by its settings, ended by a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

PROGRAM = (sys.executable, "-m", "county_node")


def environment(**settings: str) -> dict[str, str]:
    source_root = Path(sys.modules["county_node"].__path__[0]).parent
    named = {f"XUEJI_{key.upper()}": value for key, value in settings.items()}
    return os.environ | named | {"PYTHONPATH": str(source_root)}


async def test_a_county_starts_without_its_hub_says_where_it_is_and_ends_in_order(county: Any, tmp_path: Path) -> None:
    given = {key: str(value) for key, value in county.settings.model_dump().items() if value is not None}
    address = tmp_path / "address-of-the-process"
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        env=environment(**given | {"address_file": str(address), "metrics_listen": "127.0.0.1:0"}),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async for line in process.stderr:
        if b'"serving"' in line:
            break
    assert address.read_text().startswith("127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    _, rest = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert b'"stopped"' in rest


async def test_a_wrong_setting_is_told_by_its_name_and_nothing_starts(county: Any) -> None:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        env=environment(office="school/2141000001", upstream_office="authority/410100"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 78
    assert b"should be an authority such as authority/410105" in said
    assert b"should be a province such as province/41" in said
    assert b"schools_file" in said
