"""What every one-service test stands on: a real PostgreSQL, and certificates of a development authority.

Both are started once per test process. The parts come embedded, or in containers where a Docker engine answers
(``console.parts.choose_parts``): the tests are the same.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
from PIL import Image

from chassis.evidence.wire import chunks
from chassis.rpc import TlsFiles
from console.parts.certificates import DevelopmentAuthority, SigningFiles
from console.parts.containers import choose_parts
from console.parts.protocols import Parts, PostgresPart
from console.parts.run_directory import RunDirectory
from kernel.evidence import content_digest
from kernel.history import in_order, state
from kernel.office import Identity, Office, Role
from province_hub.store.history import placements_on
from province_hub.store.transaction import HubTransaction
from xueji.evidence.v1 import evidence_pb2, evidence_pb2_grpc

PROVINCES = ("41", "44")


def a_scan(shade: int = 200, form: str = "PNG") -> bytes:
    """A picture as ``chassis.evidence`` would draw it: of one grey, so that each shade is another document."""
    content = io.BytesIO()
    Image.new("L", (60, 80), shade).save(content, form)
    return content.getvalue()


@dataclass(frozen=True)
class Proofs:
    """Proofs through the doors of any office, over a channel of whoever asks."""

    scan: Callable[..., bytes] = a_scan

    async def bring(self, channel: grpc.aio.Channel, content: bytes, media_type: str = "image/png") -> Any:
        """A person brings a file to their own desk."""

        async def parts() -> AsyncIterator[evidence_pb2.PutEvidenceRequest]:
            header = evidence_pb2.PutEvidenceRequest.Header(media_type=media_type, size_bytes=len(content))
            yield evidence_pb2.PutEvidenceRequest(header=header)
            for chunk in chunks(content):
                yield evidence_pb2.PutEvidenceRequest(chunk=chunk)

        return await evidence_pb2_grpc.EvidenceDeskServiceStub(channel).PutEvidence(parts())

    async def see(self, channel: grpc.aio.Channel, case_id: str, digest: str) -> bytes:
        """A person looks at a proof of a case."""
        request = evidence_pb2.GetEvidenceRequest(case_id=case_id, digest=bytes.fromhex(digest))
        answers = evidence_pb2_grpc.EvidenceDeskServiceStub(channel).GetEvidence(request)
        return b"".join([answer.chunk async for answer in answers])

    async def want(self, channel: grpc.aio.Channel, *digests: str) -> list[str]:
        """A node asks which are missing above."""
        request = evidence_pb2.WantRequest(digests=[bytes.fromhex(digest) for digest in digests])
        answer = await evidence_pb2_grpc.EvidenceRelayServiceStub(channel).Want(request)
        return [digest.hex() for digest in answer.missing]

    async def put(
        self, channel: grpc.aio.Channel, content: bytes, media_type: str = "image/png", *, digest: str = ""
    ) -> str:
        """A node sends content up; its digest."""
        named = digest or content_digest(content)

        async def parts() -> AsyncIterator[evidence_pb2.PutRequest]:
            header = evidence_pb2.PutRequest.Header(digest=bytes.fromhex(named), media_type=media_type)
            yield evidence_pb2.PutRequest(header=header)
            for chunk in chunks(content):
                yield evidence_pb2.PutRequest(chunk=chunk)

        answer = await evidence_pb2_grpc.EvidenceRelayServiceStub(channel).Put(parts())
        return str(answer.digest.hex())

    async def get(self, channel: grpc.aio.Channel, case_id: str, digest: str) -> bytes:
        """A node asks above for a proof of a case that came down."""
        request = evidence_pb2.GetRequest(case_id=case_id, digest=bytes.fromhex(digest))
        answers = evidence_pb2_grpc.EvidenceRelayServiceStub(channel).Get(request)
        return b"".join([answer.chunk async for answer in answers])


@pytest.fixture(scope="session")
def proofs() -> Proofs:
    return Proofs()


@dataclass(frozen=True)
class NodeFiles:
    """The key files of one identity, as its settings name them. ``sealing_key`` is set for hubs alone."""

    tls: TlsFiles
    signing: SigningFiles
    sealing_key: Path | None


# Everybody who sits at a desk in these tests, trained and on duty; whoever is not here may look and no more (Art. 23).
PEOPLE = {
    Role.REGISTRAR: ("r001", "r009", "s002", "x001"),
    Role.PRINCIPAL: ("h001", "h009", "r001"),
    Role.OFFICER: ("c001", "p001", "n001", "s001", "a001", "x001"),
}


@pytest.fixture(scope="module", autouse=True)
def staff_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What every node of a test is told of its people (``chassis.staff.declared``)."""
    people = [
        {
            "role": role.value,
            "person": person,
            "name": role.label,
            "course": "学籍管理员岗前培训",
            "certificate": f"2013-{person}",
            "issued_by": "省教育厅",
            "trained_on": "2013-08-20",
            "since": "2013-09-01",
        }
        for role, persons in PEOPLE.items()
        for person in persons
    ]
    path = tmp_path_factory.mktemp("staff") / "staff.json"
    path.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XUEJI_STAFF_FILE", str(path))
        yield path


