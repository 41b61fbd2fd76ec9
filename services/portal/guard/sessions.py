"""Who is logged in, and for how long. A cookie holds a token that means nothing elsewhere; the rest is here.

Idle for thirty minutes or logged in for twelve hours, a session is over (NIST SP 800-63B, AAL2).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from portal.guard.accounts import Account

IDLE_SECONDS = 30 * 60
LIFE_SECONDS = 12 * 60 * 60
STEP_UP_SECONDS = 10 * 60  # how long a second factor that was given again is good for decisions
TOKEN_BYTES = 32


@dataclass(eq=False)
class Session:
    """One login, in the form that Flask-Login asks for. ``token`` is what the cookie holds.

    Attributes:
        began, seen: by the monotonic clock, in seconds.
        stepped_up: likewise, when the second factor was given again; None: never.
    """

    token: str = field(repr=False)
    account: Account
    began: float
    seen: float
    stepped_up: float | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


class Sessions:
    """All sessions of this process."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, account: Account) -> Session:
        """A new session under a token that nobody has seen. Whoever was logged in to the account elsewhere stays so."""
        now = self._monotonic()
        session = Session(secrets.token_urlsafe(TOKEN_BYTES), account, began=now, seen=now)
        with self._lock:
            self._forget_what_is_over(now)
            self._open[session.token] = session
        return session

    def get(self, token: str) -> Session | None:
        """The session of a token while it lasts; to look at it is to use it."""
        now = self._monotonic()
        with self._lock:
            session = self._open.get(token)
            if session is None or _over(session, now):
                self._open.pop(token, None)
                return None
            session.seen = now
            return session

    def step_up(self, session: Session) -> None:
        """The second factor was given again, before what cannot be taken back."""
        session.stepped_up = self._monotonic()

    def is_stepped_up(self, session: Session) -> bool:
        """Whether that was not long ago. To have logged in does not count: who decides is asked once more."""
        given = session.stepped_up
        return given is not None and self._monotonic() - given <= STEP_UP_SECONDS

    def end(self, token: str) -> None:
        with self._lock:
            self._open.pop(token, None)

    def _forget_what_is_over(self, now: float) -> None:
        self._open = {token: session for token, session in self._open.items() if not _over(session, now)}


def _over(session: Session, now: float) -> bool:
    return now - session.seen > IDLE_SECONDS or now - session.began > LIFE_SECONDS
