"""One province from the nation down to a school, in this process, with pupils in its hub's records."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest

import county_node.app
import county_node.settings
import national_index.app
import national_index.settings
import province_hub.app
import province_hub.settings
import school_node.app
import school_node.settings
from chassis.keys import Signer
from chassis.rpc import open_channel
from chassis.sql import Database
from console.parts.ports import free_port
from console.parts.protocols import PostgresPart
from kernel.case import Case, Item
from kernel.clock import milliseconds
from kernel.history import Approval, event_of
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Tier
from kernel.statement import Sign
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.transaction import HubTransaction

HUB = Office(Tier.PROVINCE, "41")
COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, CITY_SCHOOL, OTHER_SCHOOL = (Office(Tier.SCHOOL, f"214100000{n}") for n in (1, 2, 3))
# Code, place and authority: the second stands in the county and is run by the city over its head.
SCHOOLS = (
    (SCHOOL.code, "410105", "410105"),
    (CITY_SCHOOL.code, "410105", "410100"),
    (OTHER_SCHOOL.code, "410122", "410122"),
)
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"
BOYS, GIRLS, DISABLED = 30, 24, 3  # at the first school, in grade one

T = TypeVar("T")
Files = Callable[[str | Office], Any]


@dataclass
class Province:
    """A running province; every office can be asked as any other, with the certificate of that one."""

    nodes: dict[Office, Any]
    hub_records: Database[HubTransaction]
    files: Files
    _channels: list[grpc.aio.Channel] = field(default_factory=list)

    def channel(self, office: Office, who: Office | Identity) -> grpc.aio.Channel:
        """A line to an office's node, as the node of another office or as a person."""
        tls = self.files(who.uri if isinstance(who, Identity) else who).tls
        channel = open_channel(self.nodes[office].address, office=office, tls=tls)
        self._channels.append(channel)
        return channel

    async def close(self) -> None:
        for channel in self._channels:
            await channel.close()

    def signer(self, office: Office) -> Sign:
        """What signs in the name of an office's node."""
        keys = self.files(office).signing
        return Signer(keys.certificate, keys.key).sign

    def admit(self, school: Office, count: int, **values: str) -> None:
        """Pupils whose records began two days ago, as an enrolment would have left them."""
        now_ms = milliseconds(datetime.now(UTC) - timedelta(days=2))
        case = Case(str(new_uuid7()), "enrolment", school.code, "", "2013.1", now_ms, (Item(str(new_uuid7()), {}),))
        students = []
        for _ in range(count):
            key = str(new_uuid7())
            form = {"name": "某某", "grade": "101", "school_class": "1班", "ethnicity": "01", "attendance": "1"}
            students.append(Student(key, f"T{key}", StudentStatus.ENROLLED, school.code, form | values))
        events = [
            event_of(case, None, one, by=Approval("authority/410105"), step="in_authority", at_ms=now_ms)
            for one in students
        ]
        self.hub_records.transact(lambda tx: tx.students.admit(students, events))


@pytest.fixture(scope="module")
async def province(
    postgres: PostgresPart, node_files: Files, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Province]:
    folder = tmp_path_factory.mktemp("inquiry")
    schools = [
        {"code": code, "name": f"第{code[-1]}学校", "place": place, "authority": authority, "school_system": "63"}
        for code, place, authority in SCHOOLS
    ]
    (folder / "schools.json").write_text(json.dumps(schools, ensure_ascii=False), encoding="utf-8")
    (folder / "fingerprint.key").write_text(os.urandom(32).hex())
    (folder / "number.key").write_text(f"1 {os.urandom(32).hex()}")
    rules: dict[str, Any] = {"schools_file": folder / "schools.json", "policies_dir": POLICIES}

    def common(office: Office) -> dict[str, Any]:
        dsn = _database(postgres, folder, office)
        return {"office": str(office), "database_dsn_file": dsn, **_keys(node_files, office)}

    nodes: dict[Office, Any] = {}
    async with AsyncExitStack() as running:

        async def start(office: Office, node: Any) -> str:
            running.push_async_callback(node.stop)
            await node.start()
            nodes[office] = node
            return str(node.address)

        index_settings = national_index.settings.IndexSettings(
            **common(NATION),
            fingerprint_key_file=folder / "fingerprint.key",
            number_key_file=folder / "number.key",
        )
        index = await start(NATION, national_index.app.App(index_settings))
        hub_settings = province_hub.settings.HubSettings(**common(HUB), **rules, index_address=index)
        hub = await start(HUB, province_hub.app.App(hub_settings))
        for office, upstream in ((COUNTY, hub), (OTHER_COUNTY, f"127.0.0.1:{free_port()}")):
            settings = county_node.settings.CountySettings(
                **common(office), **rules, upstream_office=str(HUB), upstream_address=upstream
            )
            await start(office, county_node.app.App(settings))
        school_settings = school_node.settings.SchoolSettings(
            **common(SCHOOL), **rules, upstream_office=str(COUNTY), upstream_address=nodes[COUNTY].address
        )
        await start(SCHOOL, school_node.app.App(school_settings))
        records = Database(hub_settings.read_database_dsn(), HubTransaction, threads=1, application_name="test")
        running.callback(records.close)
        opened = Province(nodes, records, node_files)
        running.push_async_callback(opened.close)
        opened.admit(SCHOOL, BOYS, sex="1", disability="0")
        opened.admit(SCHOOL, GIRLS - DISABLED, sex="2", disability="0")
        opened.admit(SCHOOL, DISABLED, sex="2", disability="5")
        opened.admit(CITY_SCHOOL, 60, sex="1", disability="0")
        opened.admit(OTHER_SCHOOL, 12, sex="2", disability="0")
        yield opened


def _keys(files: Files, office: Office) -> dict[str, Any]:
    keys = files(office)
    return {
        "tls_certificate": keys.tls.certificate,
        "tls_key": keys.tls.key,
        "authority_certificate": keys.tls.authority,
        "signing_certificate": keys.signing.certificate,
        "signing_key": keys.signing.key,
    }


def _database(postgres: PostgresPart, folder: Path, office: Office) -> Path:
    unique = f"{office.tier}_{new_uuid7().hex}"
    postgres.create_database(unique)
    path = folder / f"{office.tier}-{office.code}.dsn"
    path.write_text(postgres.dsn(unique))
    return path
