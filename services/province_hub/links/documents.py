"""Asking for a document: whether it is nobody else's, before a record says that it is this child's (lane ``index``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import grpc

from chassis.rpc.wire import refusal_from_message
from chassis.sql import Database
from kernel.clock import Clock
from kernel.identity import IdentityDocument
from kernel.refusals import Refusal
from province_hub.links.index import Handler
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.ask_document import KIND_DOCUMENT, DocumentQuestion, document_question
from province_hub.usecases.rules import Rules
from province_hub.usecases.take_document_answer import take_document_answer
from xueji.index.v1 import index_pb2, index_pb2_grpc

RECORD_SECONDS = 10.0


@dataclass(frozen=True)
class DocumentLink:
    """Asks the index, and brings its answer into the hub's database; idempotent by the item's id."""

    database: Database[HubTransaction]
    channel: grpc.aio.Channel
    rules: Rules
    clock: Clock

    def handlers(self) -> dict[str, Handler]:
        return {KIND_DOCUMENT: self._record}

    async def _record(self, payload: Mapping[str, Any]) -> None:
        case_id, on = payload["case_id"], date.fromisoformat(payload["on"])
        question = await self.database.run(document_question, case_id, on=on, now=self.clock.now(), rules=self.rules)
        refused = await self._asked(question) if question else None
        await self.database.run(
            take_document_answer, case_id, refused=refused, on=on, now=self.clock.now(), rules=self.rules
        )

    async def _asked(self, question: DocumentQuestion) -> Refusal | None:
        stub = index_pb2_grpc.NationalIndexServiceStub(self.channel)
        answer = await stub.RecordDocument(_request(question), timeout=RECORD_SECONDS)
        return refusal_from_message(answer.refusal) if answer.HasField("refusal") else None


def _request(question: DocumentQuestion) -> index_pb2.RecordDocumentRequest:
    return index_pb2.RecordDocumentRequest(
        item_id=question.item_id,
        student_key=question.student_key,
        before=_message(question.before),
        after=_message(question.after),
        valid_from=question.valid_from.isoformat(),
    )


def _message(document: IdentityDocument | None) -> index_pb2.Document | None:
    if document is None:
        return None
    return index_pb2.Document(kind=document.kind.value, number=document.number, country=document.country)
