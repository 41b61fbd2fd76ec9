"""Between schools over time and what happens to them (``kernel.organisations``), and their messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from kernel.organisations import (
    TIME_OUT_OF_MIND,
    Closure,
    DivisionReform,
    End,
    Ending,
    Handover,
    Life,
    Merger,
    Opening,
    OrganisationChange,
    Placing,
    Reclassification,
    Reform,
    Renaming,
    SchoolSpan,
    Split,
    What,
)
from kernel.refusals import RequestMalformed
from kernel.school import School, SchoolCode, SchoolSetting
from kernel.stages import SchoolSystem
from xueji.organisation.v1 import organisation_pb2, register_pb2


def school_to_message(school: School) -> register_pb2.School:
    return register_pb2.School(**school.to_content())


def school_from_message(message: register_pb2.School) -> School:
    """Raises SchoolCodeMalformed, DivisionUnknown, RequestMalformed."""
    try:
        system, setting = SchoolSystem(message.school_system), SchoolSetting(message.setting)
    except ValueError as unknown:
        raise RequestMalformed(field="school", why="没有这种学制或城乡类型") from unknown
    return School(
        code=SchoolCode.parse(message.code),
        name=message.name,
        place=message.place,
        authority=message.authority,
        school_system=system,
        address=message.address,
        township=message.township,
        setting=setting,
    )


def span_to_message(span: SchoolSpan) -> register_pb2.Span:
    return register_pb2.Span(
        school=school_to_message(span.school),
        valid_from="" if span.valid_from == TIME_OUT_OF_MIND else span.valid_from.isoformat(),
        valid_to=span.valid_to.isoformat() if span.valid_to else "",
        end=_end_to_message(span.end) if span.end else None,
    )


def span_from_message(message: register_pb2.Span) -> SchoolSpan:
    return SchoolSpan(
        school=school_from_message(message.school),
        valid_from=date.fromisoformat(message.valid_from) if message.valid_from else TIME_OUT_OF_MIND,
        valid_to=date.fromisoformat(message.valid_to) if message.valid_to else None,
        end=_end_from_message(message.end) if message.HasField("end") else None,
    )


def life_to_message(life: Life) -> register_pb2.Life:
    return register_pb2.Life(spans=map(span_to_message, life))


def life_from_message(message: register_pb2.Life) -> Life:
    return tuple(map(span_from_message, message.spans))


def reform_to_message(reform: Reform) -> register_pb2.Reform:
    return register_pb2.Reform(on=reform.on.isoformat(), before=reform.before, after=reform.after)


def reform_from_message(message: register_pb2.Reform) -> Reform:
    return Reform(date.fromisoformat(message.on), message.before, message.after)


def change_to_message(change: OrganisationChange) -> organisation_pb2.Change:
    message = organisation_pb2.Change(
        change_id=change.change_id,
        effective_on=change.effective_on.isoformat(),
        order_number=change.order_number,
        order_digest=bytes.fromhex(change.order_digest),
        reason=change.reason,
    )
    match change.what:
        case Opening(school=school):
            message.opening.school.CopyFrom(school_to_message(school))
        case Renaming(code=code, name=name):
            message.renaming.CopyFrom(organisation_pb2.Renaming(code=code, name=name))
        case Merger(codes=codes, into=into, classes=classes):
            placings = map(_placing_to_message, classes)
            message.merger.CopyFrom(organisation_pb2.Merger(codes=codes, into=into, classes=placings))
        case Split(code=code, placings=told, archives_to=archives_to):
            placings = map(_placing_to_message, told)
            message.split.CopyFrom(organisation_pb2.Split(code=code, placings=placings, archives_to=archives_to))
        case Closure(code=code, archive_unit=unit, placings=told):
            placings = map(_placing_to_message, told)
            message.closure.CopyFrom(organisation_pb2.Closure(code=code, archive_unit=unit, placings=placings))
        case Reclassification(code=code, school=school):
            told_school = school_to_message(school)
            message.reclassification.CopyFrom(organisation_pb2.Reclassification(code=code, school=told_school))
        case Handover(codes=codes, authority=authority):
            message.handover.CopyFrom(organisation_pb2.Handover(codes=codes, authority=authority))
        case DivisionReform(renumbered=renumbered):
            pairs = [organisation_pb2.Renumbered(before=before, after=after) for before, after in renumbered]
            message.reform.CopyFrom(organisation_pb2.DivisionReform(renumbered=pairs))
        case _:
            assert_never(change.what)
    return message


def change_from_message(message: organisation_pb2.Change) -> OrganisationChange:
    """Raises RequestMalformed where a day is none, and as ``school_from_message``."""
    return OrganisationChange(
        change_id=message.change_id,
        effective_on=day_of_message(message.effective_on, field="effective_on"),
        what=_what_from_message(message),
        order_number=message.order_number,
        order_digest=message.order_digest.hex(),
        reason=message.reason,
    )


def day_of_message(told: str, *, field: str) -> date:
    """A day as YYYY-MM-DD. Raises RequestMalformed where there is no such day."""
    try:
        return date.fromisoformat(told)
    except ValueError as malformed:
        raise RequestMalformed(field=field, why="没有这一天") from malformed


def _what_from_message(message: organisation_pb2.Change) -> What:
    match message.WhichOneof("what"):
        case "opening":
            return Opening(school=school_from_message(message.opening.school))
        case "renaming":
            return Renaming(code=message.renaming.code, name=message.renaming.name)
        case "merger":
            merger = message.merger
            return Merger(codes=tuple(merger.codes), into=merger.into, classes=_placings(merger.classes))
        case "split":
            split = message.split
            return Split(code=split.code, placings=_placings(split.placings), archives_to=split.archives_to)
        case "closure":
            closure = message.closure
            placings = _placings(closure.placings)
            return Closure(code=closure.code, archive_unit=closure.archive_unit, placings=placings)
        case "reclassification":
            reclassified = message.reclassification
            return Reclassification(code=reclassified.code, school=school_from_message(reclassified.school))
        case "handover":
            return Handover(codes=tuple(message.handover.codes), authority=message.handover.authority)
        case "reform":
            return DivisionReform(renumbered=tuple((pair.before, pair.after) for pair in message.reform.renumbered))
        case None:
            raise AssertionError("validated messages say what")
        case unknown:
            assert_never(unknown)


def _placings(messages: Iterable[register_pb2.Placing]) -> tuple[Placing, ...]:
    return tuple(map(_placing_from_message, messages))


def _placing_to_message(placing: Placing) -> register_pb2.Placing:
    return register_pb2.Placing(
        from_school=placing.from_school,
        to_school=placing.to_school,
        grade=placing.grade,
        school_class=placing.school_class,
        becomes=placing.becomes,
    )


def _placing_from_message(message: register_pb2.Placing) -> Placing:
    return Placing(
        from_school=message.from_school,
        to_school=message.to_school,
        grade=message.grade,
        school_class=message.school_class,
        becomes=message.becomes,
    )


def _end_to_message(end: End) -> register_pb2.End:
    return register_pb2.End(
        change_id=end.change_id,
        kind=end.kind.value,
        placings=map(_placing_to_message, end.placings),
        archives_to=end.archives_to,
        archive_unit=end.archive_unit,
    )


def _end_from_message(message: register_pb2.End) -> End:
    return End(
        change_id=message.change_id,
        kind=Ending(message.kind),
        placings=_placings(message.placings),
        archives_to=message.archives_to,
        archive_unit=message.archive_unit,
    )