@pytest.fixture(scope="session")
def run() -> Iterator[RunDirectory]:
    with RunDirectory() as entered:
        yield entered


@pytest.fixture(scope="session")
def development_authority(run: RunDirectory) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(run.folder("ca"))


@pytest.fixture(scope="session")
def parts(run: RunDirectory, development_authority: DevelopmentAuthority) -> Parts:
    return choose_parts(run, development_authority, provinces=PROVINCES)


@pytest.fixture(scope="session")
def postgres(parts: Parts) -> Iterator[PostgresPart]:
    parts.postgres.start()
    yield parts.postgres
    parts.postgres.stop()


@pytest.fixture
def database_dsn(postgres: PostgresPart, request: pytest.FixtureRequest) -> str:
    """The DSN of a fresh database, for this test alone."""
    words = re.sub(r"[^a-z0-9]+", "_", request.node.name.lower())[:30]
    name = f"t_{words}_{uuid.uuid4().hex[:8]}"
    postgres.create_database(name)
    return postgres.dsn(name)


@pytest.fixture(scope="session")
def node_files(run: RunDirectory, development_authority: DevelopmentAuthority) -> Callable[[str | Office], NodeFiles]:
    """Key files for an identity: ``spiffe://…`` of a node or a person at a desk, or an office for its node."""
    issued: dict[str, NodeFiles] = {}

    def files(who: str | Office) -> NodeFiles:
        uri = Identity(development_authority.environment, who).uri if isinstance(who, Office) else who
        if uri not in issued:
            folder = run.folder(f"keys-{len(issued)}")
            tls = development_authority.issue_tls(uri, folder)
            hub = "/province/" in uri and "/desk/" not in uri
            issued[uri] = NodeFiles(
                tls=TlsFiles(certificate=tls.cert, key=tls.key, authority=tls.ca),
                signing=development_authority.issue_signing(uri, folder),
                sealing_key=development_authority.issue_sealing(uri, folder).private if hub else None,
            )
        return issued[uri]

    return files


@pytest.fixture(scope="session")
def histories_hold() -> Callable[[Any], None]:
    """Looks at a hub's database when a test is over: whatever happened, every record is what its whole history makes
    of it, and the lines that statistics read put the pupil where the record does."""

    def check(tx: HubTransaction) -> None:
        placed = {row.student_key: row for row in tx.connection.execute(placements_on(date.max))}
        for held in tx.students.page(size=10_000):
            student, events = held.student, tx.students.history(held.student.student_key)
            assert in_order(events)
            assert state(events) == student
            where = placed[student.student_key]
            assert (where.status, where.school, where.grade, where.school_class) == (
                student.status.value,
                student.school,
                student.grade,
                student.school_class,
            )

    return lambda database: database.transact(check)
