"""The broker of a run lets each hub send in its own name and read its own letters, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import DiscardPolicy, StorageType, StreamConfig, StreamInfo, StreamSource
from nats.js.errors import NoStreamResponseError

from console.parts.certificates import DevelopmentAuthority, TlsFiles
from console.parts.containers import ContainerNats, docker_reachable
from console.parts.nats import EmbeddedNats
from console.parts.protocols import NatsPart
from console.parts.run_directory import RunDirectory

PROVINCES = ("13", "41", "44")


@pytest.fixture(scope="module")
def run() -> Iterator[RunDirectory]:
    with RunDirectory() as entered:
        yield entered


@pytest.fixture(scope="module")
def authority(run: RunDirectory) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(run.folder("ca"))


@pytest.fixture(scope="module", params=["embedded", pytest.param("container", marks=pytest.mark.container)])
def broker(request: pytest.FixtureRequest, run: RunDirectory, authority: DevelopmentAuthority) -> Iterator[NatsPart]:
    if request.param == "container" and not docker_reachable():
        pytest.skip("no Docker engine answers")
    kind = EmbeddedNats if request.param == "embedded" else ContainerNats
    part: NatsPart = kind(run, authority, provinces=PROVINCES)
    part.start()
    yield part
    part.stop()


@dataclass
class Hub:
    """A province's connection to the broker, and what the broker denied it."""

    province: str
    connection: Client
    denied: list[str]

    async def make_stream(self, *, of: str | None = None) -> StreamInfo:
        province = of or self.province
        return await self.connection.jetstream(timeout=2).add_stream(
            StreamConfig(
                name=f"LETTERS_{province}",
                subjects=[f"letter.{province}.*"],
                storage=StorageType.FILE,
                discard=DiscardPolicy.NEW,
                max_age=14 * 24 * 3600,
            )
        )

    async def send(self, to: str, body: bytes, *, sender: str | None = None, letter_id: str = "") -> int:
        headers = {"Nats-Msg-Id": letter_id} if letter_id else None
        subject = f"letter.{to}.{sender or self.province}"
        answer = await self.connection.jetstream().publish(subject, body, timeout=2, headers=headers)
        assert answer.stream == f"LETTERS_{to}"
        return answer.seq

    async def read(self, count: int) -> list[tuple[str, bytes]]:
        own = f"LETTERS_{self.province}"
        inbox = await self.connection.jetstream().pull_subscribe(f"letter.{self.province}.*", "inbox", stream=own)
        letters = await inbox.fetch(count, timeout=5)
        for letter in letters:
            await letter.ack_sync(timeout=2)
        await inbox.unsubscribe()
        return [(letter.subject, letter.data) for letter in letters]


def tls_of(files: TlsFiles, *, trust: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(trust or files.ca))
    context.load_cert_chain(str(files.cert), str(files.key))
    return context


async def connection_of(broker: NatsPart, tls: ssl.SSLContext, inbox: str, denied: list[str]) -> Client:
    async def note(error: Exception) -> None:
        denied.append(str(error))

    return await nats.connect(
        broker.url, tls=tls, inbox_prefix=inbox, error_cb=note, allow_reconnect=False, connect_timeout=5
    )


@pytest.fixture
async def hubs(run: RunDirectory, authority: DevelopmentAuthority, broker: NatsPart) -> AsyncIterator[tuple[Hub, Hub]]:
    """Hubs 41 and 44, connected to a broker that has forgotten everything of the test before."""
    broker.stop()
    broker.wipe_storage()
    broker.start()
    pair = []
    for province in ("41", "44"):
        files = authority.issue_tls(f"spiffe://xueji/dev/province/{province}", run.folder(f"hub-{province}"))
        denied: list[str] = []
        connection = await connection_of(broker, tls_of(files), f"_INBOX_{province}", denied)
        pair.append(Hub(province, connection, denied))
    yield pair[0], pair[1]
    for hub in pair:
        with contextlib.suppress(nats.errors.Error, OSError):
            await hub.connection.close()


async def test_a_hub_makes_its_own_stream_and_reads_what_another_sent(hubs: tuple[Hub, Hub]) -> None:
    henan, guangdong = hubs
    made = await henan.make_stream()
    assert made.config.retention == "limits"
    assert (await henan.connection.jetstream(timeout=2).account_info()).streams == 1
    assert await guangdong.send("41", b"sealed") == 1
    assert await henan.read(1) == [("letter.41.44", b"sealed")]
    assert henan.denied == []
    assert guangdong.denied == []


async def test_the_same_letter_twice_is_stored_once(hubs: tuple[Hub, Hub]) -> None:
    henan, guangdong = hubs
    await henan.make_stream()
    assert await guangdong.send("41", b"sealed", letter_id="44.1.7") == 1
    assert await guangdong.send("41", b"sealed", letter_id="44.1.7") == 1
    assert (await henan.connection.jetstream().stream_info("LETTERS_41")).state.messages == 1


async def test_a_letter_to_a_hub_without_a_stream_is_refused_at_once(hubs: tuple[Hub, Hub]) -> None:
    with pytest.raises(NoStreamResponseError):
        await hubs[1].send("41", b"sealed")


