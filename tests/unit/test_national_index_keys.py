"""The two keys that keep the index unreadable, as an operator keeps them in files."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from kernel.refusals import SealUnreadable
from national_index.app import read_fingerprint_key, read_number_seal

OLD, NEW = secrets.token_hex(32), secrets.token_hex(32)


def written(folder: Path, content: str) -> Path:
    file = folder / "key"
    file.write_text(content)
    return file


def test_the_highest_version_seals_and_every_version_opens(tmp_path: Path) -> None:
    before = read_number_seal(written(tmp_path, f"1 {OLD}\n")).seal("L41010520150301001X")
    renewed = read_number_seal(written(tmp_path, f"2 {NEW}\n1 {OLD}\n"))
    assert renewed.open(before) == "L41010520150301001X"
    after = renewed.seal("L41010520150301001X")
    with pytest.raises(SealUnreadable):
        read_number_seal(written(tmp_path, f"1 {OLD}\n")).open(after)


def test_a_fingerprint_key_is_one_line_of_hexadecimal_digits(tmp_path: Path) -> None:
    assert read_fingerprint_key(written(tmp_path, f"{NEW}\n")) == bytes.fromhex(NEW)


@pytest.mark.parametrize("content", ["", "no key", f"one {OLD}", "1 xyz", f"1 {OLD[:-2]}"], ids=range(5))
def test_a_file_that_is_no_key_file_stops_the_start_and_is_not_quoted(tmp_path: Path, content: str) -> None:
    with pytest.raises(ValueError, match="key") as stopped:
        read_number_seal(written(tmp_path, content))
    assert OLD[:16] not in str(stopped.value)
