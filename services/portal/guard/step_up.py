"""The second factor once more, before what cannot be taken back: at most once in ten minutes of a session."""

from __future__ import annotations

from flask_login import current_user

from chassis.logs import get_logger
from portal.guard.door import door

log = get_logger()


def asks_otp() -> bool:
    """Whether a form that decides has to ask for a one-time password."""
    return not door().sessions.is_stepped_up(current_user)


def prove_again(otp: str) -> str:
    """Take the second factor where it is time; in words why not, or empty.

    Args:
        otp: as typed; anything where it is not time.
    """
    sessions, throttle, account = door().sessions, door().throttle, current_user.account
    if sessions.is_stepped_up(current_user):
        return ""
    minutes = throttle.waits(account.key)
    if minutes:
        return f"连续多次动态口令有误，没有提交；请 {minutes} 分钟后再试"
    if not door().accounts.prove_again(account, otp=otp):
        throttle.failed(account.key)
        log.warning("step_up_refused", peer=str(account.who.office))
        return "动态口令有误或已用过，没有提交；请用新的动态口令"
    throttle.succeeded(account.key)
    sessions.step_up(current_user)
    return ""
