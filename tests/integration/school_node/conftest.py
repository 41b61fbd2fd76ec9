"""A real school node, the people at its desk, and an authority above it that can be put out and lit again."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import grpc
import openpyxl
import pytest

from chassis.evidence.wire import chunks, take
from chassis.exchange.wire import case_from_message, entry_to_message
from chassis.keys import Signer, Verifier
from chassis.rpc import RpcServer, open_channel
from chassis.rpc.wire import refusal_from_message
from chassis.sql import Database
from console.parts.ports import free_port
from console.parts.protocols import PostgresPart
from kernel.case import Case, Evidence, Item
from kernel.check_character import check_character
from kernel.endorsement import Decision, Endorsement
from kernel.feed import Entry
from kernel.form import ITEMS
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import EvidenceNotReceived, Refusal
from kernel.regulation import Step, procedure
from kernel.statement import StatementKind
from school_node.app import App
from school_node.settings import SchoolSettings
from school_node.store.transaction import SchoolTransaction
from waiting import eventually
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc, roster_pb2, roster_pb2_grpc
from xueji.evidence.v1 import evidence_pb2, evidence_pb2_grpc
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

SCHOOL = Office(Tier.SCHOOL, "2141000001")
NEIGHBOUR = Office(Tier.SCHOOL, "2141000002")
AUTHORITY = Office(Tier.AUTHORITY, "410105")
REGISTRAR = Identity("dev", SCHOOL, Role.REGISTRAR, "r001")
PRINCIPAL = Identity("dev", SCHOOL, Role.PRINCIPAL, "h001")
RULE_PACK = "2025.1"  # of the nation, for a province that adds nothing
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"
CHUNK = 256 * 1024

Cell = str | int | float | date | datetime | None
T = TypeVar("T")

FILLED = {
    "sex": "2-女",
    "birth_date": "20110307",
    "birth_place": "410105000000",
    "ethnicity": "01-汉族",
    "nationality": "CHN-中国",
    "document_kind": "1-居民身份证",
    "hk_mo_tw_overseas": "00-否",
    "health": "10-健康或良好",
    "household_place": "410105000000",
    "household_kind": "1-农业户口",
    "grade": "小学一年级",
    "school_class": "1班",
    "entry_month": "201709",
    "entry_way": "11-就近入学",
    "attendance": "1-走读",
    "address": "某路1号",
    "mailing_address": "某路1号",
    "home_address": "某路1号",
    "phone": "13800000000",
    "postcode": "450000",
    "preschool": "1-是",
    "left_behind": "0-非留守儿童",
    "migrant_child": "0-否",
    "orphan": "0-否",
    "martyr_child": "0-否",
    "inclusive_class": "0-非随班就读",
    "disability": "0-无残疾",
    "aid_application": "0-否",
    "aid_received": "0-否",
}


def citizen_id(place: int) -> str:
    """A girl's number of a division that never was: one for each place in a roster."""
    body = f"41999820110307{2 * place:03d}"
    return body + check_character(body)


def pupil(place: int, **changes: Cell) -> dict[str, Cell]:
    """A faultless row by form key; ``changes`` are what the test is about."""
    return {**FILLED, "name": f"学生{chr(0x4E00 + place)}", "document_number": citizen_id(place), **changes}


