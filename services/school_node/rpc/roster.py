"""The registrar's rosters over gRPC: a stream of pieces in, a stream of answers out."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path

import grpc

from chassis.logs import get_logger
from chassis.rpc import discard, require_desk
from chassis.rpc.wire import refusal_to_message
from chassis.sql import Database
from kernel.clock import SHANGHAI, Clock
from kernel.ids import AscendingIds
from kernel.office import Role
from kernel.refusals import FileTooLarge, Refusal, RequestMalformed
from school_node.domain.pupil import Entering
from school_node.rpc.workbook import UPLOAD_BYTES_MAX, RosterFile, write_template
from school_node.store.pupils import Pupil
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.discard_drafts import discard_drafts
from school_node.usecases.enter_draft import enter_draft
from school_node.usecases.import_roster import import_roster
from school_node.usecases.list_pupils import get_draft, list_drafts
from school_node.usecases.office import SchoolOffice
from school_node.usecases.submit_drafts import submit_drafts
from xueji.desk.v1 import roster_pb2, roster_pb2_grpc

ROWS_PER_PROGRESS = 500
CHUNK_BYTES = 512 * 1024
DISCARD_BYTES_MAX = 64 * 2**20  # of what a refused sender still sends
IMPORTS_AT_ONCE = 2  # each has a process of its own that reads the file

_OUTCOMES = {
    Entering.ENTERS: roster_pb2.EnterDraftResponse.OUTCOME_ENTERED,
    Entering.CORRECTS: roster_pb2.EnterDraftResponse.OUTCOME_CORRECTED,
    Entering.UNCHANGED: roster_pb2.EnterDraftResponse.OUTCOME_UNCHANGED,
    None: roster_pb2.EnterDraftResponse.OUTCOME_FAULTY,
}

Context = grpc.aio.ServicerContext[object, object]
Answers = AsyncIterator[roster_pb2.ImportRosterResponse]

log = get_logger()


class RosterServicer(roster_pb2_grpc.RosterServiceServicer):
    """Answers the registrar. A file-level refusal keeps nothing; a row with mistakes leaves the other rows alone."""

    def __init__(
        self,
        database: Database[SchoolTransaction],
        *,
        office: SchoolOffice,
        clock: Clock,
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        ids = AscendingIds()  # a roster's pupils are listed in the order of its rows
        self._new_id = lambda: str(ids())
        self._turns = asyncio.Semaphore(IMPORTS_AT_ONCE)

    async def ImportRoster(
        self, request_iterator: AsyncIterator[roster_pb2.ImportRosterRequest], context: Context
    ) -> Answers:
        try:
            require_desk(context, self._office.here, Role.REGISTRAR)
            async for answer in self._import(request_iterator):
                yield answer
        except Refusal:
            await discard(request_iterator, size=lambda request: len(request.chunk), bytes_max=DISCARD_BYTES_MAX)
            raise

    async def SubmitDrafts(
        self, request: roster_pb2.SubmitDraftsRequest, context: Context
    ) -> roster_pb2.SubmitDraftsResponse:
        who = require_desk(context, self._office.here, Role.REGISTRAR)
        submission = await self._database.run(
            submit_drafts,
            request.request_id,
            by=who,
            now=self._clock.now(),
            office=self._office,
            new_id=self._new_id,
        )
        return roster_pb2.SubmitDraftsResponse(case_ids=submission.case_ids, pupils=submission.pupils)

    async def ListDrafts(
        self, request: roster_pb2.ListDraftsRequest, context: Context
    ) -> roster_pb2.ListDraftsResponse:
        require_desk(context, self._office.here, Role.REGISTRAR, Role.PRINCIPAL)
        page = await self._database.run(list_drafts, size=request.page_size, token=request.page_token)
        return roster_pb2.ListDraftsResponse(
            drafts=[_draft(pupil) for pupil in page.lines], next_page_token=page.token, drafts_total=page.drafts_total
        )

    async def GetDraft(self, request: roster_pb2.GetDraftRequest, context: Context) -> roster_pb2.GetDraftResponse:
        require_desk(context, self._office.here, Role.REGISTRAR, Role.PRINCIPAL)
        return roster_pb2.GetDraftResponse(draft=_draft(await self._database.run(get_draft, request.item_id)))

    async def EnterDraft(
        self, request: roster_pb2.EnterDraftRequest, context: Context
    ) -> roster_pb2.EnterDraftResponse:
        require_desk(context, self._office.here, Role.REGISTRAR)
        entered = await self._database.run(
            enter_draft, request.item_id, dict(request.values), now=self._clock.now(), office=self._office
        )
        return roster_pb2.EnterDraftResponse(
            outcome=_OUTCOMES[entered.outcome],
            item_id=entered.item_id,
            findings=[refusal_to_message(finding) for finding in entered.findings],
        )

    async def DiscardDrafts(
        self, request: roster_pb2.DiscardDraftsRequest, context: Context
    ) -> roster_pb2.DiscardDraftsResponse:
        require_desk(context, self._office.here, Role.REGISTRAR)
        discarded = await self._database.run(discard_drafts, tuple(request.item_ids))
        log.info("drafts_discarded", count=discarded)
        return roster_pb2.DiscardDraftsResponse(discarded=discarded)

    async def GetTemplate(
        self, request: roster_pb2.GetTemplateRequest, context: Context
    ) -> AsyncIterator[roster_pb2.GetTemplateResponse]:
        del request  # asks for the one template there is
        require_desk(context, self._office.here, Role.REGISTRAR, Role.PRINCIPAL)
        with tempfile.TemporaryDirectory(prefix="template-") as folder:
            path = Path(folder) / "template.xlsx"
            await asyncio.to_thread(write_template, path)
            async for chunk in _chunks(path):
                yield roster_pb2.GetTemplateResponse(chunk=chunk)

    async def _import(self, requests: AsyncIterator[roster_pb2.ImportRosterRequest]) -> Answers:
        header = await _header(requests)
        async with self._turns:
            with tempfile.TemporaryDirectory(prefix="roster-") as folder:
                on = self._clock.now().astimezone(SHANGHAI).date()
                roster = RosterFile(Path(folder), school=self._office.school, on=on)
                async for request in requests:
                    await asyncio.to_thread(roster.append, request.chunk)
                async for answer in self._read(roster):
                    yield answer
                async for answer in self._keep(roster, header):
                    yield answer

    async def _read(self, roster: RosterFile) -> Answers:
        await asyncio.to_thread(roster.begin)
        while not await asyncio.to_thread(lambda: roster.exhausted):
            for result in await asyncio.to_thread(roster.check, ROWS_PER_PROGRESS):
                yield _findings(result.row, result.findings, result.to_mend)
            progress = roster_pb2.ImportRosterResponse.Progress(rows_read=roster.rows_read)
            yield roster_pb2.ImportRosterResponse(progress=progress)

    async def _keep(self, roster: RosterFile, header: roster_pb2.ImportRosterRequest.Header) -> Answers:
        imported = await self._database.run(
            partial(import_roster, keep=not header.dry_run, now=self._clock.now(), new_id=self._new_id),
            roster.good_rows,
        )
        for row, said in imported.refused:
            roster.refuse(row.row, (said,))
            yield _findings(row.row, (said,), row.values)
        summary = roster_pb2.ImportRosterResponse.Summary(
            rows_read=roster.rows_read,
            rows_kept=imported.kept,
            rows_unchanged=imported.unchanged,
            rows_refused=roster.rows_refused,
            warnings=roster.warnings,
        )
        log.info("roster_imported", count=roster.rows_read)
        yield roster_pb2.ImportRosterResponse(summary=summary)
        if header.want_workbook:
            async for chunk in _chunks(await asyncio.to_thread(roster.answer)):
                yield roster_pb2.ImportRosterResponse(workbook_chunk=chunk)


async def _header(
    requests: AsyncIterator[roster_pb2.ImportRosterRequest],
) -> roster_pb2.ImportRosterRequest.Header:
    async for first in requests:
        if first.WhichOneof("part") != "header":
            break
        if first.header.size_bytes > UPLOAD_BYTES_MAX:
            raise FileTooLarge(most=f"{UPLOAD_BYTES_MAX // 2**20} MB")
        return first.header
    raise RequestMalformed(field="header", why="先说明文件，再传内容")


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk


def _findings(row: int, findings: tuple[Refusal, ...], values: Mapping[str, str]) -> roster_pb2.ImportRosterResponse:
    said = [refusal_to_message(finding) for finding in findings]
    told = roster_pb2.ImportRosterResponse.RowFindings(row=row, findings=said, values=values)
    return roster_pb2.ImportRosterResponse(row=told)


def _draft(pupil: Pupil) -> roster_pb2.Draft:
    return roster_pb2.Draft(
        item_id=pupil.pupil_id,
        values=pupil.values,
        state=pupil.state.value,
        state_title=pupil.state.label,
        refusal=refusal_to_message(pupil.refusal) if pupil.refusal else None,
    )
