"""``xueji notices`` as people run it, against the nodes of a province."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.federation.running import FEDERATION_FILE, FEDERATION_VARIABLE
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role

SCHOOL, COUNTY = "school/2141000001", "authority/410105"
COMMAND_SECONDS = 60
TERMINAL_COLUMNS = 200


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    code: int | None
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


Xueji = Callable[..., Awaitable[Said]]


@pytest.fixture
def xueji(province: Any, node_files: Any, tmp_path: Path) -> Xueji:
    """The command line, with the desks of this province's people."""
    people = {
        "registrar": Identity("dev", Office.parse(SCHOOL), Role.REGISTRAR, "r001"),
        "officer": Identity("dev", Office.parse(COUNTY), Role.OFFICER, "c001"),
    }
    offices = []
    for who in people.values():
        tls = node_files(who.uri).tls
        files = {"certificate": str(tls.certificate), "key": str(tls.key), "authority": str(tls.authority)}
        offices.append(
            {
                "name": str(who.office),
                "address": province[str(who.office)].settings.listen,
                "desks": [{"identity": who.uri, **files}],
            }
        )
    file = tmp_path / FEDERATION_FILE
    file.write_text(json.dumps({"offices": offices}), encoding="utf-8")
    file.chmod(0o600)

    async def run(*arguments: str) -> Said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "console", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {FEDERATION_VARIABLE: str(file), "COLUMNS": str(TERMINAL_COLUMNS)},
        )
        out, err = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
        return Said(process.returncode, out.decode(), err.decode())

    return run


async def test_a_message_is_written_shown_and_confirmed_by_commands_alone(province: Any, xueji: Xueji) -> None:
    registrar, officer = "--desk=2141000001/registrar", "--desk=410105"
    subject = str(new_uuid7())
    written = await xueji(
        *("notices", "write", officer, "--to", SCHOOL, "--text", "请于月底前核对学籍", "--case", subject),
        *("--due", "2026-12-31", "--receipt", "--json"),
    )
    assert written.code == 0, written.err
    notice_id = written.answer["notice_id"]
    assert notice_id in written.err
    again = await xueji(
        *("notices", "write", officer, "--to", SCHOOL, "--text", "请于月底前核对学籍", "--case", subject),
        *("--due", "2026-12-31", "--receipt", "--notice-id", notice_id, "--json"),
    )
    assert again.answer["notice_id"] == notice_id

    await province[COUNTY].reaches(notice_id, "delivered")
    listed = await xueji("notices", "list", registrar, "--case", subject, "--json")
    assert [one["notice_id"] for one in listed.answer["notices"]] == [notice_id]
    shown = await xueji("notices", "show", notice_id, registrar)
    for told in ("公务函", "金水区学籍主管部门", "请于月底前核对学籍", "2026-12-31", "须签收", "送达回执"):
        assert told in shown.out
    confirmed = await xueji("notices", "confirm", notice_id, registrar, "--answer", "已核对")
    assert "已签收" in confirmed.out
    other = await xueji("notices", "confirm", notice_id, registrar, "--answer", "未核对", "--json")
    assert (other.code, other.answer["refused"]["code"]) == (2, "NOTICE_ALREADY_CONFIRMED")
    left = await xueji("notices", "list", registrar, "--case", subject, "--json")
    assert left.answer == {"notices": []}


async def test_a_refusal_is_told_by_its_code(xueji: Xueji) -> None:
    said = await xueji("notices", "write", "--desk=410105", "--to", "authority/410100000", "--text", "x")
    assert (said.code, said.out) == (2, "")
    assert "IDENTITY_NOT_PROVEN" in said.err
    unknown = await xueji("notices", "show", str(new_uuid7()), "--desk=410105")
    assert "NOTICE_NOT_FOUND: 没有这份告知书" in unknown.err
