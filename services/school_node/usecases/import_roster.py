"""Rows of a roster that were found good become drafts of the roll: all of an import, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from kernel.refusals import AlreadyRegisteredHere, Refusal, StudentHasOpenCase
from school_node.domain.pupil import Entering, entering, identity_digest
from school_node.store.pupils import NewLine, Pupil
from school_node.store.transaction import SchoolTransaction

IMPORT_BATCH = 500  # rows a statement


@dataclass(frozen=True)
class RosterRow:
    """One good row: its number in the sheet, and normalised values by item key."""

    row: int
    values: Mapping[str, str] = field(repr=False)


@dataclass
class Imported:
    """What became of the rows. ``refused`` holds those that say otherwise than what was sent up already."""

    kept: int = 0
    unchanged: int = 0
    refused: list[tuple[RosterRow, Refusal]] = field(default_factory=list)


def import_roster(
    tx: SchoolTransaction,
    rows: Callable[[], Iterable[RosterRow]],
    /,
    *,
    keep: bool,
    now: datetime,
    new_id: Callable[[], str],
) -> Imported:
    """Enter and correct drafts. The same roster again changes nothing.

    Args:
        rows: gives the rows from the first on each time it is called, for a transaction may be run again.
        keep: False only tells what would become of them.
    """
    tx.pupils.lock_roll()
    imported = Imported()
    for batch in _batches(rows()):
        _import_batch(tx, batch, imported, keep=keep, now=now, new_id=new_id)
    return imported


def _import_batch(
    tx: SchoolTransaction,
    batch: list[RosterRow],
    imported: Imported,
    *,
    keep: bool,
    now: datetime,
    new_id: Callable[[], str],
) -> None:
    digests = [identity_digest(row.values) for row in batch]
    known = tx.pupils.live([digest for digest in digests if digest is not None])
    entered: list[NewLine] = []
    corrected: list[NewLine] = []
    for row, digest in zip(batch, digests, strict=True):
        assert digest is not None, "a row that was found good says who the child is"
        line = known.get(digest)
        try:
            match entering(line.state if line else None, same=_same(line, row)):
                case Entering.ENTERS:
                    entered.append(NewLine(new_id(), digest, row.values))
                case Entering.CORRECTS:
                    assert line is not None
                    corrected.append(NewLine(line.pupil_id, digest, row.values))
                case Entering.UNCHANGED:
                    imported.unchanged += 1
        except (AlreadyRegisteredHere, StudentHasOpenCase) as said:
            said.row = row.row
            imported.refused.append((row, said))
    imported.kept += len(entered) + len(corrected)
    if keep:
        tx.pupils.enter(entered, now=now)
        tx.pupils.correct(corrected)


def _same(line: Pupil | None, row: RosterRow) -> bool:
    return line is not None and dict(line.values) == dict(row.values)


def _batches(rows: Iterable[RosterRow]) -> Iterator[list[RosterRow]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, IMPORT_BATCH)):
        yield batch
