"""A real hub beside a real index, and what schools and authorities put before it: cases with good signatures."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest
from sqlalchemy import text

import national_index.app
import national_index.settings
from chassis.evidence.store import Proof
from chassis.exchange.wire import case_to_message, entry_from_message
from chassis.keys import Signer
from chassis.rpc import open_channel
from chassis.sql import Database
from console.parts.protocols import PostgresPart
from index_node import index_settings
from kernel.case import Case, Evidence, Item
from kernel.check_character import check_character
from kernel.endorsement import Decision, Endorsement, ItemException
from kernel.evidence import MediaType
from kernel.feed import CaseOutcome, Entry
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.regulation import Step
from kernel.statement import StatementKind
from province_hub.app import App
from province_hub.settings import HubSettings
from province_hub.store.transaction import HubTransaction
from waiting import eventually
from xueji.desk.v1 import desk_pb2_grpc
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

HUB = Office(Tier.PROVINCE, "41")
COUNTY = Office(Tier.AUTHORITY, "410105")
OTHER_COUNTY = Office(Tier.AUTHORITY, "410122")
# Two schools of one county, one of another: (code, place and authority).
SCHOOLS = (("2141000001", "410105"), ("2141000002", "410105"), ("3141000003", "410122"))
FILED_AT_MS = 1_789_351_200_000  # 14 September 2026: what a rule says must not depend on the day of the test
PUPILS = itertools.count(1)  # the index remembers everybody from one test to the next
RULE_PACK = "2025.1"  # of the nation, for a province that adds nothing
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"

T = TypeVar("T")


def a_scan(kind: str) -> Proof:
    """A document of that kind."""
    return Proof(MediaType.PDF, f"%PDF-1.7 {kind}".encode())


@dataclass
class Papers:
    """Makes what schools and authorities make: pupils, cases, signatures."""

    files: Callable[[str | Office], Any]

    def pupil(self, **values: str) -> Item:
        """Somebody with a citizen ID of a division that never was."""
        number = next(PUPILS)
        first17 = f"419998{2010 + number // 28000}{1 + number // 1000 % 12:02}{1 + number % 28:02}{number % 1000:03}"
        of_form = {
            "name": f"学生{number}",
            "sex": "1",
            "birth_date": first17[6:14],
            "document_kind": "1",
            "document_number": first17 + check_character(first17),
            "grade": "小学一年级",
            "school_class": "1班",
        }
        return Item(str(new_uuid7()), of_form | values)

    def enrolment(self, *pupils: Item, school: str = SCHOOLS[0][0]) -> Case:
        return self._case("enrolment", school, "", pupils)

    def transfer(self, number: str, *, name: str, to: str, out_of: str, procedure: str) -> Case:
        wish = Item(
            str(new_uuid7()),
            {"number": number, "name": name, "grade": "小学二年级", "school_class": "3班", "reason": "随父母迁居"},
        )
        return self._case(procedure, to, out_of, (wish,))

    def endorse(
        self,
        case: Case,
        step: Step,
        by: Office | Identity,
        *,
        decision: Decision = Decision.APPROVE,
        reason: str = "",
        reason_code: str = "",
        exceptions: tuple[ItemException, ...] = (),
    ) -> Case:
        """The case with one more endorsement, signed with the key of ``by``."""
        keys = self.files(by.uri if isinstance(by, Identity) else by).signing
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

    def approved_enrolment(self, *pupils: Item, exceptions: tuple[ItemException, ...] = ()) -> Case:
        """Filed by the first school, endorsed by it and its county."""
        case = self.enrolment(*pupils)
        case = self.endorse(case, Step.IN_SCHOOL, Office(Tier.SCHOOL, case.school))
        return self.endorse(case, Step.IN_AUTHORITY, COUNTY, exceptions=exceptions)

    def filed(
        self,
        procedure: str,
        *items: Item,
        school: str = SCHOOLS[0][0],
        releasing: str = "",
        proofs: tuple[str, ...] = (),
        pack: str = RULE_PACK,
    ) -> Case:
        """A case of any procedure, filed on a day of September; ``proofs`` are kinds of evidence."""
        evidence = tuple(Evidence(a_scan(kind).digest, "application/pdf", kind) for kind in proofs)
        return replace(self._case(procedure, school, releasing, items), evidence=evidence, rule_pack=pack)

    def approved(self, case: Case, *, by: Office = COUNTY) -> Case:
        """The case as its school and authority send it up."""
        case = self.endorse(case, Step.IN_SCHOOL, Office(Tier.SCHOOL, case.school))
        return self.endorse(case, Step.IN_AUTHORITY, by) if Step.IN_AUTHORITY in case.procedure.chain else case

    def _case(self, procedure: str, school: str, releasing_school: str, items: tuple[Item, ...]) -> Case:
        return Case(
            case_id=str(new_uuid7()),
            procedure_name=procedure,
            school=school,
            releasing_school=releasing_school,
            rule_pack=RULE_PACK,
            filed_at_ms=FILED_AT_MS,
            items=items,
        )


@dataclass
class Hub:
    """A running hub, from the outside; ``database`` is a second pair of eyes on its tables."""

    app: App
    settings: HubSettings
    database: Database[HubTransaction]
    files: Callable[[str | Office], Any]
    _channels: dict[str, grpc.aio.Channel] = field(default_factory=dict)

    def channel(self, who: Office | Identity) -> grpc.aio.Channel:
        """A line to the hub, with the certificate of an office's node or of a person."""
        key = who.uri if isinstance(who, Identity) else str(who)
        if key not in self._channels:
            tls = self.files(who.uri if isinstance(who, Identity) else who).tls
            self._channels[key] = open_channel(self.app.address, office=HUB, tls=tls)
        return self._channels[key]

    async def submit(self, case: Case, *, by: Office = COUNTY) -> exchange_pb2.SubmitResponse:
        """Its proofs are there before it."""

        def bring(tx: HubTransaction) -> None:
            for evidence in case.evidence:
                if (proof := a_scan(evidence.kind)).digest == evidence.digest:
                    tx.evidence.put(proof, sender=str(by), now=datetime.now(UTC))

        self.database.transact(bring)
        stub = exchange_pb2_grpc.IntakeServiceStub(self.channel(by))
        return await stub.Submit(exchange_pb2.SubmitRequest(case=case_to_message(case)))

    async def told(self, who: Office = COUNTY) -> list[Entry]:
        """The whole feed of an authority, as it stands."""
        stub = exchange_pb2_grpc.FeedServiceStub(self.channel(who))
        page = await stub.Read(exchange_pb2.ReadRequest(after=0, limit=500, wait_ms=0))
        assert [message.sequence for message in page.entries] == list(range(1, len(page.entries) + 1))
        return [entry_from_message(message) for message in page.entries]

    async def outcome(self, case: Case, *, who: Office = COUNTY, seconds: float = 20.0) -> CaseOutcome:
        async def look() -> CaseOutcome | None:
            outcomes = [entry for entry in await self.told(who) if isinstance(entry, CaseOutcome)]
            return next((outcome for outcome in outcomes if outcome.case_id == case.case_id), None)

        return await eventually(look, seconds=seconds)

    async def database_shows_a_failed_question(self) -> None:
        """Wait until a question to the index has failed, and waits for its next turn."""

        def failed(tx: HubTransaction) -> bool | None:
            waiting = text("SELECT 1 FROM outbox WHERE lane = 'index' AND error_code = 'UNREACHABLE'")
            return tx.connection.scalar(waiting) is not None or None

        async def look() -> bool | None:
            return await self.database.run(failed)

        await eventually(look)

    def desk(self, who: Identity | None = None) -> Any:
        officer = who or Identity("dev", HUB, Role.OFFICER, "s001")
        return desk_pb2_grpc.DeskServiceStub(self.channel(officer))

    async def restart(self) -> None:
        """Another process on the same database, at another port."""
        await self.app.stop()
        await self._hang_up()
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


