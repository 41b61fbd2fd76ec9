"""A province tells who its officers are (Art. 23.2)."""

from __future__ import annotations

from kernel.notice import Notice, NoticeKind
from kernel.office import NATION, Office
from kernel.refusals import OutsideJurisdiction
from kernel.staff import StaffEntry
from kernel.statement import Verify
from national_index.store import IndexTransaction


def take_staff(tx: IndexTransaction, jws: str, *, hub: Office, verify: Verify) -> str:
    """Keep what a hub says of its own people; the same again changes nothing.

    Returns:
        The id of the notice.

    Raises:
        SignatureInvalid: it was not signed as a notice by the office that it names.
        OutsideJurisdiction: it is another office's, to another, or of other people.
        RequestMalformed: it is no list of staff. DigestReused: an entry is known with another content.
    """
    notice = Notice.read(jws, verify=verify)
    entries = StaffEntry.all_from(notice.content.get("registrars"))
    to_us = (notice.kind, notice.from_office, notice.to_office) == (NoticeKind.REGISTRAR_LIST, hub, NATION)
    if not to_us or any(entry.office != hub for entry in entries):
        raise OutsideJurisdiction(office=str(hub), what=f"{notice.from_office}的学籍管理员报送")
    tx.staff.add(entries)
    return notice.notice_id
