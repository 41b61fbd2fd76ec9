"""Between the kernel's cases and feed entries, and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from chassis.exchange.wire_organisations import organisation_news_from_message, organisation_news_to_message
from chassis.rpc.wire import refusal_from_message, refusal_to_message
from kernel import attending, feed, handover, organisations, promotion
from kernel.adjudication import AdjudicationTold
from kernel.case import Case, Evidence, Item
from xueji.common.v1 import case_pb2
from xueji.exchange.v1 import exchange_pb2


def case_to_message(case: Case) -> case_pb2.Case:
    return case_pb2.Case(
        case_id=case.case_id,
        procedure=case.procedure_name,
        school=case.school,
        releasing_school=case.releasing_school,
        rule_pack=case.rule_pack,
        filed_at_ms=case.filed_at_ms,
        items=[case_pb2.Item(item_id=item.item_id, values=item.values) for item in case.items],
        evidence=[evidence_to_message(evidence) for evidence in case.evidence],
        endorsements=case.endorsements,
    )


def case_from_message(message: case_pb2.Case) -> Case:
    return Case(
        case_id=message.case_id,
        procedure_name=message.procedure,
        school=message.school,
        releasing_school=message.releasing_school,
        rule_pack=message.rule_pack,
        filed_at_ms=message.filed_at_ms,
        items=tuple(Item(item.item_id, dict(item.values)) for item in message.items),
        evidence=tuple(evidence_from_message(evidence) for evidence in message.evidence),
        endorsements=tuple(message.endorsements),
    )


def evidence_to_message(evidence: Evidence) -> case_pb2.Evidence:
    return case_pb2.Evidence(
        digest=bytes.fromhex(evidence.digest),
        media_type=evidence.media_type,
        kind=evidence.kind,
        item_id=evidence.item_id,
    )


def evidence_from_message(message: case_pb2.Evidence) -> Evidence:
    return Evidence(message.digest.hex(), message.media_type, message.kind, message.item_id)


# What is nothing but a signed statement, by its name in the message.
_SIGNED: Mapping[str, type[feed.CustodyReceipt | feed.NoticePaper | AdjudicationTold]] = {
    "receipt": feed.CustodyReceipt,
    "notice": feed.NoticeArrived,
    "notice_receipt": feed.NoticeReceipted,
    "adjudication": AdjudicationTold,
}


def entry_to_message(  # noqa: C901 - a case for each kind of entry
    sequence: int, recorded_at_ms: int, entry: feed.Entry
) -> exchange_pb2.Entry:
    message = exchange_pb2.Entry(sequence=sequence, recorded_at_ms=recorded_at_ms)
    match entry:
        case feed.CaseAsked():
            message.asked.CopyFrom(
                exchange_pb2.CaseAsked(case=case_to_message(entry.case), step=entry.step, shown=entry.shown)
            )
        case feed.CaseProgress():
            message.progress.CopyFrom(
                exchange_pb2.CaseProgress(
                    case_id=entry.case_id,
                    step=entry.step,
                    office=entry.office,
                    at_ms=entry.at_ms,
                    awaited_step=entry.awaited_step,
                    awaited_office=entry.awaited_office,
                    due_at_ms=entry.due_at_ms,
                    waits_for=refusal_to_message(entry.waits_for) if entry.waits_for else None,
                    due_provisional=entry.due_provisional,
                )
            )
        case feed.CaseOutcome():
            message.outcome.CopyFrom(
                exchange_pb2.CaseOutcome(
                    case_id=entry.case_id,
                    items=[_outcome_to_message(item) for item in entry.items],
                    closed=entry.closed,
                    at_ms=entry.at_ms,
                )
            )
        case feed.StudentLeft():
            message.left.CopyFrom(
                exchange_pb2.StudentLeft(
                    case_id=entry.case_id, number=entry.number, destination=entry.destination, at_ms=entry.at_ms
                )
            )
        case feed.CustodyReceipt() | feed.NoticeArrived() | feed.NoticeReceipted() | AdjudicationTold():
            named = next(name for name, kind in _SIGNED.items() if isinstance(entry, kind))
            getattr(message, named).jws = entry.jws
        case promotion.ClassesPromoted():
            message.promoted.CopyFrom(
                exchange_pb2.ClassesPromoted(
                    run_id=entry.run_id,
                    school=entry.school,
                    grades=entry.grades,
                    stayed=entry.stayed,
                    at_ms=entry.at_ms,
                    school_class=entry.school_class,
                )
            )
        case feed.BreachFound():
            message.breach.CopyFrom(
                exchange_pb2.BreachFound(
                    case_id=entry.case_id,
                    school=entry.school,
                    code=entry.code,
                    sentence=entry.sentence,
                    days_late=entry.days_late,
                    count=entry.count,
                    filed_at_ms=entry.filed_at_ms,
                )
            )
        case feed.DueRecounted():
            message.recounted.CopyFrom(
                exchange_pb2.DueRecounted(
                    case_id=entry.case_id,
                    awaited_step=entry.awaited_step,
                    awaited_office=entry.awaited_office,
                    due_at_ms=entry.due_at_ms,
                    due_provisional=entry.due_provisional,
                    at_ms=entry.at_ms,
                )
            )
        case handover.ArchiveToHandOver():
            message.hand_over.CopyFrom(
                exchange_pb2.ArchiveToHandOver(
                    handover_id=entry.handover_id,
                    term=entry.term,
                    county=entry.county,
                    due_on=entry.due_on,
                    student=entry.student,
                    archive_digest=entry.archive_digest,
                    archive=entry.archive,
                    at_ms=entry.at_ms,
                )
            )
        case attending.RecordTold():
            message.record_told.CopyFrom(
                exchange_pb2.RecordTold(
                    school=entry.school,
                    attends=entry.attends,
                    student_key=entry.student_key,
                    number=entry.number,
                    record_school=entry.record_school,
                    status=entry.status,
                    record=entry.record,
                    standing=entry.standing,
                    until=entry.until,
                    at_ms=entry.at_ms,
                )
            )
        case organisations.RegisterChanged() | organisations.PupilsPlaced() | organisations.PupilsLeft():
            organisation_news_to_message(message, entry)
        case _:
            assert_never(entry)
    return message


def entry_from_message(message: exchange_pb2.Entry) -> feed.Entry:  # noqa: C901, PLR0912 - one case for each kind
    match message.WhichOneof("entry"):
        case "asked":
            asked = message.asked
            return feed.CaseAsked(case_from_message(asked.case), asked.step, dict(asked.shown))
        case "progress":
            progress = message.progress
            return feed.CaseProgress(
                case_id=progress.case_id,
                step=progress.step,
                office=progress.office,
                at_ms=progress.at_ms,
                awaited_step=progress.awaited_step,
                awaited_office=progress.awaited_office,
                due_at_ms=progress.due_at_ms,
                waits_for=refusal_from_message(progress.waits_for) if progress.HasField("waits_for") else None,
                due_provisional=progress.due_provisional,
            )
        case "outcome":
            outcome = message.outcome
            items = tuple(_outcome_from_message(item) for item in outcome.items)
            return feed.CaseOutcome(outcome.case_id, items, outcome.closed, outcome.at_ms)
        case "left":
            left = message.left
            return feed.StudentLeft(left.case_id, left.number, left.destination, left.at_ms)
        case "receipt" | "notice" | "notice_receipt" | "adjudication" as signed:
            return _SIGNED[signed](getattr(message, signed).jws)
        case "promoted":
            told = message.promoted
            return promotion.ClassesPromoted(
                told.run_id, told.school, dict(told.grades), tuple(told.stayed), told.at_ms, told.school_class
            )
        case "breach":
            found = message.breach
            return feed.BreachFound(
                found.case_id,
                found.school,
                found.code,
                found.sentence,
                found.days_late,
                found.count,
                found.filed_at_ms,
            )
        case "recounted":
            again = message.recounted
            return feed.DueRecounted(
                again.case_id,
                again.awaited_step,
                again.awaited_office,
                again.due_at_ms,
                again.due_provisional,
                again.at_ms,
            )
        case "hand_over":
            due = message.hand_over
            return handover.ArchiveToHandOver(
                handover_id=due.handover_id,
                term=due.term,
                county=due.county,
                due_on=due.due_on,
                student=dict(due.student),
                archive_digest=due.archive_digest,
                archive=due.archive,
                at_ms=due.at_ms,
            )
        case "record_told":
            return _record_told_from_message(message.record_told)
        case "register_changed" | "placed" | "pupils_left":
            return organisation_news_from_message(message)
        case None:
            raise AssertionError("validated messages carry an entry")
        case unknown:
            assert_never(unknown)


def _record_told_from_message(told: exchange_pb2.RecordTold) -> attending.RecordTold:
    return attending.RecordTold(
        school=told.school,
        attends=told.attends,
        student_key=told.student_key,
        number=told.number,
        record_school=told.record_school,
        status=told.status,
        record=dict(told.record),
        standing=dict(told.standing),
        until=told.until,
        at_ms=told.at_ms,
    )


def _outcome_to_message(outcome: feed.ItemOutcome) -> exchange_pb2.ItemOutcome:
    return exchange_pb2.ItemOutcome(
        item_id=outcome.item_id,
        number=outcome.number,
        student_key=outcome.student_key,
        refusal=refusal_to_message(outcome.refused) if outcome.refused else None,
        record=outcome.record,
        status=outcome.status,
        standing=outcome.standing,
    )


def _outcome_from_message(message: exchange_pb2.ItemOutcome) -> feed.ItemOutcome:
    return feed.ItemOutcome(
        item_id=message.item_id,
        number=message.number,
        student_key=message.student_key,
        refused=refusal_from_message(message.refusal) if message.HasField("refusal") else None,
        record=dict(message.record),
        status=message.status,
        standing=dict(message.standing),
    )
