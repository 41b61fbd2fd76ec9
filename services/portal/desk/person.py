"""One person's desk, as the node offers it to them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
from functools import cached_property
from typing import Any, TypeVar

from flask import current_app, g
from flask_login import current_user

from kernel.office import Identity, Office
from portal.desk.lines import Lines
from portal.guard.accounts import Account
from portal.guard.door import door
from xueji.adjudication.v1 import adjudication_pb2_grpc, province_pb2_grpc
from xueji.deadline.v1 import deadline_pb2_grpc
from xueji.desk.v1 import desk_pb2_grpc, roster_pb2_grpc
from xueji.evidence.v1 import evidence_pb2_grpc
from xueji.index.v1 import index_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2_grpc
from xueji.record.v1 import record_pb2_grpc
from xueji.staff.v1 import staff_pb2_grpc
from xueji.suspicion.v1 import suspicion_pb2_grpc
from xueji.year.v1 import year_pb2_grpc

LINES = "portal.lines"

R = TypeVar("R")
A = TypeVar("A")
T = TypeVar("T")


class Desk:
    """The node's services under a person's own certificate. Each is made when it is first asked.

    Every method raises the refusal that the node answered with (``kernel.refusals``), ``Unreachable`` where it did not.
    """

    def __init__(self, lines: Lines, account: Account, address: str) -> None:
        self._lines = lines
        self._account = account
        self._channel = lines.channel(account, address)

    @property
    def who(self) -> Identity:
        return self._account.who

    def ask(self, method: Callable[[R], Awaitable[A]], request: R) -> A:
        """One question, one answer."""

        async def asked() -> A:
            return await method(request)

        return self._lines.run(asked())

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """A conversation of more than one answer, as a coroutine."""
        return self._lines.run(asked)

    def gather(self, answers: Callable[[], AsyncIterable[A]]) -> list[A]:
        """Every answer of a stream, where they are few."""

        async def asked() -> list[A]:
            return [answer async for answer in answers()]

        return self._lines.run(asked())

    @cached_property
    def cases(self) -> desk_pb2_grpc.DeskServiceAsyncStub:
        return desk_pb2_grpc.DeskServiceStub(self._channel)

    @cached_property
    def rosters(self) -> roster_pb2_grpc.RosterServiceAsyncStub:
        return roster_pb2_grpc.RosterServiceStub(self._channel)

    @cached_property
    def evidence(self) -> evidence_pb2_grpc.EvidenceDeskServiceAsyncStub:
        return evidence_pb2_grpc.EvidenceDeskServiceStub(self._channel)

    @cached_property
    def deadlines(self) -> deadline_pb2_grpc.DeadlineServiceAsyncStub:
        return deadline_pb2_grpc.DeadlineServiceStub(self._channel)

    @cached_property
    def records(self) -> record_pb2_grpc.RecordServiceAsyncStub:
        return record_pb2_grpc.RecordServiceStub(self._channel)

    @cached_property
    def inquiry(self) -> inquiry_pb2_grpc.InquiryServiceAsyncStub:
        return inquiry_pb2_grpc.InquiryServiceStub(self._channel)

    @cached_property
    def staff(self) -> staff_pb2_grpc.StaffDeskServiceAsyncStub:
        return staff_pb2_grpc.StaffDeskServiceStub(self._channel)

    @cached_property
    def year(self) -> year_pb2_grpc.YearServiceAsyncStub:
        return year_pb2_grpc.YearServiceStub(self._channel)

    @cached_property
    def suspicions(self) -> suspicion_pb2_grpc.SuspicionServiceAsyncStub:
        return suspicion_pb2_grpc.SuspicionServiceStub(self._channel)

    @cached_property
    def adjudications(self) -> province_pb2_grpc.AdjudicationDeskServiceAsyncStub:
        """At a province."""
        return province_pb2_grpc.AdjudicationDeskServiceStub(self._channel)

    @cached_property
    def nations_adjudications(self) -> adjudication_pb2_grpc.AdjudicationServiceAsyncStub:
        """At the nation."""
        return adjudication_pb2_grpc.AdjudicationServiceStub(self._channel)

    @cached_property
    def index(self) -> index_pb2_grpc.NationalIndexServiceAsyncStub:
        """At the nation."""
        return index_pb2_grpc.NationalIndexServiceStub(self._channel)


def here() -> Desk:
    """The desk of whoever is logged in to this request."""
    desk: Desk | None = g.get("desk")
    if desk is None:
        account: Account = current_user.account
        lines: Lines = current_app.extensions[LINES]
        desk = g.desk = Desk(lines, account, door().premises.addresses[account.who.office])
    return desk


def registrars(office: Office) -> Desk | None:
    """The desk of an office's registrar, at which the portal looks for somebody who is not logged in.

    None where none of the office's registrars has an account here. A page that uses it shows nothing of a child.
    """
    account = door().accounts.of_registrar(office)
    if account is None:
        return None
    return Desk(current_app.extensions[LINES], account, door().premises.addresses[office])
