"""What an office may say of staff, and who may work on a day (Art. 23)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from kernel.canonical import digest
from kernel.endorsement import Register, authority_answering
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import NotTrained, RequestMalformed, StaffNotFound
from kernel.staff.entries import StaffAct, StaffEntry
from kernel.staff.members import StaffMember, read_members


def require_on_duty(entries: Iterable[StaffEntry], who: Identity, day: date) -> None:
    """Art. 23: who is not trained, or not on duty on this day, decides and enters nothing.

    Raises:
        NotTrained: what is lacking.
    """
    found = [m for m in read_members(entries) if (m.office, m.role, m.person) == (who.office, who.role, who.person)]
    if not found:
        raise NotTrained(person=who.person, why="未经登记")
    require_trained(found[0], day)
    if found[0].stint_on(day) is None:
        raise NotTrained(person=who.person, why="当日不在岗")


def require_trained(member: StaffMember, day: date) -> None:
    """Raises NotTrained: there is no training that is valid on this day."""
    if member.training_on(day) is None:
        raise NotTrained(person=member.person, why="没有当日有效的培训")


def require_next(entry: StaffEntry, known: Iterable[StaffEntry]) -> None:
    """That an entry may follow what is known of the person: proposed, then trained, then on duty.

    Raises:
        StaffNotFound: nobody has proposed them.
        NotTrained: they would be on duty without a training.
        RequestMalformed: who is not on duty cannot leave.
    """
    if entry.act is StaffAct.PROPOSED:
        return
    members = [m for m in read_members(known) if (m.office, m.role, m.person) == _who(entry)]
    if not members:
        raise StaffNotFound(field="person", person=entry.person)
    match entry.act:
        case StaffAct.APPOINTED | StaffAct.DEPUTISED:
            require_trained(members[0], entry.day)
        case StaffAct.LEFT if members[0].stint_on(entry.day) is None:
            raise RequestMalformed(field="day", why=f"{entry.person}当日不在岗")
        case _:
            pass


def handed_over(entry: StaffEntry, *, to: str) -> tuple[StaffEntry, StaffEntry]:
    """A hand-over on a day, of an appointment of the successor: the one leaves the day before, the other begins.

    Args:
        entry: APPOINTED, with ``other`` from whom the post is taken over.
        to: the successor's staff id.
    """
    leaving = replace(
        entry,
        entry_id=_id_following(entry.entry_id, "left"),
        act=StaffAct.LEFT,
        person=entry.other,
        day=entry.day - timedelta(days=1),
        other=to,
    )
    return leaving, entry


def superior_of(office: Office, *, register: Register) -> Office | None:
    """The office directly above (上一级, Art. 23), as far as the register reaches; None for the nation.

    Raises:
        SchoolUnknown: the register does not have the school.
    """
    match office.tier:
        case Tier.SCHOOL:
            return authority_answering(office.code, register=register)
        case Tier.AUTHORITY:
            return Office(Tier.PROVINCE, office.province)
        case Tier.PROVINCE:
            return NATION
        case Tier.NATION:
            return None


def inherits(entries: Iterable[StaffEntry], person: str, heir: str) -> bool:
    """Whether ``heir`` has taken over, at once or by others between, what ``person`` had entered."""
    taken = {entry.person: entry.other for entry in entries if entry.act is StaffAct.LEFT and entry.other}
    seen: set[str] = set()
    while person in taken and person not in seen:
        seen.add(person)
        person = taken[person]
        if person == heir:
            return True
    return False


def _id_following(entry_id: str, what: str) -> str:
    """The UUIDv7 of an entry that comes with another, of the same moment."""
    now_ms = uuid.UUID(entry_id).int >> 80
    return str(uuid7(now_ms=now_ms, randomness=digest("staff-entry", [entry_id, what])[:RANDOM_BYTES]))


def _who(entry: StaffEntry) -> tuple[Office, Role, str]:
    return entry.office, entry.role, entry.person
