"""The whole demonstration federation in this process: every office an App over real gRPC, PostgreSQL and NATS."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import county_node.app
import county_node.settings
import national_index.app
import national_index.settings
import province_hub.app
import province_hub.settings
import school_node.app
import school_node.settings
from chassis.node import Node
from chassis.rpc import TlsFiles
from chassis.settings import NodeSettings
from chassis.sql import Database
from chassis.staff.declared import load_staff
from chassis.staff.office import declare_staff
from console.demo.cast import Cast
from console.desk import Desk, open_desk
from console.federation.files import OfficeFiles
from console.federation.plan import Plan, read_plan
from console.federation.premises import furnish
from console.federation.running import DEMONSTRATION, FEDERATION_FILE, Reach, read_whereabouts, write_whereabouts
from console.parts import DevelopmentAuthority, Parts, RunDirectory, SigningFiles, choose_parts, deploy_directory
from kernel.clock import Clock
from kernel.office import Identity, Office, Role, Tier
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

# Every story that can be told: from the first day of the Measures to the school years that pupils of today will see.
STORIES_BEGIN = datetime(2013, 8, 1, tzinfo=UTC)
STORIES_LAST = timedelta(days=40 * 366)

_APPS: dict[Tier, tuple[type[Node[Any, Any]], type[NodeSettings]]] = {
    Tier.NATION: (national_index.app.App, national_index.settings.IndexSettings),
    Tier.PROVINCE: (province_hub.app.App, province_hub.settings.HubSettings),
    Tier.AUTHORITY: (county_node.app.App, county_node.settings.CountySettings),
    Tier.SCHOOL: (school_node.app.App, school_node.settings.SchoolSettings),
}


# What the demonstration has no use for and stories have: a county whose schools merge and close (Art. 9), one that
# becomes a part of another, a reform school (工读学校, Art. 17), and three schools whose pupils are counted,
# at which no other story enrols anybody.
_CHANGING = {
    Office(Tier.AUTHORITY, "410103"): "郑州市二七区教育局",
    Office(Tier.AUTHORITY, "410106"): "郑州市上街区教育局",
    Office(Tier.AUTHORITY, "410108"): "郑州市惠济区教育局",
}


def _a_school(name: str, code: str, county: str) -> School:
    return School(
        code=SchoolCode.parse(code),
        name=name,
        place=county,
        authority=county,
        school_system=SchoolSystem.SIX_THREE,
    )


_MORE_SCHOOLS = {
    "二七区汉川街小学": _a_school("二七区汉川街小学", "2141000101", "410103"),
    "二七区大学路小学": _a_school("二七区大学路小学", "2141000102", "410103"),
    "二七区荆胡小学": _a_school("二七区荆胡小学", "2141000103", "410103"),
    "二七区侯寨学校": _a_school("二七区侯寨学校", "2141000104", "410103"),
    "上街区峡窝小学": _a_school("上街区峡窝小学", "2141000105", "410106"),
    "郑州市示范工读学校": School(
        code=SchoolCode.parse("3741000005"),
        name="郑州市示范工读学校",
        place="410105",
        authority="410105",
        school_system=SchoolSystem.SIX_THREE,
    ),
    "金水区示范第二小学": School(
        code=SchoolCode.parse("2141000071"),
        name="金水区示范第二小学",
        place="410105",
        authority="410105",
        school_system=SchoolSystem.SIX_THREE,
    ),
    "金水区示范第二初级中学": School(
        code=SchoolCode.parse("3141000073"),
        name="金水区示范第二初级中学",
        place="410105",
        authority="410105",
        school_system=SchoolSystem.SIX_THREE,
    ),
    "天河区示范第二小学": School(
        code=SchoolCode.parse("2144000072"),
        name="天河区示范第二小学",
        place="440106",
        authority="440106",
        school_system=SchoolSystem.SIX_THREE,
    ),
    # A senior high school under a county whose prefecture its province asks as well.
    "天河区示范高级中学": School(
        code=SchoolCode.parse("3444000006"),
        name="天河区示范高级中学",
        place="440106",
        authority="440106",
        school_system=SchoolSystem.SIX_THREE,
    ),
}
_MORE_AUTHORITIES = _CHANGING | {Office(Tier.AUTHORITY, "440100"): "广州市教育局"}


def the_plan() -> Plan:
    """The demonstration's federation, and the offices that only stories need."""
    plan = read_plan(deploy_directory() / DEMONSTRATION)
    more = {Office(Tier.SCHOOL, school.code.text): name for name, school in _MORE_SCHOOLS.items()}
    return replace(plan, names=plan.names | _MORE_AUTHORITIES | more, schools=(*plan.schools, *_MORE_SCHOOLS.values()))


