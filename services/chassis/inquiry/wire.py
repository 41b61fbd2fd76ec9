"""Between the messages of inquiries and plain values."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from kernel import divisions
from kernel.figures.answers import (
    ClassesAnswer,
    ClassesQuestion,
    FiguresAnswer,
    FiguresQuestion,
    FlowsAnswer,
    FlowsQuestion,
    RetentionAnswer,
    RetentionQuestion,
    Told,
)
from kernel.figures.cohorts import Retention
from kernel.figures.dimensions import ALL, Dimension
from kernel.figures.scope import Scope, ScopeKind
from kernel.figures.tables import Breakdown
from kernel.refusals import RequestMalformed
from kernel.roll import RollAnswer, RollLine, RollQuestion
from kernel.school import School
from xueji.inquiry.v1 import inquiry_pb2

Register = Callable[[str], School | None]


def scope_from_message(message: inquiry_pb2.Scope) -> Scope:
    """Raises ScopeMalformed where it is none."""
    return Scope(ScopeKind(message.kind), message.code, message.direct)


def scope_to_message(scope: Scope) -> inquiry_pb2.Scope:
    return inquiry_pb2.Scope(kind=scope.kind.value, code=scope.code, direct=scope.direct)


def figures_question(message: inquiry_pb2.GetFiguresRequest) -> FiguresQuestion:
    """Raises BreakdownNotOffered, RequestMalformed."""
    return FiguresQuestion(scope_from_message(message.scope), _day_or_none(message.on), Breakdown.of(message.by))


def flows_question(message: inquiry_pb2.GetFlowsRequest) -> FlowsQuestion:
    """Raises RequestMalformed."""
    first, last = day_of_text(message.first, "first"), day_of_text(message.last, "last")
    return FlowsQuestion(scope_from_message(message.scope), first, last)


def retention_question(message: inquiry_pb2.GetRetentionRequest) -> RetentionQuestion:
    """Raises RequestMalformed."""
    return RetentionQuestion(scope_from_message(message.scope), _day_or_none(message.on))


def classes_question(message: inquiry_pb2.ListClassesRequest) -> ClassesQuestion:
    """Raises RequestMalformed."""
    return ClassesQuestion(
        scope_from_message(message.scope),
        _day_or_none(message.on),
        at_least=message.at_least,
        size=message.page_size,
        after=message.page_token,
    )


def roll_question(message: inquiry_pb2.ListRollRequest) -> RollQuestion:
    """Raises ScopeMalformed, RequestMalformed: the page token is no student's key."""
    try:
        after = str(uuid.UUID(message.page_token)) if message.page_token else ""
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed
    return RollQuestion(scope_from_message(message.scope), message.at_ms, message.page_size, after)


def roll_to_message(answer: RollAnswer) -> inquiry_pb2.ListRollResponse:
    return inquiry_pb2.ListRollResponse(
        pupils=[
            inquiry_pb2.RollPupil(
                student_key=one.student_key,
                number=one.number,
                name=one.name,
                grade=one.grade,
                school_class=one.school_class,
                status=one.status,
            )
            for one in answer.lines
        ],
        next_page_token=answer.next_token,
    )


def roll_from_message(message: inquiry_pb2.ListRollResponse) -> RollAnswer:
    lines = tuple(
        RollLine(one.student_key, one.number, one.name, one.grade, one.school_class, one.status)
        for one in message.pupils
    )
    return RollAnswer(lines, message.next_page_token)


def figures_to_message(answer: FiguresAnswer, *, school: Register) -> inquiry_pb2.GetFiguresResponse:
    told = answer.told
    return inquiry_pb2.GetFiguresResponse(
        scope=scope_to_message(told.scope),
        scope_name=scope_name(told.scope, school=school),
        on=told.on.isoformat(),
        known_at_ms=told.known_ms,
        threshold=told.threshold,
        figure=answer.figure,
        cells=[
            inquiry_pb2.Cell(
                by=by,
                pupils=count.pupils,
                withheld=count.withheld,
                provinces_withholding=count.provinces_withholding,
            )
            for by, count in answer.cells
        ],
        names={**answer.names, **_division_names(by for by, _ in answer.cells)},
        missing=_missing(told),
    )


