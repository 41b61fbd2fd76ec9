"""Columns of a batch as PostgreSQL array literals.

The driver adapts a list element by element in Python, which costs as much as the hashes do. What goes through here is
made of letters, digits and backslashes alone, so one join says it: nothing needs quoting, and nothing else is let in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

_PLAIN = re.compile(r"\{[0-9A-Za-z,]*\}")


def uuid_array(values: Iterable[UUID]) -> str:
    """For ``CAST(:name AS uuid[])``."""
    return "{" + ",".join([value.hex for value in values]) + "}"


def code_array(values: Iterable[str]) -> str:
    """For ``CAST(:name AS text[])`` of codes: letters and digits, none empty."""
    literal = "{" + ",".join(values) + "}"
    assert _PLAIN.fullmatch(literal), "codes are letters and digits"
    return literal


def bytes_array(values: Iterable[bytes]) -> str:
    """For ``CAST(:name AS bytea[])``."""
    return "{" + ",".join(["\\\\x" + value.hex() for value in values]) + "}"
