"""The register of schools as of any day, in the two hierarchies that a school stands in: its place and its authority.

The two differ (Art. 3 and 18): a school run by a prefecture stands in a county that does not run it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from kernel.clock import day_of
from kernel.divisions import DivisionLevel, level_of
from kernel.organisations.spans import TIME_OUT_OF_MIND, Life, SchoolSpan, placing_of, require_life
from kernel.refusals import Refusal, SchoolNoLongerInForce, SchoolUnknown
from kernel.school import School

if TYPE_CHECKING:
    from kernel.case import Case

# A code that ends hands over to another that had not ended by then, so a row of successors goes forward in time. A
# row as long as this is not one that schools make.
SUCCESSORS_MAX = 1_000
_DIGITS_OF = {DivisionLevel.PROVINCE: 2, DivisionLevel.PREFECTURE: 4, DivisionLevel.COUNTY: 6}


@dataclass(frozen=True, slots=True)
class Reform:
    """That a division's affairs are another's from a day on (区划调整)."""

    on: date
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCustodian:
    """Who keeps the archives of a school (Art. 9).

    Attributes:
        school: code of the school that has them; or empty, and then
        unit: the unit that the county named, and county: six digits of that county.
    """

    school: str = ""
    unit: str = ""
    county: str = ""


class DatedRegister:
    """The lives of all schools that an office has heard of. Immutable: a change makes another register.

    Called with a code it answers as of now: what is in it has come to pass, so now is its newest day.
    """

    def __init__(self, lives: Mapping[str, Life], reforms: tuple[Reform, ...] = ()) -> None:
        for code, life in lives.items():
            require_life(life)
            assert all(span.school.code.text == code for span in life), "a life is one code's"
        self._lives = MappingProxyType(dict(lives))
        self._reforms = tuple(sorted(reforms, key=lambda reform: reform.on))

    @classmethod
    def of(cls, schools: Iterable[School], *, since: date = TIME_OUT_OF_MIND) -> Self:
        """A register of schools that are as they are since that day.

        Raises:
            ValueError: a code is there twice.
        """
        lives: dict[str, Life] = {}
        for school in schools:
            if school.code.text in lives:
                raise ValueError(f"{school.code.text} is there twice")
            lives[school.code.text] = (SchoolSpan(school=school, valid_from=since),)
        return cls(lives)

    @property
    def lives(self) -> Mapping[str, Life]:
        return self._lives

    @property
    def reforms(self) -> tuple[Reform, ...]:
        return self._reforms

    def with_changed(self, lives: Mapping[str, Life], reforms: tuple[Reform, ...] = ()) -> DatedRegister:
        """The register with these lives in place of what it knew of their codes, and with these reforms as well."""
        new = tuple(reform for reform in reforms if reform not in self._reforms)
        return DatedRegister({**self._lives, **lives}, (*self._reforms, *new))

    def __call__(self, code: str) -> School | None:
        """The school of that code as it is now; None where it has ended, or was never heard of."""
        life = self._lives.get(code)
        return life[-1].school if life and life[-1].valid_to is None else None

    def school_in(self, case: Case, code: str) -> School | None:
        """The school of that code as it was on the day on which the case was filed; or as it ended before that."""
        on = day_of(case.filed_at_ms)
        there, ended, answering = self.at(code, on), self.ended(code, on), self.answering(code, on)
        return replace(ended.school, authority=answering) if ended is not None and answering else there

    def in_force_for(self, case: Case, code: str) -> bool:
        """Whether there was such a school on the day on which the case was filed."""
        return self.at(code, day_of(case.filed_at_ms)) is not None

    def answers_for(self, code: str) -> str | None:
        """The authority that answers for a school now; see ``answering``."""
        return self.answering(code, date.max)

    def unknown(self, code: str) -> Refusal:
        """Why there is no such school now: its code has ended, and who goes on; or it was never heard of."""
        span = self.last(code)
        if span is None or span.end is None:
            return SchoolUnknown(field="school", school=code[:20])
        assert span.valid_to is not None, "it has ended"
        heir = self.successor_of(code, date.max)
        return SchoolNoLongerInForce(
            field="school",
            school=code,
            since=span.valid_to.isoformat(),
            ending=span.end.kind.label,
            goes_on=f"有关业务由 {heir} 办理" if heir else "学生已分别转往其他学校",
        )

    def seeded(self, schools: Iterable[School]) -> DatedRegister:
        """The register with the schools of an operator's file in it.

        What it never heard of is as the file says since time out of mind. Of what it knows, the file tells only what is
        not dated (学制, address, township, town or country): code, name, place and authority move by changes alone.
        """
        lives: dict[str, Life] = {}
        for school in schools:
            code = school.code.text
            life = self._lives.get(code, (SchoolSpan(school=school),))
            newest = life[-1]
            told = replace(
                newest.school,
                school_system=school.school_system,
                address=school.address,
                township=school.township,
                setting=school.setting,
            )
            if newest.end is None and (code not in self._lives or told != newest.school):
                lives[code] = (*life[:-1], replace(newest, school=told))
        return self.with_changed(lives)

    def at(self, code: str, on: date) -> School | None:
        """The school of that code as it was on a day; None where there was none."""
        span = self.span(code, on)
        return span.school if span is not None else None

    def span(self, code: str, on: date) -> SchoolSpan | None:
        """As ``at``, with its days."""
        return next((span for span in self._lives.get(code, ()) if span.covers(on)), None)

    def last(self, code: str) -> SchoolSpan | None:
        """The newest span of a code, ended or not; None where it was never heard of."""
        life = self._lives.get(code)
        return life[-1] if life else None

    def ended(self, code: str, on: date) -> SchoolSpan | None:
        """The span with which the code had last ended by that day; None while it is in force, or was never."""
        spans = [span for span in self._lives.get(code, ()) if span.valid_from <= on]
        return spans[-1] if spans and spans[-1].end is not None and not spans[-1].covers(on) else None

    def schools_of(self, authority: str, on: date) -> tuple[School, ...]:
        """The schools whose 学籍主管部门 that division was on a day, by code."""
        return tuple(school for school in self._all(on) if school.authority == authority)

    @property
    def schools_now(self) -> dict[str, School]:
        """The schools that there are now, by code."""
        return {code: school for code in sorted(self._lives) if (school := self(code)) is not None}

    def schools_on(self, on: date) -> tuple[School, ...]:
        """All schools that there were on a day, by code."""
        return tuple(self._all(on))

    def schools_in(self, place: str, on: date) -> tuple[School, ...]:
        """The schools that stood in a county, prefecture or province on a day, by code, whoever ran them."""
        digits = place[: _DIGITS_OF[level_of(place)]]
        return tuple(school for school in self._all(on) if school.place.startswith(digits))

    def authority_chain(self, code: str, on: date) -> tuple[str, ...]:
        """The authorities over a school on a day: its own first, then each above it to the province (Art. 3).

        Empty where there was no such school. Place has no part in it: the county where a school of the prefecture
        stands is not over it.
        """
        school = self.at(code, on)
        if school is None:
            return ()
        above = (school.authority, f"{school.authority[:4]}00", f"{school.authority[:2]}0000")
        return tuple(dict.fromkeys(above))

    def heir(self, code: str, on: date, *, grade: str = "", school_class: str = "") -> str | None:
        """The school where a class of ``code`` is on a day: itself while it is in force, else where its pupils went.

        Followed through every change until that day. None where nobody said where they went.
        """
        for _ in range(SUCCESSORS_MAX):
            ended = self.ended(code, on)
            if ended is None:
                return code if self.at(code, on) is not None else None
            assert ended.end is not None, "so it ended"
            placing = placing_of(ended.end.placings, grade=grade, school_class=school_class)
            if placing is None:
                return None
            code, school_class = placing.to_school, placing.becomes or school_class
        raise AssertionError("successors go forward in time, so they come to an end")

    def successor_of(self, code: str, on: date) -> str | None:
        """The one school where all of ``code`` goes on, on a day: itself while it is in force.

        None where its pupils went to several schools or to none, and where it was never heard of.
        """
        for _ in range(SUCCESSORS_MAX):
            ended = self.ended(code, on)
            if ended is None:
                return code if self.at(code, on) is not None else None
            assert ended.end is not None, "so it ended"
            if not ended.end.heir:
                return None
            code = ended.end.heir
        raise AssertionError("successors go forward in time, so they come to an end")

    def archive_custodian(self, code: str, on: date) -> ArchiveCustodian | None:
        """Who keeps the archives of a school on a day (Art. 9); None where it was never heard of."""
        for _ in range(SUCCESSORS_MAX):
            ended = self.ended(code, on)
            if ended is None:
                return ArchiveCustodian(school=code) if self.at(code, on) is not None else None
            assert ended.end is not None, "so it ended"
            if ended.end.archive_unit:
                assert ended.valid_to is not None, "so it ended"
                county = self.division_now(ended.school.place, since=ended.valid_to, on=on)
                return ArchiveCustodian(unit=ended.end.archive_unit, county=county)
            code = ended.end.archives_to
        raise AssertionError("successors go forward in time, so they come to an end")

    def answering(self, code: str, on: date) -> str | None:
        """The authority that answers for a school on a day, also for one that has ended: six digits, or None.

        Of one that goes on elsewhere it is the authority of that school; of one that was closed, its last.
        """
        goes_on = self.successor_of(code, on)
        school = self.at(goes_on, on) if goes_on is not None else None
        if school is not None:
            return school.authority
        ended = self.ended(code, on)
        if ended is None:
            return None
        assert ended.valid_to is not None, "so it ended"
        return self.division_now(ended.school.authority, since=ended.valid_to, on=on)

    def division_now(self, division: str, *, since: date, on: date) -> str:
        """The division that has on a day what was another's on an earlier one."""
        for reform in self._reforms:
            if reform.before == division and since <= reform.on <= on:
                division = reform.after
        return division

    def _all(self, on: date) -> Iterator[School]:
        for code in sorted(self._lives):
            school = self.at(code, on)
            if school is not None:
                yield school