def flows_to_message(answer: FlowsAnswer, *, school: Register) -> inquiry_pb2.GetFlowsResponse:
    told = answer.told
    return inquiry_pb2.GetFlowsResponse(
        scope=scope_to_message(told.scope),
        scope_name=scope_name(told.scope, school=school),
        first=answer.first.isoformat(),
        last=told.on.isoformat(),
        known_at_ms=told.known_ms,
        threshold=told.threshold,
        flows=[
            inquiry_pb2.Flow(
                figure=cell.flow,
                stage="" if cell.level == ALL else cell.level,
                province=cell.province,
                pupils=count.pupils,
                withheld=count.withheld,
                provinces_withholding=count.provinces_withholding,
            )
            for cell, count in answer.flows
        ],
        missing=_missing(told),
    )


def retention_to_message(answer: RetentionAnswer, *, school: Register) -> inquiry_pb2.GetRetentionResponse:
    told = answer.told
    return inquiry_pb2.GetRetentionResponse(
        scope=scope_to_message(told.scope),
        scope_name=scope_name(told.scope, school=school),
        on=told.on.isoformat(),
        known_at_ms=told.known_ms,
        threshold=told.threshold,
        retentions=[_retention(one) for one in answer.retentions],
        missing=_missing(told),
    )


def classes_to_message(answer: ClassesAnswer, *, school: Register) -> inquiry_pb2.ListClassesResponse:
    told = answer.told
    return inquiry_pb2.ListClassesResponse(
        scope=scope_to_message(told.scope),
        scope_name=scope_name(told.scope, school=school),
        on=told.on.isoformat(),
        known_at_ms=told.known_ms,
        classes=answer.counts.classes,
        large=answer.counts.large,
        huge=answer.counts.huge,
        large_from=answer.large_from,
        huge_from=answer.huge_from,
        listed=[
            inquiry_pb2.SchoolClass(
                school=one.school,
                school_name=one.school_name,
                grade=one.grade,
                school_class=one.school_class,
                pupils=one.pupils,
            )
            for one in answer.listed
        ],
        next_page_token=answer.next_token,
        missing=_missing(told),
    )


def scope_name(scope: Scope, *, school: Register) -> str:
    """What people call a scope."""
    match scope.kind:
        case ScopeKind.SCHOOL:
            known = school(scope.code)
            return known.name if known is not None else scope.code
        case ScopeKind.AUTHORITY:
            return f"{_division(scope.code)}学籍主管部门{'直管学校' if scope.direct else '所辖学校'}"
        case ScopeKind.PLACE:
            return f"{_division(scope.code)}境内学校"
        case ScopeKind.PROVINCE:
            return _province(scope.code)
        case ScopeKind.NATION:
            return "全国"


def day_of_text(text: str, field: str) -> date:
    """``2026-10-01`` as a day. Raises RequestMalformed where no calendar has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestMalformed(field=field, why=f"没有“{text[:10]}”这一天") from None


def _day_or_none(text: str) -> date | None:
    return day_of_text(text, "on") if text else None


def _retention(one: Retention) -> inquiry_pb2.Retention:
    percent = one.percent
    return inquiry_pb2.Retention(
        figure=f"retention_{one.cohort}",
        remaining=one.remaining or 0,
        entrants=one.entrants or 0,
        withheld=one.remaining is None or one.entrants is None,
        basis_points=None if percent is None else round(percent * 100),
        entered_on=[day.isoformat() for day in one.entered_on],
    )


def _missing(told: Told) -> list[inquiry_pb2.MissingProvince]:
    return [
        inquiry_pb2.MissingProvince(
            province=one.province,
            name=_province(one.province),
            last_on=one.last_on.isoformat() if one.last_on else "",
        )
        for one in told.missing
    ]


def _division_names(cells: Iterable[Mapping[str, str]]) -> dict[str, str]:
    names = {}
    for by in cells:
        for dimension, code in by.items():
            if dimension == Dimension.PROVINCE:
                names[code] = _province(code)
            elif dimension in {Dimension.AUTHORITY, Dimension.PLACE}:
                names[code] = _division(code)
    return names


def _division(code: str) -> str:
    return divisions.name_of(code) or code


def _province(digits: str) -> str:
    return divisions.EDUCATION_PROVINCES.get(digits, digits)
