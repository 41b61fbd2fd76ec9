"""What the guard keeps for the whole process, found from any request."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app

from kernel.clock import Clock
from portal.guard.accounts import Accounts
from portal.guard.premises import Premises
from portal.guard.sessions import Sessions
from portal.guard.shelf import Shelf
from portal.guard.throttle import Throttle

_NAME = "portal.door"


@dataclass(frozen=True)
class Door:
    premises: Premises
    accounts: Accounts
    sessions: Sessions
    throttle: Throttle
    shelf: Shelf
    clock: Clock
    paper_key: bytes | None = field(repr=False)
    public_url: str


def door() -> Door:
    found = current_app.extensions[_NAME]
    assert isinstance(found, Door)
    return found


def hang(extensions: dict[str, object], opened: Door) -> None:
    """Put it where ``door`` finds it."""
    extensions[_NAME] = opened
