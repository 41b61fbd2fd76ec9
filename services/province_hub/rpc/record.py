"""Records over two times, for the province's officers and for the authorities whose schools they are at."""

from __future__ import annotations

from datetime import date

import grpc

from chassis.inquiry.asker import asker_of
from chassis.record_wire import entry_to_message, record_to_message
from chassis.rpc import caller, office_label, require_desk
from chassis.sql import Database
from kernel.endorsement import Register
from kernel.office import Office, Role, Tier
from kernel.refusals import OutsideJurisdiction, RequestMalformed, RoleNotAllowed
from kernel.titles import Titles
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.list_history import list_history
from province_hub.usecases.show_record import show_record
from xueji.record.v1 import record_pb2, record_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class RecordServicer(record_pb2_grpc.RecordServiceServicer):
    """Answers what was true when; to whom, the certificate says, and of which records, the use cases."""

    def __init__(self, database: Database[HubTransaction], *, here: Office, register: Register, titles: Titles) -> None:
        self._database = database
        self._here = here
        self._register = register
        self._titles = titles

    async def GetRecord(self, request: record_pb2.GetRecordRequest, context: Context) -> record_pb2.GetRecordResponse:
        view = await self._database.run(
            show_record,
            request.student_key or request.number,
            on=_day(request.on),
            known_at_ms=request.known_at_ms or None,
            asker=self._asker(context, request.asked_for),
            here=self._here,
            register=self._register,
        )
        return record_pb2.GetRecordResponse(
            record=record_to_message(view.student), custody=view.held.custody.value, epoch=view.held.epoch
        )

    async def ListHistory(
        self, request: record_pb2.ListHistoryRequest, context: Context
    ) -> record_pb2.ListHistoryResponse:
        page = await self._database.run(
            list_history,
            request.student_key or request.number,
            size=request.page_size,
            token=request.page_token,
            asker=self._asker(context, request.asked_for),
            here=self._here,
            register=self._register,
        )
        return record_pb2.ListHistoryResponse(
            record=record_to_message(page.student),
            entries=[entry_to_message(entry, titles=self._titles) for entry in page.entries],
            next_page_token=page.next_token,
        )

    def _asker(self, context: Context, asked_for: str) -> Office:
        """The office that is to be told: this province, an authority of it, or a school for which that asks.

        Raises:
            OutsideJurisdiction: another office. RoleNotAllowed: nobody at a desk of ours who may look.
        """
        who = caller(context)
        if who.office.tier is not Tier.AUTHORITY:
            return require_desk(context, self._here, Role.OFFICER).office
        if who.is_node:
            return asker_of(context, asked_for, here=self._here, roles=(Role.OFFICER,), school=self._register)
        if who.office.province != self._here.code:
            raise OutsideJurisdiction(office=office_label(who.office), what="学籍和变动记录的查询")
        if who.role is not Role.OFFICER:
            raise RoleNotAllowed(role=who.role.label if who.role else "")
        return who.office


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RequestMalformed(field="on", why="没有这一天") from None
