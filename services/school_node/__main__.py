"""``python -m school_node``"""

from __future__ import annotations

from chassis.node import main
from school_node.app import App
from school_node.settings import SchoolSettings

if __name__ == "__main__":
    main(App, SchoolSettings)
