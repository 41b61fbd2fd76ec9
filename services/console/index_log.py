"""The index's log, checked from outside: with its entries and the authority's certificate, and no word taken on trust.

What is checked: the index's signature; that the root is that of the entries as they were read; what must be true of
them (``kernel.transparency.audit``); which provinces have signed beside it; and, where an earlier checkpoint was kept
in a file, that the log of today continues it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.desk import Desk
from kernel.refusals import LogRewritten
from kernel.statement import Verify, statement_digest
from kernel.transparency import merkle
from kernel.transparency.audit import Audit, Finding
from kernel.transparency.checkpoints import Checkpoint, Witness
from kernel.transparency.entries import LogEntry, split
from xueji.log.v1 import log_pb2

ENTRIES_AT_ONCE = 10_000


@dataclass(frozen=True)
class Standing:
    """A checkpoint with the provinces that have signed it, by two digits."""

    checkpoint: Checkpoint
    jws: str
    provinces: tuple[str, ...]


@dataclass(frozen=True)
class LogVerified:
    """What a check came to.

    Attributes:
        whole: the root is that of the entries. continues: size of the earlier checkpoint; 0 for none.
    """

    standing: Standing
    whole: bool
    findings: tuple[Finding, ...]
    continues: int

    @property
    def good(self) -> bool:
        return self.whole and not self.findings


async def standing_of(desk: Desk, *, verify: Verify) -> Standing:
    """The newest checkpoint. Raises CheckpointUnknown, SignatureInvalid."""
    told = await desk.log.GetCheckpoint(log_pb2.GetCheckpointRequest())
    checkpoint = Checkpoint.read(told.checkpoint, verify=verify)
    words = [Witness.read(one, verify=verify) for one in told.witnesses]
    digest = statement_digest(told.checkpoint)
    seen = sorted(office.code for office, word in words if word.checkpoint_digest == digest)
    return Standing(checkpoint, told.checkpoint, tuple(seen))


async def verify_log(
    desk: Desk, *, verify: Verify, earlier: Checkpoint | None, read: Callable[[int, int], None]
) -> LogVerified:
    """Read the whole log and check it.

    Args:
        earlier: the last checkpoint that was found good. read: is told how many of how many entries have been read.

    Raises:
        CheckpointUnknown, SignatureInvalid. LogRewritten: it does not continue the earlier checkpoint.
    """
    standing = await standing_of(desk, verify=verify)
    size = standing.checkpoint.size
    if earlier is not None:
        await _require_continues(desk, earlier, standing.checkpoint)
    audit, growth = Audit(), merkle.Growth()
    while growth.size < size:
        request = log_pb2.ReadEntriesRequest(start=growth.size, limit=min(ENTRIES_AT_ONCE, size - growth.size))
        answer = await desk.log.ReadEntries(request)
        if not answer.entries:
            break
        for entry in split(answer.entries):
            growth.add(merkle.leaf_hash(entry))
            audit.read(LogEntry.from_bytes(entry))
        read(growth.size, size)
    whole = (growth.size, growth.root) == (size, standing.checkpoint.root)
    return LogVerified(standing, whole, tuple(audit.findings), earlier.size if earlier else 0)


def read_kept(file: Path | None, *, verify: Verify) -> Checkpoint | None:
    """The checkpoint of a file; None where there is no file yet. Raises SignatureInvalid, OSError, ValueError."""
    if file is None or not file.exists():
        return None
    return Checkpoint.read(json.loads(file.read_text(encoding="utf-8"))["checkpoint"], verify=verify)


def keep(file: Path, standing: Standing) -> None:
    """Keep a checkpoint that was found good, for the next time."""
    file.write_text(json.dumps({"checkpoint": standing.jws}) + "\n", encoding="utf-8")


async def _require_continues(desk: Desk, earlier: Checkpoint, now: Checkpoint) -> None:
    if now.size < earlier.size:
        raise LogRewritten(size=earlier.size)
    path: tuple[bytes, ...] = ()
    if now.size > earlier.size:
        request = log_pb2.GetConsistencyRequest(earlier=earlier.size, later=now.size)
        path = tuple((await desk.log.GetConsistency(request)).path)
    if not merkle.consistent(earlier.size, now.size, path, was=earlier.root, now=now.root):
        raise LogRewritten(size=earlier.size)
