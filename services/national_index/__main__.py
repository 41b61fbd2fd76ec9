"""``python -m national_index``: the index as a process."""

from __future__ import annotations

import asyncio

from chassis.logs import configure
from chassis.settings import load
from chassis.telemetry import configure_tracing
from national_index.app import PACKAGE, run
from national_index.settings import IndexSettings


def main() -> None:
    settings = load(IndexSettings)
    configure(service=PACKAGE, office=settings.office, level=settings.log_level)
    configure_tracing(PACKAGE)
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
