"""Columns of a batch as PostgreSQL arrays.

The driver adapts a list element by element in Python, which costs as much as the hashes do. A column of UUIDs is sent
in the server's own binary form instead, and a column of codes as a literal: one join each.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_PLAIN = re.compile(r"\{[0-9A-Za-z,]*\}")
_UUID = psycopg.adapters.types["uuid"]
_LENGTH_OF_UUID = struct.pack(">i", 16)
# One dimension, without NULLs, of UUIDs, so many, counted from 1 (array_send of the server).
_HEAD = struct.Struct(">iiIii")


class UuidColumn:
    """For ``CAST(:name AS uuid[])``.

    Args:
        values: 16 bytes each.
    """

    __slots__ = ("binary",)

    def __init__(self, values: Sequence[bytes]) -> None:
        self.binary = _HEAD.pack(1, 0, _UUID.oid, len(values), 1) + _LENGTH_OF_UUID.join([b"", *values])


class _UuidColumnDumper(Dumper):
    format = Format.BINARY
    oid = _UUID.array_oid

    def dump(self, obj: UuidColumn) -> bytes:
        return obj.binary


psycopg.adapters.register_dumper(UuidColumn, _UuidColumnDumper)


def code_array(values: Iterable[str]) -> str:
    """For a ``CAST(:name AS text[])`` of codes, or of what codes write: letters and digits, none empty."""
    literal = "{" + ",".join(values) + "}"
    assert _PLAIN.fullmatch(literal), "codes are letters and digits"
    return literal


def integer_array(values: Iterable[int | None]) -> str:
    """For a ``CAST(:name AS integer[])``, or of another width."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
