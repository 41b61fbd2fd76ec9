"""What a notice about staff sets off where it arrives (Art. 23)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from chassis.notices.post import OnArrival
from chassis.staff.transactions import StaffKeeping
from kernel.endorsement import Register
from kernel.notice import Notice, NoticeKind
from kernel.office import Office
from kernel.refusals import OutsideJurisdiction
from kernel.staff import StaffEntry, superior_of


def staff_arrivals(here: Office, *, register: Register) -> Mapping[NoticeKind, OnArrival]:
    """For ``NoticePost.on_arrival``."""
    return {
        NoticeKind.REGISTRAR_LIST: partial(_reported, here=here, register=register),
        NoticeKind.REGISTRAR_DECISION: partial(_decided, here=here, register=register),
    }


def _reported(tx: StaffKeeping, notice: Notice, /, *, now: datetime, here: Office, register: Register) -> None:
    """An office below tells its staff. What it says in this office's name must be known here.

    Raises:
        OutsideJurisdiction: it is not directly below this one, or speaks of others, or in our name.
        RequestMalformed: what it says are no entries. DigestReused: an entry is known with another content.
    """
    del now
    entries = StaffEntry.all_from(notice.content["registrars"])
    if superior_of(notice.from_office, register=register) != here:
        raise OutsideJurisdiction(office=str(notice.from_office), what=f"向{here}报送学籍管理员信息")
    for entry in entries:
        ours = entry.decided_by == str(here) and tx.staff.find(entry.entry_id) is None
        if entry.office != notice.from_office or ours:
            raise OutsideJurisdiction(office=str(notice.from_office), what=f"{entry.office}的学籍管理员登记")
    tx.staff.add(entries)


def _decided(tx: StaffKeeping, notice: Notice, /, *, now: datetime, here: Office, register: Register) -> None:
    """The office above has decided who is trained, and who is on duty here.

    Raises:
        OutsideJurisdiction: it is not the one directly above, or speaks of others.
        RequestMalformed, DigestReused: as above.
    """
    del now
    entries = StaffEntry.all_from(notice.content["registrars"])
    above = superior_of(here, register=register)
    if notice.from_office != above or any((e.office, e.decided_by) != (here, str(above)) for e in entries):
        raise OutsideJurisdiction(office=str(notice.from_office), what=f"{here}的学籍管理员登记")
    tx.staff.add(entries)
