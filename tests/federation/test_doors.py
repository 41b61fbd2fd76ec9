"""What the doors of real processes let in, and what they do not; and that they stand afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from chassis.exchange.wire import case_to_message
from chassis.keys import Signer
from chassis.rpc import TlsFiles, open_channel
from chassis.rpc.tls import channel_credentials
from console.desk import open_desk
from console.federation.nodes import serves
from console.federation.running import Federation, Reach
from console.parts import DevelopmentAuthority
from kernel.case import Case, Item
from kernel.endorsement import Decision, Endorsement
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import OutsideJurisdiction, Refusal, Unreachable
from kernel.regulation import Step
from kernel.statement import StatementKind
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

COUNTY = Office(Tier.AUTHORITY, "410105")
PRIMARY = Office(Tier.SCHOOL, "2141000001")
OTHER_SCHOOL = Office(Tier.SCHOOL, "5141000004")
MESSAGE_BYTES = 100 * 1024 * 1024

IssueDesk = Callable[..., Reach]


@pytest.fixture
def reach_with(federation: Federation, tmp_path: Path) -> Callable[..., Reach]:
    """The county's desk, reached with a certificate of our choice."""

    def reach(
        identity: str,
        *,
        authority: DevelopmentAuthority | None = None,
        not_before: datetime | None = None,
        to: Office = COUNTY,
    ) -> Reach:
        issued = (authority or federation.authority).issue_tls(
            identity, tmp_path / "tls", lifetime=timedelta(days=1), not_before=not_before
        )
        # Whom we trust is the federation's authority in any case: what is tried is what it thinks of us.
        return Reach(
            name="x",
            address=federation.node(to).files.address,
            who=Identity(federation.plan.environment, to, Role.OFFICER, "x"),
            tls=TlsFiles(issued.cert, issued.key, federation.authority.certificate_file),
        )

    return reach


OFFICER = f"spiffe://xueji/dev/{COUNTY}/desk/officer/c001"


async def cases_at(reach: Reach) -> list[desk_pb2.CaseSummary]:
    async with open_desk(reach) as desk:
        return await desk.cases(desk_pb2.VIEW_ALL)


async def test_a_certificate_in_force_is_let_in(reach_with: IssueDesk) -> None:
    assert isinstance(await cases_at(reach_with(OFFICER)), list)


async def test_an_expired_certificate_is_not_let_in(reach_with: IssueDesk) -> None:
    with pytest.raises(Unreachable):
        await cases_at(reach_with(OFFICER, not_before=datetime.now(UTC) - timedelta(days=2)))


async def test_a_certificate_of_a_foreign_authority_is_not_let_in(reach_with: IssueDesk, tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        await cases_at(reach_with(OFFICER, authority=DevelopmentAuthority.create(tmp_path / "foreign")))


async def test_an_officer_of_another_authority_is_refused(reach_with: IssueDesk) -> None:
    with pytest.raises(OutsideJurisdiction):
        await cases_at(reach_with("spiffe://xueji/dev/authority/440106/desk/officer/c001"))


async def test_a_registrar_of_another_school_is_refused(reach_with: IssueDesk) -> None:
    stranger = f"spiffe://xueji/dev/{OTHER_SCHOOL}/desk/registrar/r001"
    with pytest.raises(OutsideJurisdiction):
        await cases_at(reach_with(stranger, to=PRIMARY))


async def test_a_school_that_files_for_another_school_is_refused(federation: Federation) -> None:
    files = federation.node(PRIMARY).files
    signer = Signer(files.folder / "signing.pem", files.folder / "signing-key.pem")
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    case = Case(
        case_id=str(new_uuid7()),
        procedure_name="enrolment",
        school=OTHER_SCHOOL.code,
        releasing_school="",
        rule_pack="2013.1",
        filed_at_ms=now_ms,
        items=(Item(str(new_uuid7()), {"name": "张三"}),),
    )
    endorsement = Endorsement(
        case_digest=case.digest,
        covers=case.head,
        step=Step.IN_SCHOOL,
        decision=Decision.APPROVE,
        at_ms=now_ms,
        maker="r001",
        checker="h001",
    )
    signed = case.with_endorsement(signer.sign(StatementKind.ENDORSEMENT, endorsement.content()))
    channel = open_channel(federation.node(COUNTY).files.address, office=COUNTY, tls=files.tls)
    try:
        with pytest.raises(Refusal) as no:
            await exchange_pb2_grpc.IntakeServiceStub(channel).Submit(
                exchange_pb2.SubmitRequest(case=case_to_message(signed))
            )
    finally:
        await channel.close()
    assert no.value.code in {"OUTSIDE_JURISDICTION", "ENDORSEMENT_OUT_OF_TURN"}


async def test_a_message_of_100_megabytes_is_refused_and_the_door_stands(federation: Federation) -> None:
    files = federation.node(COUNTY).files
    (desk,) = files.desks
    options = [
        ("grpc.ssl_target_name_override", COUNTY.host_name),
        ("grpc.max_send_message_length", -1),
    ]
    async with grpc.aio.secure_channel(files.address, channel_credentials(desk.tls), options=options) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as no:
            await desk_pb2_grpc.DeskServiceStub(channel).GetCase(
                desk_pb2.GetCaseRequest(case_id="0" * MESSAGE_BYTES), timeout=60
            )
    assert no.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert serves(files.address, COUNTY, files.tls)
    assert federation.node(COUNTY).memory_mebibytes < 400
