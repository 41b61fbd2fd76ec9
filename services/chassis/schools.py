"""The register of schools (学校名册) that an office is given: read once at start."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kernel.school import School


def load_schools(file: Path) -> dict[str, School]:
    """The schools by code, of a JSON list, or of a TOML file with ``[[schools]]``.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is malformed, lacks a field, or has a school twice.
        SchoolCodeMalformed, DivisionUnknown: a code in it is none.
        SchoolKeepsNoStatus: one is not of Article 2, and has no pupils to register.
    """
    text = file.read_text(encoding="utf-8")
    entries = tomllib.loads(text)["schools"] if file.suffix == ".toml" else json.loads(text)
    try:
        schools = [_school(entry) for entry in entries]
    except (KeyError, TypeError) as malformed:
        raise ValueError(f"{file.name}: a school lacks {malformed}") from malformed
    by_code = {school.code.text: school for school in schools}
    if len(by_code) != len(schools):
        raise ValueError(f"{file.name}: a school is there twice")
    return by_code


def _school(entry: Mapping[str, Any]) -> School:
    school = School.from_content(entry)
    school.code.require_status_kept()
    return school
