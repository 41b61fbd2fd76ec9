"""What each office of a federation is given: keys, a database, the register, and the settings that name them all.

    <folder>/tls.pem tls-key.pem ca.pem signing.pem signing-key.pem      who the node is
    <folder>/settings.toml database-dsn schools.json staff.json …        what its program reads
    <folder>/desk-<role>-<person>/tls.pem …                              a person's terminal

Every secret is a file of its own with mode 0600; the settings name paths and hold none.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chassis.keys import Signer
from chassis.rpc import TlsFiles
from console.federation.plan import PROGRAMS, Plan
from console.parts import DevelopmentAuthority
from console.parts.certificates import CLOCKS_DIFFER_AT_MOST, LEAF_LIFETIME_MAX
from console.parts.private_files import write_private
from kernel.clock import milliseconds
from kernel.office import NATION, Identity, Office, Tier
from kernel.statement import StatementKind

INDEX_KEY_BYTES = 32
KILL_POINTS = "kill-points"  # the folder in which a test names a point


@dataclass(frozen=True)
class Surroundings:
    """Where everything is that the nodes must find.

    Attributes:
        addresses: host and port at which each office is to serve.
        metrics: host and port of each office's metrics; an office that is not there serves none.
        dsn: the database of an office, with its password.
        nats_url: the broker between hubs. population_address: of the population register, where there
            is one for the index to ask.
        policies_dir: the rule packs that every office has.
        clock_shift_seconds: how far every node's clock stands from the system's.
        kill_points: whether a test may tell each node where to die (``chassis.kill_points``).
    """

    addresses: Mapping[Office, str]
    metrics: Mapping[Office, str]
    dsn: Callable[[Office], str]
    nats_url: str
    policies_dir: Path
    population_address: str = ""
    clock_shift_seconds: int = 0
    kill_points: bool = False


@dataclass(frozen=True)
class DeskFiles:
    """A person's terminal: who sits there, and the certificate that proves it."""

    identity: Identity
    tls: TlsFiles


@dataclass(frozen=True)
class OfficeFiles:
    """One office's folder.

    Attributes:
        program: the package that serves it. settings: its settings file. address: host and port, reserved for it.
        address_file: appears once it serves. log: what it says. tls: the node's own certificate.
    """

    office: Office
    program: str
    folder: Path
    settings: Path
    address: str
    address_file: Path
    log: Path
    tls: TlsFiles
    desks: tuple[DeskFiles, ...]


def write_files(
    plan: Plan, *, folder_of: Callable[[Office], Path], authority: DevelopmentAuthority, around: Surroundings
) -> tuple[OfficeFiles, ...]:
    """Write every office's folder, in the order of ``plan.offices``.

    Args:
        folder_of: an existing folder of mode 0700 for each office.
    """
    scribe = _Scribe(plan, folder_of=folder_of, authority=authority, around=around)
    # The directory is signed by the nation and names every hub's sealing key: so the keys come before it.
    sealing = {office: authority.issue_sealing(scribe.uri(office), folder_of(office)) for office in scribe.hubs}
    for office in plan.offices:
        authority.issue_signing(scribe.uri(office), folder_of(office), life=scribe.life_of_signatures)
    directory = scribe.signed_directory({office.code: files.public for office, files in sealing.items()})
    return tuple(scribe.write(office, directory=directory) for office in plan.offices)


