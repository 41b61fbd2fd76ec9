"""``python -m province_hub``"""

from __future__ import annotations

from chassis.node import main
from province_hub.app import App
from province_hub.settings import HubSettings

if __name__ == "__main__":
    main(App, HubSettings)
