"""Adjudications at the province's desk, and what the other party's hub may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import grpc

from chassis.adjudication_wire import case_to_message
from chassis.rpc import require_desk, require_node
from chassis.sql import Database
from kernel.adjudication import Adjudication, Word
from kernel.clock import Clock
from kernel.office import Role, Tier
from kernel.refusals import RequestMalformed
from province_hub.store.adjudications import Look
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.adjudication import (
    OwnRecord,
    SayCommand,
    compare_for,
    list_adjudications,
    show_own,
    sign_word,
)
from province_hub.usecases.rules import Rules
from xueji.adjudication.v1 import adjudication_pb2, province_pb2, province_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]


class Others(Protocol):
    """The index and the other party, as ``links.adjudications`` asks them."""

    async def open(self, request: adjudication_pb2.OpenRequest) -> adjudication_pb2.Adjudication: ...

    async def say(self, word: str) -> adjudication_pb2.Adjudication: ...

    async def compare(
        self, adjudication_id: str, *, province: str, person: str
    ) -> list[province_pb2.ComparedRecord] | None: ...


class AdjudicationDeskServicer(province_pb2_grpc.AdjudicationDeskServiceServicer):
    """Answers the province's officers."""

    def __init__(self, database: Database[HubTransaction], *, others: Others, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._others = others
        self._rules = rules
        self._clock = clock

    async def Ask(self, request: province_pb2.AskRequest, context: Context) -> province_pb2.AskResponse:
        who = require_desk(context, self._rules.here, Role.OFFICER)
        case = await self._others.open(
            adjudication_pb2.OpenRequest(
                adjudication_id=request.adjudication_id,
                first_number=request.number,
                second_number=request.other_number,
                why=request.why,
                asked_by=who.person,
            )
        )
        return province_pb2.AskResponse(adjudication=case)

    async def ListOwn(self, request: province_pb2.ListOwnRequest, context: Context) -> province_pb2.ListOwnResponse:
        require_desk(context, self._rules.here, Role.OFFICER)
        cases = await self._database.run(
            list_adjudications,
            after=request.page_token,
            limit=request.page_size + 1,  # whether there is another page
            open_only=not request.with_settled,
        )
        page, more = cases[: request.page_size], len(cases) > request.page_size
        return province_pb2.ListOwnResponse(
            adjudications=map(case_to_message, page), next_page_token=page[-1].adjudication_id if more else ""
        )

    async def Show(self, request: province_pb2.ShowRequest, context: Context) -> province_pb2.ShowResponse:
        who = require_desk(context, self._rules.here, Role.OFFICER)
        case, own, looks = await self._database.run(
            show_own, request.adjudication_id, by=who, now=self._clock.now(), rules=self._rules
        )
        theirs = await self._of_the_other(case, person=who.person)
        return province_pb2.ShowResponse(
            adjudication=case_to_message(case),
            records=[*_records_to_messages(own), *(theirs or [])],
            other_silent=theirs is None,
            looks=map(_look_to_message, looks),
        )

    async def _of_the_other(self, case: Adjudication, *, person: str) -> Sequence[province_pb2.ComparedRecord] | None:
        """Nothing where both records are ours, or the case has ended; None where the other does not answer."""
        others = [province for province in case.provinces if province != self._rules.here.code]
        if not others or not case.state.is_open:
            return ()
        return await self._others.compare(case.adjudication_id, province=others[0], person=person)

    async def Answer(self, request: province_pb2.AnswerRequest, context: Context) -> province_pb2.AnswerResponse:
        who = require_desk(context, self._rules.here, Role.OFFICER)
        if request.word not in set(Word):
            raise RequestMalformed(field="word", why="没有这样的答复")
        command = SayCommand(request.adjudication_id, Word(request.word), tuple(request.grounds), request.number)
        word = await self._database.run(sign_word, command, by=who, now=self._clock.now(), rules=self._rules)
        return province_pb2.AnswerResponse(adjudication=await self._others.say(word))


class AdjudicationPeerServicer(province_pb2_grpc.AdjudicationPeerServiceServicer):
    """Answers the hub of the other party."""

    def __init__(self, database: Database[HubTransaction], *, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock

    async def Compare(self, request: province_pb2.CompareRequest, context: Context) -> province_pb2.CompareResponse:
        hub = require_node(context, Tier.PROVINCE)
        records = await self._database.run(
            compare_for,
            request.adjudication_id,
            asker=hub,
            person=request.person,
            now=self._clock.now(),
            rules=self._rules,
        )
        return province_pb2.CompareResponse(records=_records_to_messages(records))


def _records_to_messages(records: Sequence[OwnRecord]) -> list[province_pb2.ComparedRecord]:
    return [
        province_pb2.ComparedRecord(
            student_key=one.student_key, values=one.values, school=one.school, status=one.status
        )
        for one in records
    ]


def _look_to_message(look: Look) -> province_pb2.Look:
    return province_pb2.Look(student_key=look.student_key, office=look.office, person=look.person, at_ms=look.at_ms)
