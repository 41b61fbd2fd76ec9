"""Between the index's values and its messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.rpc.wire import refusal_to_message
from kernel.identity import birth_date_of
from kernel.refusals import Refusal, RequestMalformed, refusal
from kernel.writing import code_as_typed
from national_index.domain.applicants import Intake
from national_index.domain.matching.features import Guardian, Person
from national_index.domain.slots import Slot, SlotState
from national_index.store.look_ups import LookUpAlarm
from national_index.usecases.issue_numbers import Answers
from national_index.usecases.look_up import DocumentHandle, Found, NumberHandle
from national_index.usecases.record_document import RecordDocument
from xueji.index.v1 import index_pb2

_STATES = {
    SlotState.OPEN: index_pb2.SLOT_STATE_OPEN,
    SlotState.COMMITTED: index_pb2.SLOT_STATE_COMMITTED,
    SlotState.ABORTED: index_pb2.SLOT_STATE_ABORTED,
}
assert _STATES.keys() == set(SlotState)

_AboutTransfer = index_pb2.OpenRequest | index_pb2.CommitRequest | index_pb2.CloseRequest | index_pb2.GetTransferRequest


def intake_from_message(message: index_pb2.IssueRequest) -> Intake:
    """That the columns are of equal length, the message's own rule has checked."""
    return Intake(
        item_ids=list(message.item_ids),
        document_kinds=list(message.document_kinds),
        document_numbers=list(message.document_numbers),
        birth_dates=list(message.birth_dates),
        schools=list(message.schools),
        divisions=list(message.divisions),
        nationalities=list(message.nationalities) or [""] * len(message.item_ids),
        allocated=list(message.allocated_numbers),
        names=list(message.names),
        sexes=list(message.sexes),
        guardians=[
            (Guardian(first_name, first_document), Guardian(second_name, second_document))
            for first_name, first_document, second_name, second_document in zip(
                message.first_guardian_names,
                message.first_guardian_documents,
                message.second_guardian_names,
                message.second_guardian_documents,
                strict=True,
            )
        ],
    )


def answers_to_message(asked: index_pb2.IssueRequest, answers: Answers) -> index_pb2.IssueResponse:
    item_ids = list(asked.item_ids)
    return index_pb2.IssueResponse(
        item_ids=item_ids,
        # A registration's id is its child's key; UUIDs are written in lower case.
        student_keys=[
            item_id.lower() if number else "" for item_id, number in zip(item_ids, answers.numbers, strict=True)
        ],
        numbers=answers.numbers,
        refusal_codes=answers.refusal_codes,
        custodians=answers.custodians,
        suspected_custodians=answers.suspected_custodians,
    )


def handle_from_message(message: index_pb2.Handle) -> NumberHandle | DocumentHandle:
    if message.WhichOneof("handle") == "number":
        return NumberHandle(message.number)
    return _document_from_message(message.document)


def _document_from_message(message: index_pb2.Document) -> DocumentHandle:
    return DocumentHandle(message.kind, message.number, message.country)


def change_from_message(message: index_pb2.RecordDocumentRequest) -> RecordDocument:
    """Raises RequestMalformed where the day is none."""
    try:
        valid_from = date.fromisoformat(message.valid_from)
    except ValueError:
        raise RequestMalformed(field="valid_from", why="没有这一天") from None
    return RecordDocument(
        item_id=str(UUID(message.item_id)),
        student_key=str(UUID(message.student_key)),
        before=_document_from_message(message.before) if message.HasField("before") else None,
        after=_document_from_message(message.after) if message.HasField("after") else None,
        valid_from=valid_from,
    )


def person_from_message(message: index_pb2.RenewRequest, *, today: date) -> Person:
    """Raises what ``birth_date_of`` raises of a day on which nobody was born."""
    guardians = (
        Guardian(message.first_guardian_name, message.first_guardian_document),
        Guardian(message.second_guardian_name, message.second_guardian_document),
    )
    born = birth_date_of(f"{message.birth_date:08d}", on=today)
    return Person(message.name, message.sex, born, code_as_typed(message.citizen_id).upper(), guardians)


def recorded_to_message(refused: Refusal | None) -> index_pb2.RecordDocumentResponse:
    return index_pb2.RecordDocumentResponse(refusal=refusal_to_message(refused) if refused else None)


def found_to_message(found: Sequence[Found | None]) -> index_pb2.LookUpResponse:
    return index_pb2.LookUpResponse(found=[_found_to_message(one) for one in found])


def _found_to_message(found: Found | None) -> index_pb2.Found:
    if found is None:
        return index_pb2.Found()
    return index_pb2.Found(
        student_key=found.student_key,
        number=found.number,
        custodian=found.custodian,
        epoch=found.epoch,
        in_transfer=found.in_transfer,
        valid_from=found.valid_from.isoformat() if found.valid_from else "",
        valid_to=found.valid_to.isoformat() if found.valid_to else "",
    )


def alarms_to_message(
    alarms: Sequence[tuple[int, LookUpAlarm]], *, page_size: int
) -> index_pb2.ListLookUpAlarmsResponse:
    return index_pb2.ListLookUpAlarmsResponse(
        alarms=[
            index_pb2.LookUpAlarm(at=alarm.at.isoformat(), caller=alarm.caller, reason=alarm.reason)
            for _, alarm in alarms
        ],
        next_page_token=str(alarms[-1][0]) if len(alarms) == page_size else "",
    )


def transfer_id_from_message(message: _AboutTransfer) -> str:
    """In the one form in which it is stored and signed, however it was written."""
    return str(UUID(message.transfer_id))


def slot_to_message(slot: Slot) -> index_pb2.TransferState:
    return index_pb2.TransferState(
        transfer_id=slot.transfer_id,
        state=_STATES[slot.state],
        student_key=slot.student_key or "",
        custodian=slot.losing,
        epoch=slot.epoch,
        receipt=slot.receipt,
        refusal=refusal_to_message(refusal(slot.denial)) if slot.denial else None,
    )
