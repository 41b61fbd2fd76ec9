"""``python -m county_node``"""

from __future__ import annotations

from chassis.node import main
from county_node.app import App
from county_node.settings import CountySettings

if __name__ == "__main__":
    main(App, CountySettings)