async def test_no_hub_can_send_in_the_name_of_another(hubs: tuple[Hub, Hub]) -> None:
    henan, guangdong = hubs
    await henan.make_stream()
    for sender in ("41", "13"):
        with pytest.raises(nats.errors.TimeoutError):
            await guangdong.send("41", b"forged", sender=sender)
    assert len(guangdong.denied) == 2
    assert (await henan.connection.jetstream().stream_info("LETTERS_41")).state.messages == 0


async def test_no_hub_can_make_inspect_read_or_empty_the_stream_of_another(hubs: tuple[Hub, Hub]) -> None:
    henan, guangdong = hubs
    await henan.make_stream()
    await guangdong.send("41", b"sealed")
    for operation, body in (
        ("STREAM.CREATE.LETTERS_41", {"name": "LETTERS_41", "subjects": ["letter.41.*"]}),
        ("STREAM.INFO.LETTERS_41", {}),
        ("STREAM.MSG.GET.LETTERS_41", {"seq": 1}),
        ("STREAM.PURGE.LETTERS_41", {}),
        ("STREAM.DELETE.LETTERS_41", {}),
        ("STREAM.NAMES", {}),
        ("CONSUMER.DURABLE.CREATE.LETTERS_41.spy", {"stream_name": "LETTERS_41"}),
        ("CONSUMER.MSG.NEXT.LETTERS_41.inbox", {}),
        ("DIRECT.GET.LETTERS_41", {"seq": 1}),
    ):
        with pytest.raises(nats.errors.TimeoutError):
            await guangdong.connection.request(f"$JS.API.{operation}", json.dumps(body).encode(), timeout=0.3)
        assert operation.lower() in guangdong.denied[-1].lower()
    assert await henan.read(1) == [("letter.41.44", b"sealed")]


async def test_a_hub_that_mirrors_another_hubs_stream_gets_nothing(hubs: tuple[Hub, Hub]) -> None:
    """Its own stream it may create as it likes; that of another account is not there to be mirrored."""
    henan, guangdong = hubs
    await henan.make_stream()
    await guangdong.send("41", b"sealed")
    jetstream = guangdong.connection.jetstream(timeout=2)
    await jetstream.add_stream(StreamConfig(name="LETTERS_44", mirror=StreamSource(name="LETTERS_41")))
    assert await henan.read(1) == [("letter.41.44", b"sealed")]
    assert (await jetstream.stream_info("LETTERS_44")).state.messages == 0


async def test_no_hub_can_listen_to_letters_or_to_the_inbox_of_another(hubs: tuple[Hub, Hub]) -> None:
    henan, guangdong = hubs
    await henan.make_stream()
    heard: list[str] = []

    async def note(message: Msg) -> None:
        heard.append(message.subject)

    for subject in ("letter.>", "letter.41.*", "_INBOX_41.>", ">", "$JS.>"):
        await guangdong.connection.subscribe(subject, cb=note)
    await guangdong.connection.flush()
    await guangdong.send("41", b"sealed")
    await henan.read(1)
    assert heard == []
    assert len(guangdong.denied) == 5


async def test_letters_survive_a_kill_and_a_wipe_loses_them_on_the_same_port(
    run: RunDirectory, authority: DevelopmentAuthority, broker: NatsPart, hubs: tuple[Hub, Hub]
) -> None:
    henan, guangdong = hubs
    await henan.make_stream()
    await guangdong.send("41", b"sealed")
    url = broker.url
    files = authority.issue_tls("spiffe://xueji/dev/province/41", run.folder("hub-41-again"))
    for wiped in (False, True):
        await asyncio.to_thread(broker.kill)
        if wiped:
            broker.wipe_storage()
        await asyncio.to_thread(broker.start)
        assert broker.url == url
        again = Hub("41", await connection_of(broker, tls_of(files), "_INBOX_41", []), [])
        info = await again.connection.jetstream(timeout=2).account_info()
        assert info.streams == (0 if wiped else 1)
        if not wiped:
            assert await again.read(1) == [("letter.41.44", b"sealed")]
        await again.connection.close()


async def refused(broker: NatsPart, tls: ssl.SSLContext) -> bool:
    try:
        connection = await connection_of(broker, tls, "_INBOX_41", [])
    except (nats.errors.Error, OSError):
        return True
    await connection.close()
    return False


async def test_only_a_hub_with_a_living_certificate_of_this_authority_comes_in(
    run: RunDirectory, authority: DevelopmentAuthority, broker: NatsPart, tmp_path: Path
) -> None:
    henan = "spiffe://xueji/dev/province/41"
    good = authority.issue_tls(henan, tmp_path / "good")
    ended = authority.issue_tls(henan, tmp_path / "ended", not_before=datetime.now(UTC) - timedelta(days=8))
    foreign = DevelopmentAuthority.create(tmp_path / "ca").issue_tls(henan, tmp_path / "foreign")
    unlisted = authority.issue_tls("spiffe://xueji/dev/province/65", tmp_path / "unlisted")
    school = authority.issue_tls("spiffe://xueji/dev/school/2141000001", tmp_path / "school")
    desk = authority.issue_tls(f"{henan}/desk/officer/li", tmp_path / "desk")
    nameless = ssl.create_default_context(cafile=str(good.ca))

    assert not await refused(broker, tls_of(good))
    assert await refused(broker, nameless)
    for files in (ended, foreign, unlisted, school, desk):
        assert await refused(broker, tls_of(files, trust=good.ca)), files.cert
