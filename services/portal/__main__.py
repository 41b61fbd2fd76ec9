"""``python -m portal``."""

from __future__ import annotations

from chassis.logs import configure
from chassis.settings import load
from portal.app import serve
from portal.settings import PortalSettings


def main() -> None:
    settings = load(PortalSettings)
    configure(service="portal", office=str(settings.tier), level=settings.log_level)
    serve(settings)


if __name__ == "__main__":
    main()
