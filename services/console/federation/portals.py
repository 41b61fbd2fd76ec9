"""The portals of a federation on this machine: one for each tier, with an account for everybody who has a desk."""

from __future__ import annotations

import json
import secrets
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyotp
from werkzeug.security import generate_password_hash

from chassis.rpc import TlsFiles
from console.federation.files import DeskFiles, OfficeFiles, toml
from console.federation.nodes import Program
from console.federation.plan import Plan
from console.parts import RunDirectory
from console.parts.private_files import write_private
from kernel.office import Identity, Tier

KEY_BYTES = 32
PASSWORD_BYTES = 12
TITLES = {Tier.SCHOOL: "学校", Tier.AUTHORITY: "主管部门", Tier.PROVINCE: "省级", Tier.NATION: "全国"}
_HTTP_SECONDS = 2.0


@dataclass(frozen=True)
class DemonstrationAccount:
    """What a person types to come in. Demonstrations alone know a password after it was set."""

    who: Identity
    name: str
    password: str
    otp_secret: str


@dataclass(frozen=True)
class PortalPlace:
    """Where a portal is to be.

    Attributes:
        folder: an existing folder of mode 0700. listen: host and port. url: where a browser finds it, without a path.
    """

    folder: Path
    listen: str
    url: str


@dataclass(frozen=True)
class PortalFiles:
    """One portal's folder, and who has an account there."""

    tier: Tier
    folder: Path
    settings: Path
    url: str
    accounts: tuple[DemonstrationAccount, ...]


class Portal(Program):
    """One portal's process."""

    def __init__(self, files: PortalFiles, *, run: RunDirectory) -> None:
        super().__init__(
            f"portal {files.tier}",
            "portal",
            folder=files.folder,
            settings=files.settings,
            address_file=files.folder / "address",
            log=files.folder / "log.jsonl",
            run=run,
        )
        self.files = files

    def serves(self) -> bool:
        return shows_login(self.files.url)


def shows_login(url: str) -> bool:
    """Whether the portal at ``url``, which ends in a slash, shows the page by which one comes in."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}login", timeout=_HTTP_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def write_portals(
    plan: Plan,
    offices: Sequence[OfficeFiles],
    *,
    place_of: Callable[[Tier], PortalPlace],
    clock_shift: timedelta = timedelta(0),
) -> tuple[PortalFiles, ...]:
    """Write each tier's portal into its folder, the school's first. A folder holds all that its portal needs."""
    # One password for a whole demonstration: it is typed by hand, and hashing is slow on purpose.
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    hashed = generate_password_hash(password)
    return tuple(
        _write_portal(
            plan,
            tier,
            [files for files in offices if files.office.tier is tier],
            place=place_of(tier),
            secret=(password, hashed),
            clock_shift=clock_shift,
        )
        for tier in TITLES
    )


def _write_portal(
    plan: Plan,
    tier: Tier,
    offices: Sequence[OfficeFiles],
    *,
    place: PortalPlace,
    secret: tuple[str, str],
    clock_shift: timedelta,
) -> PortalFiles:
    folder = place.folder
    password, hashed = secret
    desks = [_kept_in(folder, desk) for files in offices for desk in files.desks]
    accounts = tuple(
        DemonstrationAccount(desk.identity, _name(plan, desk.identity), password, pyotp.random_base32())
        for desk in desks
    )
    nodes = {str(files.office): files.address for files in offices}
    names = {str(office): name for office, name in plan.names.items()}
    _write_json(folder / "offices.json", {"nodes": nodes, "names": names})
    entries = [_entry(account, desk, hashed) for account, desk in zip(accounts, desks, strict=True)]
    _write_json(folder / "accounts.json", entries)
    for key in ("cookie", "paper"):
        write_private(folder / f"{key}.key", secrets.token_hex(KEY_BYTES).encode("ascii"))
    settings = {
        "environment": plan.environment,
        "tier": str(tier),
        "listen": place.listen,
        "public_url": place.url,
        "address_file": str(folder / "address"),
        "offices_file": str(folder / "offices.json"),
        "accounts_file": str(folder / "accounts.json"),
        "authority_certificate": str(desks[0].tls.authority),
        "cookie_key_file": str(folder / "cookie.key"),
        "paper_key_file": str(folder / "paper.key"),
    }
    if clock_shift:
        settings["clock_shift_seconds"] = str(round(clock_shift.total_seconds()))
    write_private(folder / "settings.toml", toml(settings).encode())
    return PortalFiles(tier, folder, folder / "settings.toml", f"{place.url}/", accounts)


def _kept_in(folder: Path, desk: DeskFiles) -> DeskFiles:
    """The same desk with its files in the portal's folder, which is all that a portal's container sees."""
    own = folder / f"desk-{desk.identity.office.code}-{desk.identity.person}"
    own.mkdir(mode=0o700)
    return DeskFiles(desk.identity, TlsFiles(*(Path(shutil.copy2(file, own)) for file in desk.tls.paths)))


def _entry(account: DemonstrationAccount, desk: DeskFiles, hashed: str) -> dict[str, str]:
    return {
        "identity": account.who.uri,
        "name": account.name,
        "password": hashed,
        "otp_secret": account.otp_secret,
        "certificate": str(desk.tls.certificate),
        "key": str(desk.tls.key),
    }


def _name(plan: Plan, who: Identity) -> str:
    people = plan.people[who.office.tier]
    return next(one["name"] for one in people if one["person"] == who.person and one["role"] == who.role)


def _write_json(file: Path, content: object) -> None:
    write_private(file, json.dumps(content, ensure_ascii=False, indent=2).encode())
