"""A hub as a process: started by its settings, ended by a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any


async def test_a_hub_starts_from_its_settings_says_where_it_is_and_ends_in_order(hub: Any, tmp_path: Path) -> None:
    settings = hub.settings
    address = tmp_path / "address-of-the-process"
    named = {
        f"XUEJI_{key.upper()}": str(getattr(settings, key))
        for key in type(settings).model_fields
        if getattr(settings, key) not in (None, "")
    }
    source_root = Path(sys.modules["province_hub"].__path__[0]).parent
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "province_hub"),
        env=os.environ
        | named
        | {
            "PYTHONPATH": str(source_root),
            "XUEJI_ADDRESS_FILE": str(address),
            "XUEJI_METRICS_LISTEN": "127.0.0.1:0",
        },
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


async def test_a_wrong_setting_is_told_by_its_name_and_nothing_starts(hub: Any) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "province_hub"),
        env=os.environ
        | {"PYTHONPATH": str(Path(sys.modules["province_hub"].__path__[0]).parent)}
        | {"XUEJI_OFFICE": "authority/410105"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 78
    assert b"should be a province such as province/41" in said
    assert b"schools_file" in said
