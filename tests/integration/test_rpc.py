"""Two offices on real sockets with real certificates: who is let in, how a no travels, how long anybody waits."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from structlog.testing import capture_logs

from chassis.rpc import RpcServer, TlsFiles, caller, open_channel, require_desk, require_node
from chassis.rpc import door as door_module
from chassis.rpc.wire import refusal_from_message, refusal_to_message, status_of, status_trailer
from chassis.telemetry import Metrics
from console.parts.certificates import DevelopmentAuthority
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    IdentityNotProven,
    Kind,
    MessageTooLarge,
    NumberAlreadyHeld,
    OutsideJurisdiction,
    Refusal,
    RequestMalformed,
    RoleNotAllowed,
    SystemFault,
    Unreachable,
    all_refusals,
)
from waiting import eventually
from xueji.common.v1 import refusal_pb2
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc

SCHOOL = Office(Tier.SCHOOL, "2141000001")
COUNTY = Office(Tier.AUTHORITY, "410105")
HUB = Office(Tier.PROVINCE, "41")
READ = exchange_pb2.ReadRequest(after=0, limit=10, wait_ms=0)
SHAPES = "/xueji.test.Shapes/"

Answer = Callable[[exchange_pb2.ReadRequest, Any], Awaitable[exchange_pb2.ReadResponse]]


@dataclass
class Offices:
    """TLS files by identity, all of one authority."""

    authority: DevelopmentAuthority
    folder: Path

    def tls(self, who: Office | Identity, **life: Any) -> TlsFiles:
        identity = who if isinstance(who, Identity) else Identity(self.authority.environment, who)
        issued = self.authority.issue_tls(identity.uri, self.folder / uuid.uuid4().hex, **life)
        return TlsFiles(certificate=issued.cert, key=issued.key, authority=issued.ca)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    folder = tmp_path_factory.mktemp("rpc")
    return Offices(DevelopmentAuthority.create(folder / "ca"), folder)


@dataclass
class County(exchange_pb2_grpc.FeedServiceServicer):
    """A servicer that does what the test says, and the four shapes of calls beside it."""

    answer: Answer | None = None
    seen: list[Identity] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)

    async def Read(  # noqa: N802
        self, request: exchange_pb2.ReadRequest, context: Any
    ) -> exchange_pb2.ReadResponse:
        self.seen.append(caller(context))
        self.metadata.append(dict(context.invocation_metadata()))
        if self.answer is None:
            return exchange_pb2.ReadResponse(entries=[exchange_pb2.Entry(sequence=request.after + 1)])
        return await self.answer(request, context)

    async def unary_stream(self, request: exchange_pb2.ReadRequest, _: Any) -> AsyncIterator[exchange_pb2.ReadResponse]:
        for sequence in range(1, 4):
            if request.after == sequence:
                raise NumberAlreadyHeld(field="number")
            yield exchange_pb2.ReadResponse(entries=[exchange_pb2.Entry(sequence=sequence)])

    async def stream_unary(
        self, requests: AsyncIterator[exchange_pb2.ReadRequest], _: Any
    ) -> exchange_pb2.ReadResponse:
        total = 0
        async for request in requests:
            if request.after == 99:
                raise NumberAlreadyHeld(field="number")
            total += 1
        return exchange_pb2.ReadResponse(entries=[exchange_pb2.Entry(sequence=total)])

    async def stream_stream(
        self, requests: AsyncIterator[exchange_pb2.ReadRequest], _: Any
    ) -> AsyncIterator[exchange_pb2.ReadResponse]:
        async for request in requests:
            if request.after == 99:
                raise NumberAlreadyHeld(field="number")
            yield exchange_pb2.ReadResponse(entries=[exchange_pb2.Entry(sequence=request.after)])


def add_shapes(servicer: County, server: grpc.aio.Server) -> None:
    codec: dict[str, Any] = {
        "request_deserializer": exchange_pb2.ReadRequest.FromString,
        "response_serializer": exchange_pb2.ReadResponse.SerializeToString,
    }
    handlers = {
        "UnaryStream": grpc.unary_stream_rpc_method_handler(servicer.unary_stream, **codec),
        "StreamUnary": grpc.stream_unary_rpc_method_handler(servicer.stream_unary, **codec),
        "StreamStream": grpc.stream_stream_rpc_method_handler(servicer.stream_stream, **codec),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("xueji.test.Shapes", handlers),))


CODEC: dict[str, Any] = {
    "request_serializer": exchange_pb2.ReadRequest.SerializeToString,
    "response_deserializer": exchange_pb2.ReadResponse.FromString,
}


@asynccontextmanager
async def serving(tls: TlsFiles, servicer: County, **options: Any) -> AsyncIterator[str]:
    defaults: dict[str, Any] = {"listen": "127.0.0.1:0", "tls": tls, "environment": "dev"}
    server = RpcServer(**(defaults | options))
    server.add(exchange_pb2_grpc.add_FeedServiceServicer_to_server, servicer, "xueji.exchange.v1.FeedService")
    server.add(add_shapes, servicer, "xueji.test.Shapes")
    port = await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(1)


@dataclass
class Line:
    county: County
    address: str
    channel: grpc.aio.Channel
    feed: Any


@asynccontextmanager
async def a_line(
    *, server: TlsFiles, client: TlsFiles, county: County | None = None, **options: Any
) -> AsyncIterator[Line]:
    county = county or County()
    async with (
        serving(server, county, **options) as address,
        open_channel(address, office=COUNTY, tls=client) as channel,
    ):
        yield Line(county, address, channel, exchange_pb2_grpc.FeedServiceStub(channel))


@pytest.fixture
async def line(offices: Offices) -> AsyncIterator[Line]:
    async with a_line(server=offices.tls(COUNTY), client=offices.tls(SCHOOL)) as opened:
        yield opened


# --- Who ---


async def test_the_caller_is_read_from_the_certificate(line: Line) -> None:
    answer = await line.feed.Read(READ)
    assert answer.entries[0].sequence == 1
    assert line.county.seen == [Identity("dev", SCHOOL)]


async def test_another_office_at_the_address_is_not_spoken_to(line: Line, offices: Offices) -> None:
    with capture_logs() as logs:
        async with open_channel(line.address, office=HUB, tls=offices.tls(SCHOOL)) as channel:
            with pytest.raises(Unreachable):
                await exchange_pb2_grpc.FeedServiceStub(channel).Read(READ)
    assert not line.county.seen
    assert any(entry["event"] == "peer_failed_handshake" for entry in logs)


async def test_without_a_certificate_or_with_a_foreign_or_expired_one_nobody_gets_in(
    line: Line, offices: Offices, tmp_path: Path
) -> None:
    ours = offices.tls(SCHOOL)
    foreign = Offices(DevelopmentAuthority.create(tmp_path / "ca"), tmp_path).tls(SCHOOL)
    trusting_us = TlsFiles(foreign.certificate, foreign.key, ours.authority)
    expired = offices.tls(SCHOOL, lifetime=timedelta(hours=1), not_before=datetime.now(UTC) - timedelta(hours=2))
    for tls in (trusting_us, expired):
        async with open_channel(line.address, office=COUNTY, tls=tls) as channel:
            with pytest.raises(Unreachable):
                await exchange_pb2_grpc.FeedServiceStub(channel).Read(READ)
    bare = grpc.ssl_channel_credentials(ours.authority.read_bytes())
    options = [("grpc.ssl_target_name_override", COUNTY.host_name)]
    async with grpc.aio.secure_channel(line.address, bare, options=options) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await exchange_pb2_grpc.FeedServiceStub(channel).Read(READ)
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    assert not line.county.seen


async def test_an_office_of_another_environment_is_not_let_in(offices: Offices) -> None:
    tls: dict[str, Any] = {"server": offices.tls(COUNTY), "client": offices.tls(SCHOOL)}
    async with a_line(**tls, environment="production") as line:
        with pytest.raises(IdentityNotProven):
            await line.feed.Read(READ)
        assert not line.county.seen


async def test_nodes_and_desks_are_told_apart(offices: Offices) -> None:
    officer = Identity("dev", COUNTY, Role.OFFICER, "w1")
    registrar = Identity("dev", SCHOOL, Role.REGISTRAR, "r1")
    expected: list[tuple[Office | Identity, type[Refusal] | None, type[Refusal] | None]] = [
        (SCHOOL, None, OutsideJurisdiction),
        (HUB, OutsideJurisdiction, OutsideJurisdiction),
        (COUNTY, OutsideJurisdiction, RoleNotAllowed),
        (officer, RoleNotAllowed, None),
        (registrar, RoleNotAllowed, OutsideJurisdiction),
        (Identity("dev", COUNTY, Role.REGISTRAR, "r2"), RoleNotAllowed, RoleNotAllowed),
    ]

    async def for_nodes(_: Any, context: Any) -> exchange_pb2.ReadResponse:
        assert require_node(context, Tier.SCHOOL) == SCHOOL
        return exchange_pb2.ReadResponse()

    async def for_desks(_: Any, context: Any) -> exchange_pb2.ReadResponse:
        assert require_desk(context, COUNTY, Role.OFFICER) == officer
        return exchange_pb2.ReadResponse()

    county = County()
    async with serving(offices.tls(COUNTY), county) as address:
        for who, as_node, at_desk in expected:
            async with open_channel(address, office=COUNTY, tls=offices.tls(who)) as channel:
                for county.answer, refused in ((for_nodes, as_node), (for_desks, at_desk)):
                    call = exchange_pb2_grpc.FeedServiceStub(channel).Read(READ)
                    if refused is None:
                        await call
                    else:
                        with pytest.raises(refused):
                            await call


# --- How a no travels ---


async def test_a_refusal_arrives_as_the_same_class_with_everything_it_says(line: Line) -> None:
    async def refuse(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        raise OutsideJurisdiction(field="school", row=3, office="甲县", what="乙县的业务")

    line.county.answer = refuse
    with pytest.raises(OutsideJurisdiction) as refused:
        await line.feed.Read(READ)
    assert refused.value.field == "school"
    assert refused.value.row == 3
    assert refused.value.sentence == "甲县无权办理乙县的业务（《办法》第3条）"


@pytest.mark.parametrize("code", sorted(all_refusals()))
def test_every_refusal_crosses_the_wire_and_back(code: str) -> None:
    sent = all_refusals()[code](field="f", row=2, why="因为", office="某县")
    back = refusal_from_message(refusal_to_message(sent))
    assert type(back) is type(sent)
    assert (back.field, back.row) == ("f", 2)
    assert back.kind in Kind
    assert status_of(sent) is not grpc.StatusCode.OK


def test_a_newer_or_hostile_peers_refusal_stays_readable() -> None:
    unknown = refusal_from_message(refusal_pb2.Refusal(code="SOMETHING_NEW", detail={"self": "x"}))
    assert unknown.detail == {"peer_code": "SOMETHING_NEW"}
    hostile = refusal_pb2.Refusal(code="UNREACHABLE", detail={"self": "1", "field": "2", "row": "3", "office": "某县"})
    assert refusal_from_message(hostile).detail == {"office": "某县"}


def test_a_long_refusal_is_cut_so_that_it_fits_a_trailer() -> None:
    details: dict[str, Any] = {f"d{n}": "长" * 1000 for n in range(30)}
    long = RequestMalformed(field="f" * 500, why="长" * 5000, **details)
    assert len(status_trailer(long)) < 6000
    message = refusal_to_message(long)
    assert len(message.detail) == 20
    assert all(len(value) <= 1000 for value in message.detail.values())


async def test_a_long_refusal_arrives(line: Line) -> None:
    async def refuse(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        raise RequestMalformed(why="长" * 5000)

    line.county.answer = refuse
    with pytest.raises(RequestMalformed):
        await line.feed.Read(READ)


async def test_all_four_shapes_answer_and_refuse(line: Line) -> None:
    unary_stream = line.channel.unary_stream(f"{SHAPES}UnaryStream", **CODEC)
    stream_unary = line.channel.stream_unary(f"{SHAPES}StreamUnary", **CODEC)
    stream_stream = line.channel.stream_stream(f"{SHAPES}StreamStream", **CODEC)

    def reads(*afters: int) -> Iterator[exchange_pb2.ReadRequest]:
        return iter([exchange_pb2.ReadRequest(after=after, limit=1) for after in afters])

    assert [a.entries[0].sequence async for a in unary_stream(READ)] == [1, 2, 3]
    assert (await stream_unary(reads(1, 2))).entries[0].sequence == 2
    assert [a.entries[0].sequence async for a in stream_stream(reads(7, 8))] == [7, 8]

    broken_off = aiter(unary_stream(exchange_pb2.ReadRequest(after=2, limit=1)))
    assert (await anext(broken_off)).entries[0].sequence == 1
    with pytest.raises(NumberAlreadyHeld):
        await anext(broken_off)
    with pytest.raises(NumberAlreadyHeld):
        await stream_unary(reads(1, 99))
    with pytest.raises(NumberAlreadyHeld):
        _ = [a async for a in stream_stream(reads(1, 99))]
    with pytest.raises(RequestMalformed):
        await stream_unary(reads(1, -1))
    with pytest.raises(RequestMalformed):
        _ = [a async for a in stream_stream(reads(1, -1))]
    with pytest.raises(RequestMalformed):
        _ = [a async for a in unary_stream(exchange_pb2.ReadRequest(after=-1, limit=1))]


async def test_a_reader_may_turn_away_from_a_stream_early(line: Line) -> None:
    call = line.channel.unary_stream(f"{SHAPES}UnaryStream", **CODEC)(READ)
    async for _ in call:
        break
    call.cancel()
    await line.feed.Read(READ)


async def test_a_malformed_request_is_refused_with_the_path_of_its_first_fault(line: Line) -> None:
    with pytest.raises(RequestMalformed) as refused:
        await line.feed.Read(exchange_pb2.ReadRequest(after=-1, limit=501))
    assert refused.value.field == "after"
    assert refused.value.detail["why"] == "after 不小于 0；limit 超出范围"
    assert not line.county.seen


async def test_a_bug_is_told_by_its_number_alone(line: Line) -> None:
    async def fail(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        raise ValueError("张三 11010519491231002X")

    line.county.answer = fail

    async def was_logged() -> Mapping[str, Any] | None:
        return next((entry for entry in logs if entry["event"] == "rpc"), None)

    with capture_logs() as logs:
        with pytest.raises(SystemFault) as refused:
            await line.feed.Read(READ)
        # The caller has its answer before the server writes of it.
        line_of_call = await eventually(was_logged)
    fault = next(entry for entry in logs if entry["event"] == "rpc_fault")
    assert refused.value.detail == {"error_id": fault["error_id"]}
    assert len(line.county.seen) == 1
    assert line_of_call["code"] == "SYSTEM_FAULT"
    assert line_of_call["peer"] == "school/2141000001"


async def test_a_message_too_large_says_so_in_either_direction(line: Line, offices: Offices) -> None:
    tls: dict[str, Any] = {"server": offices.tls(COUNTY), "client": offices.tls(SCHOOL)}
    async with a_line(**tls, max_message_bytes=1024 * 1024) as narrow:
        send = narrow.channel.unary_unary(
            "/xueji.exchange.v1.FeedService/Read",
            request_serializer=exchange_pb2.ReadResponse.SerializeToString,
            response_deserializer=exchange_pb2.ReadResponse.FromString,
        )
        with pytest.raises(MessageTooLarge) as refused:
            await send(exchange_pb2.ReadResponse(entries=[_receipt(2 * 1024 * 1024)]))
    assert refused.value.detail == {"most": "1 MiB"}

    async def answer_hugely(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        return exchange_pb2.ReadResponse(entries=[_receipt(17 * 1024 * 1024)])

    line.county.answer = answer_hugely
    with pytest.raises(MessageTooLarge):
        await line.feed.Read(READ)


def _receipt(size: int) -> exchange_pb2.Entry:
    return exchange_pb2.Entry(sequence=1, receipt=exchange_pb2.CustodyReceipt(jws="x" * size))


# --- How long ---


async def test_a_call_ends_at_its_deadline_as_unreachable(line: Line) -> None:
    ended = asyncio.Event()

    async def sleep(_: Any, context: Any) -> exchange_pb2.ReadResponse:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        raise AssertionError

    line.county.answer = sleep
    with pytest.raises(Unreachable) as refused:
        await line.feed.Read(READ, timeout=0.2)
    assert "学籍主管部门" in refused.value.sentence
    await asyncio.wait_for(ended.wait(), 5)


async def test_every_call_has_a_deadline_and_one_without_is_ended_by_the_server(
    line: Line, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    remaining = []

    async def tell(_: Any, context: Any) -> exchange_pb2.ReadResponse:
        remaining.append(context.time_remaining())
        return exchange_pb2.ReadResponse()

    line.county.answer = tell
    await line.feed.Read(READ)
    assert 0 < remaining[0] <= 30

    async def sleep(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        await asyncio.sleep(60)
        raise AssertionError

    line.county.answer = sleep
    monkeypatch.setattr(door_module, "CALL_SECONDS_MAX", 0.2)
    tls = offices.tls(SCHOOL)
    bare = grpc.ssl_channel_credentials(*(p.read_bytes() for p in (tls.authority, tls.key, tls.certificate)))
    options = [("grpc.ssl_target_name_override", COUNTY.host_name)]
    async with grpc.aio.secure_channel(line.address, bare, options=options) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await exchange_pb2_grpc.FeedServiceStub(channel).Read(READ)
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_cut_line_is_tried_again_and_a_refusal_is_not(line: Line) -> None:
    async def cut_twice(_: Any, context: Any) -> exchange_pb2.ReadResponse:
        if len(line.county.seen) < 3:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "as if the line were cut")
        return exchange_pb2.ReadResponse()

    line.county.answer = cut_twice
    await line.feed.Read(READ)
    assert len(line.county.seen) == 3

    async def unreachable(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        raise Unreachable(office="数据库")

    line.county.answer = unreachable
    line.county.seen.clear()
    with pytest.raises(Unreachable) as refused:
        await line.feed.Read(READ)
    assert refused.value.detail["office"] == "数据库"
    assert len(line.county.seen) == 1


async def test_an_office_that_is_down_is_unreachable_and_found_again(offices: Offices) -> None:
    tls = offices.tls(COUNTY)
    async with serving(tls, County()) as address:
        channel = open_channel(address, office=COUNTY, tls=offices.tls(SCHOOL))
        feed = exchange_pb2_grpc.FeedServiceStub(channel)
        await feed.Read(READ)
    with pytest.raises(Unreachable) as refused:
        await feed.Read(READ)
    assert refused.value.detail["office"].endswith("学籍主管部门")
    async with serving(tls, County(), listen=address):
        async with asyncio.timeout(20):
            while True:
                try:
                    await feed.Read(READ)
                    break
                except Unreachable:
                    await asyncio.sleep(0.05)
    await channel.close()


async def test_more_calls_than_allowed_are_turned_away_as_unreachable(offices: Offices) -> None:
    county, entered, leave = County(), asyncio.Event(), asyncio.Event()

    async def wait(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        entered.set()
        await leave.wait()
        return exchange_pb2.ReadResponse()

    county.answer = wait
    tls: dict[str, Any] = {"server": offices.tls(COUNTY), "client": offices.tls(SCHOOL)}
    async with a_line(**tls, county=county, concurrent_calls_max=1) as line:
        first = asyncio.ensure_future(line.feed.Read(READ))
        await entered.wait()
        with pytest.raises(Unreachable):
            await line.feed.Read(READ)
        leave.set()
        await first


# --- Coming, going, renewing ---


async def test_health_asks_for_no_identity(offices: Offices) -> None:
    tls: dict[str, Any] = {"server": offices.tls(COUNTY), "client": offices.tls(SCHOOL)}
    async with a_line(**tls, environment="production") as line:
        health: Any = health_pb2_grpc.HealthStub(line.channel)
        for service in ("", "xueji.exchange.v1.FeedService"):
            told = await health.Check(health_pb2.HealthCheckRequest(service=service))
            assert told.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_names_the_services_to_an_office(line: Line) -> None:
    channel: Any = line.channel
    reflection: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    answers = [answer async for answer in reflection.ServerReflectionInfo(iter([asked]))]
    named = {service.name for service in answers[0].list_services_response.service}
    assert {"xueji.exchange.v1.FeedService", "grpc.health.v1.Health"} <= named


async def test_a_stopping_server_finishes_what_it_accepted(offices: Offices) -> None:
    county, entered, leave = County(), asyncio.Event(), asyncio.Event()

    async def wait(_: Any, __: Any) -> exchange_pb2.ReadResponse:
        entered.set()
        await leave.wait()
        return exchange_pb2.ReadResponse(entries=[exchange_pb2.Entry(sequence=5)])

    county.answer = wait
    server = RpcServer(listen="127.0.0.1:0", tls=offices.tls(COUNTY), environment="dev")
    server.add(exchange_pb2_grpc.add_FeedServiceServicer_to_server, county, "xueji.exchange.v1.FeedService")
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}", office=COUNTY, tls=offices.tls(SCHOOL)) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        watch = health.Watch(health_pb2.HealthCheckRequest())
        states = aiter(watch)
        assert (await anext(states)).status == health_pb2.HealthCheckResponse.SERVING
        accepted = asyncio.ensure_future(exchange_pb2_grpc.FeedServiceStub(channel).Read(READ))
        await entered.wait()
        stopping = asyncio.ensure_future(server.stop(10))
        assert (await anext(states)).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watch.cancel()
        leave.set()
        assert (await accepted).entries[0].sequence == 5
        await stopping


async def until(moment: datetime) -> None:
    await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())


async def test_renewed_certificates_are_taken_up_by_both_ends_without_a_restart(offices: Offices) -> None:
    """Both begin with certificates that end in seconds, and go on when the files were replaced."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    short = timedelta(minutes=1, seconds=4)
    server_tls, client_tls = (offices.tls(who, lifetime=short, not_before=begun) for who in (COUNTY, SCHOOL))
    async with a_line(server=server_tls, client=client_tls, connection_age_seconds_max=1) as line:
        await line.feed.Read(READ)
        for files, who in ((server_tls, COUNTY), (client_tls, SCHOOL)):
            renewed = offices.tls(who)
            for old, new in ((files.key, renewed.key), (files.certificate, renewed.certificate)):
                shutil.copy(new, old.with_suffix(".new"))
                old.with_suffix(".new").replace(old)
        # Past the end of the first certificates, and of the connections that they began.
        await until(begun + short + timedelta(seconds=1.5))
        line.county.seen.clear()
        await line.feed.Read(READ)
        assert line.county.seen == [Identity("dev", SCHOOL)]


async def test_a_port_in_use_is_an_error_at_the_start(line: Line, offices: Offices) -> None:
    second = RpcServer(listen=line.address, tls=offices.tls(COUNTY), environment="dev")
    with pytest.raises(RuntimeError):
        await second.start()


async def test_a_call_carries_its_trace(line: Line) -> None:
    with trace.use_span(TracerProvider().get_tracer("test").start_span("outer")) as span:
        await line.feed.Read(READ)
        trace_id = f"{span.get_span_context().trace_id:032x}"
    assert trace_id in line.county.metadata[0]["traceparent"]


async def test_calls_are_counted_by_method_and_status(offices: Offices) -> None:
    metrics = Metrics()
    tls: dict[str, Any] = {"server": offices.tls(COUNTY), "client": offices.tls(SCHOOL)}
    async with a_line(**tls, metrics=metrics) as line:
        await line.feed.Read(READ)
        with pytest.raises(RequestMalformed):
            await line.feed.Read(exchange_pb2.ReadRequest(after=-1, limit=1))
    for code in ("OK", "INVALID_ARGUMENT"):
        labels = {"method": "/xueji.exchange.v1.FeedService/Read", "code": code}
        assert metrics.registry.get_sample_value("xueji_rpc_seconds_count", labels) == 1
