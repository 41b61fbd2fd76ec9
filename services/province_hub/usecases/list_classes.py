"""班额: the classes of a scope, the largest first, and how many are too large."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.figures.answers import ClassesAnswer, ClassesQuestion, ListedClass, Told
from kernel.figures.report import ClassCounts
from kernel.figures.scope import require_school_of
from kernel.office import Office, Tier
from kernel.packs.keys import CLASS_SIZE_HUGE_FROM, CLASS_SIZE_LARGE_FROM
from kernel.refusals import RequestMalformed
from kernel.school import School
from province_hub.domain.members import Members
from province_hub.store.figures import Day, SchoolClassSize
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting, whose

_SEPARATOR = "|"


def list_classes(
    tx: HubTransaction, question: ClassesQuestion, *, asker: Office, now: datetime, counting: Counting
) -> ClassesAnswer:
    """A page of the classes; above the school none below 大班额, whatever is asked: sizes are counts as well.

    Raises:
        SchoolUnknown: the scope is a school that nobody knows.
        RequestMalformed: the page token is none of ours.
        RulePackUnknown: no rules were in force on that day.
    """
    known_ms = milliseconds(now)
    day = Day.known_now(question.on or day_of(known_ms), known_ms)
    register = counting.register()
    require_school_of(question.scope, school=lambda code: register.at(code, day.on))
    members = counting.members(question.scope)
    large_from, huge_from = thresholds(counting, day)
    least = question.at_least or large_from
    if asker.tier is not Tier.SCHOOL:
        least = max(least, large_from)
    listed = tx.figures.classes(
        whose(members, day.on), day, at_least=least, after=_seen(question.after), limit=question.size + 1
    )
    page = listed[: question.size]
    return ClassesAnswer(
        Told(question.scope, day.on, known_ms, counting.threshold(asker, day.on)),
        class_counts(tx, members, day, counting=counting),
        large_from,
        huge_from,
        tuple(_named(one, register.at(one.school, day.on)) for one in page),
        next_token=_token(page[-1]) if len(listed) > len(page) else "",
    )


def class_counts(tx: HubTransaction, members: Members, day: Day, *, counting: Counting) -> ClassCounts:
    large_from, huge_from = thresholds(counting, day)
    return tx.figures.class_counts(whose(members, day.on), day, large_from=large_from, huge_from=huge_from)


def thresholds(counting: Counting, day: Day) -> tuple[int, int]:
    """From how many pupils on a class is large, and huge."""
    reading = counting.reading(day.on)
    return reading(CLASS_SIZE_LARGE_FROM), reading(CLASS_SIZE_HUGE_FROM)


def _named(one: SchoolClassSize, school: School | None) -> ListedClass:
    name = school.name if school is not None else ""
    return ListedClass(one.school, name, one.grade, one.school_class, one.pupils)


def _token(last: SchoolClassSize) -> str:
    return _SEPARATOR.join((str(last.pupils), last.school, last.grade, last.school_class))


def _seen(token: str) -> SchoolClassSize | None:
    if not token:
        return None
    match token.split(_SEPARATOR, 3):
        case [pupils, school, grade, school_class] if pupils.isdecimal():
            return SchoolClassSize(school, grade, school_class, int(pupils))
        case _:
            raise RequestMalformed(field="page_token", why="不是本系统给出的页标记")
