"""A record and the entries of its history as messages, for whoever shows them: a hub's desk, or an archive's reader."""

from __future__ import annotations

from kernel.attending import VEILED
from kernel.organisations import TITLES as ORGANISATION_TITLES
from kernel.promotion import PROMOTION_TITLES
from kernel.record_items import label_of
from kernel.refusals import ProcedureUnknown
from kernel.regulation import procedure
from kernel.student import Student
from kernel.titles import Titles
from kernel.trail import TrailEntry
from xueji.record.v1 import record_pb2


def record_to_message(student: Student) -> record_pb2.Record:
    return record_pb2.Record(
        student_key=student.student_key,
        number=student.number,
        aliases=student.aliases,
        status=student.status.value,
        status_title=student.status.label,
        school=student.school,
        values=student.values,
        standing=student.standing,
        version=student.version,
    )


def entry_to_message(entry: TrailEntry, *, titles: Titles | None = None) -> record_pb2.HistoryEntry:
    """An entry; ``titles`` where rule packs are at hand, so that its procedure has the name of its day."""
    event = entry.event
    return record_pb2.HistoryEntry(
        version=event.version,
        recorded_at_ms=event.at_ms,
        effective_on=event.effective_on.isoformat(),
        case_id=event.case_id,
        procedure=event.procedure,
        procedure_title=_title(event.procedure, event.rule_pack, titles=titles),
        step=event.step,
        office=event.office,
        person=event.person,
        reason=event.reason,
        articles=event.articles,
        rule_pack=event.rule_pack,
        evidence=event.evidence,
        counters=event.counters,
        countered_by=entry.countered_by,
        changes=[
            record_pb2.ChangedItem(
                key=changed.key, label=label_of(changed.key), before=changed.before, after=changed.after
            )
            for changed in entry.changes
        ],
        digest=entry.digest,
    )


_NO_CASES = PROMOTION_TITLES | ORGANISATION_TITLES


def _title(name: str, rule_pack: str, *, titles: Titles | None) -> str:
    """What people call the procedure; one of another province's newer program keeps its name."""
    if name == VEILED:
        return "不公开的就读安排"
    if name in _NO_CASES:
        return _NO_CASES[name]
    try:
        row = procedure(name)
    except ProcedureUnknown:
        return name
    return titles.of(row, rule_pack) if titles else row.title
