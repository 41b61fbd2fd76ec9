"""Checkpoints, and proofs against them (RFC 9162, 2.1.3 and 2.1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kernel.refusals import CheckpointUnknown, EntryNotLogged
from kernel.transparency import merkle
from national_index.store import IndexTransaction
from national_index.store.log import KeptCheckpoint


@dataclass(frozen=True, slots=True)
class Inclusion:
    """An entry, its place, and the hashes from its leaf up to the root of the checkpoint."""

    index: int
    entry: bytes
    path: tuple[bytes, ...]
    checkpoint: KeptCheckpoint


def get_checkpoint(tx: IndexTransaction, size: int, /) -> tuple[KeptCheckpoint, list[str]]:
    """The checkpoint of a size, the newest for 0, with the provinces' words. Raises CheckpointUnknown."""
    kept = tx.log.checkpoint(size)
    if kept is None:
        raise CheckpointUnknown(size=size)
    return kept, tx.log.witnesses(kept.size)


def get_inclusion(tx: IndexTransaction, of: int | UUID, /) -> Inclusion:
    """That an entry, by its place or by the student whose number it issued, is in the log of the newest checkpoint.

    Raises:
        EntryNotLogged: it is not in it, or not yet.
    """
    kept = tx.log.checkpoint()
    index = tx.log.place_of(of) if isinstance(of, UUID) else of
    if kept is None or index is None or index >= kept.size:
        raise EntryNotLogged
    entry = tx.log.entries(index, 1)
    path = tuple(tx.log.hash_of(*one) for one in merkle.inclusion_ranges(index, kept.size))
    return Inclusion(index, entry, path, kept)


def get_consistency(tx: IndexTransaction, earlier: int, later: int, /) -> tuple[bytes, ...]:
    """Raises CheckpointUnknown where one of the two is the size of no checkpoint, or they are the wrong way round."""
    for size in (earlier, later):
        if tx.log.checkpoint(size) is None or earlier > later:
            raise CheckpointUnknown(size=size)
    return tuple(tx.log.hash_of(*one) for one in merkle.consistency_ranges(earlier, later))


def read_entries(tx: IndexTransaction, start: int, limit: int, /) -> bytes:
    """Entries that a checkpoint covers, one after the other; empty at the end."""
    kept = tx.log.checkpoint()
    within = min(limit, (kept.size if kept else 0) - start)
    return tx.log.entries(start, within) if within > 0 else b""
