"""Notices of the State Council that came out after the program: read from a folder, at start and while it runs.

The shipped years are in the kernel. An operator puts ``working_days_2027.csv`` into ``calendars_dir``, and dates that
were provisional are counted again without a new program.
"""

from __future__ import annotations

from pathlib import Path

from chassis.logs import get_logger
from kernel.calendar import announce, national_calendar

log = get_logger()


def load_calendars(directory: Path | None) -> None:
    """Take in every ``working_days*.csv`` of the folder; the same again changes nothing.

    Raises:
        ValueError: a file is no calendar, or disagrees with what is known: then none is taken in.
        OSError: a file cannot be read.
    """
    if directory is None:
        return
    files = sorted(directory.glob("working_days*.csv"))
    if announce(file.read_text(encoding="utf-8") for file in files):
        log.info("calendar_announced", version=national_calendar().version)
