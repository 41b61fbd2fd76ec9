"""A federation that runs: its parts and nodes as one context manager, and the file by which other commands find it."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chassis.rpc import TlsFiles
from console.federation.files import DeskFiles, OfficeFiles
from console.federation.nodes import Node, start_all, stop_all
from console.federation.plan import Plan, read_plan
from console.federation.portals import (
    TITLES,
    DemonstrationAccount,
    Portal,
    PortalFiles,
    PortalPlace,
    write_portals,
)
from console.federation.premises import furnish
from console.parts import DevelopmentAuthority, Parts, RunDirectory, choose_parts, deploy_directory
from console.parts.certificates import AUTHORITY_LIFETIME
from console.parts.ports import LOOPBACK, free_port
from console.parts.private_files import write_private
from kernel.calendar import is_working_day
from kernel.clock import SHANGHAI, Clock, ShiftedClock, SystemClock
from kernel.office import Identity, Office, Tier

FEDERATION_VARIABLE = "XUEJI_FEDERATION"
FEDERATION_FILE = "federation.json"
OPENING_DAY = (9, 9)
DEMONSTRATION = Path("demo") / "federation.toml"


class NoFederationRuns(LookupError):
    """No running federation of this user was found."""


@dataclass(frozen=True)
class Reach:
    """How a person reaches the desk of their office.

    Attributes:
        name: what people call the office. address: host and port of its node.
        who: the person's identity; tls: the certificate that proves it.
    """

    name: str
    address: str
    who: Identity
    tls: TlsFiles


@dataclass(frozen=True)
class PortalReach:
    """How a person reaches a tier's portal, and what each account there types."""

    tier: Tier
    url: str
    accounts: tuple[DemonstrationAccount, ...]


@dataclass(frozen=True)
class Whereabouts:
    """What ``federation.json`` says: every desk of a running federation, the nation's first, and every portal."""

    file: Path
    desks: tuple[Reach, ...]
    portals: tuple[PortalReach, ...] = ()

    def desk(self, wanted: str) -> Reach:
        """The desk that a person names: ``2141000001/registrar``, or ``41`` where an office has one desk.

        Raises:
            LookupError: there is no such desk; the message says which there are.
        """
        code, _, role = wanted.partition("/")
        found = [reach for reach in self.desks if reach.who.office.code == code and role in {"", reach.who.role}]
        if not found:
            known = "、".join(f"{reach.who.office.code}/{reach.who.role}" for reach in self.desks)
            raise LookupError(f"没有“{wanted}”这个岗位；现有：{known}")
        return found[0]


class Federation:
    """Every office of a plan on this machine, while it is entered. Nothing of it is left afterwards.

    Args:
        clock: what the nodes' clocks show.
        portals: whether each tier also gets its portal.
        kill_points: whether a test may tell each node where to die (``chassis.kill_points``).
        said: told what is being done, in Chinese, as it is begun; from this thread or another.
        done: told of each step that is over.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        clock: Clock | None = None,
        portals: bool = False,
        kill_points: bool = False,
        said: Callable[[str], None] = lambda _: None,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._with_kill_points = kill_points
        self._clock = clock or SystemClock()
        self._with_portals = portals
        self._said = said
        self._done = done
        self._closing = ExitStack()
        self._run: RunDirectory | None = None
        self._parts: Parts | None = None
        self._authority: DevelopmentAuthority | None = None
        self._nodes: dict[Office, Node] = {}
        self._portals: tuple[Portal, ...] = ()

    @classmethod
    def demonstration(
        cls,
        *,
        portals: bool = False,
        kill_points: bool = False,
        said: Callable[[str], None] = lambda _: None,
        done: Callable[[], None] = lambda: None,
    ) -> Self:
        """The federation of ``deploy/demo/federation.toml``, in a week of September: what may be done depends on the
        day, and a story is told on any.
        """
        plan = read_plan(deploy_directory() / DEMONSTRATION)
        clock = ShiftedClock(to_september(datetime.now(UTC)))
        return cls(plan, clock=clock, portals=portals, kill_points=kill_points, said=said, done=done)

    @property
    def today(self) -> date:
        """The day in Beijing, by the nodes' clocks."""
        return self._clock.now().astimezone(SHANGHAI).date()

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def steps(self) -> int:
        """How many times ``done`` will be called while it starts."""
        return 3 + len(self._plan.offices) + (len(TITLES) if self._with_portals else 0)

    @property
    def parts(self) -> Parts:
        assert self._parts is not None, "the federation has not been entered"
        return self._parts

    @property
    def authority(self) -> DevelopmentAuthority:
        assert self._authority is not None, "the federation has not been entered"
        return self._authority

    @property
    def run(self) -> RunDirectory:
        assert self._run is not None, "the federation has not been entered"
        return self._run

    @property
    def file(self) -> Path:
        """``federation.json``, by which other commands find it."""
        return self.run.path / FEDERATION_FILE

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(self._nodes.values())

    @property
    def portals(self) -> tuple[Portal, ...]:
        return self._portals

    def node(self, office: Office) -> Node:
        return self._nodes[office]

    @property
    def whereabouts(self) -> Whereabouts:
        return read_whereabouts(self.file)

    def __enter__(self) -> Self:
        """Start everything.

        Raises:
            PartDidNotStart: a part or a node did not; what had started is gone again.
        """
        with ExitStack() as closing:
            self._run = closing.enter_context(RunDirectory())
            shift = timedelta(seconds=round((self._clock.now() - datetime.now(UTC)).total_seconds()))
            # Good by the nodes' clocks, for statements, and by the machine's, for TLS.
            self._authority = DevelopmentAuthority.create(
                self._run.folder("ca"),
                self._plan.environment,
                now=self._clock.now(),
                lifetime=AUTHORITY_LIFETIME + abs(shift),
            )
            self._parts = choose_parts(self._run, self._authority, provinces=self._plan.provinces)
            self._start_parts(self._parts, closing)
            self._said("各级单位的证书、密钥和数据库")
            offices = furnish(
                self._plan,
                run=self._run,
                authority=self._authority,
                parts=self._parts,
                clock_shift=shift,
                kill_points=self._with_kill_points,
            )
            self._done()
            self._nodes = {files.office: Node(files, run=self._run) for files in offices}
            closing.callback(stop_all, self.nodes)
            self._said(f"{len(offices)} 个单位的服务")
            start_all(self.nodes, started=self._node_started)
            if self._with_portals:
                self._said("各级的网页")
                written = write_portals(self._plan, offices, place_of=self._place_of_portal, clock_shift=shift)
                self._portals = tuple(Portal(files, run=self._run) for files in written)
                closing.callback(stop_all, self._portals)
                start_all(self._portals, started=lambda _: self._done())
            write_whereabouts(self.file, self._plan, offices, [portal.files for portal in self._portals])
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.unlink(missing_ok=True)  # first, so that nobody finds a federation that is going down
        self._closing.__exit__(kind, error, trace)

    def _start_parts(self, parts: Parts, closing: ExitStack) -> None:
        self._said("PostgreSQL 与 NATS")
        closing.callback(parts.postgres.stop)
        closing.callback(parts.nats.stop)
        closing.callback(parts.population.stop)
        with ThreadPoolExecutor(2, thread_name_prefix="part") as pool:
            for started in [pool.submit(part.start) for part in (parts.postgres, parts.nats)]:
                started.result()
                self._done()
        parts.population.start()

    def _place_of_portal(self, tier: Tier) -> PortalPlace:
        assert self._run is not None, "entered"
        address = f"{LOOPBACK}:{free_port()}"
        return PortalPlace(self._run.folder(f"portal-{tier}"), address, f"http://{address}")

    def _node_started(self, node: Node) -> None:
        self._said(self._plan.names[node.office])
        self._done()


