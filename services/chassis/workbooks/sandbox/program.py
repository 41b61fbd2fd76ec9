"""The program itself: bind, read, answer. See the package for what it is told and what it says."""

from __future__ import annotations

import json
import sys
import zipfile
import zlib
from xml.parsers import expat

from chassis.confinement import Refused, confine
from chassis.workbooks.sandbox.bounds import Bounds
from chassis.workbooks.sandbox.rows import read


def main() -> None:
    """Read bounds from the first argument, the workbook from standard input, and answer on standard output."""
    bounds = Bounds(**json.loads(sys.argv[-1]))
    confine(memory_bytes=bounds.memory_bytes, cpu_seconds=bounds.cpu_seconds)
    write, rows = sys.stdout.write, 0
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    try:
        with open(0, "rb", closefd=False) as file:
            for row in read(file, bounds):
                write(encode(row) + "\n")
                rows += 1
        write(encode({"end": rows}) + "\n")
    except Refused as refused:
        write(encode({"refused": refused.code, "why": refused.why}) + "\n")
    except MemoryError:
        write('{"refused":"FILE_BOMB","why":"所需内存过多"}\n')
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, expat.ExpatError) as fault:
        write(encode({"refused": "FILE_UNREADABLE", "why": type(fault).__name__}) + "\n")