@pytest.fixture
def papers(node_files: Callable[[str | Office], Any]) -> Papers:
    return Papers(node_files)


@pytest.fixture
async def enrolled(hub: Any, index: Any, papers: Any) -> Any:
    """One pupil at the first school, as the hub holds the record."""
    case = papers.approved_enrolment(papers.pupil())
    await hub.submit(case)
    number = (await hub.outcome(case)).items[0].number
    return hub.database.transact(lambda tx: tx.students.by_number(number)).student


@pytest.fixture
def held(hub: Any, enrolled: Any) -> Any:
    return lambda: hub.database.transact(lambda tx: tx.students.get(enrolled.student_key))


@pytest.fixture
def asked_for(papers: Any, enrolled: Any) -> Any:
    """The other county's school asks for the pupil; endorsed by it and its county."""

    def make(**differing: str) -> Any:
        wish = {"number": enrolled.number, "name": enrolled.name, "out_of": enrolled.school} | differing
        number = wish.pop("number")
        case = papers.transfer(number, to=SCHOOLS[2][0], procedure="transfer_within_province", **wish)
        case = papers.endorse(case, Step.IN_SCHOOL, Office(Tier.SCHOOL, case.school))
        return papers.endorse(case, Step.IN_AUTHORITY, OTHER_COUNTY)

    return make


