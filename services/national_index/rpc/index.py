"""What hubs ask of the index, and what the nation's own officers may look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import grpc

from chassis.keys import IdentityKeys
from chassis.rpc import caller, require_desk, require_node
from chassis.sql import Database, Gathering
from kernel.clock import SHANGHAI, Clock
from kernel.office import NATION, Role, Tier
from kernel.statement import Sign, Verify
from national_index.domain.budgets import MissWatch
from national_index.domain.matching.features import Encoder
from national_index.rpc import wire
from national_index.store import IndexTransaction
from national_index.usecases.close_transfer import CloseTransfer, close_transfer
from national_index.usecases.commit_transfer import CommitTransfer, commit_transfer
from national_index.usecases.get_transfer import get_transfer
from national_index.usecases.issue_numbers import issue_numbers
from national_index.usecases.list_custody import list_custody
from national_index.usecases.look_up import DocumentHandle, Found, NumberHandle, look_up
from national_index.usecases.look_up_at_a_desk import list_alarms, look_up_at_a_desk, note_misses
from national_index.usecases.open_transfer import OpenTransfer, open_transfer
from national_index.usecases.record_document import record_document
from national_index.usecases.suspect import renew_traits
from xueji.index.v1 import index_pb2, index_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class NationalIndexServicer(index_pb2_grpc.NationalIndexServiceServicer):
    """Answers province hubs.

    Args:
        keys: of what is stored, asked for anew with each call. encoder: makes what records are compared by.
        sign: as the nation. verify: hubs' votes.
    """

    def __init__(
        self,
        database: Database[IndexTransaction],
        *,
        clock: Clock,
        keys: Callable[[], IdentityKeys],
        encoder: Encoder,
        sign: Sign,
        verify: Verify,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys
        self._encoder = encoder
        self._looking_up = Gathering(database, self._look_up)
        self._misses = MissWatch()
        self._sign = sign
        self._verify = verify

    async def Issue(self, request: index_pb2.IssueRequest, context: Context) -> index_pb2.IssueResponse:
        hub = require_node(context, Tier.PROVINCE)
        answers = await self._database.run(
            issue_numbers,
            wire.intake_from_message(request),
            province=hub.code,
            now=self._clock.now(),
            keys=self._keys(),
            encoder=self._encoder,
        )
        return wire.answers_to_message(request, answers)

    async def Renew(self, request: index_pb2.RenewRequest, context: Context) -> index_pb2.RenewResponse:
        hub = require_node(context, Tier.PROVINCE)
        now = self._clock.now()
        suspected = await self._database.run(
            renew_traits,
            request.student_key.lower(),
            wire.person_from_message(request, today=now.astimezone(SHANGHAI).date()),
            province=hub.code,
            encoder=self._encoder,
            now=now,
        )
        return index_pb2.RenewResponse(suspected_custodian=suspected)

    async def LookUp(self, request: index_pb2.LookUpRequest, context: Context) -> index_pb2.LookUpResponse:
        return wire.found_to_message(await self._found(list(request.handles), context))

    async def LookUpRegistered(
        self, request: index_pb2.LookUpRegisteredRequest, context: Context
    ) -> index_pb2.LookUpRegisteredResponse:
        (found,) = await self._found([request.handle], context)
        return index_pb2.LookUpRegisteredResponse(registered=found is not None)

    async def ListLookUpAlarms(
        self, request: index_pb2.ListLookUpAlarmsRequest, context: Context
    ) -> index_pb2.ListLookUpAlarmsResponse:
        require_desk(context, NATION, Role.OFFICER)
        before = int(request.page_token) if request.page_token else None
        alarms = await self._database.run(list_alarms, before=before, limit=request.page_size)
        return wire.alarms_to_message(alarms, page_size=request.page_size)

    async def _found(self, handles: list[index_pb2.Handle], context: Context) -> list[Found | None]:
        """A hub's questions are its work, and too many that find nobody an alarm; a person's are counted."""
        asked = [wire.handle_from_message(handle) for handle in handles]
        if caller(context).is_node:
            hub = require_node(context, Tier.PROVINCE)
            found = await self._looking_up.ask(asked)
            now = self._clock.now()
            if self._misses.note(str(hub), found.count(None), now=now):
                await self._database.run(note_misses, caller(context).uri, now=now)
            return found
        who = require_desk(context, NATION, Role.OFFICER)
        return await self._database.run(
            look_up_at_a_desk,
            asked,
            caller=who.uri,
            now=self._clock.now(),
            keys=self._keys(),
        )

    def _look_up(
        self, tx: IndexTransaction, questions: Sequence[Sequence[NumberHandle | DocumentHandle]]
    ) -> list[list[Found | None]]:
        return look_up(tx, questions, keys=self._keys())

    async def RecordDocument(
        self, request: index_pb2.RecordDocumentRequest, context: Context
    ) -> index_pb2.RecordDocumentResponse:
        hub = require_node(context, Tier.PROVINCE)
        refused = await self._database.run(
            record_document,
            wire.change_from_message(request),
            province=hub.code,
            now=self._clock.now(),
            keys=self._keys(),
        )
        return wire.recorded_to_message(refused)

    async def Open(self, request: index_pb2.OpenRequest, context: Context) -> index_pb2.OpenResponse:
        hub = require_node(context, Tier.PROVINCE)
        slot = await self._database.run(
            open_transfer,
            OpenTransfer(wire.transfer_id_from_message(request), request.number, request.school),
            province=hub.code,
            now=self._clock.now(),
            keys=self._keys(),
            sign=self._sign,
        )
        return index_pb2.OpenResponse(transfer=wire.slot_to_message(slot))

    async def Commit(self, request: index_pb2.CommitRequest, context: Context) -> index_pb2.CommitResponse:
        hub = require_node(context, Tier.PROVINCE)
        slot = await self._database.run(
            commit_transfer,
            CommitTransfer(wire.transfer_id_from_message(request), request.release, request.acceptance),
            province=hub.code,
            now=self._clock.now(),
            sign=self._sign,
            verify=self._verify,
        )
        return index_pb2.CommitResponse(transfer=wire.slot_to_message(slot))

    async def Close(self, request: index_pb2.CloseRequest, context: Context) -> index_pb2.CloseResponse:
        hub = require_node(context, Tier.PROVINCE)
        slot = await self._database.run(
            close_transfer,
            CloseTransfer(wire.transfer_id_from_message(request), request.reason),
            province=hub.code,
            now=self._clock.now(),
            sign=self._sign,
        )
        return index_pb2.CloseResponse(transfer=wire.slot_to_message(slot))

    async def GetTransfer(
        self, request: index_pb2.GetTransferRequest, context: Context
    ) -> index_pb2.GetTransferResponse:
        hub = require_node(context, Tier.PROVINCE)
        slot = await self._database.run(get_transfer, wire.transfer_id_from_message(request), province=hub.code)
        return index_pb2.GetTransferResponse(transfer=wire.slot_to_message(slot))

    async def ListCustody(
        self, request: index_pb2.ListCustodyRequest, context: Context
    ) -> index_pb2.ListCustodyResponse:
        hub = require_node(context, Tier.PROVINCE)
        page = await self._database.run(
            list_custody, province=hub.code, after=UUID(request.after), limit=request.page_size
        )
        return index_pb2.ListCustodyResponse(
            student_keys=[one.student_key.bytes for one in page],
            epochs=[one.epoch for one in page],
            in_transfer=[one.in_transfer for one in page],
        )
