"""Asking for numbers: the pupils of one case in one call, as columns; and for records to be compared anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from chassis.logs import get_logger
from chassis.sql import Database
from kernel.case import Item
from kernel.clock import Clock
from kernel.endorsement import allocated_in, require_school_in
from kernel.history import Approval
from kernel.identity import DocumentKind, Sex
from kernel.refusals import NotCustodian
from province_hub.links.index import Handler
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.ask_numbers import KIND_ISSUE, items_to_number
from province_hub.usecases.compare_anew import KIND_RENEW, compared_values
from province_hub.usecases.rules import Rules
from province_hub.usecases.take_index_answer import IndexAnswer, take_index_answer
from xueji.index.v1 import index_pb2, index_pb2_grpc

ISSUE_SECONDS = 30.0  # 2,000 pupils take the index a fraction of a second

log = get_logger()


@dataclass(frozen=True)
class NumberLink:
    """Asks the index for the numbers of a case, and brings its answers into the hub's database."""

    database: Database[HubTransaction]
    channel: grpc.aio.Channel
    rules: Rules
    clock: Clock

    def handlers(self) -> dict[str, Handler]:
        return {KIND_ISSUE: self._issue, KIND_RENEW: self._renew}

    async def _renew(self, question: Mapping[str, Any]) -> None:
        """A corrected record is compared anew; whom it resembles, the nation's officers see."""
        key = question["student_key"]
        values = await self.database.run(compared_values, key)
        if values is None:
            return
        resident = values.get("document_kind") == DocumentKind.RESIDENT_ID
        stub = index_pb2_grpc.NationalIndexServiceStub(self.channel)
        request = index_pb2.RenewRequest(
            student_key=key,
            name=values.get("name", ""),
            sex=_sex(values.get("sex", "")),
            birth_date=_birth_date(values.get("birth_date", "")),
            citizen_id=values.get("document_number", "") if resident else "",
            first_guardian_name=values.get("guardian1_name", ""),
            first_guardian_document=values.get("guardian1_document_number", ""),
            second_guardian_name=values.get("guardian2_name", ""),
            second_guardian_document=values.get("guardian2_document_number", ""),
        )
        try:
            answer = await stub.Renew(request, timeout=ISSUE_SECONDS)
        except NotCustodian:
            return  # it went to another province meanwhile, which tells what it corrects
        if answer.suspected_custodian:
            log.info("duplicates_suspected", count=1)

    async def _issue(self, question: Mapping[str, Any]) -> None:
        case_id = question["case_id"]
        case, items = await self.database.run(items_to_number, case_id)
        if not items:
            return  # answered before, and the row outlived a crash
        division = require_school_in(case, case.school, register=self.rules.register).place
        stub = index_pb2_grpc.NationalIndexServiceStub(self.channel)
        allocated = allocated_in(self.rules.read_chain(case))
        request = _request(items, allocated, school=case.school, division=division)
        answer = await stub.Issue(request, timeout=ISSUE_SECONDS)
        await self.database.run(
            take_index_answer,
            case_id,
            _answers(answer),
            # Absent in a question that an earlier program put.
            by=Approval(question.get("office", str(self.rules.here)), question.get("person", "")),
            now=self.clock.now(),
            rules=self.rules,
        )
        log.info("numbers_issued", count=sum(1 for number in answer.numbers if number))
        if suspected := sum(1 for custodian in answer.suspected_custodians if custodian):
            log.info("duplicates_suspected", count=suspected)


def _request(
    items: Sequence[Item], allocated: Mapping[str, str], *, school: str, division: str
) -> index_pb2.IssueRequest:
    """``allocated``: numbers that the county gave already (预发), by item id."""
    return index_pb2.IssueRequest(
        item_ids=[item.item_id for item in items],
        allocated_numbers=[allocated.get(item.item_id, "") for item in items] if allocated else [],
        document_kinds=[item.values.get("document_kind", "") for item in items],
        document_numbers=[item.values.get("document_number", "") for item in items],
        birth_dates=[_birth_date(item.values.get("birth_date", "")) for item in items],
        schools=[school] * len(items),
        divisions=[division] * len(items),
        nationalities=[item.values.get("nationality", "") for item in items],
        names=[item.values.get("name", "") for item in items],
        sexes=[_sex(item.values.get("sex", "")) for item in items],
        first_guardian_names=[item.values.get("guardian1_name", "") for item in items],
        first_guardian_documents=[item.values.get("guardian1_document_number", "") for item in items],
        second_guardian_names=[item.values.get("guardian2_name", "") for item in items],
        second_guardian_documents=[item.values.get("guardian2_document_number", "") for item in items],
    )


def _sex(code: str) -> int:
    return int(code) if code.isdecimal() else Sex.UNKNOWN


def _birth_date(canonical: str) -> int:
    """YYYYMMDD of a date of the form; 0, which the index refuses for that pupil alone, where it is none."""
    digits = canonical.replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isascii() and digits.isdigit() else 0


def _answers(answer: index_pb2.IssueResponse) -> dict[str, IndexAnswer]:
    columns = zip(
        answer.item_ids,
        answer.numbers,
        answer.student_keys,
        answer.refusal_codes,
        answer.custodians,
        answer.suspected_custodians or [""] * len(answer.item_ids),  # an index of before compares nobody
        strict=True,
    )
    return {item_id: IndexAnswer(*told) for item_id, *told in columns}
