"""What every count is given, and what they share: whose pupils, by which rules, and what is withheld from whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kernel.figures.answers import FiguresAnswer
from kernel.figures.dimensions import MEMBERS, Dimension
from kernel.figures.scope import Scope, ScopeKind, own_scope
from kernel.figures.tables import Cell, Family, Tallied
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.packs import Packs, Reading
from kernel.packs.keys import SUPPRESSION_THRESHOLD
from province_hub.domain.members import Members
from province_hub.store.figures import Day, Whose
from province_hub.store.transaction import HubTransaction

MEMBERS_MAX = 500  # schools, authorities or places in one table

__all__ = ["MEMBERS_MAX", "Counting", "FiguresAnswer", "family_of", "whose", "withheld_from"]


@dataclass(frozen=True)
class Counting:
    """What a count is given.

    Attributes:
        register: the schools as they are known now, in their lives. packs: for thresholds, by the day asked for.
    """

    here: Office
    register: Callable[[], DatedRegister]
    packs: Packs

    def reading(self, on: date) -> Reading:
        return self.packs.in_force(self.here.code, on).read()

    def threshold(self, asker: Office, on: date) -> int:
        """The first count that this office is told; 0 for a school, which is told all of its own."""
        return 0 if asker.tier is Tier.SCHOOL else self.reading(on)(SUPPRESSION_THRESHOLD)

    def members(self, scope: Scope) -> Members:
        return Members.of(scope, self.register())


def whose(members: Members, on: date) -> Whose:
    return Whose(members.on(on), members.province)


def family_of(
    tx: HubTransaction, members: Members, day: Day, *, counting: Counting, by: Dimension | None = None
) -> Family:
    """All breakdowns of these schools on that day; with those by school, authority or place where asked for."""
    tallied = tx.figures.tally(whose(members, day.on), day, by_school=by in MEMBERS)
    if by in MEMBERS:
        return Family.of(_renamed(group, by, counting.register(), day.on) for group in tallied)
    return Family.of(tallied)


def withheld_from(
    tx: HubTransaction, asker: Office, scope: Scope, family: Family, day: Day, *, counting: Counting
) -> frozenset[Cell]:
    """The cells of a family that an office may not be told.

    A county that asks for its place knows the pupils of its own schools by name. What it would learn is the rest, the
    schools that others run there, so that must not be small either (``kernel.figures.suppression``).
    """
    threshold = counting.threshold(asker, day.on)
    if not threshold:
        return frozenset()
    withheld = family.withheld(threshold=threshold)
    if asker.tier is Tier.AUTHORITY and scope.kind is ScopeKind.PLACE:
        others = counting.members(scope).without(counting.members(own_scope(asker)))
        withheld |= family_of(tx, others, day, counting=counting).withheld(threshold=threshold)
    return withheld


def _renamed(group: Tallied, by: Dimension | None, register: DatedRegister, on: date) -> Tallied:
    """A count by school as one by who answers for it, or by where it stands."""
    if group.dimension is not Dimension.SCHOOL or by is Dimension.SCHOOL:
        return group
    school = register.at(group.told[0], on)
    told = "" if school is None else school.authority if by is Dimension.AUTHORITY else school.place
    return Tallied(group.grade, by, (told,), group.pupils)
