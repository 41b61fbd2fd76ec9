"""What ``xueji review`` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import RenderableType

from console import plain
from console import review as shown
from console.commands.asking import ask
from console.desk import Desk
from kernel.ids import new_uuid7
from kernel.refusals import RequestMalformed
from kernel.review import DifferenceKind
from kernel.stages import Grade, SchoolSystem
from xueji.review.v1 import review_pb2

_PARTS = 4  # 种类:姓名:学籍号:说明


@dataclass(frozen=True)
class Named:
    """A class of a review, as a person names it."""

    review_id: str
    grade: str
    school_class: str
    school: str = ""

    def to_message(self) -> review_pb2.ClassName:
        """Raises GradeUnknown: there is no such grade."""
        return review_pb2.ClassName(school=self.school, grade=_code(self.grade), school_class=self.school_class)


def open_review(desk: str, review_id: str, *, as_json: bool) -> None:
    review_id = review_id or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and opens nothing twice.
    sys.stderr.write(f"复核编号 {review_id}\n")

    async def question(opened: Desk) -> plain.Plain:
        return shown.review(await opened.review.open(review_id))

    ask(desk, question, as_json=as_json, show=_review)


def list_reviews(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return {"reviews": [shown.review(one) for one in await opened.review.reviews()]}

    ask(desk, question, as_json=as_json, show=lambda answer: [shown.review_table(answer["reviews"])])


def classes(desk: str, review_id: str, school: str, *, sampled: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        listed = await opened.review.classes(review_id, school=school, sampled=sampled)
        return {"classes": [shown.school_class(one) for one in listed]}

    ask(desk, question, as_json=as_json, show=lambda answer: [shown.class_table(answer["classes"])])


def show(desk: str, named: Named, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return shown.class_view(await opened.review.show(named.review_id, named.to_message()), full=full)

    def whole(answer: plain.Plain) -> list[RenderableType]:
        return [
            shown.class_table([answer]),
            "",
            shown.difference_table(answer["differences"]),
            "",
            shown.pupil_table(answer["pupils"]),
        ]

    ask(desk, question, as_json=as_json, show=whole)


def answer(desk: str, named: Named, teacher: str, differences: Sequence[str], *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        told = [difference_of(text) for text in differences]
        row = await opened.review.answer(named.review_id, named.to_message(), teacher=teacher, differences=told)
        return shown.school_class(row)

    ask(desk, question, as_json=as_json, show=_class)


def check(desk: str, named: Named, *, confirmed: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return shown.school_class(await opened.review.check(named.review_id, named.to_message(), confirmed=confirmed))

    ask(desk, question, as_json=as_json, show=_class)


def sample(desk: str, review_id: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        drawn = await opened.review.draw(review_id)
        listed = await opened.review.classes(review_id, sampled=True)
        return {**shown.review(drawn.review), "classes": [shown.school_class(one) for one in listed]}

    def drawn(answer: plain.Plain) -> list[RenderableType]:
        return [f"种子 {answer['seed']}", shown.class_table(answer["classes"])]

    ask(desk, question, as_json=as_json, show=drawn)


def finding(desk: str, named: Named, note: str, *, agreed: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        row = await opened.review.record(named.review_id, named.to_message(), agreed=agreed, note=note)
        return shown.school_class(row)

    ask(desk, question, as_json=as_json, show=_class)


def seal(desk: str, review_id: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return shown.review(await opened.review.seal(review_id))

    ask(desk, question, as_json=as_json, show=_review)


def missing(desk: str, review_id: str, *, everybody: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        listed = await opened.review.progress(review_id, missing=not everybody)
        return {"offices": [shown.progress(one) for one in listed]}

    ask(desk, question, as_json=as_json, show=lambda answer: [shown.progress_table(answer["offices"])])


def difference_of(text: str) -> review_pb2.Difference:
    """``籍在人不在:李小禾:G41…:九月起没有来`` as a difference; a full-width colon will do.

    Raises:
        RequestMalformed: it has not four parts, or its kind is none.
    """
    parts = text.replace("：", ":").split(":", _PARTS - 1)
    kinds = {kind.label: kind for kind in DifferenceKind} | {kind.value: kind for kind in DifferenceKind}
    if len(parts) != _PARTS or parts[0] not in kinds:
        raise RequestMalformed(field="differences", why="差异应写作 种类:姓名:学籍号:说明")
    kind, name, number, note = parts
    return review_pb2.Difference(kind=kinds[kind].value, name=name, number=number, note=note)


def _code(grade: str) -> str:
    """Of a name with its stage, which is the same under both systems, or of a code."""
    return grade if grade.isdecimal() else Grade.parse(grade, system=SchoolSystem.SIX_THREE).code


def _review(answer: plain.Plain) -> list[RenderableType]:
    return [shown.review_table([answer])]


def _class(answer: plain.Plain) -> list[RenderableType]:
    return [shown.class_table([answer])]
