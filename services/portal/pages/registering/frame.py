"""What the pages of registering share."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from kernel.office import Role, Tier
from portal.desk.rosters import Brought
from portal.guard.door import door
from portal.showing.navigation import Entry

blueprint = Blueprint("registering", __name__, url_prefix="/registering")

ENTRIES = (Entry("registering.index", "新生注册", tiers=frozenset({Tier.SCHOOL}), roles=frozenset({Role.REGISTRAR})),)


def brought() -> Brought | None:
    """What became of the workbook that this session brought last; None where it is no longer known."""
    kept = door().shelf.get(current_user.token)
    return kept if isinstance(kept, Brought) else None
