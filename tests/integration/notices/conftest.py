"""Schools, counties and hubs as they run, with nothing between them but what they dial themselves.

Each node keeps its address and its database when it is stopped, so that a test can take one away and bring it back.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest

import county_node.app
import county_node.settings
import province_hub.app
import province_hub.settings
import school_node.app
import school_node.settings
from chassis.keys import Signer, Verifier
from chassis.notices import NoticePost
from chassis.rpc import open_channel
from chassis.schools import load_schools
from chassis.sql import Database
from console.parts.ports import free_port
from console.parts.protocols import NatsPart, Parts, PostgresPart
from county_node.store.transaction import CountyTransaction
from kernel.ids import new_uuid7
from kernel.notice import Notice
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.organisations import DatedRegister
from kernel.statement import StatementKind
from province_hub.store.transaction import HubTransaction
from school_node.store.transaction import SchoolTransaction
from waiting import eventually
from xueji.notice.v1 import notice_pb2, notice_pb2_grpc

# (school, place, authority): a county's, and one that the prefecture runs in that county; and another province's.
SCHOOLS = (
    ("2141000001", "410105", "410105"),
    ("3441000004", "410105", "410100"),
    ("2144000001", "440106", "440106"),
)
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"
PEOPLE = {
    Tier.SCHOOL: (Role.REGISTRAR, "r001"),
    Tier.AUTHORITY: (Role.OFFICER, "c001"),
    Tier.PROVINCE: (Role.OFFICER, "p001"),
}
_APPS: Mapping[Tier, Any] = {
    Tier.SCHOOL: school_node.app.App,
    Tier.AUTHORITY: county_node.app.App,
    Tier.PROVINCE: province_hub.app.App,
}
_TRANSACTIONS: Mapping[Tier, Any] = {
    Tier.SCHOOL: SchoolTransaction,
    Tier.AUTHORITY: CountyTransaction,
    Tier.PROVINCE: HubTransaction,
}

T = TypeVar("T")
Files = Callable[[str | Office], Any]


@dataclass
class Node:
    """One office's node, and its people."""

    office: Office
    settings: Any
    files: Files
    database: Database[Any] = field(init=False)
    _app: Any = None
    _channels: dict[str, grpc.aio.Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transaction = _TRANSACTIONS[self.office.tier]
        dsn = self.settings.read_database_dsn()
        self.database = Database(dsn, transaction, threads=2, application_name="test")

    async def start(self) -> None:
        if self._app is None:
            self._app = _APPS[self.office.tier](self.settings)
            await self._app.start()

    async def stop(self) -> None:
        for channel in self._channels.values():
            await channel.close()
        self._channels.clear()
        if self._app is not None:
            await self._app.stop()
            self._app = None

    async def close(self) -> None:
        await self.stop()
        self.database.close()

    def channel(self, who: Office | Identity) -> grpc.aio.Channel:
        key = who.uri if isinstance(who, Identity) else str(who)
        if key not in self._channels:
            tls = self.files(who.uri if isinstance(who, Identity) else who).tls
            self._channels[key] = open_channel(self.settings.listen, office=self.office, tls=tls)
        return self._channels[key]

    def desk(self, role: Role | None = None, *, of: Office | None = None, person: str = "") -> Any:
        default_role, default_person = PEOPLE[self.office.tier]
        who = Identity("dev", of or self.office, role or default_role, person or default_person)
        return notice_pb2_grpc.NoticeDeskServiceStub(self.channel(who))

    def relay(self, by: Office | Identity) -> Any:
        return notice_pb2_grpc.RelayServiceStub(self.channel(by))

    @property
    def post(self) -> NoticePost:
        """What the node's use cases are given, for those that are called beside it."""
        signer = Signer(self.settings.signing_certificate, self.settings.signing_key)
        verifier = Verifier(self.settings.authority_certificate)
        register = DatedRegister.of(load_schools(self.settings.schools_file).values())
        return NoticePost(self.office, register, signer.sign, verifier.verify)

    def sign(self, notice: Notice) -> str:
        return self.post.sign(StatementKind.NOTICE, notice.to_content())

    async def write(self, to: Office, text: str, *, notice_id: str = "", **fields: Any) -> str:
        """A plain message by an officer; its id."""
        notice_id = notice_id or str(new_uuid7())
        request = notice_pb2.WriteNoticeRequest(notice_id=notice_id, to_office=str(to), text=text, **fields)
        await self.desk().WriteNotice(request)
        return notice_id

    async def confirm(self, notice_id: str, answer: str = "", **who: Any) -> notice_pb2.NoticeSummary:
        request = notice_pb2.ConfirmNoticeRequest(notice_id=notice_id, answer=answer)
        answered: notice_pb2.ConfirmNoticeResponse = await self.desk(**who).ConfirmNotice(request)
        return answered.summary

    async def show(self, notice_id: str) -> notice_pb2.GetNoticeResponse:
        shown: notice_pb2.GetNoticeResponse = await self.desk().GetNotice(
            notice_pb2.GetNoticeRequest(notice_id=notice_id)
        )
        return shown

    async def listed(
        self, view: notice_pb2.NoticeView.ValueType, *, page_size: int = 500, token: str = "", **about: str
    ) -> notice_pb2.ListNoticesResponse:
        request = notice_pb2.ListNoticesRequest(view=view, page_size=page_size, page_token=token, **about)
        listed: notice_pb2.ListNoticesResponse = await self.desk().ListNotices(request)
        return listed

    def state(self, notice_id: str) -> str:
        """How far this office knows the notice to have come; empty where it knows nothing of it."""
        found = self.database.transact(lambda tx: tx.notices.find(notice_id))
        return found.heading.state.value if found else ""

    async def reaches(self, notice_id: str, state: str) -> None:
        async def look() -> bool | None:
            return True if self.state(notice_id) == state else None

        await eventually(look)

    def jws(self, notice_id: str) -> str:
        return str(self.database.transact(lambda tx: tx.notices.get(notice_id).jws))

    def receipts(self, notice_id: str) -> list[str]:
        return list(self.database.transact(lambda tx: tx.notices.receipts(notice_id)))

    def counts(self) -> dict[str, int]:
        """How many rows each table that a notice may touch has: what a replay must leave as it is."""
        tables = ["notices", "notice_receipts", "outbox"]
        if self.office.tier is not Tier.SCHOOL:
            tables.append("feed_entries")
        if self.office.tier is Tier.PROVINCE:
            tables += ["letters_in", "letters_out"]

        def read(tx: Any) -> dict[str, int]:
            return {
                table: tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608
                for table in tables
            }

        return dict(self.database.transact(read))

    def waiting(self) -> int:
        """What this office has not been able to send up yet."""
        return int(self.database.transact(lambda tx: tx.outbox.backlog("notices").count))


@dataclass(frozen=True)
class Offices:
    """Nodes by office; every one that is named is there."""

    nodes: Mapping[str, Node]

    def __getitem__(self, office: str) -> Node:
        return self.nodes[office]


@pytest.fixture(scope="module")
async def province(
    postgres: PostgresPart, node_files: Files, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Offices]:
    """One province without a broker: two schools, their county and their prefecture, and the hub."""
    folder = tmp_path_factory.mktemp("province")
    async with AsyncExitStack() as running:
        yield await _start(running, postgres, node_files, folder, provinces=("41",), hub_settings={})


@pytest.fixture(scope="module")
def broker(parts: Parts) -> Iterator[NatsPart]:
    """An empty broker: these hubs begin to count their letters at 1, and it would take them for repetitions."""
    parts.nats.start()
    yield parts.nats
    parts.nats.stop()
    parts.nats.wipe_storage()


@pytest.fixture(scope="module")
async def two_provinces(
    postgres: PostgresPart, broker: NatsPart, node_files: Files, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Offices]:
    """Two provinces with everybody in them, and a broker between their hubs."""
    folder = tmp_path_factory.mktemp("two-provinces")
    settings = {"nats_servers": broker.url, "directory_file": _directory(node_files, folder)}
    async with AsyncExitStack() as running:
        yield await _start(running, postgres, node_files, folder, provinces=("41", "44"), hub_settings=settings)


async def _start(
    running: AsyncExitStack,
    postgres: PostgresPart,
    files: Files,
    folder: Path,
    *,
    provinces: tuple[str, ...],
    hub_settings: dict[str, Any],
) -> Offices:
    schools = [row for row in SCHOOLS if row[0][2:4] in provinces]
    offices = [
        *(Office(Tier.PROVINCE, code) for code in provinces),
        *sorted({Office(Tier.AUTHORITY, code) for row in schools for code in row[1:]}),
        *(Office(Tier.SCHOOL, code) for code, _, _ in schools),
    ]
    addresses = {office: f"127.0.0.1:{free_port()}" for office in offices}
    nodes = {}
    for office in offices:
        settings = _settings(office, addresses, postgres, files, folder)
        if office.tier is Tier.PROVINCE and hub_settings:
            settings |= hub_settings | {"sealing_key_file": files(office).sealing_key}
        module = {Tier.SCHOOL: school_node, Tier.AUTHORITY: county_node, Tier.PROVINCE: province_hub}[office.tier]
        kind = {Tier.SCHOOL: "SchoolSettings", Tier.AUTHORITY: "CountySettings", Tier.PROVINCE: "HubSettings"}
        node = Node(office, getattr(module.settings, kind[office.tier])(**settings), files)
        nodes[str(office)] = node
        running.push_async_callback(node.close)
        await node.start()
    return Offices(nodes)


def _settings(
    office: Office, addresses: Mapping[Office, str], postgres: PostgresPart, files: Files, folder: Path
) -> dict[str, Any]:
    keys = files(office)
    name = str(office).replace("/", "-")
    unique = f"{name.replace('-', '_')}_{new_uuid7().hex}"
    postgres.create_database(unique)
    dsn = folder / f"{name}.dsn"
    dsn.write_text(postgres.dsn(unique))
    settings = {
        "office": str(office),
        "listen": addresses[office],
        "database_dsn_file": dsn,
        "schools_file": _register(office, folder / f"{name}.json"),
        "policies_dir": POLICIES,
        "tls_certificate": keys.tls.certificate,
        "tls_key": keys.tls.key,
        "authority_certificate": keys.tls.authority,
        "signing_certificate": keys.signing.certificate,
        "signing_key": keys.signing.key,
    }
    match office.tier:
        case Tier.PROVINCE:
            settings["index_address"] = f"127.0.0.1:{free_port()}"  # nobody there: notices ask the nation nothing
        case Tier.AUTHORITY:
            upstream = Office(Tier.PROVINCE, office.province)
            settings |= {"upstream_office": str(upstream), "upstream_address": addresses[upstream]}
        case _:
            upstream = next(Office(Tier.AUTHORITY, row[2]) for row in SCHOOLS if row[0] == office.code)
            settings |= {"upstream_office": str(upstream), "upstream_address": addresses[upstream]}
    return settings


def _register(office: Office, path: Path) -> Path:
    """The schools of the office's own province."""
    entries = [
        {"code": code, "name": f"第{code[-1]}学校", "place": place, "authority": authority, "school_system": "63"}
        for code, place, authority in SCHOOLS
        if code[2:4] == office.province
    ]
    path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return path


def _directory(files: Files, folder: Path) -> Path:
    provinces = {}
    for code in ("41", "44"):
        jwk = json.loads(files(Office(Tier.PROVINCE, code)).sealing_key.read_text())
        public = {name: jwk[name] for name in ("kty", "crv", "x", "kid")}
        provinces[code] = {"archive_address": f"127.0.0.1:{free_port()}", "sealing_key": public}
    keys = files(NATION).signing
    content = {"at": time.time_ns() // 1_000_000, "provinces": provinces}
    path = folder / "directory.jws"
    path.write_text(Signer(keys.certificate, keys.key).sign(StatementKind.DIRECTORY, content))
    return path
