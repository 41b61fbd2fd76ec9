"""A whole county's intake in one workbook, through the door: how much memory the node takes."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kernel.check_character import check_character
from kernel.form import ITEMS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)

PUPILS = 50_000
RESIDENT_MEBIBYTES_MAX = 300


def a_large_roster(filled: dict[str, str]) -> bytes:
    """``PUPILS`` faultless rows, every cell written in place."""
    content = io.BytesIO()
    keys = [one.key for one in ITEMS if one.key in filled]
    labels = {one.key: one.label for one in ITEMS}
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part, io.TextIOWrapper(part, "utf-8") as sheet:
            sheet.write("<worksheet><sheetData>")
            for number in range(PUPILS + 1):
                texts = [labels[key] for key in keys] if number == 0 else _row(filled, keys, number)
                cells = (f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
                sheet.write(f"<row>{''.join(cells)}</row>")
            sheet.write("</sheetData></worksheet>")
    return content.getvalue()


def _row(filled: dict[str, str], keys: list[str], number: int) -> list[str]:
    born = date(2010, 1, 1) + timedelta(days=number // 500)
    body = f"419998{born:%Y%m%d}{number % 500 * 2:03d}"
    own = {
        "name": f"学生{chr(0x4E00 + number % 20_000)}",
        "birth_date": f"{born:%Y%m%d}",
        "document_number": body + check_character(body),
        "home_address": f"某区某某街道某某路{number}号",
    }
    return [own.get(key, filled[key]) for key in keys]


async def a_process_of(school: Any, address: Path) -> asyncio.subprocess.Process:
    """The same school as a process of its own, beside the one in this process."""
    settings = school.settings
    named = {
        f"XUEJI_{key.upper()}": str(getattr(settings, key))
        for key in type(settings).model_fields
        if getattr(settings, key) not in (None, "")
    }
    source_root = Path(sys.modules["school_node"].__path__[0]).parent
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "school_node"),
        env=os.environ | named | {"PYTHONPATH": str(source_root), "XUEJI_ADDRESS_FILE": str(address)},
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    assert process.stderr is not None
    async for line in process.stderr:
        if b'"serving"' in line:
            return process
    raise AssertionError("it did not start")


def resident_mebibytes(pid: int) -> int:
    """The resident memory of a process and its children together."""
    tasks = Path(f"/proc/{pid}/task")
    children = {child for task in tasks.iterdir() for child in _read(task / "children").split()}
    return sum(_resident(Path(f"/proc/{one}/status")) for one in {str(pid), *children}) // 1024


def _resident(status: Path) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", _read(status))
    return int(found[1]) if found else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""  # it has ended meanwhile


async def test_fifty_thousand_pupils_come_through_the_door_within_300_mb(
    school: Any, make: Any, tmp_path: Path
) -> None:
    filled = {key: str(value) for key, value in make.pupil(1).items()}
    content = await asyncio.to_thread(a_large_roster, filled)
    address = tmp_path / "address-of-the-process"
    process = await a_process_of(school, address)
    most = 0

    async def measure() -> None:
        nonlocal most
        while True:
            most = max(most, resident_mebibytes(process.pid))
            await asyncio.sleep(0.05)

    measuring = asyncio.create_task(measure())
    assert process.stderr is not None
    reading = asyncio.create_task(process.stderr.read())
    try:
        answer = await school.at(address.read_text()).bring(content)
    finally:
        measuring.cancel()
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 30)
        lines = (await reading).decode().splitlines()
    assert (answer.summary.rows_kept, answer.summary.rows_refused) == (PUPILS, 0)
    assert answer.progress[-1] == PUPILS
    assert school.states() == {"draft": PUPILS}
    assert most < RESIDENT_MEBIBYTES_MAX, most
    # What it logged meanwhile names no child.
    assert not [line for line in lines if "学生" in json.dumps(json.loads(line), ensure_ascii=False)]


async def test_the_node_ends_in_order_when_told_to(school: Any, tmp_path: Path) -> None:
    process = await a_process_of(school, tmp_path / "address-of-the-process")
    process.send_signal(signal.SIGTERM)
    _, rest = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert b'"stopped"' in rest
