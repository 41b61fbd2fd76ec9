"""``python -m national_index``; beside it ``sweep`` on a term's night, and ``rekey`` to replace the storage key."""

from __future__ import annotations

import sys

from chassis.node import main
from national_index.app import App, rekey, sweep_records
from national_index.settings import IndexSettings

if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main(App, IndexSettings)
        case ["sweep"]:
            sweep_records(IndexSettings)
        case ["rekey"]:
            rekey(IndexSettings, withdrawing=False)
        case ["rekey", "--withdraw"]:
            rekey(IndexSettings, withdrawing=True)
        case _:
            sys.exit("usage: python -m national_index [sweep | rekey [--withdraw]]")
