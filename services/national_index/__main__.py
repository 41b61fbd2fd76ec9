"""``python -m national_index``"""

from __future__ import annotations

from chassis.node import main
from national_index.app import App
from national_index.settings import IndexSettings

if __name__ == "__main__":
    main(App, IndexSettings)