def find_whereabouts() -> Whereabouts:
    """The federation that ``XUEJI_FEDERATION`` names, or the newest that this user has running.

    A run directory is recognised by its place and its owner, so nothing is registered and nothing is left to clear up.

    Raises:
        NoFederationRuns: there is none.
    """
    named = os.environ.get(FEDERATION_VARIABLE)
    candidates = [Path(named)] if named else sorted(_run_files(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in candidates:
        if _is_ours(file):
            return read_whereabouts(file)
    raise NoFederationRuns("没有正在运行的学籍体系；请先在另一个终端运行 xueji up 或 xueji demo")


def read_whereabouts(file: Path) -> Whereabouts:
    """Raises OSError, ValueError or KeyError where the file is not a federation's."""
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Whereabouts(
        file=file,
        desks=tuple(
            Reach(
                name=office["name"],
                address=office["address"],
                who=Identity.parse(desk["identity"]),
                tls=TlsFiles(Path(desk["certificate"]), Path(desk["key"]), Path(desk["authority"])),
            )
            for office in content["offices"]
            for desk in office["desks"]
        ),
        portals=tuple(
            PortalReach(
                Tier(portal["tier"]),
                portal["url"],
                tuple(DemonstrationAccount(Identity.parse(one.pop("identity")), **one) for one in portal["accounts"]),
            )
            for portal in content.get("portals", ())  # who runs no portals names none
        ),
    )


def write_whereabouts(
    file: Path, plan: Plan, offices: Iterable[OfficeFiles], portals: Iterable[PortalFiles] = ()
) -> None:
    """Write what ``read_whereabouts`` reads, for this user alone."""
    content = {
        "environment": plan.environment,
        "owner": os.getpid(),
        "offices": [
            {
                "office": str(files.office),
                "name": plan.names[files.office],
                "address": files.address,
                "settings": str(files.settings),
                "log": str(files.log),
                "desks": [_desk_entry(desk) for desk in files.desks],
            }
            for files in offices
        ],
        "portals": [
            {"tier": str(files.tier), "url": files.url, "accounts": [_account_entry(one) for one in files.accounts]}
            for files in portals
        ],
    }
    write_private(file, json.dumps(content, ensure_ascii=False, indent=2).encode())


def _desk_entry(desk: DeskFiles) -> dict[str, str]:
    certificate, key, authority = map(str, desk.tls.paths)
    return {"identity": desk.identity.uri, "certificate": certificate, "key": key, "authority": authority}


def _account_entry(one: DemonstrationAccount) -> dict[str, str]:
    return {"identity": one.who.uri, "name": one.name, "password": one.password, "otp_secret": one.otp_secret}


def _run_files() -> list[Path]:
    # Where RunDirectory makes them; root may have been given a private place that PostgreSQL's user cannot pass.
    places = {Path(tempfile.gettempdir()).resolve(), Path("/tmp")}  # noqa: S108
    return [file for place in places for file in place.glob(f"xueji-*/{FEDERATION_FILE}") if _is_ours(file)]


def _is_ours(file: Path) -> bool:
    """A file that another user put where ours would be must not tell us whom to show our certificates."""
    try:
        found = file.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()


def to_september(now: datetime) -> timedelta:
    """Whole days from a moment to a working day early in the school year that it lies in: when registrars are busiest,
    and every province takes transfers.
    """
    today = now.astimezone(SHANGHAI).date()
    year = today.year if (today.month, today.day) >= OPENING_DAY else today.year - 1
    day = date(year, *OPENING_DAY)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day - today
