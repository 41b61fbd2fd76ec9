"""The keys that keep the index unreadable, as an operator keeps them in two files."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from chassis.keys import IdentityKeys
from national_index.app import read_fingerprint_key, read_identity_keys

LASTING, OLD, NEW = (secrets.token_hex(32) for _ in range(3))


def written(folder: Path, content: str, name: str = "number.key") -> Path:
    file = folder / name
    file.write_text(content)
    return file


def read(folder: Path, content: str) -> IdentityKeys:
    return read_identity_keys(written(folder, f"{LASTING}\n", "fingerprint.key"), written(folder, content))


def test_every_version_in_the_file_is_held(tmp_path: Path) -> None:
    keys = read(tmp_path, f"2 {NEW}\n1 {OLD}\n")
    assert sorted(keys.storage) == [1, 2]
    assert keys.storage[1].check == read(tmp_path, f"1 {OLD}\n").storage[1].check


def test_a_fingerprint_key_is_one_line_of_hexadecimal_digits(tmp_path: Path) -> None:
    assert read_fingerprint_key(written(tmp_path, f"{NEW}\n")) == bytes.fromhex(NEW)


@pytest.mark.parametrize(
    "content",
    ["", "no key", f"one {OLD}", "1 xyz", f"1 {OLD[:-2]}", f"1 {OLD}\n1 {NEW}", f"1 {OLD}\n2 {OLD}", f"0 {OLD}"],
    ids=range(8),
)
def test_a_file_that_is_no_key_file_stops_the_start_and_is_not_quoted(tmp_path: Path, content: str) -> None:
    with pytest.raises(ValueError, match="key") as stopped:
        read(tmp_path, content)
    assert OLD[:16] not in str(stopped.value)