def a_workbook(*pupils: dict[str, Cell], extra: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> bytes:
    """A roster as a spreadsheet program writes it: a header, and a row for each pupil from row 2 on."""
    columns = [one for one in ITEMS if one.key not in without]
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([*(one.label for one in columns), *extra])
    for one in pupils:
        page.append([*(one.get(column.key) for column in columns), *("无" for _ in extra)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@dataclass
class Import:
    """What an import answered."""

    findings: dict[int, list[Refusal]] = field(default_factory=dict)
    progress: list[int] = field(default_factory=list)
    summary: Any = None
    workbook: bytes = b""

    def codes(self, row: int) -> list[tuple[str | None, str]]:
        return [(finding.field, finding.code) for finding in self.findings[row]]


class Authority(
    exchange_pb2_grpc.IntakeServiceServicer,
    exchange_pb2_grpc.FeedServiceServicer,
    evidence_pb2_grpc.EvidenceRelayServiceServicer,
):
    """The tier above, as far as a school can tell: takes proofs and cases, and tells what the test says."""

    def __init__(self, address: str, files: Any) -> None:
        self.address = address
        self.received: list[Case] = []
        self.evidence: dict[str, tuple[str, bytes]] = {}  # media type and content, by digest
        self.put: list[str] = []
        self.refusing: Refusal | None = None
        self.withdrawals: list[str] = []
        self.refusing_withdrawals: Refusal | None = None
        self._files = files
        self._told: list[Entry] = []
        self._news = asyncio.Event()
        self._server: RpcServer | None = None

    async def start(self) -> None:
        self._server = RpcServer(listen=self.address, tls=self._files.tls, environment="dev")
        for add, name in (
            (exchange_pb2_grpc.add_IntakeServiceServicer_to_server, "xueji.exchange.v1.IntakeService"),
            (exchange_pb2_grpc.add_FeedServiceServicer_to_server, "xueji.exchange.v1.FeedService"),
            (evidence_pb2_grpc.add_EvidenceRelayServiceServicer_to_server, "xueji.evidence.v1.EvidenceRelayService"),
        ):
            self._server.add(add, self, name)
        await self._server.start()

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.stop(0)
            self._server = None

    def tell(self, *entries: Entry) -> None:
        self._told += entries
        self._news.set()

    async def Submit(self, request: Any, context: Any) -> exchange_pb2.SubmitResponse:  # noqa: N802
        del context
        case = case_from_message(request.case)
        if self.refusing is not None:
            raise self.refusing
        if any(evidence.digest not in self.evidence for evidence in case.evidence):
            raise EvidenceNotReceived
        self.received.append(case)
        return exchange_pb2.SubmitResponse(case_id=case.case_id, head=bytes.fromhex(case.head), received_at_ms=1)

    async def Withdraw(self, request: Any, context: Any) -> exchange_pb2.WithdrawResponse:  # noqa: N802
        del context
        if self.refusing_withdrawals is not None:
            raise self.refusing_withdrawals
        self.withdrawals.append(request.withdrawal)
        return exchange_pb2.WithdrawResponse()

    async def Want(self, request: Any, context: Any) -> evidence_pb2.WantResponse:  # noqa: N802
        del context
        return evidence_pb2.WantResponse(missing=[one for one in request.digests if one.hex() not in self.evidence])

    async def Put(self, request_iterator: Any, context: Any) -> evidence_pb2.PutResponse:  # noqa: N802
        del context
        header, content = await take(request_iterator)
        self.evidence[header.digest.hex()] = (header.media_type, content)
        self.put.append(header.digest.hex())
        return evidence_pb2.PutResponse(digest=header.digest)

    async def Get(self, request: Any, context: Any) -> AsyncIterator[evidence_pb2.GetResponse]:  # noqa: N802
        del context
        media_type, content = self.evidence[request.digest.hex()]
        header = evidence_pb2.GetResponse.Header(media_type=media_type, size_bytes=len(content))
        yield evidence_pb2.GetResponse(header=header)
        for chunk in chunks(content):
            yield evidence_pb2.GetResponse(chunk=chunk)

    async def Read(self, request: Any, context: Any) -> exchange_pb2.ReadResponse:  # noqa: N802
        del context
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(request.wait_ms / 1000):
                while not self._told[request.after :]:
                    self._news.clear()
                    await self._news.wait()
        entries = self._told[request.after :]
        return exchange_pb2.ReadResponse(
            entries=[entry_to_message(request.after + place, 1, entry) for place, entry in enumerate(entries, start=1)]
        )


@dataclass
class SchoolNode:
    """A running school, from the outside; ``database`` is a second pair of eyes on its tables."""

    app: App
    database: Database[SchoolTransaction]
    dsn: str
    files: Callable[[str | Office], Any]
    authority: Authority
    settings: SchoolSettings
    _channels: dict[str, grpc.aio.Channel] = field(default_factory=dict)
    _elsewhere: str = ""

    def at(self, address: str) -> SchoolNode:
        """The same school, asked at the address of another of its processes."""
        return replace(self, _channels={}, _elsewhere=address)

    def channel(self, who: Identity | Office) -> grpc.aio.Channel:
        key = who.uri if isinstance(who, Identity) else str(who)
        if key not in self._channels:
            tls = self.files(who.uri if isinstance(who, Identity) else who).tls
            self._channels[key] = open_channel(self._elsewhere or self.app.address, office=SCHOOL, tls=tls)
        return self._channels[key]

    def desk(self, who: Identity = PRINCIPAL) -> Any:
        return desk_pb2_grpc.DeskServiceStub(self.channel(who))

    def roster(self, who: Identity = REGISTRAR) -> Any:
        return roster_pb2_grpc.RosterServiceStub(self.channel(who))

    async def bring(
        self,
        content: bytes,
        *,
        dry_run: bool = False,
        want_workbook: bool = False,
        size: int | None = None,
        who: Identity = REGISTRAR,
    ) -> Import:
        """Import a workbook through the door."""

        async def parts() -> AsyncIterator[roster_pb2.ImportRosterRequest]:
            header = roster_pb2.ImportRosterRequest.Header(
                dry_run=dry_run, want_workbook=want_workbook, size_bytes=len(content) if size is None else size
            )
            yield roster_pb2.ImportRosterRequest(header=header)
            for start in range(0, len(content), CHUNK):
                yield roster_pb2.ImportRosterRequest(chunk=content[start : start + CHUNK])

        answer = Import()
        async for part in self.roster(who).ImportRoster(parts()):
            match part.WhichOneof("part"):
                case "progress":
                    answer.progress.append(part.progress.rows_read)
                case "row":
                    found = [refusal_from_message(finding) for finding in part.row.findings]
                    answer.findings.setdefault(part.row.row, []).extend(found)
                case "summary":
                    answer.summary = part.summary
                case "workbook_chunk":
                    answer.workbook += part.workbook_chunk
        return answer

    async def submit(self, request_id: str = "", *, who: Identity = REGISTRAR) -> Any:
        request = roster_pb2.SubmitDraftsRequest(request_id=request_id or str(new_uuid7()))
        return await self.roster(who).SubmitDrafts(request)

    async def entered(self, *places: int) -> str:
        """The id of a case of faultless pupils that waits for the principal."""
        await self.bring(a_workbook(*(pupil(place) for place in places)))
        (case_id,) = (await self.submit()).case_ids
        return str(case_id)

    async def decide(
        self,
        case_id: str,
        decision: int = desk_pb2.DECISION_APPROVE,
        *,
        who: Identity = PRINCIPAL,
        reason: str = "",
        reason_code: str = "",
        exceptions: tuple[Any, ...] = (),
    ) -> Any:
        request = desk_pb2.DecideCaseRequest(
            case_id=case_id,
            decision=decision,  # type: ignore[arg-type]
            reason=reason,
            reason_code=reason_code,
            exceptions=exceptions,
        )
        return (await self.desk(who).DecideCase(request)).summary

    async def file_transfer(self, **changes: Any) -> Any:
        values = {
            "number": "L419998201103070011",
            "name": "张三",
            "grade": "小学二年级",
            "school_class": "3班",
            "reason": "随父母迁居",
        }
        case_id = changes.get("case_id") or str(new_uuid7())
        values |= {key: value for key, value in changes.items() if key in values}
        request = desk_pb2.FileCaseRequest(
            case_id=case_id,
            procedure="transfer",
            releasing_school=changes.get("releasing_school", "2144000009"),
            items=[case_pb2.Item(item_id=case_id, values=values)],
            evidence=changes.get("evidence", ()),
        )
        return await self.desk(REGISTRAR).FileCase(request)

    async def case(self, case_id: str) -> Any:
        return await self.desk().GetCase(desk_pb2.GetCaseRequest(case_id=case_id))

    async def drafts(self) -> list[Any]:
        page = await self.roster().ListDrafts(roster_pb2.ListDraftsRequest(page_size=500))
        return list(page.drafts)

    async def students(self, **query: Any) -> list[Any]:
        page = await self.desk().ListStudents(desk_pb2.ListStudentsRequest(page_size=500, **query))
        return list(page.students)

    def states(self) -> dict[str, int]:
        """How many lines of the roll are in each state."""

        def count(tx: SchoolTransaction) -> dict[str, int]:
            rows = tx.connection.exec_driver_sql("SELECT state, count(*) AS pupils FROM pupils GROUP BY state")
            return {row.state: row.pupils for row in rows}

        return self.database.transact(count)

    async def until_absorbed(self, count: int) -> None:
        """Wait until so many entries of the authority's feed have been taken in."""

        async def look() -> bool | None:
            at = await self.database.run(lambda tx: tx.cursors.get(str(AUTHORITY)))
            return at >= count or None

        await eventually(look)

    def a_case_that_asks(self, number: str, *, name: str, evidence: tuple[Evidence, ...] = ()) -> Case:
        """A transfer inside the province that its receiving side has endorsed, and that now asks this school."""
        items = (Item(str(new_uuid7()), {"number": number, "name": name, "grade": "102", "reason": "随父母迁居"}),)
        case = Case(
            case_id=str(new_uuid7()),
            procedure_name="transfer_within_authority",
            school=NEIGHBOUR.code,
            releasing_school=SCHOOL.code,
            rule_pack=RULE_PACK,
            filed_at_ms=time.time_ns() // 1_000_000,
            items=items,
            evidence=evidence,
        )
        keys = self.files(NEIGHBOUR).signing
        endorsement = Endorsement(
            case_digest=case.digest,
            covers=case.head,
            step=Step.IN_SCHOOL,
            decision=Decision.APPROVE,
            at_ms=time.time_ns() // 1_000_000,
            maker="r009",
            checker="h009",
        )
        assert procedure(case.procedure_name).chain[1] is Step.OUT_SCHOOL
        sign = Signer(keys.certificate, keys.key).sign
        return case.with_endorsement(sign(StatementKind.ENDORSEMENT, endorsement.content()))

    def last_endorsement(self, case: Case) -> Endorsement:
        """The last word on a case, its signature found good and this school's."""
        verify = Verifier(self.files(SCHOOL).tls.authority).verify
        verified = verify(case.endorsements[-1], StatementKind.ENDORSEMENT)
        assert verified.signer.office == SCHOOL
        return Endorsement.from_content(verified.content)

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()
        self.database.close()
        await self.app.stop()
        await self.authority.stop()


@dataclass(frozen=True)
class Making:
    """The makers of this file, for tests, which cannot import it."""

    pupil: Any
    workbook: Any
    citizen_id: Any


@pytest.fixture(scope="session")
def make() -> Making:
    return Making(pupil, a_workbook, citizen_id)


@pytest.fixture
async def school(
    postgres: PostgresPart, node_files: Callable[[str | Office], Any], tmp_path: Path
) -> AsyncIterator[SchoolNode]:
    """A school whose authority is not there until the test starts it."""
    name = f"school_{new_uuid7().hex}"
    postgres.create_database(name)
    (tmp_path / "dsn").write_text(postgres.dsn(name))
    schools = [
        {"code": code, "name": f"第{code[-1]}小学", "place": "410105", "authority": "410105", "school_system": "63"}
        for code in (SCHOOL.code, NEIGHBOUR.code)
    ]
    (tmp_path / "schools.json").write_text(json.dumps(schools, ensure_ascii=False), encoding="utf-8")
    files = node_files(SCHOOL)
    authority = Authority(f"127.0.0.1:{free_port()}", node_files(AUTHORITY))
    settings = SchoolSettings(
        office=str(SCHOOL),
        database_dsn_file=tmp_path / "dsn",
        tls_certificate=files.tls.certificate,
        tls_key=files.tls.key,
        authority_certificate=files.tls.authority,
        signing_certificate=files.signing.certificate,
        signing_key=files.signing.key,
        schools_file=tmp_path / "schools.json",
        policies_dir=_policies(tmp_path),
        upstream_office=str(AUTHORITY),
        upstream_address=authority.address,
    )
    app = App(settings)
    await app.start()
    dsn = postgres.dsn(name)
    database = Database(dsn, SchoolTransaction, threads=2, application_name="test")
    running = SchoolNode(app, database, dsn, node_files, authority, settings)
    yield running
    await running.close()


def _policies(folder: Path) -> Path:
    """The nation's texts alone; a test that is about a province's adds it."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    for file in POLICIES.glob("national-*.toml"):
        shutil.copy(file, policies)
    return policies
