"""A stand-in for the population register (国家人口基础信息库), which is another ministry's and on no machine of ours.

It keeps the contract of protos/xueji/population/v1 over mutual TLS and behaves like one: whom it does not know, whose
name differs, that it is slow, that it is down. What it knows is a file, read at every call; without one, everybody has
the citizen ID that is asked about.

    {"names": {"<citizen id>": "<name>"}, "unknown": ["<citizen id>"], "delay_seconds": 0, "down": false}
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from chassis.rpc import TlsFiles
from chassis.rpc.tls import server_credentials
from console.parts.certificates import DevelopmentAuthority
from console.parts.ports import LOOPBACK, free_port
from console.parts.run_directory import RunDirectory
from xueji.population.v1 import population_pb2, population_pb2_grpc

KNOWLEDGE = "population.json"
_THREADS = 2


@dataclass(frozen=True)
class Knowledge:
    """What it knows and how it is today.

    Attributes:
        names: by citizen ID, under which name it is registered; who is not here is registered under any.
        unknown: citizen IDs that nobody has.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    delay_seconds: float = 0.0
    down: bool = False

    @classmethod
    def read(cls, file: Path) -> Knowledge:
        if not file.exists():
            return cls()
        told: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return cls(**{**told, "unknown": frozenset(told.get("unknown", ()))})

    def outcome(self, citizen_id: str, name: str) -> population_pb2.Outcome.ValueType:
        if citizen_id in self.unknown:
            return population_pb2.OUTCOME_UNKNOWN
        matches = self.names.get(citizen_id, name) == name
        return population_pb2.OUTCOME_MATCH if matches else population_pb2.OUTCOME_MISMATCH


class PopulationStandIn(population_pb2_grpc.PopulationRegisterServiceServicer):
    """A part in threads of this process, at one port from start to start.

    Attributes:
        knowledge: the file that says what it knows.
    """

    def __init__(self, run: RunDirectory, authority: DevelopmentAuthority) -> None:
        folder = run.folder("population")
        issued = authority.issue_population_tls(folder)
        self._tls = TlsFiles(issued.cert, issued.key, issued.ca)
        self.knowledge = folder / KNOWLEDGE
        self.port = free_port()
        self._server: grpc.Server | None = None

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        server = grpc.server(ThreadPoolExecutor(_THREADS, thread_name_prefix="population"))
        population_pb2_grpc.add_PopulationRegisterServiceServicer_to_server(self, server)
        server.add_secure_port(self.address, server_credentials(self._tls))
        server.start()
        self._server = server

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop(grace=None).wait()
            self._server = None

    def kill(self) -> None:
        self.stop()  # it keeps nothing

    def Match(
        self, request: population_pb2.MatchRequest, context: grpc.ServicerContext
    ) -> population_pb2.MatchResponse:
        knowledge = Knowledge.read(self.knowledge)
        time.sleep(knowledge.delay_seconds)
        if knowledge.down:
            context.abort(grpc.StatusCode.UNAVAILABLE, "down")
        pairs = zip(request.citizen_ids, request.names, strict=True)
        return population_pb2.MatchResponse(outcomes=[knowledge.outcome(*pair) for pair in pairs])
