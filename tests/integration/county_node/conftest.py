"""A real county, alone or below a real hub, and what schools put before it: cases with good signatures."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest

import national_index.app
import national_index.settings
import province_hub.app
import province_hub.settings
from chassis.exchange.wire import case_to_message, entry_from_message
from chassis.keys import Signer, Verifier
from chassis.organisations import LiveRegister
from chassis.packs import load_packs
from chassis.rpc import open_channel
from chassis.sql import Database
from console.parts.ports import free_port
from console.parts.protocols import PostgresPart
from county_node.app import App
from county_node.settings import CountySettings
from county_node.store.transaction import CountyTransaction
from county_node.usecases.absorb_feed import absorb_feed
from county_node.usecases.bench import Bench
from kernel.case import Case, CaseState, Item
from kernel.check_character import check_character
from kernel.clock import Clock, ManualClock
from kernel.endorsement import Decision, Endorsement, ItemException
from kernel.feed import CaseOutcome, Entry
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.regulation import Step
from kernel.statement import StatementKind
from province_hub.store.transaction import HubTransaction
from waiting import eventually
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

HUB = Office(Tier.PROVINCE, "41")
COUNTY = Office(Tier.AUTHORITY, "410105")
OTHER_COUNTY = Office(Tier.AUTHORITY, "410122")
# Two schools of one county, one of another: (code, place and authority).
SCHOOLS = (("2141000001", "410105"), ("2141000002", "410105"), ("3141000003", "410122"))
RULE_PACK = "2025.1"  # of the nation, for a province that adds nothing
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"
PUPILS = itertools.count(1)  # the index remembers everybody from one test to the next

T = TypeVar("T")
Files = Callable[[str | Office], Any]


@dataclass
class Papers:
    """Makes what schools make: pupils, cases, signatures."""

    files: Files

    def pupil(self, **values: str) -> Item:
        """A six-year-old of this county, with a citizen ID of a division that never was."""
        number = next(PUPILS)
        first17 = f"4199972020{1 + number // 28 % 8:02}{1 + number % 28:02}{number % 1000:03}"
        of_form = {
            "name": f"学生{number}",
            "sex": "1",
            "birth_date": first17[6:14],
            "document_kind": "1",
            "document_number": first17 + check_character(first17),
            "household_place": "410105000000",
            "grade": "101",
            "school_class": "1班",
            "guardian1_name": "家长",
            "inclusive_class": "0",
            "disability": "0",
        }
        return Item(str(new_uuid7()), of_form | values)

    def enrolment(self, *pupils: Item, school: str = SCHOOLS[0][0]) -> Case:
        """Filed by a school and endorsed by it."""
        case = self.case("enrolment", school, "", pupils)
        return self.endorse(case, Step.IN_SCHOOL, Office(Tier.SCHOOL, school))

    def transfer(self, procedure: str, *, to: str, out_of: str, number: str = "L410105201501010014", name: str) -> Case:
        """Filed by the receiving school and endorsed by it."""
        values = {"number": number, "name": name, "grade": "101", "school_class": "3班", "reason": "随父母迁居"}
        case = self.case(procedure, to, out_of, (Item(str(new_uuid7()), values),))
        return self.endorse(case, Step.IN_SCHOOL, Office(Tier.SCHOOL, to))

    def case(self, procedure: str, school: str, releasing_school: str, items: tuple[Item, ...]) -> Case:
        return Case(
            case_id=str(new_uuid7()),
            procedure_name=procedure,
            school=school,
            releasing_school=releasing_school,
            rule_pack=RULE_PACK,
            filed_at_ms=time.time_ns() // 1_000_000,
            items=items,
        )

    def endorse(
        self,
        case: Case,
        step: Step,
        by: Office,
        *,
        decision: Decision = Decision.APPROVE,
        reason: str = "",
        reason_code: str = "",
        exceptions: tuple[ItemException, ...] = (),
    ) -> Case:
        """The case with one more endorsement, signed with the key of ``by``."""
        keys = self.files(by).signing
        endorsement = Endorsement(
            case_digest=case.digest,
            covers=case.head,
            step=step,
            decision=decision,
            at_ms=time.time_ns() // 1_000_000,
            maker="w001",
            checker="w002",
            reason=reason,
            reason_code=reason_code,
            exceptions=exceptions,
        )
        signer = Signer(keys.certificate, keys.key)
        return case.with_endorsement(signer.sign(StatementKind.ENDORSEMENT, endorsement.content()))


@dataclass
class County:
    """A running county, from the outside; ``database`` is a second pair of eyes on its tables."""

    app: App
    settings: CountySettings
    database: Database[CountyTransaction]
    files: Files
    _channels: dict[str, grpc.aio.Channel] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return Office.parse(self.settings.office)

    def channel(self, who: Office | Identity) -> grpc.aio.Channel:
        """A line to the county, with the certificate of an office's node or of a person."""
        key = who.uri if isinstance(who, Identity) else str(who)
        if key not in self._channels:
            tls = self.files(who.uri if isinstance(who, Identity) else who).tls
            self._channels[key] = open_channel(self.app.address, office=self.office, tls=tls)
        return self._channels[key]

    async def submit(self, case: Case, *, by: Office | None = None) -> exchange_pb2.SubmitResponse:
        stub = exchange_pb2_grpc.IntakeServiceStub(self.channel(by or Office(Tier.SCHOOL, case.school)))
        return await stub.Submit(exchange_pb2.SubmitRequest(case=case_to_message(case)))

    async def told(self, school: str) -> list[Entry]:
        """The whole feed of a school, as it stands."""
        stub = exchange_pb2_grpc.FeedServiceStub(self.channel(Office(Tier.SCHOOL, school)))
        page = await stub.Read(exchange_pb2.ReadRequest(after=0, limit=500, wait_ms=0))
        assert [message.sequence for message in page.entries] == list(range(1, len(page.entries) + 1))
        return [entry_from_message(message) for message in page.entries]

    async def entry(self, kind: type[T], case: Case, *, school: str = "", **said: str) -> T:
        """The last entry of that kind about a case in a school's feed, as soon as there is one that says so."""

        async def look() -> T | None:
            entries = [entry for entry in await self.told(school or case.school) if isinstance(entry, kind)]
            about = [entry for entry in entries if _case_of(entry) == case.case_id]
            saying = [entry for entry in about if all(getattr(entry, name) == said[name] for name in said)]
            return saying[-1] if saying else None

        return await eventually(look)

    async def outcome(self, case: Case, *, school: str = "") -> CaseOutcome:
        return await self.entry(CaseOutcome, case, school=school)

    def desk(self, role: Role = Role.OFFICER, *, of: Office | None = None) -> Any:
        return desk_pb2_grpc.DeskServiceStub(self.channel(Identity("dev", of or self.office, role, "c001")))

    async def decide(self, case: Case, decision: Decision = Decision.APPROVE, **fields: Any) -> desk_pb2.CaseSummary:
        named = getattr(desk_pb2, f"DECISION_{decision.name}")
        request = desk_pb2.DecideCaseRequest(case_id=case.case_id, decision=named, **fields)
        answer: desk_pb2.DecideCaseResponse = await self.desk().DecideCase(request)
        return answer.summary

    async def view(self, case: Case) -> desk_pb2.GetCaseResponse:
        answer: desk_pb2.GetCaseResponse = await self.desk().GetCase(desk_pb2.GetCaseRequest(case_id=case.case_id))
        return answer

    async def closed(self, case: Case) -> None:
        async def look() -> bool | None:
            return True if self.record(case).state is CaseState.CLOSED else None

        await eventually(look)

    async def turn(self, case: Case, step: str) -> Case:
        """The case as this county has it, as soon as that step is awaited."""

        async def look() -> Case | None:
            record = self.record(case)
            return record.case if record is not None and record.awaited.step == step else None

        return await eventually(look)

    def record(self, case: Case) -> Any:
        return self.database.transact(lambda tx: tx.cases.find(case.case_id))

    def items(self, case: Case) -> Any:
        return self.database.transact(lambda tx: tx.cases.items(case.case_id))

    def steps(self, case: Case) -> list[tuple[str, str]]:
        timeline = self.database.transact(lambda tx: tx.cases.timeline(case.case_id))
        return [(event.step, event.office) for event in timeline]

    def waiting_above(self) -> int:
        """How many cases wait for the hub."""
        return int(self.database.transact(lambda tx: tx.outbox.backlog("up").count))

    @property
    def bench(self) -> Bench:
        """What the county's use cases are given, for those that are called without the hub."""
        keys = self.files(self.office).signing
        register = LiveRegister()
        self.database.transact(register.see)
        return Bench(
            here=self.office,
            hub=HUB,
            register=register,
            sign=Signer(keys.certificate, keys.key).sign,
            verify=Verifier(self.settings.authority_certificate).verify,
            packs=load_packs(self.settings.policies_dir),
        )

    def absorb(self, *entries: Entry) -> None:
        """Take in what a hub would say."""
        for entry in entries:
            self.database.transact(partial(absorb_feed, bench=self.bench), entry, now=datetime.now(UTC))

    async def restart(self, **settings: Any) -> None:
        """Another process on the same database, at another port, perhaps with other settings."""
        await self.app.stop()
        await self._hang_up()
        self.settings = self.settings.model_copy(update=settings)
        self.app = App(self.settings)
        await self.app.start()

    async def close(self) -> None:
        await self._hang_up()
        self.database.close()
        await self.app.stop()

    async def _hang_up(self) -> None:
        for channel in self._channels.values():
            await channel.close()
        self._channels.clear()


