"""Two real hubs, a real index and a real broker; the test plays the schools and authorities on both sides."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest

import national_index.app
import national_index.settings
from chassis.exchange.wire import case_to_message, entry_from_message
from chassis.keys import Signer
from chassis.rpc import open_channel
from chassis.sql import Database
from console.parts.ports import free_port
from console.parts.protocols import NatsPart, Parts, PostgresPart
from kernel.case import Case, Evidence, Item
from kernel.check_character import check_character
from kernel.endorsement import Decision, Endorsement
from kernel.feed import CaseAsked, CaseOutcome, Entry
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.regulation import Step
from kernel.statement import StatementKind
from province_hub.app import App
from province_hub.settings import HubSettings
from province_hub.store.transaction import HubTransaction
from waiting import eventually
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc
from xueji.index.v1 import index_pb2, index_pb2_grpc

T = TypeVar("T")
SCHOOLS = {"41": ("2141000001", "410105"), "44": ("2144000001", "440106")}
# The gaining province has a text of its own, of which the losing one knows nothing.
OWN_TEXT = """
name = "41"
version = 1
province = "41"
title = "转入省实施细则"
in_force_from = 2026-01-01

[[rule]]
key = "step.deadline"
value = "5 working days"
source = "测试"
confidence = "assumed"
"""
RULE_PACKS = {"41": "2025.1+41.1", "44": "2025.1"}
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"


@dataclass
class Side:
    """One province: its hub, and the pens of its school and authority."""

    code: str
    settings: HubSettings
    dsn: str
    files: Callable[[str | Office], Any]
    app: App | None = None
    channel: grpc.aio.Channel | None = None
    database: Database[HubTransaction] = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(self.dsn, HubTransaction, threads=2, application_name="test")

    @property
    def school(self) -> Office:
        return Office(Tier.SCHOOL, SCHOOLS[self.code][0])

    @property
    def authority(self) -> Office:
        return Office(Tier.AUTHORITY, SCHOOLS[self.code][1])

    async def start(self) -> None:
        if self.app is None:
            self.app = App(self.settings)
            await self.app.start()
            tls = self.files(self.authority).tls
            self.channel = open_channel(self.app.address, office=Office(Tier.PROVINCE, self.code), tls=tls)

    async def stop(self) -> None:
        if self.app is not None:
            assert self.channel is not None
            await self.channel.close()
            await self.app.stop()
            self.app = None

    async def submit(self, case: Case) -> None:
        assert self.channel is not None, "started"
        stub = exchange_pb2_grpc.IntakeServiceStub(self.channel)
        await stub.Submit(exchange_pb2.SubmitRequest(case=case_to_message(case)))

    async def told(self) -> list[Entry]:
        assert self.channel is not None, "started"
        stub = exchange_pb2_grpc.FeedServiceStub(self.channel)
        page = await stub.Read(exchange_pb2.ReadRequest(after=0, limit=500, wait_ms=0))
        return [entry_from_message(message) for message in page.entries]

    async def outcome(self, case_id: str) -> CaseOutcome:
        return await self.entry(CaseOutcome, lambda entry: entry.case_id == case_id)

    async def asked(self, case_id: str) -> CaseAsked:
        return await self.entry(CaseAsked, lambda entry: entry.case.case_id == case_id)

    async def entry(self, kind: type[T], fits: Callable[[T], bool]) -> T:
        async def look() -> T | None:
            return next((e for e in await self.told() if isinstance(e, kind) and fits(e)), None)

        return await eventually(look)

    async def until(self, holds: Callable[[], bool]) -> None:
        async def look() -> bool | None:
            return True if holds() else None

        await eventually(look)

    def held(self, number: str) -> Any:
        return self.database.transact(lambda tx: tx.students.by_number(number))

    def case(self, case_id: str) -> Any:
        return self.database.transact(lambda tx: tx.cases.get(case_id))

    def count(self, query: str) -> int:
        return int(self.database.transact(lambda tx: tx.connection.exec_driver_sql(query).scalar_one()))


@dataclass
class Federation:
    """Everything, and what a test may do to it."""

    gaining: Side
    losing: Side
    broker: NatsPart
    index: Callable[[], Awaitable[Any]]
    files: Callable[[str | Office], Any]
    _pupils: Iterator[int] = field(default_factory=lambda: itertools.count(os.getpid() * 7 % 20_000))

    def endorse(
        self,
        case: Case,
        step: Step,
        by: Office,
        *,
        decision: Decision = Decision.APPROVE,
        reason: str = "",
        reason_code: str = "",
    ) -> Case:
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
        )
        signer = Signer(keys.certificate, keys.key)
        return case.with_endorsement(signer.sign(StatementKind.ENDORSEMENT, endorsement.content()))

    async def enrolled(self, *evidence: Evidence) -> tuple[str, str]:
        """A pupil of the losing province: (name, number)."""
        count = next(self._pupils)
        first17 = f"449998{2010 + count // 28 % 8}{1 + count // 300 % 12:02}{1 + count % 28:02}{count % 1000:03}"
        name = "学生" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(count))
        values = {
            "name": name,
            "birth_date": first17[6:14],
            "document_kind": "1",
            "document_number": first17 + check_character(first17),
        }
        case = self._case("enrolment", self.losing.school, None, values, evidence)
        case = self.endorse(case, Step.IN_SCHOOL, self.losing.school)
        case = self.endorse(case, Step.IN_AUTHORITY, self.losing.authority)
        await self.losing.submit(case)
        (item,) = (await self.losing.outcome(case.case_id)).items
        assert item.number, item.refused
        return name, item.number

    def transfer(self, name: str, number: str, *evidence: Evidence, rule_pack: str = RULE_PACKS["41"]) -> Case:
        """Filed and approved on the gaining side."""
        values = {"name": name, "number": number, "grade": "小学三年级", "school_class": "2班", "reason": "随父母迁居"}
        case = self._case("transfer_between_provinces", self.gaining.school, self.losing.school, values, evidence)
        case = replace(case, rule_pack=rule_pack)
        case = self.endorse(case, Step.IN_SCHOOL, self.gaining.school)
        return self.endorse(case, Step.IN_AUTHORITY, self.gaining.authority)

    def released(self, case: Case) -> Case:
        case = self.endorse(case, Step.OUT_SCHOOL, self.losing.school)
        return self.endorse(case, Step.OUT_AUTHORITY, self.losing.authority)

    def officer(self, side: Side) -> grpc.aio.Channel:
        """A line of a province's officer to their own hub; the test closes it."""
        assert side.app is not None, "started"
        hub = Office(Tier.PROVINCE, side.code)
        tls = self.files(Identity("dev", hub, Role.OFFICER, "p001").uri).tls
        return open_channel(side.app.address, office=hub, tls=tls)

    async def withdraw(self, case_id: str) -> None:
        """The gaining province's officer takes the transfer back."""
        channel = self.officer(self.gaining)
        try:
            request = desk_pb2.WithdrawCaseRequest(case_id=case_id, reason="家长放弃转学")
            await desk_pb2_grpc.DeskServiceStub(channel).WithdrawCase(request)
        finally:
            await channel.close()

    async def custodian(self, number: str) -> tuple[str, int]:
        index = await self.index()
        answer = await index.LookUp(index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=number)]))
        return answer.found[0].custodian, answer.found[0].epoch

    def _case(
        self,
        procedure: str,
        school: Office,
        releasing: Office | None,
        values: dict[str, str],
        evidence: tuple[Evidence, ...],
    ) -> Case:
        return Case(
            case_id=str(new_uuid7()),
            procedure_name=procedure,
            school=school.code,
            releasing_school=releasing.code if releasing else "",
            rule_pack=RULE_PACKS[school.province],
            filed_at_ms=time.time_ns() // 1_000_000,
            items=(Item(str(new_uuid7()), values),),
            evidence=evidence,
        )


