"""The main job as a person does it: with the ``xueji`` command, one office after the other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from console.demo.rosters import Roster
from kernel.school import School

PRIMARY = "2141000001"
WAIT_SECONDS = 60.0

Xueji = Callable[..., Any]
NewPupils = Callable[[School, int], Roster]


def eventually(probe: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := probe():
            return found
    raise AssertionError("not in time")


def test_a_roster_becomes_numbered_pupils_by_commands_alone(
    xueji: Xueji, school: Callable[[str], School], new_pupils: NewPupils, tmp_path: Path
) -> None:
    roster = new_pupils(school(PRIMARY), 3)
    book = tmp_path / "roster.xlsx"
    roster.write(book)
    registrar, principal = f"--desk={PRIMARY}/registrar", f"--desk={PRIMARY}/principal"

    checked = xueji("roster", "check", str(book), registrar)
    assert (checked.code, checked.answer["rows_read"], checked.answer["findings"]) == (0, 3, [])
    imported = xueji("roster", "import", str(book), registrar, "--result", str(tmp_path / "result.xlsx"))
    assert imported.answer["rows_kept"] == 3
    assert load_workbook(tmp_path / "result.xlsx").active is not None
    submitted = xueji("roster", "submit", registrar)
    (case_id,) = submitted.answer["case_ids"]
    assert submitted.answer["pupils"] == 3

    assert case_id in {case["case_id"] for case in xueji("cases", "list", principal).answer["cases"]}
    assert xueji("cases", "approve", case_id, principal).code == 0
    eventually(lambda: case_id in {case["case_id"] for case in xueji("cases", "list", "--desk=410105").answer["cases"]})
    approved = xueji("cases", "approve", case_id, "--desk=410105", "--except", "2=请补充材料")
    assert approved.code == 0

    view = eventually(
        lambda: shown if (shown := xueji("cases", "show", case_id, registrar).answer)["state"] == "closed" else None
    )
    assert [item["state"] for item in view["items"]] == ["done", "returned", "done"]
    number = xueji("students", "list", registrar, "--full", "--name", roster.pupils[0].name).answer["students"][0]
    found = xueji("index", "lookup", number["number"], "--desk=00").answer["found"]
    assert [(one["custodian"], one["epoch"]) for one in found] == [("41", 1)]

    # And whoever keeps a checkpoint sees from outside that no child has two numbers and that nothing was rewritten.
    kept = tmp_path / "checkpoint.json"
    first, second = (xueji("index", "verify", "--desk=00", "--keep", str(kept)) for _ in range(2))
    assert (first.code, first.answer["good"], first.answer["continues_size"]) == (0, True, 0)
    assert (second.code, second.answer["continues_size"]) == (0, first.answer["log"]["size"])
    kept.write_text(kept.read_text().replace('"checkpoint": "', '"checkpoint": "A'))
    forged = xueji("index", "verify", "--desk=00", "--keep", str(kept))
    assert (forged.code, forged.answer["refused"]["code"]) == (2, "SIGNATURE_INVALID")


@pytest.mark.parametrize("province", ["41", "44"])
def test_a_province_holds_what_the_nation_says(xueji: Xueji, province: str) -> None:
    audited = xueji("audit", "transfers", f"--desk={province}/officer")
    assert (audited.code, audited.answer["differences"], audited.answer["good"]) == (0, [], True)


def test_no_number_is_shown_in_full_unless_asked_for(xueji: Xueji) -> None:
    shown = json.dumps(xueji("students", "list", f"--desk={PRIMARY}/registrar").answer)
    assert "*" * 10 in shown


def test_a_template_opens_and_offers_choices(xueji: Xueji, tmp_path: Path) -> None:
    said = xueji("roster", "template", str(tmp_path / "template.xlsx"), f"--desk={PRIMARY}/registrar")
    assert said.code == 0
    page = load_workbook(tmp_path / "template.xlsx").worksheets[0]
    assert page.max_column >= 72
    assert page.data_validations.dataValidation


def test_a_refusal_ends_with_code_2(xueji: Xueji) -> None:
    said = xueji("cases", "show", "01900000-0000-7000-8000-000000000000", "--desk=410105")
    assert said.code == 2
    assert said.answer["refused"]["code"] == "CASE_NOT_FOUND"


def test_a_province_decides_no_case_that_it_does_not_have(xueji: Xueji) -> None:
    said = xueji("cases", "approve", "01900000-0000-7000-8000-000000000000", "--desk=41")
    assert (said.code, said.answer["refused"]["code"]) == (2, "CASE_NOT_FOUND")
