"""Who may log in: an account is a person at a desk, with a password, a second factor and the desk's certificate.

Passwords are kept as scrypt hashes (RFC 7914) and compared in the same time whether the account exists or not; the
second factor is a time-based one-time password (RFC 6238), each good once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from werkzeug.security import check_password_hash, generate_password_hash

from chassis.rpc import TlsFiles
from kernel.office import Identity, Office, Role

OTP_WINDOW = 1  # steps of thirty seconds that a person's clock may be off
_NOBODYS_PASSWORD = generate_password_hash("nobody's")


@dataclass(frozen=True)
class Account:
    """One person's account.

    Attributes:
        who: office, role and staff id, as the desk's certificate names them.
        name: what the person is called.
        password: scrypt hash. otp_secret: base32. tls: the desk's certificate.
    """

    who: Identity
    name: str
    tls: TlsFiles
    password: str = field(repr=False)
    otp_secret: str = field(repr=False)

    @property
    def key(self) -> str:
        """Unlike that of any other account: ``school/2141000001/r001``."""
        return account_key(self.who.office.code, self.who.person)


def account_key(office_code: str, person: str) -> str:
    return f"{office_code}/{person}"


class Accounts:
    """The accounts of this portal, and which one-time passwords were used."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._accounts = {account.key: account for account in accounts}
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Account | None:
        return self._accounts.get(key)

    def of_registrar(self, office: Office) -> Account | None:
        """An account of a registrar of the office, the same as long as there is that account."""
        return next(
            (one for one in self._accounts.values() if (one.who.office, one.who.role) == (office, Role.REGISTRAR)), None
        )

    def prove(self, key: str, *, password: str, otp: str) -> Account | None:
        """The account, where both secrets are right; None for any reason, in about the same time.

        A one-time password that was taken is not taken again (RFC 6238, 5.2).
        """
        account = self._accounts.get(key)
        right = check_password_hash(account.password if account else _NOBODYS_PASSWORD, password)
        if account is None or not right:
            return None
        return account if self._take(account, otp) else None

    def prove_again(self, account: Account, *, otp: str) -> bool:
        """The second factor once more, before what cannot be taken back."""
        return self._take(account, otp)

    def _take(self, account: Account, otp: str) -> bool:
        code = pyotp.TOTP(account.otp_secret)
        now = int(time.time()) // code.interval
        given = otp.strip()
        if not (given.isascii() and given.isdigit()):
            return False
        with self._lock:
            for step in range(now - OTP_WINDOW, now + OTP_WINDOW + 1):
                if step > self._used.get(account.key, -1) and pyotp.utils.strings_equal(code.generate_otp(step), given):
                    self._used[account.key] = step
                    return True
        return False


def read_accounts(file: Path, *, authority: Path) -> Accounts:
    """Read a list of ``{"identity", "name", "password", "otp_secret", "certificate", "key"}``.

    Args:
        authority: PEM; whom the accounts' desks trust to be a node.

    Raises:
        OSError, ValueError, KeyError: the file cannot be read. IdentityNotProven: an entry names nobody.
    """
    entries: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return Accounts(
        Account(
            who=Identity.parse(entry["identity"]),
            name=entry["name"],
            tls=TlsFiles(Path(entry["certificate"]), Path(entry["key"]), authority),
            password=entry["password"],
            otp_secret=entry["otp_secret"],
        )
        for entry in entries
    )
