"""A hub's post office: puts letters into other hubs' streams, and takes its own out of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from nats.aio.msg import Msg
from nats.errors import Error, NoRespondersError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, BadRequestError, NoStreamResponseError

from chassis import kill_points
from chassis.logs import get_logger
from chassis.mail.connection import BROKER_LABEL, BrokerConnection
from chassis.rpc.labels import office_label
from chassis.rpc.tls import TlsFiles
from kernel.office import Office, Tier
from kernel.refusals import MessageTooLarge, Refusal, Unreachable

# Below the 1 MiB that a broker takes where nobody configured it otherwise.
LETTER_BYTES_MAX = 900_000
LETTERS_KEPT_SECONDS = 14 * 24 * 3600
_LETTERS_PER_SENDER_MAX = 1_000_000  # so that one hub gone wrong cannot fill another's stream for all the rest
_HEADER_BYTES_MAX = 4096

PUBLISH_SECONDS = 5.0
_FETCH_LETTERS_MAX = 32
_FETCH_SECONDS = 3.0
_IDLE_PAUSE_SECONDS = 0.1
_RESUME_SECONDS = 0.5
_ACK_WAIT_SECONDS = 60.0
_ACKS_PENDING_MAX = 256
_RETRY_SECONDS_MAX = 300.0

_CONSUMER = "hub"
_MESSAGE_ID_HEADER = "Nats-Msg-Id"
_MESSAGE_ID_FORM = re.compile(r"[!-~]{1,200}")
_NAME_TAKEN_BY_OTHER_CONFIGURATION = 10058  # nats-server's error code JSStreamNameExistErr

log = get_logger()


@dataclass(frozen=True)
class Delivery:
    """A letter as it came.

    Attributes:
        sender: two digits of the province that put it into our stream, held true by the broker and by nobody else: what
            is inside is believed by its signature.
        message_id: the sender's identity of the letter; the same may come again, and with it another content.
        sealed: JWE compact serialization, ASCII, at most ``LETTER_BYTES_MAX``.
        attempts: how often the broker delivered it, from 1.
    """

    sender: str
    message_id: str
    sealed: str = field(repr=False)
    attempts: int = 1


Handle = Callable[[Delivery], Awaitable[None]]


class PostOffice:
    """Sends and receives letters in the name of one hub.

    Args:
        servers: ``tls://host:port`` of the brokers.
        tls: the hub's TLS files.
        office: the hub.

    Raises:
        OSError: a TLS file cannot be read, or certificate and key do not belong together.
    """

    def __init__(self, *, servers: Sequence[str], tls: TlsFiles, office: Office) -> None:
        assert office.tier is Tier.PROVINCE, "only hubs send letters"
        self._code = office.code
        self._stream = f"LETTERS_{office.code}"
        self._connection = BrokerConnection(servers, tls=tls, name=str(office), inbox_prefix=f"_INBOX_{office.code}")
        self._closing = asyncio.Event()
        self._handling = asyncio.Lock()  # held while a letter is in hand
        self._interruption_told = False  # once per outage, not per attempt

    @property
    def is_connected(self) -> bool:
        return self._connection.is_up

    async def connect(self) -> None:
        """Connect; a broker that is not there is waited for a moment here, and for ever in the background."""
        await self._connection.open()

    async def close(self) -> None:
        """Finish the letter in hand and let go of the broker; ``deliveries`` returns."""
        self._closing.set()
        async with self._handling:
            await self._connection.close()

    async def ensure_stream(self) -> None:
        """See to it that this hub's stream exists as it should; again after the broker lost everything.

        Raises:
            Unreachable: the broker is not there.
        """
        configuration = StreamConfig(
            name=self._stream,
            subjects=[f"letter.{self._code}.*"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            discard_new_per_subject=True,
            max_msgs_per_subject=_LETTERS_PER_SENDER_MAX,
            max_msg_size=LETTER_BYTES_MAX + _HEADER_BYTES_MAX,
            max_age=LETTERS_KEPT_SECONDS,
            deny_delete=True,
            deny_purge=True,
        )
        jetstream = self._connection.jetstream()
        try:
            try:
                await jetstream.add_stream(configuration)
            except BadRequestError as differs:
                if differs.err_code != _NAME_TAKEN_BY_OTHER_CONFIGURATION:
                    raise
                await jetstream.update_stream(configuration)
        except (Error, OSError, TimeoutError) as failed:
            raise Unreachable(office=BROKER_LABEL) from failed

    async def publish(self, *, receiver: str, message_id: str, sealed: str) -> None:
        """Put a letter into another hub's stream, and return when the broker has it on its disk.

        That is no receipt: only the other hub's own letter is. Publishing the same again is harmless; within two
        minutes the broker drops it, and later the receiver's inbox knows it.

        Args:
            receiver: two digits of the province.
            message_id: the letter's identity, printable ASCII.
            sealed: JWE compact serialization.

        Raises:
            MessageTooLarge: it is longer than ``LETTER_BYTES_MAX``.
            Unreachable: the broker is not there, or the receiver has no stream or no room in it.
        """
        to = Office(Tier.PROVINCE, receiver)  # and so a subject cannot be made up
        assert _MESSAGE_ID_FORM.fullmatch(message_id), "an id travels in a header"
        letter = sealed.encode("ascii")
        if len(letter) > LETTER_BYTES_MAX:
            raise MessageTooLarge(most=f"{LETTER_BYTES_MAX // 1000} KB")
        kill_points.reached("letter", "before it is published")
        try:
            await self._connection.jetstream().publish(
                f"letter.{to.code}.{self._code}",
                letter,
                timeout=PUBLISH_SECONDS,
                headers={_MESSAGE_ID_HEADER: message_id},
            )
        except (NoStreamResponseError, NoRespondersError, APIError) as refused:
            raise Unreachable(office=office_label(to)) from refused
        except (Error, OSError, TimeoutError) as failed:
            raise Unreachable(office=BROKER_LABEL) from failed
        kill_points.reached("letter", "after it was published")

    async def deliveries(self, handle: Handle) -> None:
        """Give every letter that comes to ``handle``, one after the other, until ``close``.

        A letter is acknowledged to the broker when ``handle`` has returned, which therefore returns when the inbox row
        is committed and does nothing more. When it raises, the letter comes again after a while, for as long as the
        broker keeps it. The same letter may come at any time again.
        """
        while not self._closing.is_set():
            failed = await self._receive_until_closing(handle)
            if failed is not None and not (self._interruption_told or self._closing.is_set()):
                self._interruption_told = True
                log.warning("letters_interrupted", kind=type(failed).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _RESUME_SECONDS)

    async def _receive_until_closing(self, handle: Handle) -> Exception | None:
        """Receive until closing or an interruption, which is returned. nats-py lets requests of a closed connection
        run into their time limits, so what waits for the broker is cancelled; what handles a letter is not."""
        receiving = asyncio.create_task(self._receive(handle))
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({receiving, closing}, return_when=asyncio.FIRST_COMPLETED)
            async with self._handling:
                receiving.cancel()
            await receiving
        except (Unreachable, Error, OSError, TimeoutError) as interruption:
            return interruption
        except asyncio.CancelledError:
            if not self._closing.is_set():
                raise
        finally:
            receiving.cancel()
            closing.cancel()
        return None

    async def _receive(self, handle: Handle) -> None:
        await self._connection.wait_until_up()
        await self.ensure_stream()
        jetstream = self._connection.jetstream()
        await jetstream.add_consumer(
            self._stream,
            ConsumerConfig(
                name=_CONSUMER,
                durable_name=_CONSUMER,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=_ACK_WAIT_SECONDS,
                max_ack_pending=_ACKS_PENDING_MAX,
                max_deliver=-1,
            ),
        )
        subscription = await jetstream.pull_subscribe_bind(_CONSUMER, stream=self._stream)
        self._interruption_told = False
        log.info("letters_awaited")
        try:
            while True:
                for message in await self._fetched(jetstream, subscription):
                    async with self._handling:
                        await _deliver(message, handle)
        finally:
            with contextlib.suppress(Error, OSError):
                await subscription.unsubscribe()

    async def _fetched(self, jetstream: JetStreamContext, subscription: JetStreamContext.PullSubscription) -> list[Msg]:
        """What has come. An empty hand may mean no letter or no stream, and nats-py tells the two apart at times only:
        so the consumer is asked for, and its absence raised, which makes ``deliveries`` begin anew."""
        messages: list[Msg] = []
        with contextlib.suppress(TimeoutError):
            messages = await subscription.fetch(_FETCH_LETTERS_MAX, timeout=_FETCH_SECONDS)
        if not messages:
            await jetstream.consumer_info(self._stream, _CONSUMER)
            await asyncio.sleep(_IDLE_PAUSE_SECONDS)
        return messages


async def _deliver(message: Msg, handle: Handle) -> None:
    delivery = _delivery(message)
    if delivery is None:
        log.warning("letter_without_form", peer=message.subject.rpartition(".")[2])
        await message.term()
        return
    try:
        await handle(delivery)
    except Exception as failed:
        code = failed.code if isinstance(failed, Refusal) else type(failed).__name__
        log.warning("letter_not_taken", peer=delivery.sender, attempts=delivery.attempts, code=code, exc_info=failed)
        await message.nak(delay=min(2.0 ** (delivery.attempts - 1), _RETRY_SECONDS_MAX))
        return
    kill_points.reached("letter", "before the broker is told")
    await message.ack()
    kill_points.reached("letter", "after the broker was told")


def _delivery(message: Msg) -> Delivery | None:
    """None for what no post office of ours sends; it would come again for ever."""
    message_id = (message.headers or {}).get(_MESSAGE_ID_HEADER, "")
    if not _MESSAGE_ID_FORM.fullmatch(message_id) or len(message.data) > LETTER_BYTES_MAX or not message.data.isascii():
        return None
    return Delivery(
        sender=message.subject.rpartition(".")[2],
        message_id=message_id,
        sealed=message.data.decode("ascii"),
        attempts=message.metadata.num_delivered,
    )
