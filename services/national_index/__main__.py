"""``python -m national_index``, and ``python -m national_index sweep`` beside it on a term's night."""

from __future__ import annotations

import sys

from chassis.node import main
from national_index.app import App, sweep_records
from national_index.settings import IndexSettings

if __name__ == "__main__":
    if sys.argv[1:] == ["sweep"]:
        sweep_records(IndexSettings)
    else:
        main(App, IndexSettings)
