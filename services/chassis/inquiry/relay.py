"""Asking the tier above, with this node's own identity and for an office below it."""

from __future__ import annotations

from typing import Any

import grpc

from chassis.rpc import office_label
from kernel.office import Office
from kernel.refusals import InquiryUnanswered, Unreachable
from xueji.inquiry.v1 import inquiry_pb2_grpc

RELAY_SECONDS = 25.0  # as long as a person waits; counting a province takes some of it
HOP_SECONDS = 1.0  # what this tier keeps of the caller's time, so that it can still say who did not answer
_SECONDS_LEAST = 0.5


class Relay:
    """The tier above, as whom a question is put to.

    Args:
        channel: to its node. above: whose it is.
    """

    def __init__(self, channel: grpc.aio.Channel, *, above: Office) -> None:
        self._stub = inquiry_pb2_grpc.InquiryServiceStub(channel)
        self._above = above

    async def ask(self, method: str, request: Any, *, asker: Office, seconds_left: float | None) -> Any:
        """What the tier above answers.

        Args:
            method: of ``InquiryService``. request: as it came; who it is for is replaced.
            seconds_left: until the caller's own deadline; None where it has none.

        Raises:
            InquiryUnanswered: nobody answered in time; it names who.
            Refusal: as the tier above refused.
        """
        asked = getattr(self._stub, method)
        return await ask_above(asked, request, asker=asker, above=self._above, seconds_left=seconds_left)


async def ask_above(method: Any, request: Any, *, asker: Office, above: Office, seconds_left: float | None) -> Any:
    """What ``above`` answers to the request as it came, but for whom it is for; raises as ``Relay.ask``."""
    passed_on = type(request)()
    passed_on.CopyFrom(request)
    passed_on.asked_for = str(asker)
    seconds = RELAY_SECONDS if seconds_left is None else min(RELAY_SECONDS, seconds_left - HOP_SECONDS)
    try:
        return await method(passed_on, timeout=max(seconds, _SECONDS_LEAST))
    except Unreachable as silent:
        raise InquiryUnanswered(office=office_label(above)) from silent
