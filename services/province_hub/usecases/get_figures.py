"""How many pupils, on a day, by one or two ways of telling them apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.figures.answers import Counted, FiguresAnswer, FiguresQuestion, Told
from kernel.figures.dimensions import MEMBERS, Dimension
from kernel.figures.scope import require_school_of
from kernel.figures.tables import Breakdown, Cell, Family
from kernel.office import Office
from kernel.organisations import DatedRegister
from kernel.refusals import BreakdownNotOffered, TooManyMembers
from province_hub.store.figures import Day
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.counting import MEMBERS_MAX, Counting, family_of, withheld_from


def get_figures(
    tx: HubTransaction, question: FiguresQuestion, *, asker: Office, now: datetime, counting: Counting
) -> FiguresAnswer:
    """The table that was asked for, withheld together with all other tables of its scope and day.

    Raises:
        SchoolUnknown: the scope is a school that nobody knows.
        BreakdownNotOffered: by province, which is the nation's to tell. TooManyMembers: by more than a table holds.
        RulePackUnknown: no rules were in force on that day.
    """
    known_ms = milliseconds(now)
    day = Day.known_now(question.on or day_of(known_ms), known_ms)
    register = counting.register()
    require_school_of(question.scope, school=lambda code: register.at(code, day.on))
    by = question.breakdown.dimension
    if by is Dimension.PROVINCE:
        raise BreakdownNotOffered(field="by", by=by.value)
    family = family_of(tx, counting.members(question.scope), day, counting=counting, by=by)
    _require_few(family, by)
    withheld = withheld_from(tx, asker, question.scope, family, day, counting=counting)
    told = Told(question.scope, day.on, known_ms, counting.threshold(asker, day.on))
    return FiguresAnswer(
        told,
        figure="on_roll" if by is Dimension.STATUS else "in_school",
        cells=tuple(
            (question.breakdown.by(cell), Counted(0, withheld=True) if cell in withheld else Counted(count))
            for cell, count in family.table(question.breakdown)
        ),
        names=_names(family, question.breakdown, register, day),
    )


def _require_few(family: Family, by: Dimension | None) -> None:
    members = {cell.value for cell in family.counts if by in MEMBERS and cell.dimension == by}
    if len(members) > MEMBERS_MAX:
        raise TooManyMembers(count=len(members), most=MEMBERS_MAX)


def _names(family: Family, breakdown: Breakdown, register: DatedRegister, day: Day) -> Mapping[str, str]:
    if breakdown.dimension is not Dimension.SCHOOL:
        return {}
    codes: set[str] = {cell.value for cell in family.counts if _is_school(cell)}
    schools = ((code, register.at(code, day.on)) for code in sorted(codes))
    return {code: school.name for code, school in schools if school is not None}


def _is_school(cell: Cell) -> bool:
    return cell.dimension == Dimension.SCHOOL
