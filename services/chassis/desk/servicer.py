"""The desk over gRPC."""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, NoReturn, TypeVar

import grpc

from chassis.desk import wire
from chassis.desk.commands import DeskUseCases
from chassis.ledger import CaseFilter, CasePage, CaseRecord, ItemRecord, Ledgered, TimelineEvent, View
from chassis.logs import bind_case
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Identity, Office, Role
from kernel.refusals import CaseNotFound, NotOfferedHere
from kernel.regulation import SEALED
from kernel.titles import Titles
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc

TX = TypeVar("TX", bound=Ledgered)
Context = grpc.aio.ServicerContext[object, object]


class DeskServicer(desk_pb2_grpc.DeskServiceServicer, Generic[TX]):
    """Answers an office's own people; who they are is read from their certificate, never from the request.

    Args:
        roles: who may look; entering: who may begin a case; deciding: who may endorse, return and reject.
    """

    def __init__(
        self,
        database: Database[TX],
        *,
        office: Office,
        use_cases: DeskUseCases[TX],
        roles: tuple[Role, ...],
        entering: tuple[Role, ...],
        deciding: tuple[Role, ...],
        titles: Titles,
        clock: Clock,
    ) -> None:
        self._database = database
        self._office = office
        self._use_cases = use_cases
        self._roles = roles
        self._entering = entering
        self._deciding = deciding
        self._titles = titles
        self._clock = clock

    async def ListCases(self, request: desk_pb2.ListCasesRequest, context: Context) -> desk_pb2.ListCasesResponse:
        who = require_desk(context, self._office, *self._roles)
        page = await self._database.run(
            _page,
            wire.VIEWS[request.view],
            office=self._office,
            size=request.page_size,
            token=request.page_token,
            checking=who.role in self._deciding,
            unseen=() if who.role in self._deciding else SEALED,
            only=CaseFilter(request.procedure, request.school, request.id_ends_with),
        )
        return desk_pb2.ListCasesResponse(
            cases=[
                wire.heading_to_message(heading, now=self._clock.now(), titles=self._titles) for heading in page.cases
            ],
            next_page_token=page.next_token,
        )

    async def GetCase(self, request: desk_pb2.GetCaseRequest, context: Context) -> desk_pb2.GetCaseResponse:
        who = require_desk(context, self._office, *self._roles)
        record, items, timeline = await self._database.run(_whole, request.case_id)
        sealed = record.case.procedure.sealed and record.case.school != self._office.code
        if sealed and who.role not in self._deciding:
            raise CaseNotFound(field="case_id")  # Art. 17: told to those who decide
        checks = (
            await self._database.run(self._use_cases.pre_checks, record, now=self._clock.now())
            if self._use_cases.pre_checks and record.awaited.office == str(self._office)
            else [()] * len(items)
        )
        return wire.case_view_to_message(record, items, timeline, checks, now=self._clock.now(), titles=self._titles)

    async def DecideCase(self, request: desk_pb2.DecideCaseRequest, context: Context) -> desk_pb2.DecideCaseResponse:
        who = require_desk(context, self._office, *self._deciding)
        if self._use_cases.decide is None:
            self._refuse("核办业务")
        with bind_case(request.case_id):
            heading = await self._database.run(
                self._use_cases.decide, wire.decide_from_message(request), by=who, now=self._clock.now()
            )
        return desk_pb2.DecideCaseResponse(
            summary=wire.heading_to_message(heading, now=self._clock.now(), titles=self._titles)
        )

    async def FileCase(self, request: desk_pb2.FileCaseRequest, context: Context) -> desk_pb2.FileCaseResponse:
        who = self._enter(context)
        if self._use_cases.file_case is None:
            self._refuse("申请业务")
        with bind_case(request.case_id):
            filed = await self._database.run(
                self._use_cases.file_case, wire.filing_from_message(request), by=who, now=self._clock.now()
            )
        return wire.filed_to_message(filed, now=self._clock.now(), titles=self._titles)

    async def WithdrawCase(
        self, request: desk_pb2.WithdrawCaseRequest, context: Context
    ) -> desk_pb2.WithdrawCaseResponse:
        who = self._enter(context)
        if self._use_cases.withdraw is None:
            self._refuse("撤销业务")
        with bind_case(request.case_id):
            heading = await self._database.run(
                self._use_cases.withdraw, wire.withdraw_from_message(request), by=who, now=self._clock.now()
            )
        return desk_pb2.WithdrawCaseResponse(
            summary=wire.heading_to_message(heading, now=self._clock.now(), titles=self._titles)
        )

    async def ListStudents(
        self, request: desk_pb2.ListStudentsRequest, context: Context
    ) -> desk_pb2.ListStudentsResponse:
        require_desk(context, self._office, *self._roles)
        if self._use_cases.list_students is None:
            self._refuse("查询学生")
        page = await self._database.run(self._use_cases.list_students, wire.query_from_message(request))
        return desk_pb2.ListStudentsResponse(
            students=[wire.student_to_message(student) for student in page.students], next_page_token=page.next_token
        )

    async def GetStudent(self, request: desk_pb2.GetStudentRequest, context: Context) -> desk_pb2.GetStudentResponse:
        require_desk(context, self._office, *self._roles)
        if self._use_cases.get_student is None:
            self._refuse("查看一名学生的学籍信息")
        student = await self._database.run(self._use_cases.get_student, request.number, request.student_key)
        return desk_pb2.GetStudentResponse(
            summary=wire.student_to_message(student.row),
            values=student.values,
            standing=student.standing,
            record_status=student.status,
        )

    def _enter(self, context: Context) -> Identity:
        return require_desk(context, self._office, *self._entering)

    def _refuse(self, what: str) -> NoReturn:
        raise NotOfferedHere(what=what)


def _page(
    tx: Ledgered,
    view: View,
    *,
    office: Office,
    size: int,
    token: str,
    checking: bool,
    unseen: Collection[str],
    only: CaseFilter,
) -> CasePage:
    return tx.cases.page(view, office=office, size=size, token=token, checking=checking, unseen=unseen, only=only)


def _whole(tx: Ledgered, case_id: str) -> tuple[CaseRecord, list[ItemRecord], list[TimelineEvent]]:
    return tx.cases.get(case_id), tx.cases.items(case_id), tx.cases.timeline(case_id)
