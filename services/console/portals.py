"""The portals of a demonstration: where they are, and what everybody types to come in."""

from __future__ import annotations

from typing import Any

import pyotp

from console.federation.portals import DemonstrationAccount
from console.federation.running import Whereabouts


def one_time_password(account: DemonstrationAccount) -> str:
    """What the account's authenticator shows now (RFC 6238)."""
    return pyotp.TOTP(account.otp_secret).now()


def portals_as_json(whereabouts: Whereabouts) -> list[dict[str, Any]]:
    """The same as a program reads it."""
    return [
        {
            "tier": str(portal.tier),
            "url": portal.url,
            "accounts": [
                {
                    "office": str(one.who.office),
                    "person": one.who.person,
                    "role": str(one.who.role),
                    "password": one.password,
                    "one_time_password": one_time_password(one),
                }
                for one in portal.accounts
            ],
        }
        for portal in whereabouts.portals
    ]
