"""Disclosure, for the school's two people: the registrar asks and gives, the other checks."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import grpc

from chassis.disclosures import wire
from chassis.evidence.wire import chunks
from chassis.logs import get_logger
from chassis.rpc import require_desk
from chassis.sql import Database
from chassis.workbooks.writing import Column, write_rows
from kernel.clock import Clock, milliseconds
from kernel.disclosure import Disclosure, Given
from kernel.ids import new_uuid7
from kernel.office import Role
from kernel.refusals import NotOfferedHere
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.disclosures import (
    Sheet,
    ask_disclosure,
    confirm_disclosure,
    list_disclosures,
    read_sheet,
    record_given,
)
from school_node.usecases.office import SchoolOffice
from xueji.disclosure.v1 import disclosure_pb2, disclosure_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]
SHEET = "学籍信息"

log = get_logger()


class DisclosureServicer(disclosure_pb2_grpc.DisclosureServiceServicer):
    def __init__(self, database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    async def AskDisclosure(
        self, request: disclosure_pb2.AskDisclosureRequest, context: Context
    ) -> disclosure_pb2.AskDisclosureResponse:
        who = require_desk(context, self._office.here, Role.REGISTRAR)
        asked = Disclosure(
            disclosure_id=request.disclosure_id,
            school=self._office.here.code,
            recipient=request.recipient,
            purpose=request.purpose,
            basis=request.basis,
            items=tuple(request.items),
            grade=request.grade,
            until=wire.day_of_message(request.until),
            asked_by=who.person,
        )
        said = await self._database.run(partial(ask_disclosure, now=self._clock.now(), office=self._office), asked)
        return disclosure_pb2.AskDisclosureResponse(disclosure=wire.disclosure_to_message(said))

    async def ConfirmDisclosure(
        self, request: disclosure_pb2.ConfirmDisclosureRequest, context: Context
    ) -> disclosure_pb2.ConfirmDisclosureResponse:
        who = require_desk(context, self._office.here, Role.PRINCIPAL)
        said = await self._database.run(
            partial(confirm_disclosure, by=who, now=self._clock.now(), office=self._office), request.disclosure_id
        )
        return disclosure_pb2.ConfirmDisclosureResponse(disclosure=wire.disclosure_to_message(said))

    async def DecideDisclosure(
        self, request: disclosure_pb2.DecideDisclosureRequest, context: Context
    ) -> disclosure_pb2.DecideDisclosureResponse:
        del request
        require_desk(context, self._office.here, Role.REGISTRAR, Role.PRINCIPAL)
        raise NotOfferedHere(what="批准对外提供学籍信息")

    async def ListDisclosures(
        self, request: disclosure_pb2.ListDisclosuresRequest, context: Context
    ) -> disclosure_pb2.ListDisclosuresResponse:
        require_desk(context, self._office.here, Role.REGISTRAR, Role.PRINCIPAL)
        state = wire.state_of_message(request.state)
        asked = partial(list_disclosures, size=request.page_size, token=request.page_token)
        return wire.page_to_message(await self._database.run(asked, state))

    async def GiveDisclosure(
        self, request: disclosure_pb2.GiveDisclosureRequest, context: Context
    ) -> AsyncIterator[disclosure_pb2.GiveDisclosureResponse]:
        who = require_desk(context, self._office.here, Role.REGISTRAR)
        sheet = await self._database.run(partial(read_sheet, now=self._clock.now()), request.disclosure_id)
        with tempfile.TemporaryDirectory(prefix="disclosure-") as folder:
            path = Path(folder) / "disclosure.xlsx"
            content = await asyncio.to_thread(_written, path, sheet)
            now = self._clock.now()
            digest = hashlib.sha256(content).hexdigest()
            given = Given(
                str(new_uuid7()), request.disclosure_id, who.person, len(sheet.rows), digest, milliseconds(now)
            )
            await self._database.run(partial(record_given, now=now), given)
            log.info("disclosure_given", count=given.pupils)
            for chunk in chunks(content):
                yield disclosure_pb2.GiveDisclosureResponse(chunk=chunk)


def _written(path: Path, sheet: Sheet) -> bytes:
    write_rows(path, [Column(label) for label in sheet.header], sheet.rows, sheet=SHEET)
    return path.read_bytes()
