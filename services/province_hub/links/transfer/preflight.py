"""Asking another province's hub what stands against a transfer, while a registrar waits."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.inquiry.preflight_wire import finding_from_message
from chassis.logs import get_logger
from kernel.preflight import Finding
from kernel.refusals import ProvinceNotInDirectory, Unreachable
from province_hub.links.transfer.peers import Peers
from province_hub.usecases.preflight import Wish
from xueji.transfer.v1 import preflight_pb2, preflight_pb2_grpc

ACROSS_SECONDS = 8.0  # of those that the person waits; the tiers between have their share
_SECONDS_LEAST = 0.5

log = get_logger()


@dataclass(frozen=True)
class PreflightLink:
    """Asks the hub that has the record; ``peers`` is None for a hub that knows no others."""

    peers: Peers | None

    async def ask(self, wish: Wish, *, seconds_left: float | None) -> tuple[Finding, ...] | None:
        """What the other province says; None where it does not answer now.

        Raises:
            Refusal: as the other hub refused.
        """
        province = wish.releasing_school[2:4]
        seconds = ACROSS_SECONDS if seconds_left is None else min(ACROSS_SECONDS, seconds_left - 1)
        request = preflight_pb2.AskRequest(
            school=wish.school,
            school_system=wish.school_system,
            releasing_school=wish.releasing_school,
            procedure=wish.procedure,
            values=wish.values,
            document_number=wish.document_number,
            evidence=wish.evidence,
        )
        if self.peers is None:
            return None
        try:
            stub = preflight_pb2_grpc.PreflightServiceStub(self.peers.channel(province))
            answer = await stub.Ask(request, timeout=max(seconds, _SECONDS_LEAST))
        except (Unreachable, ProvinceNotInDirectory) as silent:
            log.warning("preflight_unanswered", code=silent.code)
            return None
        return tuple(finding_from_message(one) for one in answer.findings)
