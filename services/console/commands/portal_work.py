"""What ``xueji portals`` does."""

from __future__ import annotations

from rich.console import Console

from console import tables
from console.commands.asking import fail, print_json
from console.federation.running import NoFederationRuns, find_whereabouts
from console.portals import portals_as_json


def portals(*, as_json: bool) -> None:
    """Print where the portals of the running federation are, and what everybody types to come in."""
    try:
        whereabouts = find_whereabouts()
    except NoFederationRuns as none:
        fail(str(none), as_json=as_json)
    if as_json:
        print_json({"portals": portals_as_json(whereabouts)})
    else:
        Console().print(tables.portals(whereabouts))
