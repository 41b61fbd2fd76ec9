"""Looking at findings and at the register, and checking that nothing was taken out of it."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.notices import NoticePost
from chassis.supervision.book import Known, Registered
from chassis.supervision.transactions import Supervising
from kernel.refusals import RegisterBroken
from kernel.supervision import BEGINNING, Entry, FindingState, require_follows


@dataclass(frozen=True)
class Read:
    """An entry of the register as it is signed, with its digest."""

    entry: Entry
    digest: str


@dataclass(frozen=True)
class Verified:
    """How far the register was found whole.

    Attributes:
        last: the last entry that was looked at; 0 where there is none. head: its digest.
        broken: where it is not whole any more; None where it is. found_at: where the entry asked for stands, or 0.
    """

    last: int
    head: str
    more: bool
    broken: RegisterBroken | None = None
    found_at: int = 0


def list_findings(
    tx: Supervising, /, *, state: FindingState | None, subject: str, size: int, token: str
) -> tuple[list[Known], str]:
    """A page, the oldest first. Raises RequestMalformed: the page token is none of ours."""
    return tx.supervision.page(state=state, subject=subject, size=size, token=token)


def show_finding(tx: Supervising, finding_id: str, /, *, post: NoticePost) -> tuple[Known, list[Read]]:
    """A finding, with everything that was done about it, as it was signed.

    Raises:
        FindingNotFound: there is none. SignatureInvalid: what is stored is no longer what was signed.
    """
    known = tx.supervision.get(finding_id)
    return known, [_read(one, post) for one in tx.supervision.entries_of(finding_id)]


def list_register(tx: Supervising, /, *, after: int, size: int, post: NoticePost) -> list[Read]:
    """Entries of the register in their order, after a place. Raises SignatureInvalid as ``show_finding``."""
    return [_read(one, post) for one in tx.supervision.entries(after=after, size=size)]


def verify_register(tx: Supervising, /, *, after: int, size: int, digest: str, post: NoticePost) -> Verified:
    """Check a stretch of the register: every signature, every place, and that each entry covers the one before.

    Args:
        after: where the stretch before ended. digest: of an entry that an order or a conclusion names, or empty.
    """
    before = tx.supervision.entry_at(after) if after else None
    if after and before is None:
        return Verified(after, "", more=False, broken=RegisterBroken(sequence=after, why="缺少条目"))
    covers, last = (before.digest if before else BEGINNING), after
    entries = tx.supervision.entries(after=after, size=size)
    found_at = tx.supervision.sequence_of(digest) if digest else 0
    for one in entries:
        try:
            covers = require_follows(one.jws, keeper=post.here, sequence=last + 1, covers=covers, verify=post.verify)
        except RegisterBroken as broken:
            return Verified(last, covers, more=False, broken=broken, found_at=found_at)
        last = one.sequence
    return Verified(last, covers, more=len(entries) == size, found_at=found_at)


def _read(one: Registered, post: NoticePost) -> Read:
    return Read(Entry.read(one.jws, verify=post.verify), one.digest)
