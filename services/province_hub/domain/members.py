"""Which schools' pupils belong to a scope, and from when to when: schools change their authority, divisions theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kernel.figures.scope import Scope, ScopeKind
from kernel.organisations import DatedRegister, Life

FOR_EVER = date.max


@dataclass(frozen=True)
class Membership:
    """One school's time in a scope: the first day, and the first day no longer."""

    school: str
    since: date
    until: date = FOR_EVER


@dataclass(frozen=True)
class Members:
    """The schools of a scope over time.

    Attributes:
        province: two digits where the scope is all schools of a province, whoever has heard of them; else empty.
        spans: else its schools, by code and day.
    """

    province: str
    spans: tuple[Membership, ...] = ()

    @classmethod
    def of(cls, scope: Scope, register: DatedRegister) -> Members:
        """A school that has ended stays a member: what its pupils do after its last day is its successor's to say."""
        if scope.kind is ScopeKind.PROVINCE:
            return cls(province=scope.code)
        spans = (span for _, life in sorted(register.lives.items()) for span in _spans(scope, life))
        return cls(province="", spans=tuple(spans))

    def without(self, other: Members) -> Members:
        """Those schools that are not of ``other`` as well, by code."""
        theirs = {span.school for span in other.spans}
        return Members(self.province, tuple(span for span in self.spans if span.school not in theirs))

    def on(self, day: date) -> tuple[str, ...]:
        return tuple(span.school for span in self.spans if span.since <= day < span.until)

    def moves(self, first: date, last: date) -> Iterator[tuple[date, str, bool]]:
        """Schools that became members in a period, or no longer were: day, code, and whether they became."""
        for span in self.spans:
            if first <= span.since <= last:
                yield span.since, span.school, True
            if first <= span.until <= last:
                yield span.until, span.school, False


def _spans(scope: Scope, life: Life) -> Iterator[Membership]:
    """The days of a school in the scope, neighbouring ones as one."""
    open_since: date | None = None
    for span in life:
        held = scope.holds(span.school)
        if held and open_since is None:
            open_since = span.valid_from
        if not held and open_since is not None:
            yield Membership(span.school.code.text, open_since, span.valid_from)
            open_since = None
    if open_since is not None:
        yield Membership(life[-1].school.code.text, open_since)
