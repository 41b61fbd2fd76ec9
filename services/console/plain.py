"""Answers as plain JSON values, the same for ``--json`` and for the tables: what is not here, no terminal shows.

Numbers of documents and of pupils are masked (脱敏) unless the person asks for them in full. Times are Beijing's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chassis.rpc import office_label
from chassis.rpc.wire import refusal_from_message
from console.desk import Imported
from kernel import divisions
from kernel.clock import SHANGHAI
from kernel.evidence import EvidenceKind
from kernel.form import item
from kernel.office import Office
from kernel.refusals import GradeUnknown, ItemUnknown, Refusal
from kernel.stages import Grade, SchoolSystem
from kernel.writing import mask_number
from xueji.common.v1 import case_pb2, refusal_pb2
from xueji.desk.v1 import desk_pb2, roster_pb2
from xueji.index.v1 import index_pb2

Plain = dict[str, Any]

_NUMBER_KEYS = ("document_number", "guardian1_document_number", "guardian2_document_number", "number")


def moment(at_ms: int) -> str:
    """``2026-09-01 08:00:00.123`` in Beijing time; empty for 0."""
    if not at_ms:
        return ""
    at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(SHANGHAI)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at_ms % 1000:03d}"


def grade_code(text: str) -> str:
    """A grade's code, from the code or from the words: 五四 has a 初中四年级 that 六三 has not. Raises GradeUnknown."""
    for system in SchoolSystem:
        try:
            return Grade.of_code(text).code if text.isdigit() else Grade.parse(text, system=system).code
        except Refusal:
            continue
    raise GradeUnknown(grade=text[:20])


def grade_label(code: str) -> str:
    """``小学一年级`` for ``101``; what is no code of ours is shown as it is."""
    try:
        return Grade.of_code(code).label
    except GradeUnknown:
        return code


def filed(answer: desk_pb2.FileCaseResponse) -> Plain:
    """A case that was filed, and the pupils who were left out of it."""
    return {
        "case": heading(answer.summary),
        "refused": [
            {"item_id": one.item_id, "findings": [refusal(found) for found in one.findings]} for one in answer.refused
        ],
    }


def heading(summary: desk_pb2.CaseSummary) -> Plain:
    return {
        "case_id": summary.case_id,
        "procedure": summary.procedure,
        "procedure_title": summary.procedure_title,
        "school": summary.school,
        "state": summary.state,
        "state_title": summary.state_title,
        "awaited_step": summary.awaited_step,
        "awaited_office": summary.awaited_office,
        "received_at": moment(summary.received_at_ms),
        "due_at": moment(summary.due_at_ms),
        "due_provisional": summary.due_provisional,
        "items_total": summary.items_total,
        "items_done": summary.items_done,
        "items_refused": summary.items_refused,
        "urgency": summary.urgency,
        "working_days_left": summary.working_days_left,
        "reminded_at": moment(summary.reminded_at_ms),
        "waits_for": refusal(summary.waits_for) if summary.HasField("waits_for") else None,
        "waits_since": moment(summary.waits_since_ms),
    }


def case_view(view: desk_pb2.GetCaseResponse, *, full: bool) -> Plain:
    return {
        **heading(view.summary),
        "items": [_item(one, full=full) for one in view.items],
        "evidence": [_evidence(one) for one in view.evidence],
        "timeline": timeline(view),
    }


def _evidence(one: case_pb2.Evidence) -> Plain:
    kinds = {kind.value: kind.label for kind in EvidenceKind}
    return {
        "digest": one.digest.hex(),
        "kind": one.kind,
        "kind_title": kinds.get(one.kind, one.kind),
        "media_type": one.media_type,
        "item_id": one.item_id,
    }


def timeline(view: desk_pb2.GetCaseResponse) -> list[Plain]:
    """By time: what happened at another tier is heard of later than what happened here."""
    return [
        {
            "at": moment(entry.at_ms),
            "step": entry.step,
            "title": entry.title,
            "office": entry.office,
            "office_name": office_label(Office.parse(entry.office)),
        }
        for entry in sorted(view.timeline, key=lambda entry: entry.at_ms)
    ]


def student(summary: desk_pb2.StudentSummary, *, full: bool) -> Plain:
    return {
        "number": number_shown(summary.number, full=full),
        "name": summary.name,
        "school": summary.school,
        "grade": summary.grade,
        "school_class": summary.school_class,
        "status": summary.status,
        "status_title": summary.status_title,
        "custody": summary.custody,
        "epoch": summary.epoch,
    }


def draft(one: roster_pb2.Draft, *, full: bool) -> Plain:
    return {
        "item_id": one.item_id,
        "values": values(one.values, full=full),
        "state": one.state,
        "state_title": one.state_title,
        "refusal": refusal(one.refusal) if one.HasField("refusal") else None,
    }


def found(one: index_pb2.Found, *, full: bool) -> Plain:
    return {
        "known": bool(one.student_key),
        "number": number_shown(one.number, full=full),
        "custodian": one.custodian,
        "custodian_name": divisions.province_name(one.custodian) if one.custodian else "",
        "epoch": one.epoch,
        "in_transfer": one.in_transfer,
        "document_valid_from": one.valid_from,
        "document_valid_to": one.valid_to,
    }


def imported(answer: Imported) -> Plain:
    return {
        "rows_read": answer.summary.rows_read,
        "rows_kept": answer.summary.rows_kept,
        "rows_unchanged": answer.summary.rows_unchanged,
        "rows_refused": answer.summary.rows_refused,
        "warnings": list(answer.summary.warnings),
        "findings": [
            {**refusal(finding), "row": row} for row, findings in answer.findings.items() for finding in findings
        ],
    }


def refusal(message: refusal_pb2.Refusal) -> Plain:
    return refused(refusal_from_message(message))


def refused(no: Refusal) -> Plain:
    return {"code": no.code, "sentence": no.sentence, "field": no.field or "", "label": label(no.field or "")}


def label(key: str) -> str:
    """What the form calls an item; the key itself where it is none."""
    try:
        return item(key).label if key else ""
    except ItemUnknown:
        return key


def values(given: Mapping[str, str], *, full: bool) -> dict[str, str]:
    return {key: number_shown(text, full=full) if key in _NUMBER_KEYS else text for key, text in given.items()}


def _item(one: desk_pb2.ItemView, *, full: bool) -> Plain:
    return {
        "item_id": one.item_id,
        "values": values(one.values, full=full),
        "state": one.state,
        "number": number_shown(one.number, full=full),
        "refusal": refusal(one.refusal) if one.HasField("refusal") else None,
        "pre_checks": [
            {
                "code": check.code,
                "sentence": check.sentence,
                "severity": "warning" if check.severity == desk_pb2.PreCheck.SEVERITY_WARNING else "notice",
            }
            for check in one.pre_checks
        ],
    }


def number_shown(text: str, *, full: bool) -> str:
    """A number as this person may see it."""
    return text if full or not text else mask_number(text)
