"""The roll of a school as it stood at a moment: what a term's review compares the class with (Article 24)."""

from __future__ import annotations

from kernel.clock import day_of
from kernel.figures.scope import ScopeKind, require_school_of
from kernel.refusals import ScopeMalformed
from kernel.roll import RollAnswer, RollQuestion
from province_hub.store.figures import Day
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import Counting


def list_roll(tx: HubTransaction, question: RollQuestion, *, counting: Counting) -> RollAnswer:
    """A page of the pupils whose record the school kept open then, as it was known then.

    Raises:
        ScopeMalformed: it is asked of more than a school. SchoolUnknown: nobody knows the school.
    """
    if question.scope.kind is not ScopeKind.SCHOOL:
        raise ScopeMalformed(field="scope", scope=question.scope.kind.value)
    day = Day(day_of(question.at_ms), question.at_ms)
    register = counting.register()
    require_school_of(question.scope, school=lambda code: register.at(code, day.on))
    found = tx.figures.roll(question.scope.code, day, after=question.after, size=question.size + 1)
    page = found[: question.size]
    return RollAnswer(tuple(page), page[-1].student_key if len(found) > len(page) else "")