class Index:
    """The national index as a part that can be put out and lit again, at the same address."""

    def __init__(self, settings: national_index.settings.IndexSettings) -> None:
        self._settings = settings
        self._app: national_index.app.App | None = None
        self.address = ""

    async def start(self) -> None:
        if self._app is None:
            settings = self._settings.model_copy(update={"listen": self.address}) if self.address else self._settings
            self._app = national_index.app.App(settings)
            await self._app.start()
            self.address = self._app.address

    async def stop(self) -> None:
        if self._app is not None:
            await self._app.stop()
            self._app = None


@pytest.fixture(scope="module")
async def nation(
    postgres: PostgresPart, node_files: Callable[[str | Office], Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Index]:
    folder = tmp_path_factory.mktemp("nation")
    dsn = _fresh_database(postgres, folder, "nation")
    index = Index(index_settings(dsn, folder, node_files(NATION)))
    await index.start()
    yield index
    await index.stop()


@pytest.fixture
async def index(nation: Index) -> AsyncIterator[Index]:
    """The index, up; a test may put it out."""
    await nation.start()
    yield nation
    await nation.start()


@pytest.fixture
async def hub(
    nation: Index,
    postgres: PostgresPart,
    node_files: Callable[[str | Office], Any],
    histories_hold: Callable[[Any], None],
    tmp_path: Path,
) -> AsyncIterator[Hub]:
    dsn = _fresh_database(postgres, tmp_path, "hub")
    files = node_files(HUB)
    schools = [
        {"code": code, "name": f"第{code[-1]}学校", "place": place, "authority": place, "school_system": "63"}
        for code, place in SCHOOLS
    ]
    (tmp_path / "schools.json").write_text(json.dumps(schools, ensure_ascii=False), encoding="utf-8")
    settings = HubSettings(
        office=str(HUB),
        database_dsn_file=tmp_path / "dsn",
        tls_certificate=files.tls.certificate,
        tls_key=files.tls.key,
        authority_certificate=files.tls.authority,
        signing_certificate=files.signing.certificate,
        signing_key=files.signing.key,
        schools_file=tmp_path / "schools.json",
        policies_dir=_policies(tmp_path),
        index_address=nation.address,
        address_file=tmp_path / "address",
    )
    app = App(settings)
    await app.start()
    assert (tmp_path / "address").read_text() == app.address
    running = Hub(app, settings, Database(dsn, HubTransaction, threads=2, application_name="test"), node_files)
    yield running
    histories_hold(running.database)
    await running.close()


def _fresh_database(postgres: PostgresPart, folder: Path, name: str) -> str:
    unique = f"{name}_{new_uuid7().hex}"
    postgres.create_database(unique)
    (folder / "dsn").write_text(postgres.dsn(unique))
    return postgres.dsn(unique)


def _policies(folder: Path) -> Path:
    """The nation's texts alone; a test that is about a province's adds it."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    for file in POLICIES.glob("national-*.toml"):
        shutil.copy(file, policies)
    return policies