@pytest.fixture
def broker(parts: Parts) -> Iterator[NatsPart]:
    """An empty broker: each test's hubs begin to count their letters at 1, and it would take them for repetitions."""
    parts.nats.start()
    yield parts.nats
    parts.nats.stop()
    parts.nats.wipe_storage()


@pytest.fixture
async def federation(
    postgres: PostgresPart,
    broker: NatsPart,
    node_files: Callable[[str | Office], Any],
    histories_hold: Callable[[Any], None],
    tmp_path: Path,
) -> AsyncIterator[Federation]:
    async with AsyncExitStack() as running:
        index_address = await _start_index(running, postgres, node_files, tmp_path)
        addresses = {code: f"127.0.0.1:{free_port()}" for code in SCHOOLS}
        directory = _directory(node_files, addresses, tmp_path)
        sides = {}
        for code, address in addresses.items():
            settings = _hub_settings(
                code, address=address, index_address=index_address, broker=broker, files=node_files, folder=tmp_path
            )
            dsn_file = _database(postgres, tmp_path, f"hub{code}")
            settings |= {"database_dsn_file": dsn_file, "directory_file": directory}
            sides[code] = Side(code, HubSettings(**settings), dsn_file.read_text(), node_files)
            running.callback(sides[code].database.close)
            running.push_async_callback(sides[code].stop)
            await sides[code].start()
        officer = node_files(Identity("dev", NATION, Role.OFFICER, "n001").uri).tls
        channel = open_channel(index_address, office=NATION, tls=officer)
        running.push_async_callback(channel.close)

        async def ask_index() -> Any:
            return index_pb2_grpc.NationalIndexServiceStub(channel)

        yield Federation(sides["41"], sides["44"], broker, ask_index, node_files)
        for side in sides.values():
            histories_hold(side.database)


