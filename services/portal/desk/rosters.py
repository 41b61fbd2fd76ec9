"""A workbook sent, and what the node says of it while it reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from chassis.rpc.wire import refusal_from_message
from kernel.ids import AscendingIds
from kernel.refusals import Refusal
from portal.desk.person import Desk
from xueji.desk.v1 import roster_pb2

CHUNK_BYTES = 256 * 1024
ROWS_HELD_MAX = 500  # rows with mistakes that are mended in pages; of a worse roster one mends the workbook
_new_id = AscendingIds()  # in the order of the sheet
_ROW_BYTES = 8 * 1024  # that one of them takes, generously


@dataclass(frozen=True)
class FaultyRow:
    """A row with mistakes.

    Attributes:
        item_id: of the draft that it becomes when it is mended. row: its number in the sheet, 1-based.
        values: what stands in it, by item key.
    """

    item_id: str
    row: int
    values: Mapping[str, str] = field(repr=False)
    findings: tuple[Refusal, ...] = field(repr=False)


@dataclass
class Brought:
    """What became of a workbook. ``rows`` loses those that were mended since.

    Attributes:
        refused: why the file could not be read, and nothing of it was kept.
        rows: those with mistakes, by item id, in the order of the sheet; ``not_held`` more there were.
        workbook: the same workbook with the reasons beside its rows.
    """

    name: str
    refused: Refusal | None = None
    summary: roster_pb2.ImportRosterResponse.Summary = field(default_factory=roster_pb2.ImportRosterResponse.Summary)
    rows: dict[str, FaultyRow] = field(default_factory=dict)
    not_held: int = 0
    workbook: bytes = b""

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return len(self.workbook) + _ROW_BYTES * (1 + len(self.rows))

    def after(self, item_id: str) -> FaultyRow | None:
        """The row with mistakes that follows a row; the first one where none follows."""
        following = [row for row in self.rows.values() if row.item_id > item_id]
        return next(iter(following or self.rows.values()), None)


def bring_roster(desk: Desk, file: IO[bytes], *, name: str, size_bytes: int) -> Brought:
    """Send a workbook to the node. A file that cannot be read is an answer too.

    Raises:
        Unreachable, RoleNotAllowed, StaffNotOnDuty and whatever else is not about the file.
    """
    brought = Brought(name)
    desk.run(_bring(desk, file, brought, size_bytes=size_bytes))
    return brought


async def _bring(desk: Desk, file: IO[bytes], brought: Brought, *, size_bytes: int) -> None:
    workbook = bytearray()
    found: list[roster_pb2.ImportRosterResponse.RowFindings] = []
    async for answer in desk.rosters.ImportRoster(_pieces(file, size_bytes=size_bytes)):
        match answer.WhichOneof("part"):
            case "row" if len(found) < ROWS_HELD_MAX:
                found.append(answer.row)
            case "row":
                brought.not_held += 1
            case "workbook_chunk":
                workbook += answer.workbook_chunk
            case "summary":
                brought.summary = answer.summary
    brought.workbook = bytes(workbook)
    for row in sorted(found, key=lambda one: one.row):
        item_id = str(_new_id())
        findings = tuple(refusal_from_message(finding) for finding in row.findings)
        brought.rows[item_id] = FaultyRow(item_id, row.row, dict(row.values), findings)


async def _pieces(file: IO[bytes], *, size_bytes: int) -> AsyncIterator[roster_pb2.ImportRosterRequest]:
    header = roster_pb2.ImportRosterRequest.Header(want_workbook=True, size_bytes=size_bytes)
    yield roster_pb2.ImportRosterRequest(header=header)
    while piece := file.read(CHUNK_BYTES):
        yield roster_pb2.ImportRosterRequest(chunk=piece)


async def template(desk: Desk) -> bytes:
    """An empty roster workbook."""
    pieces = desk.rosters.GetTemplate(roster_pb2.GetTemplateRequest())
    return b"".join([piece.chunk async for piece in pieces])
