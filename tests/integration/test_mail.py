"""Letters over a real broker with real certificates, and over a broker that dies and forgets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from chassis.mail import LETTER_BYTES_MAX, Delivery, PostOffice
from chassis.rpc import TlsFiles
from console.parts.certificates import DevelopmentAuthority
from console.parts.nats import EmbeddedNats
from console.parts.run_directory import RunDirectory
from kernel.office import Identity, Office, Tier
from kernel.refusals import IdentityNotProven, MessageTooLarge, Unreachable

HENAN = Office(Tier.PROVINCE, "41")
GUANGDONG = Office(Tier.PROVINCE, "44")
STRANGER = Office(Tier.PROVINCE, "65")
SOON_SECONDS = 20.0


@dataclass
class Broker:
    part: EmbeddedNats
    authority: DevelopmentAuthority
    folder: Path

    def tls(self, office: Office, **life: Any) -> TlsFiles:
        issued = self.authority.issue_tls(Identity("dev", office).uri, self.folder / office.code, **life)
        return TlsFiles(certificate=issued.cert, key=issued.key, authority=issued.ca)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with RunDirectory() as run:
        authority = DevelopmentAuthority.create(run.folder("ca"))
        part = EmbeddedNats(run, authority, provinces=("41", "44"))
        part.start()
        yield Broker(part, authority, run.folder("hubs"))
        part.stop()


@dataclass
class Hub:
    """A post office whose inbox is a list."""

    office: PostOffice
    inbox: list[Delivery] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    async def take(self, delivery: Delivery) -> None:
        self.inbox.append(delivery)
        if self.failing:
            raise self.failing.pop()

    def ids(self) -> list[str]:
        return [delivery.message_id for delivery in self.inbox]

    async def has(self, *message_ids: str) -> None:
        await eventually(lambda: set(message_ids) <= set(self.ids()))


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def until_sent(publish: Callable[[], Awaitable[None]]) -> None:
    """As the outbox does: again, until the broker took it."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            try:
                return await publish()
            except Unreachable:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def hub_at(broker: Broker, office: Office) -> AsyncIterator[Hub]:
    hub = Hub(PostOffice(servers=[broker.part.url], tls=broker.tls(office), office=office))
    await hub.office.connect()
    receiving = asyncio.create_task(hub.office.deliveries(hub.take))
    try:
        yield hub
    finally:
        await hub.office.close()
        await asyncio.wait_for(receiving, SOON_SECONDS)


@pytest.fixture
async def henan(broker: Broker) -> AsyncIterator[Hub]:
    async with hub_at(broker, HENAN) as hub:
        yield hub


@pytest.fixture
async def guangdong(broker: Broker) -> AsyncIterator[Hub]:
    async with hub_at(broker, GUANGDONG) as hub:
        yield hub


def letter(hub: Hub, to: str, message_id: str, sealed: str = "sealed") -> Callable[[], Awaitable[None]]:
    return lambda: hub.office.publish(receiver=to, message_id=message_id, sealed=sealed)


async def test_a_letter_arrives_once_with_its_sender_and_identity(henan: Hub, guangdong: Hub) -> None:
    await until_sent(letter(henan, "44", "41-1-1", "eyJ.x"))
    await guangdong.has("41-1-1")
    (delivery,) = [d for d in guangdong.inbox if d.message_id == "41-1-1"]
    assert delivery == Delivery(sender="41", message_id="41-1-1", sealed="eyJ.x", attempts=1)
    assert "eyJ" not in repr(delivery)
    await until_sent(letter(guangdong, "41", "44-1-1"))
    await henan.has("44-1-1")


async def test_a_letter_that_was_not_taken_comes_again(henan: Hub, guangdong: Hub) -> None:
    guangdong.failing.append(RuntimeError("database down"))
    await until_sent(letter(henan, "44", "41-1-2"))
    await eventually(lambda: guangdong.ids().count("41-1-2") == 2)
    assert guangdong.inbox[-1].attempts == 2


async def test_a_taken_letter_does_not_come_to_the_next_process_and_an_untaken_one_does(
    broker: Broker, henan: Hub
) -> None:
    async with hub_at(broker, GUANGDONG) as first:
        await until_sent(letter(henan, "44", "41-1-3"))
        await first.has("41-1-3")
    await until_sent(letter(henan, "44", "41-1-4"))
    async with hub_at(broker, GUANGDONG) as second:
        await second.has("41-1-4")
        assert "41-1-3" not in second.ids()


async def test_a_letter_too_large_is_refused_by_name_and_the_largest_travels(henan: Hub, guangdong: Hub) -> None:
    with pytest.raises(MessageTooLarge):
        await letter(henan, "44", "41-1-5", "x" * (LETTER_BYTES_MAX + 1))()
    await until_sent(letter(henan, "44", "41-1-6", "x" * LETTER_BYTES_MAX))
    await guangdong.has("41-1-6")


async def test_a_receiver_that_cannot_be_is_refused(henan: Hub) -> None:
    for receiver in ("*", "44.41", "444", ""):
        with pytest.raises(IdentityNotProven):
            await letter(henan, receiver, "41-1-7")()


