"""``xueji demo`` as everybody runs it first: the whole story, every claim checked, and nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DEMO_SECONDS = 170


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A temporary directory for the demonstration alone, through which the user that PostgreSQL runs as may pass."""
    with tempfile.TemporaryDirectory(prefix="demo-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def report(place: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "console", "demo", "--once", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEMO_SECONDS,
        env=os.environ | {"TMPDIR": str(place)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n") == 1, "one object and nothing else"
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_everything_that_the_story_claims_holds(report: dict[str, Any]) -> None:
    assert report["held"] is True
    assert len(report["expectations"]) > 20
    assert all(expectation["held"] for expectation in report["expectations"])


def test_every_child_but_those_sent_back_gets_a_number(report: dict[str, Any]) -> None:
    issued = {entry["school"]: entry["issued"] for entry in report["numbers"]}
    assert issued == {"2144000001": 20, "2141000001": 51, "5141000004": 4, "3441000003": 4}


def test_rows_with_mistakes_come_back_by_row_and_code(report: dict[str, Any]) -> None:
    rejected = [finding for roster in report["rosters"] for finding in roster["rejected"]]
    assert {finding["code"] for finding in rejected} == {
        "CHECK_CHARACTER_WRONG",
        "BIRTH_DATE_IMPOSSIBLE",
        "SEX_CONTRADICTS_ID",
        "BIRTH_DATE_CONTRADICTS_ID",
        "CODE_UNKNOWN",
        "VALUE_MISSING",
        "NUMERIC_ID_LOST_DIGITS",
        "DUPLICATE_IN_WORKBOOK",
    }
    assert len({finding["row"] for finding in rejected}) == 8


def test_a_second_record_is_refused_with_the_province_alone(report: dict[str, Any]) -> None:
    assert report["already_registered"]["code"] == "ALREADY_REGISTERED"
    assert report["already_registered"]["detail"] == {"province": "广东省"}


def test_custody_moves_by_one_epoch_and_the_number_stays(report: dict[str, Any]) -> None:
    transfer = report["transfer"]
    assert (transfer["custodian_before"], transfer["custodian_after"]) == ("44", "41")
    assert (transfer["epoch_before"], transfer["epoch_after"]) == (1, 2)
    assert len(transfer["steps"]) >= 5
    assert all(step["at"] for step in transfer["steps"])


def test_the_report_shows_no_number_in_full(report: dict[str, Any]) -> None:
    numbers = [number for entry in report["numbers"] for number in entry["numbers"]]
    assert numbers
    assert all("*" * 10 in number for number in numbers)


def test_every_process_is_small(report: dict[str, Any]) -> None:
    assert len(report["memory_mebibytes"]) == 11
    assert all(0 < mebibytes < 300 for mebibytes in report["memory_mebibytes"].values())


def test_nothing_is_left_behind(report: dict[str, Any], place: Path) -> None:
    assert report
    assert list(place.iterdir()) == []
