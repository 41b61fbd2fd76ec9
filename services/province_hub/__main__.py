"""``python -m province_hub``: settings from ``XUEJI_CONFIG`` and the environment, logs on stderr."""

from __future__ import annotations

import asyncio

from chassis.logs import configure
from chassis.settings import load
from chassis.telemetry import configure_tracing
from province_hub.app import PACKAGE, run
from province_hub.settings import HubSettings


def main() -> None:
    settings = load(HubSettings)
    configure(service=PACKAGE, office=settings.office, level=settings.log_level)
    configure_tracing(PACKAGE)
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