class _Scribe:
    def __init__(
        self, plan: Plan, *, folder_of: Callable[[Office], Path], authority: DevelopmentAuthority, around: Surroundings
    ) -> None:
        self._plan = plan
        self._folder_of = folder_of
        self._authority = authority
        self._around = around

    @property
    def hubs(self) -> tuple[Office, ...]:
        return tuple(office for office in self._plan.offices if office.tier is Tier.PROVINCE)

    @property
    def life_of_signatures(self) -> tuple[datetime, datetime] | None:
        """A statement is judged at the time that it names, so its key must be good by the nodes' clocks."""
        if not self._around.clock_shift_seconds:
            return None
        begins = self._now - CLOCKS_DIFFER_AT_MOST
        return begins, begins + LEAF_LIFETIME_MAX

    @property
    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._around.clock_shift_seconds)

    def uri(self, office: Office) -> str:
        return Identity(self._plan.environment, office).uri

    def signed_directory(self, sealing_keys: Mapping[str, Mapping[str, str]]) -> str:
        """The nation's statement of where each hub is, and what is sealed to it (``chassis.keys.Directory``)."""
        provinces = {
            hub.code: {
                "archive_address": self._around.addresses[hub],
                "sealing_key": dict(sealing_keys[hub.code]),
            }
            for hub in self.hubs
        }
        folder = self._folder_of(NATION)
        signer = Signer(folder / "signing.pem", folder / "signing-key.pem")
        return signer.sign(StatementKind.DIRECTORY, {"at": milliseconds(self._now), "provinces": provinces})

    def write(self, office: Office, *, directory: str) -> OfficeFiles:
        folder = self._folder_of(office)
        tls = self._issue_tls(self.uri(office), folder)
        write_private(folder / "database-dsn", self._around.dsn(office).encode())
        settings = self._common_settings(office, folder) | self._own_settings(office, folder, directory=directory)
        file = folder / "settings.toml"
        write_private(file, toml(settings).encode())
        return OfficeFiles(
            office=office,
            program=PROGRAMS[office.tier],
            folder=folder,
            settings=file,
            address=self._around.addresses[office],
            address_file=folder / "address",
            log=folder / "log.jsonl",
            tls=tls,
            desks=tuple(
                DeskFiles(person, self._issue_tls(person.uri, folder / f"desk-{person.role}-{person.person}"))
                for person in self._plan.staff(office)
            ),
        )

    def _common_settings(self, office: Office, folder: Path) -> dict[str, str]:
        settings = {
            "environment": self._plan.environment,
            "office": str(office),
            "listen": self._around.addresses[office],
            "address_file": str(folder / "address"),
            "database_dsn_file": str(folder / "database-dsn"),
            "tls_certificate": str(folder / "tls.pem"),
            "tls_key": str(folder / "tls-key.pem"),
            "authority_certificate": str(folder / "ca.pem"),
            "signing_certificate": str(folder / "signing.pem"),
            "signing_key": str(folder / "signing-key.pem"),
        }
        if office.tier is not Tier.NATION:  # nobody writes at a desk of the nation
            settings["staff_file"] = str(self._staff(office, folder))
        if office in self._around.metrics:
            settings["metrics_listen"] = self._around.metrics[office]
        if self._around.clock_shift_seconds:
            settings["clock_shift_seconds"] = str(self._around.clock_shift_seconds)
        if self._around.kill_points:
            (folder / KILL_POINTS).mkdir(mode=0o700)
            settings["kill_points_dir"] = str(folder / KILL_POINTS)
        return settings

    def _own_settings(self, office: Office, folder: Path, *, directory: str) -> dict[str, str]:
        match office.tier:
            case Tier.NATION:
                register = self._around.population_address
                return self._index_keys(folder) | ({"population_address": register} if register else {})
            case Tier.PROVINCE:
                write_private(folder / "directory.jws", directory.encode("ascii"))
                return self._register(office, folder) | {
                    "index_address": self._around.addresses[NATION],
                    "nats_servers": self._around.nats_url,
                    "directory_file": str(folder / "directory.jws"),
                    "sealing_key_file": str(folder / "sealing.jwk"),
                }
            case Tier.AUTHORITY | Tier.SCHOOL:
                upstream = self._plan.upstream(office)
                assert upstream is not None, "only the nation asks nobody"
                return (
                    self._register(office, folder)
                    | {"upstream_office": str(upstream), "upstream_address": self._around.addresses[upstream]}
                    | self._superior(office)
                )

    def _superior(self, office: Office) -> dict[str, str]:
        """The prefecture's authority above a county's, where the federation has one."""
        above = Office(Tier.AUTHORITY, f"{office.code[:4]}00")
        is_county = office.tier is Tier.AUTHORITY and office != above
        return {"superior_office": str(above)} if is_county and above in self._plan.names else {}

    def _index_keys(self, folder: Path) -> dict[str, str]:
        fingerprint, number = folder / "fingerprint.key", folder / "number.key"
        write_private(fingerprint, secrets.token_hex(INDEX_KEY_BYTES).encode("ascii"))
        write_private(number, f"1 {secrets.token_hex(INDEX_KEY_BYTES)}".encode("ascii"))
        return {"fingerprint_key_file": str(fingerprint), "number_key_file": str(number)}

    def _register(self, office: Office, folder: Path) -> dict[str, str]:
        file = folder / "schools.json"
        entries = [school.to_content() for school in self._plan.schools_of(office)]
        file.write_text(json.dumps(entries, ensure_ascii=False, indent=2), encoding="utf-8")
        return {"schools_file": str(file), "policies_dir": str(self._around.policies_dir)}

    def _staff(self, office: Office, folder: Path) -> Path:
        file = folder / "staff.json"
        people = [dict(one) for one in self._plan.people[office.tier]]
        write_private(file, json.dumps(people, ensure_ascii=False, indent=2).encode())
        return file

    def _issue_tls(self, identity: str, folder: Path) -> TlsFiles:
        issued = self._authority.issue_tls(identity, folder)
        return TlsFiles(certificate=issued.cert, key=issued.key, authority=issued.ca)


def toml(settings: Mapping[str, str]) -> str:
    """Settings as the programs read them: a line for each."""
    # A JSON string is a TOML basic string as long as nothing beyond the BMP is escaped.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items())