async def _start_index(
    running: AsyncExitStack, postgres: PostgresPart, files: Callable[[str | Office], Any], folder: Path
) -> str:
    (folder / "fingerprint.key").write_text(os.urandom(32).hex())
    (folder / "number.key").write_text(f"1 {os.urandom(32).hex()}")
    app = national_index.app.App(
        national_index.settings.IndexSettings(
            database_dsn_file=_database(postgres, folder, "nation"),
            fingerprint_key_file=folder / "fingerprint.key",
            number_key_file=folder / "number.key",
            **_key_settings(files(NATION)),
        )
    )
    running.push_async_callback(app.stop)
    await app.start()
    return app.address


def _hub_settings(
    code: str,
    *,
    address: str,
    index_address: str,
    broker: NatsPart,
    files: Callable[[str | Office], Any],
    folder: Path,
) -> dict[str, Any]:
    keys = files(Office(Tier.PROVINCE, code))
    school, authority = SCHOOLS[code]
    register = folder / f"schools-{code}.json"
    entry = {"code": school, "name": "示范小学", "place": authority, "authority": authority, "school_system": "63"}
    register.write_text(json.dumps([entry], ensure_ascii=False), encoding="utf-8")
    return {
        "office": f"province/{code}",
        "listen": address,
        "schools_file": register,
        "policies_dir": _policies(code, folder),
        "index_address": index_address,
        "nats_servers": broker.url,
        "sealing_key_file": keys.sealing_key,
        **_key_settings(keys),
    }


def _policies(code: str, folder: Path) -> Path:
    policies = folder / f"policies-{code}"
    policies.mkdir()
    for file in POLICIES.glob("national-*.toml"):
        shutil.copy(file, policies)
    if code == "41":
        (policies / "province-41.toml").write_text(OWN_TEXT, encoding="utf-8")
    return policies


def _directory(files: Callable[[str | Office], Any], addresses: dict[str, str], folder: Path) -> Path:
    keys = files(NATION).signing
    provinces = {}
    for code, address in addresses.items():
        jwk = json.loads(files(Office(Tier.PROVINCE, code)).sealing_key.read_text())
        public = {name: jwk[name] for name in ("kty", "crv", "x", "kid")}
        provinces[code] = {"archive_address": address, "sealing_key": public}
    content = {"at": time.time_ns() // 1_000_000, "provinces": provinces}
    path = folder / "directory.jws"
    path.write_text(Signer(keys.certificate, keys.key).sign(StatementKind.DIRECTORY, content))
    return path


def _key_settings(keys: Any) -> dict[str, Any]:
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
