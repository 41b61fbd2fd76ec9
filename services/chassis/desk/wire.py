"""Between the desk's messages and plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chassis.desk.commands import (
    DecideCommand,
    FileCommand,
    Filed,
    StudentQuery,
    StudentRow,
    WithdrawCommand,
)
from chassis.exchange.wire import evidence_from_message, evidence_to_message
from chassis.ledger import CaseHeading, CaseRecord, ItemRecord, TimelineEvent, View
from chassis.rpc.wire import refusal_to_message
from kernel.calendar import Due, urgency, working_days_left
from kernel.case import CaseState, Item
from kernel.clock import milliseconds
from kernel.endorsement import Decision, ItemException
from kernel.pre_check import PreCheck, Severity
from kernel.regulation import Step, procedure
from kernel.titles import Titles
from kernel.writing import code_as_typed
from xueji.desk.v1 import desk_pb2

VIEWS = {
    desk_pb2.VIEW_WAITING: View.WAITING,
    desk_pb2.VIEW_STARTED: View.STARTED,
    desk_pb2.VIEW_ALL: View.ALL,
}
_DECISIONS = {
    desk_pb2.DECISION_APPROVE: Decision.APPROVE,
    desk_pb2.DECISION_RETURN: Decision.RETURN,
    desk_pb2.DECISION_REJECT: Decision.REJECT,
}
_SEVERITIES = {
    Severity.NOTICE: desk_pb2.PreCheck.SEVERITY_NOTICE,
    Severity.WARNING: desk_pb2.PreCheck.SEVERITY_WARNING,
}

# Steps that are not endorsements: what a timeline shows of the machine's own doing.
TIMELINE_LABELS = {step.value: step.label for step in Step} | {
    "filed": "学校录入",
    "submitted": "已上报",
    "received": "已接收",
    "returned": "退回修改",
    "rejected": "不予核准",
    "withdrawn": "申请学校撤销",
    "withdrawal_asked": "申请学校请求撤销",
    "withdrawal_refused": "撤销未受理：已超过可以撤销的时限",
    "refused_above": "上级未受理",
    "number_asked": "申请学籍号",
    "document_asked": "全国查重：变更后的证件",
    "settled": "办结",
    "waiting": "暂停：有事项须先处理",
    "resumed": "继续办理",
    "passed_on": "提请上一级核办",
    "opening": "向全国申请转接",
    "opened": "全国已受理，学籍锁定",
    "requested": "已向转出省发出转接请求",
    "asked": "转出省已收到请求",
    "released": "转出省放行，记录冻结",
    "fetching": "正在提取学籍档案",
    "escrowed": "档案已核对并保全",
    "committed": "全国裁定：保管权转入",
    "activated": "学籍在转入省生效",
    "closed": "转出方保留备份",
    "close_asked": "请求终止转接",
    "aborted": "转接终止",
    "reminded": "催办",
    "due_recounted": "按新公布的放假安排重新计算期限",
    "near": "提醒：办理期限临近",
    "pressing": "提醒：办理期限还剩一个工作日",
    "last_day": "提醒：办理期限今日届满",
    "overdue": "逾期未办",
    "long_overdue": "长期逾期，已报告省级",
}


def heading_to_message(heading: CaseHeading, *, now: datetime, titles: Titles) -> desk_pb2.CaseSummary:
    due = Due(heading.due_at, heading.due_provisional, "") if heading.due_at else None
    return desk_pb2.CaseSummary(
        case_id=heading.case_id,
        procedure=heading.procedure_name,
        procedure_title=titles.of(procedure(heading.procedure_name), heading.rule_pack),
        school=heading.school,
        releasing_school=heading.releasing_school,
        state=heading.state.value,
        state_title=state_label(heading),
        awaited_step=heading.awaited.step,
        awaited_office=heading.awaited.office,
        received_at_ms=milliseconds(heading.received_at),
        due_at_ms=milliseconds(heading.due_at) if heading.due_at else 0,
        due_provisional=heading.due_provisional,
        items_total=heading.items_total,
        items_done=heading.items_done,
        items_refused=heading.items_refused,
        urgency=urgency(due, now).word if due else "",
        working_days_left=working_days_left(due, now) if due else 0,
        reminded_at_ms=milliseconds(heading.reminded_at) if heading.reminded_at else 0,
        waits_for=refusal_to_message(heading.waits_for) if heading.waits_for else None,
        waits_since_ms=milliseconds(heading.waits_since) if heading.waits_since else 0,
    )


def state_label(heading: CaseHeading) -> str:
    """What the worklist says of a case: whose turn it is, or that it is over."""
    if heading.state is CaseState.OPEN and heading.waits_for is not None:
        return f"暂停：{heading.waits_for.sentence}"
    if heading.state is CaseState.OPEN and heading.awaited.step in list(Step):
        return f"待{Step(heading.awaited.step).label}"
    return heading.state.label


def case_view_to_message(
    record: CaseRecord,
    items: Sequence[ItemRecord],
    timeline: Sequence[TimelineEvent],
    checks: Sequence[Sequence[PreCheck]],
    *,
    now: datetime,
    titles: Titles,
) -> desk_pb2.GetCaseResponse:
    return desk_pb2.GetCaseResponse(
        summary=heading_to_message(record.heading, now=now, titles=titles),
        evidence=[evidence_to_message(evidence) for evidence in record.case.evidence],
        items=[_item_to_message(item, found) for item, found in zip(items, checks, strict=True)],
        timeline=[
            desk_pb2.TimelineEntry(
                at_ms=milliseconds(event.at),
                step=event.step,
                title=TIMELINE_LABELS.get(event.step, event.step),
                office=event.office,
            )
            for event in timeline
        ],
        shown=record.shown,
    )


def _item_to_message(record: ItemRecord, checks: Sequence[PreCheck]) -> desk_pb2.ItemView:
    return desk_pb2.ItemView(
        item_id=record.item.item_id,
        values=record.item.values,
        state=record.state.value,
        number=record.number,
        refusal=refusal_to_message(record.refusal) if record.refusal else None,
        pre_checks=[
            desk_pb2.PreCheck(
                code=check.code, sentence=check.sentence, field=check.field, severity=_SEVERITIES[check.severity]
            )
            for check in checks
        ],
    )


def decide_from_message(message: desk_pb2.DecideCaseRequest) -> DecideCommand:
    return DecideCommand(
        case_id=message.case_id,
        decision=_DECISIONS[message.decision],
        reason=message.reason,
        reason_code=message.reason_code,
        step=message.step,
        allocate_numbers=message.allocate_numbers,
        exceptions=tuple(
            ItemException(exception.item_id, _DECISIONS[exception.decision], exception.reason)
            for exception in message.exceptions
        ),
    )


def filing_from_message(message: desk_pb2.FileCaseRequest) -> FileCommand:
    return FileCommand(
        case_id=message.case_id,
        procedure=message.procedure,
        items=tuple(Item(item.item_id, dict(item.values)) for item in message.items),
        releasing_school=message.releasing_school,
        evidence=tuple(evidence_from_message(evidence) for evidence in message.evidence),
    )


def filed_to_message(filed: Filed, *, now: datetime, titles: Titles) -> desk_pb2.FileCaseResponse:
    return desk_pb2.FileCaseResponse(
        summary=heading_to_message(filed.heading, now=now, titles=titles),
        refused=[
            desk_pb2.ItemRefused(item_id=item_id, findings=[refusal_to_message(found) for found in findings])
            for item_id, findings in filed.refused
        ],
    )


def withdraw_from_message(message: desk_pb2.WithdrawCaseRequest) -> WithdrawCommand:
    return WithdrawCommand(case_id=message.case_id, reason=message.reason)


def query_from_message(message: desk_pb2.ListStudentsRequest) -> StudentQuery:
    return StudentQuery(
        number=message.number,
        name=message.name,
        size=message.page_size,
        token=message.page_token,
        document=code_as_typed(message.document).upper(),
    )


def student_to_message(student: StudentRow) -> desk_pb2.StudentSummary:
    return desk_pb2.StudentSummary(
        student_key=student.student_key,
        number=student.number,
        name=student.name,
        school=student.school,
        grade=student.grade,
        school_class=student.school_class,
        status=student.status,
        status_title=student.status_label,
        custody=student.custody,
        epoch=student.epoch,
    )
