"""What must be true of one student at every instant, whatever was lost, delayed, repeated or killed.

The tests that explore schedules and crashes, and whoever audits live data, ask the same functions. Each predicate takes
a ``Picture``: what the index says of a student, and what each hub holds of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.custody import Custody, Outcome


@dataclass(frozen=True)
class IndexView:
    """The index's word: custodian and epoch, the transfers open for the student, and how others ended."""

    custodian: str
    epoch: int
    open_transfers: frozenset[str] = frozenset()
    outcomes: tuple[tuple[str, Outcome, int], ...] = ()


@dataclass(frozen=True)
class HubView:
    """What one hub holds.

    Attributes:
        version: of the record it has, or -1 where it has none.
        frozen_by: the transfer for which it is frozen; empty otherwise.
        escrows: transfers whose verified archive it keeps. ended: transfers that it believes ended, and how.
    """

    province: str
    custody: Custody
    epoch: int
    version: int
    frozen_by: str = ""
    escrows: frozenset[str] = frozenset()
    ended: tuple[tuple[str, Outcome], ...] = ()


@dataclass(frozen=True)
class Picture:
    """One student, everywhere. ``version`` is that of the last write that was acknowledged to anybody."""

    index: IndexView
    hubs: tuple[HubView, ...]
    version: int


def one_writer(picture: Picture) -> bool:
    """I2: at most one hub may write the record."""
    return sum(hub.custody is Custody.HELD for hub in picture.hubs) <= 1


def writer_is_custodian(picture: Picture) -> bool:
    """I3: who may write is whom the index names, at the index's epoch."""
    return all(
        (hub.province, hub.epoch) == (picture.index.custodian, picture.index.epoch)
        for hub in picture.hubs
        if hub.custody is Custody.HELD
    )


def no_update_lost(picture: Picture) -> bool:
    """I4: who may write has the last version that was ever written."""
    return all(hub.version == picture.version for hub in picture.hubs if hub.custody is Custody.HELD)


def custodian_has_the_record(picture: Picture) -> bool:
    """I4: the custodian has the record, or the verified archive that the commit names."""
    committed = {transfer for transfer, outcome, _ in picture.index.outcomes if outcome is Outcome.COMMITTED}
    return all(
        hub.custody in (Custody.HELD, Custody.FROZEN) or bool(hub.escrows & committed)
        for hub in picture.hubs
        if hub.province == picture.index.custodian
    )


def one_open_slot(picture: Picture) -> bool:
    """I6: at most one transfer is open for a student."""
    return len(picture.index.open_transfers) <= 1


def hubs_agree_with_the_index(picture: Picture) -> bool:
    """I7: a transfer that ended at a hub ended so at the index."""
    said = {transfer: outcome for transfer, outcome, _ in picture.index.outcomes}
    return all(said.get(transfer) is outcome for hub in picture.hubs for transfer, outcome in hub.ended)


def outcomes_are_final(before: Picture, after: Picture) -> bool:
    """I1, I9: outcomes never change, and the epoch grows by one with each commit and in no other way."""
    then, now = set(before.index.outcomes), set(after.index.outcomes)
    commits = sum(outcome is Outcome.COMMITTED for _, outcome, _ in now - then)
    return then <= now and after.index.epoch == before.index.epoch + commits and commits <= 1


INVARIANTS: Mapping[str, Callable[[Picture], bool]] = {
    "I2 one writer": one_writer,
    "I3 the writer is the custodian": writer_is_custodian,
    "I4 no update is lost": no_update_lost,
    "I4 the custodian has the record": custodian_has_the_record,
    "I6 one open slot": one_open_slot,
    "I7 hubs agree with the index": hubs_agree_with_the_index,
}


def violations(picture: Picture) -> list[str]:
    """The names of the invariants that the picture breaks; empty when all hold."""
    return [name for name, holds in INVARIANTS.items() if not holds(picture)]
