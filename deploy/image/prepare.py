"""Makes what the containers of deploy/compose.yaml need: certificates, keys, passwords and settings, each in a folder.

    python deploy/image/prepare.py <plan> <folder>

    <folder>/<tier>-<code>/    what one office's container sees, and no other
    <folder>/portal-<tier>/    what the container of a tier's portal sees, and no other
    <folder>/postgres/         the superuser's password, and the databases with their owners as SQL
    <folder>/nats/             the broker's configuration and certificate, and its storage
    <folder>/federation.json   by which ``xueji`` finds the desks (XUEJI_FEDERATION)

For development alone: the certificate authority lies beside what it vouches for. A folder that was prepared is left as
it is, because the databases in it know their owners' passwords; certificates live seven days, then prepare afresh.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from console.federation.files import Surroundings, write_files
from console.federation.plan import Plan, read_plan
from console.federation.portals import PortalPlace, write_portals
from console.federation.premises import POLICIES
from console.federation.running import FEDERATION_FILE, read_whereabouts, write_whereabouts
from console.parts import DevelopmentAuthority, deploy_directory
from console.parts.broker_configuration import BrokerFiles, broker_configuration
from console.parts.private_files import write_private
from kernel.office import Office, Tier

PORT = 8443  # of every office, each in a container of its own
METRICS_PORT = 9090
BROKER_HOST = "broker.xueji.internal"  # as its certificate names it
BROKER_PORT = 4222
DATABASE_PORT = 5432
PORTAL_PORT = 8080
PUBLISHED = {Tier.SCHOOL: 8483, Tier.AUTHORITY: 8482, Tier.PROVINCE: 8481, Tier.NATION: 8480}
"""Where a browser of this machine finds each tier's portal, as deploy/compose.yaml publishes it."""


def main(plan_file: Path, folder: Path) -> None:
    if (folder / FEDERATION_FILE).exists():
        return
    plan = read_plan(plan_file)
    authority = DevelopmentAuthority.create(folder / "authority", plan.environment)
    passwords = {office: secrets.token_urlsafe(24) for office in plan.offices}
    _prepare_database(folder / "postgres", passwords)
    _prepare_broker(folder / "nats", plan, authority)
    around = Surroundings(
        addresses={office: f"{_name(office)}:{PORT}" for office in plan.offices},
        metrics=dict.fromkeys(plan.offices, f"0.0.0.0:{METRICS_PORT}"),  # the network of the containers
        dsn=lambda office: (
            f"postgresql+psycopg://{_database(office)}:{passwords[office]}@postgres:{DATABASE_PORT}/{_database(office)}"
        ),
        nats_url=f"tls://{BROKER_HOST}:{BROKER_PORT}",
        policies_dir=deploy_directory() / POLICIES,
    )
    for office in plan.offices:
        (folder / _name(office)).mkdir(mode=0o700, exist_ok=True)
    offices = write_files(plan, folder_of=lambda office: folder / _name(office), authority=authority, around=around)
    portals = write_portals(plan, offices, place_of=lambda tier: _place_of_portal(folder, tier))
    # Last: whoever finds it finds all the rest.
    write_whereabouts(folder / FEDERATION_FILE, plan, offices, portals)
    read_whereabouts(folder / FEDERATION_FILE)


def _place_of_portal(folder: Path, tier: Tier) -> PortalPlace:
    own = folder / f"portal-{tier}"
    own.mkdir(mode=0o700, exist_ok=True)
    return PortalPlace(own, f"0.0.0.0:{PORTAL_PORT}", f"http://127.0.0.1:{PUBLISHED[tier]}")


def _name(office: Office) -> str:
    """Of its folder, its container, and the host that others dial."""
    return f"{office.tier}-{office.code}"


def _database(office: Office) -> str:
    return f"{office.tier}_{office.code}"


def _prepare_database(folder: Path, passwords: dict[Office, str]) -> None:
    """Readable by the image's own user, who is not ours: nobody else is in that container."""
    (folder / "init").mkdir(mode=0o755, parents=True)
    (folder / "password").write_text(secrets.token_urlsafe(24), encoding="ascii")
    statements = [
        f"CREATE ROLE {name} LOGIN PASSWORD '{password}';\n"
        f"CREATE DATABASE {name} OWNER {name};\n"
        f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC;\n"
        for office, password in passwords.items()
        for name in [_database(office)]
    ]
    (folder / "init" / "databases.sql").write_text("".join(statements), encoding="ascii")


def _prepare_broker(folder: Path, plan: Plan, authority: DevelopmentAuthority) -> None:
    tls = authority.issue_broker_tls(folder)
    (folder / "storage").mkdir(mode=0o700)
    files = BrokerFiles(
        store_directory=str(folder / "storage"), certificate=str(tls.cert), key=str(tls.key), authority=str(tls.ca)
    )
    text = broker_configuration(
        listen=f"0.0.0.0:{BROKER_PORT}", files=files, provinces=plan.provinces, environment=plan.environment
    )
    write_private(folder / "server.conf", text.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
