"""Whose pupils a figure is about, and who may ask for it.

The place of a school and its authority are two hierarchies (Art. 3, 18): a school that the city runs stands in a county
that does not run it. Both can be asked; which schools belong to a scope is read from the register of schools.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kernel import divisions
from kernel.divisions import DivisionLevel, level_of
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction, SchoolUnknown, ScopeMalformed
from kernel.school import School


class ScopeKind(StrEnum):
    SCHOOL = "school"
    AUTHORITY = "authority"  # the schools that it runs, and those of the authorities below it
    PLACE = "place"  # the schools that stand there, whoever runs them
    PROVINCE = "province"
    NATION = "nation"


_CODE_DIGITS = {ScopeKind.SCHOOL: 10, ScopeKind.AUTHORITY: 6, ScopeKind.PLACE: 6, ScopeKind.PROVINCE: 2}


@dataclass(frozen=True)
class Scope:
    """Whose pupils.

    Attributes:
        code: a school's, a division's, a province's two digits, ``00`` for the nation.
        direct: of an authority, the schools that it runs itself (直管) and no others.
    """

    kind: ScopeKind
    code: str
    direct: bool = False

    def __post_init__(self) -> None:
        """Raises ScopeMalformed: the code is none of that kind, or only an authority can be asked for its own."""
        digits = _CODE_DIGITS.get(self.kind)
        known = self.code == "00" if digits is None else self.code.isdecimal() and len(self.code) == digits
        if not known or (self.direct and self.kind is not ScopeKind.AUTHORITY):
            raise ScopeMalformed(field="scope", scope=f"{self.kind}/{self.code}"[:40])

    @property
    def above_school(self) -> bool:
        return self.kind is not ScopeKind.SCHOOL

    def holds(self, school: School) -> bool:
        """Whether the school's pupils belong to the scope."""
        match self.kind:
            case ScopeKind.SCHOOL:
                return school.code.text == self.code
            case ScopeKind.AUTHORITY if self.direct:
                return school.authority == self.code
            case ScopeKind.AUTHORITY:
                return covers(self.code, school.authority)
            case ScopeKind.PLACE:
                return covers(self.code, school.place)
            case ScopeKind.PROVINCE:
                return school.code.province == self.code
            case ScopeKind.NATION:
                return True

    def schools_among(self, register: Mapping[str, School]) -> tuple[School, ...]:
        """The register's schools of this scope, by code."""
        return tuple(school for _, school in sorted(register.items()) if self.holds(school))


def covers(division: str, code: str) -> bool:
    """Whether a division is ``code`` or, by the zeros of its own code, holds it: 410100 holds 410105."""
    match level_of(division):
        case DivisionLevel.PROVINCE:
            return code[:2] == division[:2]
        case DivisionLevel.PREFECTURE:
            return code[:4] == division[:4]
        case DivisionLevel.COUNTY:
            return code == division


def own_scope(office: Office) -> Scope:
    """What an office answers for: asked for nothing in particular, it is told of this."""
    return Scope(ScopeKind(office.tier.value), office.code)


def require_within(scope: Scope, asker: Office, *, school: Callable[[str], School | None]) -> None:
    """Whether an office may be told of a scope: its own and what lies below it, and for an authority its own place.

    Args:
        school: the register of the tier that looks; a tier that does not know a school leaves it to the one above.

    Raises:
        OutsideJurisdiction: the scope is somebody else's.
    """
    if not _within(scope, asker, school=school):
        raise OutsideJurisdiction(office=_called(asker), what="该范围的统计")


def require_school_of(scope: Scope, *, school: Callable[[str], School | None]) -> None:
    """Raises SchoolUnknown where the scope is a school that the register does not have."""
    if scope.kind is ScopeKind.SCHOOL and school(scope.code) is None:
        raise SchoolUnknown(field="scope", school=scope.code)


def _within(scope: Scope, asker: Office, *, school: Callable[[str], School | None]) -> bool:
    if asker.tier is Tier.NATION:
        return scope.kind in {ScopeKind.NATION, ScopeKind.PROVINCE}
    if asker.tier is Tier.SCHOOL:
        return scope == own_scope(asker)
    if asker.tier is Tier.PROVINCE:
        return scope.kind is not ScopeKind.NATION and _province_of(scope) == asker.code
    match scope.kind:
        case ScopeKind.AUTHORITY | ScopeKind.PLACE:
            return covers(asker.code, scope.code)
        case ScopeKind.SCHOOL if _province_of(scope) != asker.province:
            return False
        case ScopeKind.SCHOOL:
            known = school(scope.code)
            return known is None or covers(asker.code, known.authority)
        case ScopeKind.PROVINCE | ScopeKind.NATION:
            return False


def _province_of(scope: Scope) -> str:
    return scope.code[2:4] if scope.kind is ScopeKind.SCHOOL else scope.code[:2]


def _called(office: Office) -> str:
    if office.tier is Tier.AUTHORITY:
        return f"{divisions.name_of(office.code) or office.code}学籍主管部门"
    return str(office)
