"""The way of a notice: up to the first tier that knows the receiver, across to another province, and down to it.

Each tier decides its own hop from what it knows: its own schools, its province's register, the province digits of a
code. A paper climbs, crosses at most once, and descends; one that has begun to descend never climbs again, so registers
that disagree cannot send it in circles.

Nobody is dialled downward: ``Down`` is an entry in the feed that the office below follows.

Notices end at the provinces. The nation's index keeps nothing that a person could be read from, and what one office
writes to another is full of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.divisions import DivisionLevel, level_of
from kernel.endorsement import Register, authority_answering
from kernel.notice.kinds import KINDS, Line
from kernel.notice.papers import Notice
from kernel.office import Office, Tier
from kernel.refusals import NoticeAstray, OutsideJurisdiction


class Came(StrEnum):
    """Where a paper came from, before it is passed on."""

    WRITTEN = "written"  # here
    BELOW = "below"
    ABOVE = "above"
    ACROSS = "across"


@dataclass(frozen=True)
class Arrived:
    """It is for this office."""


@dataclass(frozen=True)
class Up:
    """To the tier above, through the outbox."""


@dataclass(frozen=True)
class Down:
    """Into the feed of an office below."""

    office: Office


@dataclass(frozen=True)
class Across:
    """To another province's hub, by letter."""

    province: str


Hop = Arrived | Up | Down | Across


def next_hop(to: Office, *, here: Office, came: Came, register: Register) -> Hop:
    """Where a paper for ``to`` goes from ``here``.

    Raises:
        NoticeAstray: it is not for anybody that can be reached from here, going on in its direction.
        SchoolUnknown: it is for a school of this province that its register does not have.
    """
    if to == here:
        return Arrived()
    below = _below(to, here=here, register=register)
    if below is not None:
        return Down(below)
    if came in (Came.ABOVE, Came.ACROSS):
        raise NoticeAstray(here=str(here), office=str(to))
    match here.tier:
        case Tier.SCHOOL | Tier.AUTHORITY:
            return Up()
        case Tier.PROVINCE if to.tier is not Tier.NATION:
            return Across(to.province)
        case _:
            raise NoticeAstray(here=str(here), office=str(to))


def _below(to: Office, *, here: Office, register: Register) -> Office | None:
    """The office directly below ``here`` on the way down to ``to``; None where the way is another."""
    match here.tier:
        case Tier.AUTHORITY:
            return to if to.tier is Tier.SCHOOL and register.answers_for(to.code) == here.code else None
        case Tier.PROVINCE if to.province == here.code:
            return to if to.tier is Tier.AUTHORITY else authority_answering(to.code, register=register)
        case _:
            return None


def is_above(upper: Office, lower: Office, *, register: Register) -> bool:
    """Whether ``upper`` guides and checks ``lower`` (Article 3), as far as the register reaches.

    A province stands above its authorities and schools; an authority above its own schools; a prefecture's or
    province's own office above the counties in it.
    """
    match upper.tier:
        case Tier.PROVINCE:
            return lower.tier in (Tier.AUTHORITY, Tier.SCHOOL) and lower.province == upper.code
        case Tier.AUTHORITY if lower.tier is Tier.SCHOOL:
            return register.answers_for(lower.code) == upper.code
        case Tier.AUTHORITY if lower.tier is Tier.AUTHORITY:
            return upper != lower and lower.code.startswith(_common_digits(upper.code))
        case _:
            return False


def _common_digits(code: str) -> str:
    match level_of(code):
        case DivisionLevel.PROVINCE:
            return code[:2]
        case DivisionLevel.PREFECTURE:
            return code[:4]
        case DivisionLevel.COUNTY:
            return code


def require_line(notice: Notice, *, register: Register) -> None:
    """That its writer may tell its receiver such a thing: nobody orders whom they are not above.

    Raises:
        OutsideJurisdiction: it may not.
    """
    sender, receiver = notice.from_office, notice.to_office
    upward = is_above(receiver, sender, register=register)
    downward = is_above(sender, receiver, register=register)
    match KINDS[notice.kind].line:
        case Line.UP:
            allowed = upward
        case Line.DOWN:
            allowed = downward
        case Line.OWN:
            allowed = upward or downward or sender == receiver
        case Line.ANY:
            allowed = True
    if not allowed:
        raise OutsideJurisdiction(office=str(sender), what=f"向{receiver}发出{notice.kind.label}")
