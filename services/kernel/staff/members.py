"""Staff as its entries make them: who is trained, who is on duty when, and how stable an office keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby

from kernel.office import Office, Role
from kernel.staff.entries import StaffAct, StaffEntry

TURNOVER_YEARS = 1
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Training:
    """A course that was passed. ``until``: its last valid day, where it has one."""

    on: date
    until: date | None
    course: str
    certificate: str = field(repr=False)
    issued_by: str

    def valid_on(self, day: date) -> bool:
        return self.on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Stint:
    """A time on duty. ``until``: its last day. ``deputy_for``: whom a temporary deputy stands in for."""

    since: date
    until: date | None = None
    deputy_for: str = ""

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class StaffMember:
    """A person in a role at an office, as the entries say."""

    office: Office
    role: Role
    person: str
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    trainings: tuple[Training, ...] = ()
    stints: tuple[Stint, ...] = ()

    def training_on(self, day: date) -> Training | None:
        """The training by which they may work on a day: the newest that is valid."""
        valid = [training for training in self.trainings if training.valid_on(day)]
        return max(valid, key=lambda training: training.on, default=None)

    def stint_on(self, day: date) -> Stint | None:
        return next((stint for stint in reversed(self.stints) if stint.covers(day)), None)

    def may_work(self, day: date) -> bool:
        """Art. 23: trained, and on duty."""
        return self.training_on(day) is not None and self.stint_on(day) is not None

    def state_on(self, day: date) -> str:
        """In a word, as a list shows it."""
        stint, trained = self.stint_on(day), self.training_on(day) is not None
        if stint is not None and not trained:
            return "培训过期"
        if stint is not None:
            return "临时代理" if stint.deputy_for else "在岗"
        if any(stint.since > day for stint in self.stints):
            return "待上岗"
        if self.stints:
            return "已离岗"
        return "已培训" if trained else "待培训"


def read_members(entries: Iterable[StaffEntry]) -> tuple[StaffMember, ...]:
    """Everybody of whom something was said, by office, role and staff id."""
    ordered = sorted(entries, key=lambda entry: (_key(entry), entry.at_ms, entry.entry_id))
    return tuple(_read_one(list(said)) for _, said in groupby(ordered, key=_key))


@dataclass(frozen=True)
class Turnover:
    """How stable an office's staff was in the twelve months that end on a day (相对稳定, Art. 23); without deputies.

    Attributes:
        on_duty: on the day. arrived, left: in the twelve months.
    """

    office: Office
    on_duty: int
    arrived: int
    left: int


def turnover_of(office: Office, members: Iterable[StaffMember], day: date) -> Turnover:
    begins = _years_before(day)
    stints = [stint for member in members if member.office == office for stint in member.stints if not stint.deputy_for]
    return Turnover(
        office=office,
        on_duty=sum(stint.covers(day) for stint in stints),
        arrived=sum(begins < stint.since <= day for stint in stints),
        left=sum(stint.until is not None and begins <= stint.until < day for stint in stints),
    )


def _read_one(said: list[StaffEntry]) -> StaffMember:
    member = StaffMember(said[0].office, said[0].role, said[0].person)
    for entry in said:
        match entry.act:
            case StaffAct.PROPOSED:
                member = replace(member, name=entry.name, phone=entry.phone)
            case StaffAct.TRAINED:
                training = Training(entry.day, entry.until, entry.course, entry.certificate, entry.issued_by)
                member = replace(member, trainings=(*member.trainings, training))
            case StaffAct.APPOINTED:
                member = replace(member, stints=(*_ended(member.stints, entry.day - _DAY), Stint(entry.day)))
            case StaffAct.DEPUTISED:
                stint = Stint(entry.day, entry.until, entry.other)
                member = replace(member, stints=(*member.stints, stint))
            case StaffAct.LEFT:
                member = replace(member, stints=_ended(member.stints, entry.day))
    return member


def _ended(stints: tuple[Stint, ...], last: date) -> tuple[Stint, ...]:
    """Nobody is on duty after the last day; what would have begun later does not begin."""
    return tuple(
        replace(stint, until=last if stint.until is None else min(stint.until, last))
        for stint in stints
        if stint.since <= last
    )


def _years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - TURNOVER_YEARS)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - TURNOVER_YEARS, day=28)


def _key(entry: StaffEntry) -> tuple[str, str, str]:
    return str(entry.office), entry.role.value, entry.person
