"""Asking the population register (国家人口基础信息库): another ministry's system, where the operator says it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import grpc

from chassis.logs import get_logger
from chassis.rpc import TlsFiles
from chassis.rpc.tls import channel_credentials
from kernel.refusals import PopulationRegisterDown, PopulationRegisterMissing
from national_index.domain.confirming import Candidate, Match
from xueji.population.v1 import population_pb2, population_pb2_grpc

MATCH_SECONDS = 10.0

_MATCHES = {
    population_pb2.OUTCOME_MATCH: Match.MATCH,
    population_pb2.OUTCOME_MISMATCH: Match.MISMATCH,
    population_pb2.OUTCOME_UNKNOWN: Match.UNKNOWN,
}

log = get_logger()


@dataclass(frozen=True)
class PopulationRegister:
    """The line to it; ``channel`` is None where the operator named none."""

    channel: grpc.aio.Channel | None

    async def match(self, candidates: Sequence[Candidate]) -> dict[str, Match]:
        """What it says of each, by student key; it is asked once for all, and nothing where there is nobody.

        Raises:
            PopulationRegisterMissing: none is named. PopulationRegisterDown: no answer in time, or one without sense.
        """
        if not candidates:
            return {}
        if self.channel is None:
            raise PopulationRegisterMissing
        request = population_pb2.MatchRequest(
            citizen_ids=[one.citizen_id for one in candidates], names=[one.name for one in candidates]
        )
        try:
            stub = population_pb2_grpc.PopulationRegisterServiceStub(self.channel)
            answer = await stub.Match(request, timeout=MATCH_SECONDS)
            return {one.student_key: _MATCHES[said] for one, said in zip(candidates, answer.outcomes, strict=True)}
        except grpc.aio.AioRpcError as failed:
            log.warning("population_register_unanswered", code=failed.code().name)
            raise PopulationRegisterDown from failed
        except (KeyError, ValueError) as nonsense:
            log.warning("population_register_unreadable", count=len(candidates))
            raise PopulationRegisterDown from nonsense


def open_register(address: str, host: str, *, tls: TlsFiles) -> grpc.aio.Channel:
    """A channel over mutual TLS. Raises OSError where a file cannot be read.

    Args:
        host: the DNS name that its certificate must carry.
    """
    options: list[tuple[str, str | int]] = [
        ("grpc.ssl_target_name_override", host),
        ("grpc.enable_http_proxy", 0),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
    return grpc.aio.secure_channel(address, channel_credentials(tls), options=options)