class StageAuthority(DevelopmentAuthority):
    """Signing certificates that are good on every day that a story plays on.

    TLS is judged by the machine's own clock, and its certificates are the usual ones. A statement is judged at the time
    that it names, which here is the stage's: a certificate of seven days would end whenever a story passes a week.
    """

    def issue_signing(
        self, identity: str, directory: Path, *, life: tuple[datetime, datetime] | None = None
    ) -> SigningFiles:
        return super().issue_signing(identity, directory, life=life or (STORIES_BEGIN, STORIES_BEGIN + STORIES_LAST))


class Theatre:
    """Everything that stories are played on, while it is entered."""

    def __init__(self, clock: Clock) -> None:
        self.plan = the_plan()
        self._clock = clock
        self._closing = AsyncExitStack()
        self._nodes: dict[Office, Node[Any, Any]] = {}
        self._files: dict[Office, OfficeFiles] = {}
        self._cast: Cast | None = None
        self._run: RunDirectory | None = None
        self._authority: DevelopmentAuthority | None = None
        self._parts: Parts | None = None

    @property
    def cast(self) -> Cast:
        assert self._cast is not None, "the theatre has not been entered"
        return self._cast

    @property
    def parts(self) -> Parts:
        assert self._parts is not None, "the theatre has not been entered"
        return self._parts

    @property
    def file(self) -> Path:
        """By which the command line finds the federation (``XUEJI_FEDERATION``)."""
        assert self._run is not None, "the theatre has not been entered"
        return self._run.path / FEDERATION_FILE

    async def _lets_work(self, office: Office, role: Role, person: str) -> None:
        """Puts somebody on duty at an office as its deployment would: trained, and since long ago."""
        people = [dict(self.plan.people[office.tier][0]) | {"role": role.value, "person": person}]
        file = self._nodes[office].settings.address_file.with_name(f"staff-{person}-{role}.json")
        file.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
        package = _APPS[office.tier][0]
        database = Database(
            self._nodes[office].settings.read_database_dsn(), package.transaction, threads=1, application_name="stage"
        )
        try:
            await database.run(declare_staff, load_staff(file, office))
        finally:
            await asyncio.to_thread(database.close)

    @asynccontextmanager
    async def desk(self, office: Office, role: Role, person: str, *, on_duty: bool = True) -> AsyncIterator[Desk]:
        """A desk for somebody who has none: another person, or one in another role; trained and on duty, or not."""
        assert self._run is not None, "the theatre has not been entered"
        assert self._authority is not None, "the theatre has not been entered"
        if on_duty:
            await self._lets_work(office, role, person)
        who = Identity(self.plan.environment, office, role, person)
        issued = self._authority.issue_tls(who.uri, self._run.folder(f"desk-{office.code}-{role}-{person}"))
        tls = TlsFiles(issued.cert, issued.key, issued.ca)
        address = self._nodes[office].address
        async with open_desk(Reach(name=self.plan.names[office], address=address, who=who, tls=tls)) as desk:
            yield desk

    def node(self, office: Office) -> Node[Any, Any]:
        return self._nodes[office]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as closing:
            run = self._run = closing.enter_context(RunDirectory())
            authority = self._authority = StageAuthority.create(
                run.folder("ca"), self.plan.environment, now=STORIES_BEGIN, lifetime=STORIES_LAST
            )
            parts = self._parts = choose_parts(run, authority, provinces=self.plan.provinces)
            closing.callback(parts.postgres.kill)  # nothing is kept of it, so nothing need reach the disk any more
            closing.callback(parts.nats.kill)
            closing.callback(parts.population.kill)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda part: part.start(), (parts.postgres, parts.nats, parts.population)))
            offices = furnish(self.plan, run=run, authority=authority, parts=parts, metrics=False)
            closing.push_async_callback(self._close)
            for files in offices:  # an office comes after the one it asks
                await self._open(files)
            write_whereabouts(self.file, self.plan, offices)
            self._cast = await closing.enter_async_context(Cast(read_whereabouts(self.file)))
            self._closing = closing.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.__aexit__(kind, error, trace)

    @asynccontextmanager
    async def without(self, office: Office) -> AsyncIterator[None]:
        """An office's node is out, and comes back at its address."""
        await self._nodes[office].stop()
        try:
            yield
        finally:
            await self._open(self._files[office])

    async def turn_to(self, school: Office, authority: Office) -> None:
        """A school's operator has its node ask another authority, and starts it again."""
        files = self._files[school]
        told = tomllib.loads(files.settings.read_text("utf-8"))
        told |= {"upstream_office": str(authority), "upstream_address": self._files[authority].address}
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items())
        files.settings.write_text("".join(lines), "utf-8")
        await self._nodes[school].stop()
        await self._open(files)

    async def _open(self, files: OfficeFiles) -> None:
        app, settings = _APPS[files.office.tier]
        node = app(settings(**tomllib.loads(files.settings.read_text("utf-8"))), clock=self._clock)
        await node.start()
        self._nodes[files.office] = node
        self._files[files.office] = files

    async def _close(self) -> None:
        """All at once, the lower tiers first to be told: each waits for the end of its own steps."""
        await asyncio.gather(*(node.stop() for node in reversed(self._nodes.values())))