def _case_of(entry: Any) -> str:
    return str(entry.case.case_id if hasattr(entry, "case") else entry.case_id)


@pytest.fixture
def papers(node_files: Files) -> Papers:
    return Papers(node_files)


@pytest.fixture
def clock() -> ManualClock:
    """Stands where the test began: certificates are good today, and statutory time is counted from a known moment."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture
async def county(
    postgres: PostgresPart, node_files: Files, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[County]:
    """A county whose hub is down."""
    running = await start_county(
        COUNTY, postgres, node_files, tmp_path, upstream=f"127.0.0.1:{free_port()}", clock=clock
    )
    yield running
    await running.close()


@dataclass(frozen=True)
class Province:
    """Two counties, the hub that both follow, and its records."""

    county: County
    other_county: County
    hub: Database[HubTransaction]

    def held(self, number: str) -> Any:
        return self.hub.transact(lambda tx: tx.students.by_number(number))


@pytest.fixture(scope="module")
async def province(
    postgres: PostgresPart, node_files: Files, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Province]:
    """Everybody inside one province, up."""
    folder = tmp_path_factory.mktemp("province")
    async with AsyncExitStack() as running:
        index = national_index.app.App(_index_settings(postgres, node_files, folder))
        running.push_async_callback(index.stop)
        await index.start()
        settings = province_hub.settings.HubSettings(
            office=str(HUB),
            schools_file=_schools(folder),
            policies_dir=_policies(folder),
            index_address=index.address,
            database_dsn_file=_database(postgres, folder, "hub"),
            **_keys(node_files, HUB),
        )
        hub = province_hub.app.App(settings)
        running.push_async_callback(hub.stop)
        await hub.start()
        counties = []
        for office in (COUNTY, OTHER_COUNTY):
            counties.append(await start_county(office, postgres, node_files, folder, upstream=hub.address))
            running.push_async_callback(counties[-1].close)
        records = Database(settings.read_database_dsn(), HubTransaction, threads=1, application_name="test")
        running.callback(records.close)
        yield Province(counties[0], counties[1], records)


def _policies(folder: Path) -> Path:
    """The nation's texts alone; a test that is about a province's adds it."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    for file in POLICIES.glob("national-*.toml"):
        shutil.copy(file, policies)
    return policies