async def test_a_hub_without_a_stream_or_a_name_at_the_broker_is_unreachable(henan: Hub) -> None:
    with pytest.raises(Unreachable):
        await letter(henan, "65", "41-1-8")()


async def test_a_hub_that_the_broker_does_not_know_says_unreachable_and_stops_in_order(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.mail.connection.CONNECT_SECONDS", 1.0)
    async with hub_at(broker, STRANGER) as stranger:
        assert not stranger.office.is_connected
        with pytest.raises(Unreachable):
            await letter(stranger, "41", "65-1-1")()


async def test_what_is_no_letter_is_put_aside_and_does_not_stop_the_others(
    broker: Broker, henan: Hub, guangdong: Hub
) -> None:
    await until_sent(letter(henan, "44", "41-1-9"))
    raw: Client = henan.office._connection._client  # type: ignore[assignment]
    for content, headers in ((b"no id", None), ("长".encode(), {"Nats-Msg-Id": "41-1-10"})):
        await raw.jetstream().publish("letter.44.41", content, headers=headers)
    await until_sent(letter(henan, "44", "41-1-11"))
    await guangdong.has("41-1-9", "41-1-11")
    assert "41-1-10" not in guangdong.ids()


async def test_after_the_broker_was_killed_letters_go_on_by_themselves(
    broker: Broker, henan: Hub, guangdong: Hub
) -> None:
    await until_sent(letter(henan, "44", "41-2-1"))
    await guangdong.has("41-2-1")
    broker.part.kill()
    await eventually(lambda: not henan.office.is_connected)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        await letter(henan, "44", "41-2-2")()
    assert time.monotonic() - began < 1, "a broker known to be down is not waited for"
    await asyncio.to_thread(broker.part.start)
    await until_sent(letter(henan, "44", "41-2-2"))
    await guangdong.has("41-2-2")


async def test_after_the_broker_lost_everything_letters_go_on_by_themselves(
    broker: Broker, henan: Hub, guangdong: Hub
) -> None:
    await until_sent(letter(henan, "44", "41-3-1"))
    await guangdong.has("41-3-1")
    broker.part.kill()
    broker.part.wipe_storage()
    await asyncio.to_thread(broker.part.start)
    began = time.monotonic()
    # Nobody has acknowledged the first in a letter of its own: it is in the outbox, and goes again.
    for message_id in ("41-3-1", "41-3-2"):
        await until_sent(letter(henan, "44", message_id))
    await until_sent(letter(guangdong, "41", "44-3-1"))
    await guangdong.has("41-3-2")
    await henan.has("44-3-1")
    await eventually(lambda: guangdong.ids().count("41-3-1") == 2)
    assert time.monotonic() - began < SOON_SECONDS


async def test_a_hub_that_starts_before_the_broker_finds_it_later(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.mail.connection.CONNECT_SECONDS", 1.0)
    broker.part.kill()
    try:
        async with hub_at(broker, HENAN) as hub:
            with pytest.raises(Unreachable):
                await letter(hub, "41", "41-4-1")()
            await asyncio.to_thread(broker.part.start)
            await until_sent(hub.office.ensure_stream)
    finally:
        with suppress(AssertionError):
            broker.part.start()


async def test_a_renewed_certificate_is_shown_at_the_next_connection(broker: Broker) -> None:
    """The hub connects with a certificate that ends in seconds, and again when that one has ended."""
    begun, lifetime = datetime.now(UTC) - timedelta(minutes=1), timedelta(minutes=1, seconds=3)
    tls = broker.tls(HENAN, lifetime=lifetime, not_before=begun)
    office = PostOffice(servers=[broker.part.url], tls=tls, office=HENAN)
    await office.connect()
    assert office.is_connected
    renewed = broker.authority.issue_tls(Identity("dev", HENAN).uri, broker.folder / "renewed")
    renewed.cert.replace(tls.certificate)
    broker.part.kill()
    await eventually(lambda: not office.is_connected)
    renewed.key.replace(tls.key)
    await asyncio.sleep((begun + lifetime + timedelta(seconds=1) - datetime.now(UTC)).total_seconds())
    await asyncio.to_thread(broker.part.start)
    await until_sent(office.ensure_stream)
    await office.close()


async def test_a_letter_in_hand_is_finished_before_the_office_closes(broker: Broker, henan: Hub) -> None:
    in_hand, leave, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def take_slowly(delivery: Delivery) -> None:
        if delivery.message_id == "41-5-1":
            in_hand.set()
            await leave.wait()
            finished.set()

    office = PostOffice(servers=[broker.part.url], tls=broker.tls(GUANGDONG), office=GUANGDONG)
    await office.connect()
    receiving = asyncio.create_task(office.deliveries(take_slowly))
    await until_sent(letter(henan, "44", "41-5-1"))
    await asyncio.wait_for(in_hand.wait(), SOON_SECONDS)
    closing = asyncio.create_task(office.close())
    await asyncio.sleep(0)
    leave.set()
    await closing
    await asyncio.wait_for(receiving, 2)
    assert finished.is_set()
    async with hub_at(broker, GUANGDONG) as later:
        await until_sent(letter(henan, "44", "41-5-2"))
        await later.has("41-5-2")
        assert "41-5-1" not in later.ids(), "it was acknowledged"
