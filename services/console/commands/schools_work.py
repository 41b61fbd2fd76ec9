"""What ``xueji schools`` does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from rich.console import RenderableType

from console import plain, school_tables, schools
from console.commands.asking import ask, refuse
from console.desk import Desk
from kernel.ids import new_uuid7
from kernel.refusals import Refusal, RequestMalformed
from xueji.organisation.v1 import organisation_pb2, register_pb2


class Asked(NamedTuple):
    """What every change says beside what it is about."""

    desk: str
    on: str
    order: str
    order_file: Path
    reason: str
    plan: bool
    as_json: bool

    def change(self) -> organisation_pb2.Change:
        return organisation_pb2.Change(
            change_id=str(new_uuid7()),
            effective_on=self.on,
            order_number=self.order,
            order_digest=hashlib.sha256(self.order_file.read_bytes()).digest(),
            reason=self.reason,
        )


def list_schools(desk: str, *, on: str, place: str, authority: str, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"schools": [schools.span(one) for one in await schools.all_of(opened, on, place, authority)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [school_tables.spans(answer["schools"])])


def show(desk: str, code: str, *, on: str, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return schools.school(await opened.schools.GetSchool(organisation_pb2.GetSchoolRequest(code=code, on=on)))

    ask(desk, question, as_json=as_json, show=school_tables.school)


def history(desk: str, code: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer = await opened.schools.GetSchool(organisation_pb2.GetSchoolRequest(code=code))
        return {"spans": [schools.span(one) for one in answer.life.spans]}

    ask(desk, question, as_json=as_json, show=lambda answer: [school_tables.spans(answer["spans"])])


def open_school(asked: Asked, told: Mapping[str, str]) -> None:
    change = asked.change()
    change.opening.school.CopyFrom(register_pb2.School(**told))
    _propose(asked, change)


def rename(asked: Asked, code: str, name: str) -> None:
    change = asked.change()
    change.renaming.CopyFrom(organisation_pb2.Renaming(code=code, name=name))
    _propose(asked, change)


def merge(asked: Asked, codes: list[str], *, into: str, classes: list[str]) -> None:
    change = asked.change()
    renamed = _read(asked, lambda: [schools.renamed_class(one, into=into) for one in classes])
    change.merger.CopyFrom(organisation_pb2.Merger(codes=codes, into=into, classes=renamed))
    _propose(asked, change)


def split(asked: Asked, code: str, *, classes: list[str], archives_to: str) -> None:
    change = asked.change()
    placings = _read(asked, lambda: [schools.placed_class(one, out_of=code) for one in classes])
    change.split.CopyFrom(organisation_pb2.Split(code=code, placings=placings, archives_to=archives_to))
    _propose(asked, change)


def close(asked: Asked, code: str, *, unit: str, to: str, classes: list[str]) -> None:
    change = asked.change()
    placings = _read(asked, lambda: [schools.placed_class(one, out_of=code) for one in classes])
    if to:
        placings.append(register_pb2.Placing(from_school=code, to_school=to))
    change.closure.CopyFrom(organisation_pb2.Closure(code=code, archive_unit=unit, placings=placings))
    _propose(asked, change)


def reclassify(asked: Asked, code: str, *, to: str, name: str) -> None:
    change = asked.change()

    async def complete(opened: Desk) -> None:
        """The school as it is, under its new code."""
        answer = await opened.schools.GetSchool(organisation_pb2.GetSchoolRequest(code=code))
        after = register_pb2.School()
        after.CopyFrom(answer.life.spans[-1].school)
        after.code, after.name = to, name or after.name
        change.reclassification.CopyFrom(organisation_pb2.Reclassification(code=code, school=after))

    _propose(asked, change, complete=complete)


def handover(asked: Asked, codes: list[str], *, authority: str) -> None:
    change = asked.change()
    change.handover.CopyFrom(organisation_pb2.Handover(codes=codes, authority=authority))
    _propose(asked, change)


def reform(asked: Asked, pairs: list[str]) -> None:
    change = asked.change()
    renumbered = _read(asked, lambda: [_pair(one) for one in pairs])
    change.reform.CopyFrom(organisation_pb2.DivisionReform(renumbered=renumbered))
    _propose(asked, change)


def changes(desk: str, change_id: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        if change_id:
            one = await opened.schools.GetChange(organisation_pb2.GetChangeRequest(change_id=change_id))
            return {"changes": [schools.change(one.change)]}
        return {"changes": [schools.change(one) for one in await schools.changes_of(opened)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [school_tables.changes(answer["changes"])])


def decide(desk: str, change_id: str, *, approve: bool, reason: str, as_json: bool) -> None:
    request = organisation_pb2.DecideChangeRequest(change_id=change_id, approve=approve, reason=reason)

    async def question(opened: Desk) -> plain.Plain:
        return {"changes": [schools.change((await opened.schools.DecideChange(request)).change)]}

    ask(desk, question, as_json=as_json, show=lambda answer: [school_tables.changes(answer["changes"])])


def _propose(asked: Asked, change: organisation_pb2.Change, *, complete: schools.Complete = schools.as_it_is) -> None:
    """Ask for the change, or only what it would do."""

    async def question(opened: Desk) -> plain.Plain:
        await complete(opened)
        if asked.plan:
            planned = await opened.schools.PlanChange(organisation_pb2.PlanChangeRequest(change=change))
            return {"plan": schools.plan(planned.plan), "changes": []}
        answer = await opened.schools.ProposeChange(organisation_pb2.ProposeChangeRequest(change=change))
        return {"plan": schools.plan(answer.plan), "changes": [schools.change(answer.change)]}

    def show_answer(answer: plain.Plain) -> list[RenderableType]:
        told = school_tables.plan(answer["plan"])
        return [*told, school_tables.changes(answer["changes"])] if answer["changes"] else told

    ask(asked.desk, question, as_json=asked.as_json, show=show_answer)


def _read(asked: Asked, reading: Callable[[], Iterable[schools.T]]) -> list[schools.T]:
    try:
        return list(reading())
    except Refusal as no:
        refuse(no, as_json=asked.as_json)


def _pair(typed: str) -> organisation_pb2.Renumbered:
    before, equals, after = typed.partition("=")
    if not equals:
        raise RequestMalformed(field="renumbered", why=f"“{typed}”应写成 原区划=新区划")
    return organisation_pb2.Renumbered(before=before, after=after)