async def start_county(
    office: Office, postgres: PostgresPart, files: Files, folder: Path, *, upstream: str, clock: Clock | None = None
) -> County:
    dsn_file = _database(postgres, folder, f"county{office.code}")
    settings = CountySettings(
        office=str(office),
        database_dsn_file=dsn_file,
        schools_file=_schools(folder),
        policies_dir=_policies(folder),
        upstream_office=str(HUB),
        upstream_address=upstream,
        address_file=folder / f"address-{office.code}",
        **_keys(files, office),
    )
    app = App(settings, clock=clock)
    await app.start()
    database = Database(dsn_file.read_text(), CountyTransaction, threads=2, application_name="test")
    return County(app, settings, database, files)


def _index_settings(postgres: PostgresPart, files: Files, folder: Path) -> national_index.settings.IndexSettings:
    (folder / "fingerprint.key").write_text(os.urandom(32).hex())
    (folder / "number.key").write_text(f"1 {os.urandom(32).hex()}")
    return national_index.settings.IndexSettings(
        database_dsn_file=_database(postgres, folder, "nation"),
        fingerprint_key_file=folder / "fingerprint.key",
        number_key_file=folder / "number.key",
        **_keys(files, NATION),
    )


def _schools(folder: Path) -> Path:
    schools = [
        {"code": code, "name": f"第{code[-1]}学校", "place": place, "authority": place, "school_system": "63"}
        for code, place in SCHOOLS
    ]
    path = folder / "schools.json"
    path.write_text(json.dumps(schools, ensure_ascii=False), encoding="utf-8")
    return path


def _keys(files: Files, office: Office) -> dict[str, Any]:
    keys = files(office)
    return {
        "tls_certificate": keys.tls.certificate,
        "tls_key": keys.tls.key,
        "authority_certificate": keys.tls.authority,
        "signing_certificate": keys.signing.certificate,
        "signing_key": keys.signing.key,
    }


def _database(postgres: PostgresPart, folder: Path, name: str) -> Path:
    unique = f"{name}_{new_uuid7().hex}"
    postgres.create_database(unique)
    path = folder / f"{name}.dsn"
    path.write_text(postgres.dsn(unique))
    return path
