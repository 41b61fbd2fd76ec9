"""A person's desk, from their own program: what the office's node offers, over mutual TLS, with refusals by name.

The answers are the messages of ``protos/xueji/desk``: a terminal shows them and keeps nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from chassis.rpc import open_channel
from console.adjudication_desk import AdjudicationDesk, NationsAdjudications
from console.federation.running import Reach
from console.figure_desk import FiguresDesk
from console.review_desk import ReviewDesk
from console.supervision_desk import SupervisionDesk
from console.suspicion_desk import SuspicionDesk
from kernel.office import Identity
from xueji.attending.v1 import attending_pb2, attending_pb2_grpc
from xueji.common.v1 import refusal_pb2
from xueji.deadline.v1 import deadline_pb2_grpc
from xueji.decision.v1 import decision_pb2, decision_pb2_grpc
from xueji.desk.v1 import desk_pb2, desk_pb2_grpc, paper_archive_pb2_grpc, roster_pb2, roster_pb2_grpc
from xueji.disclosure.v1 import disclosure_pb2_grpc
from xueji.evidence.v1 import evidence_pb2_grpc
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2_grpc, preflight_pb2
from xueji.log.v1 import log_pb2_grpc
from xueji.notice.v1 import notice_pb2, notice_pb2_grpc
from xueji.numbers.v1 import county_pb2_grpc, numbers_pb2_grpc, province_pb2_grpc
from xueji.organisation.v1 import organisation_pb2_grpc
from xueji.record.v1 import record_pb2, record_pb2_grpc
from xueji.staff.v1 import staff_pb2_grpc
from xueji.term.v1 import term_pb2_grpc
from xueji.transfer.v1 import audit_pb2_grpc
from xueji.year.v1 import year_pb2_grpc

PAGE_SIZE = 500
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Imported:
    """What a school's node said of a roster.

    Attributes:
        findings: what is wrong, by the row of the sheet.
        workbook: the roster with a column of reasons; empty where none was asked for.
    """

    summary: roster_pb2.ImportRosterResponse.Summary
    findings: Mapping[int, tuple[refusal_pb2.Refusal, ...]]
    workbook: bytes = field(repr=False, default=b"")


class Desk:
    """One person's desk. Every method raises the refusal that the node answered with (``kernel.refusals``)."""

    def __init__(self, channel: grpc.aio.Channel, reach: Reach) -> None:
        self._reach = reach
        self._desk = desk_pb2_grpc.DeskServiceStub(channel)
        self._roster = roster_pb2_grpc.RosterServiceStub(channel)
        self._decisions = decision_pb2_grpc.DecisionServiceStub(channel)
        self._notices = notice_pb2_grpc.NoticeDeskServiceStub(channel)
        self.evidence = evidence_pb2_grpc.EvidenceDeskServiceStub(channel)  # asked by ``console.evidence``
        self.disclosures = disclosure_pb2_grpc.DisclosureServiceStub(channel)  # asked by ``console.disclosures``
        self.staff = staff_pb2_grpc.StaffDeskServiceStub(channel)  # asked by ``console.staff``
        self.year = year_pb2_grpc.YearServiceStub(channel)  # asked by ``console.commands.year_work``
        self.allocations = county_pb2_grpc.AllocationServiceStub(channel)  # likewise
        self.confirming = numbers_pb2_grpc.NumberServiceStub(channel)  # likewise
        self.numbers = province_pb2_grpc.NumberingServiceStub(channel)  # asked by ``console.commands.number_work``
        self.terms = term_pb2_grpc.TermServiceStub(channel)  # asked by ``console.term_notices``
        self._attending = attending_pb2_grpc.AttendingServiceStub(channel)
        self.schools = organisation_pb2_grpc.OrganisationServiceStub(channel)  # asked by ``console.schools``
        self._index = index_pb2_grpc.NationalIndexServiceStub(channel)
        self.log = log_pb2_grpc.LogServiceStub(channel)  # asked by ``console.index_log``
        self._records = record_pb2_grpc.RecordServiceStub(channel)
        self.audit = audit_pb2_grpc.AuditServiceStub(channel)  # asked by ``console.commands.audit_work``
        self.paper_archives = paper_archive_pb2_grpc.PaperArchiveServiceStub(
            channel
        )  # asked by ``console.paper_archives``
        self._inquiry = inquiry_pb2_grpc.InquiryServiceStub(channel)
        self.figures = FiguresDesk(channel)
        self.supervision = SupervisionDesk(channel)
        self.review = ReviewDesk(channel)
        self.suspicions = SuspicionDesk(channel)
        self.adjudications = AdjudicationDesk(channel)
        self.nations_adjudications = NationsAdjudications(channel)
        self.deadlines = deadline_pb2_grpc.DeadlineServiceStub(channel)  # asked by ``console.deadlines``

    @property
    def name(self) -> str:
        """What people call the office."""
        return self._reach.name

    @property
    def who(self) -> Identity:
        return self._reach.who

    @property
    def authority_certificate(self) -> Path:
        """By which signed statements are checked."""
        return self._reach.tls.authority

    # --- Cases ---

    async def cases(self, view: desk_pb2.View.ValueType) -> list[desk_pb2.CaseSummary]:
        """Every case of a view, page by page."""
        found: list[desk_pb2.CaseSummary] = []
        token = ""
        while True:
            page: desk_pb2.ListCasesResponse = await self._desk.ListCases(
                desk_pb2.ListCasesRequest(view=view, page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.cases)
            token = page.next_page_token
            if not token:
                return found

    async def case(self, case_id: str) -> desk_pb2.GetCaseResponse:
        answer: desk_pb2.GetCaseResponse = await self._desk.GetCase(desk_pb2.GetCaseRequest(case_id=case_id))
        return answer

    async def decide(
        self,
        case_id: str,
        decision: desk_pb2.Decision.ValueType,
        *,
        reason: str = "",
        reason_code: str = "",
        exceptions: Iterable[desk_pb2.ItemException] = (),
        allocate_numbers: bool = False,
    ) -> desk_pb2.CaseSummary:
        """Approve, return or reject. Deciding again the same way is answered as before."""
        answer: desk_pb2.DecideCaseResponse = await self._desk.DecideCase(
            desk_pb2.DecideCaseRequest(
                case_id=case_id,
                decision=decision,
                reason=reason,
                reason_code=reason_code,
                exceptions=exceptions,
                allocate_numbers=allocate_numbers,
            )
        )
        return answer.summary

    async def approve(self, case_id: str, exceptions: Iterable[desk_pb2.ItemException] = ()) -> desk_pb2.CaseSummary:
        return await self.decide(case_id, desk_pb2.DECISION_APPROVE, exceptions=exceptions)

    async def file_case(self, request: desk_pb2.FileCaseRequest) -> desk_pb2.FileCaseResponse:
        """Begin a case. The same ``case_id`` again files nothing new."""
        answer: desk_pb2.FileCaseResponse = await self._desk.FileCase(request)
        return answer

    async def withdraw_case(self, case_id: str, *, reason: str) -> desk_pb2.CaseSummary:
        """Ask that a case be withdrawn; who decides whether it came in time depends on how far it has gone."""
        answer: desk_pb2.WithdrawCaseResponse = await self._desk.WithdrawCase(
            desk_pb2.WithdrawCaseRequest(case_id=case_id, reason=reason)
        )
        return answer.summary

    async def replay(self, request: decision_pb2.ReplayRequest) -> decision_pb2.ReplayResponse:
        """A page of decided cases, each beside what another rule pack says of it. At a province's desk."""
        answer: decision_pb2.ReplayResponse = await self._decisions.Replay(request)
        return answer

    # --- Students ---

    async def students(self, *, number: str = "", name: str = "") -> list[desk_pb2.StudentSummary]:
        """This office's pupils: of one number, of one name, or all."""
        found: list[desk_pb2.StudentSummary] = []
        token = ""
        while True:
            page: desk_pb2.ListStudentsResponse = await self._desk.ListStudents(
                desk_pb2.ListStudentsRequest(number=number, name=name, page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.students)
            token = page.next_page_token
            if not token:
                return found

    async def attending(self, *, ended: bool = False) -> list[attending_pb2.Attending]:
        """Who attends a school of this office's and has the record elsewhere; with ``ended`` also who did."""
        found: list[attending_pb2.Attending] = []
        token = ""
        while True:
            page: attending_pb2.ListAttendingResponse = await self._attending.ListAttending(
                attending_pb2.ListAttendingRequest(page_size=PAGE_SIZE, page_token=token, ended=ended)
            )
            found.extend(page.pupils)
            token = page.next_page_token
            if not token:
                return found

    async def look_up(self, handles: Iterable[index_pb2.Handle]) -> list[index_pb2.Found]:
        """What the national index knows under numbers or documents, in the order asked."""
        answer: index_pb2.LookUpResponse = await self._index.LookUp(index_pb2.LookUpRequest(handles=handles))
        return list(answer.found)

    async def is_registered(self, handle: index_pb2.Handle) -> bool:
        """Yes or no."""
        answer: index_pb2.LookUpRegisteredResponse = await self._index.LookUpRegistered(
            index_pb2.LookUpRegisteredRequest(handle=handle)
        )
        return answer.registered

    async def look_up_alarms(self) -> list[index_pb2.LookUpAlarm]:
        """All of them, the newest first."""
        found: list[index_pb2.LookUpAlarm] = []
        token = ""
        while True:
            page: index_pb2.ListLookUpAlarmsResponse = await self._index.ListLookUpAlarms(
                index_pb2.ListLookUpAlarmsRequest(page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.alarms)
            token = page.next_page_token
            if not token:
                return found

    # --- Records over two times ---

    async def record(self, number: str, *, on: str = "", known_at_ms: int = 0) -> record_pb2.GetRecordResponse:
        """A record as it was on a day (``2026-09-01``; empty: today), as known at a moment (0: now)."""
        answer: record_pb2.GetRecordResponse = await self._records.GetRecord(
            record_pb2.GetRecordRequest(number=number, on=on, known_at_ms=known_at_ms)
        )
        return answer

    async def history(self, number: str) -> tuple[record_pb2.Record, list[record_pb2.HistoryEntry]]:
        """A record as it stands, and every entry of its history, oldest first."""
        entries: list[record_pb2.HistoryEntry] = []
        token = ""
        while True:
            page: record_pb2.ListHistoryResponse = await self._records.ListHistory(
                record_pb2.ListHistoryRequest(number=number, page_size=PAGE_SIZE, page_token=token)
            )
            entries.extend(page.entries)
            token = page.next_page_token
            if not token:
                return page.record, entries

    async def preflight_transfer(
        self, request: preflight_pb2.PreflightTransferRequest
    ) -> preflight_pb2.PreflightTransferResponse:
        """Everything that stands against a transfer to this school; nothing is filed."""
        answer: preflight_pb2.PreflightTransferResponse = await self._inquiry.PreflightTransfer(request)
        return answer

    # --- Notices ---

    async def notices(
        self, view: notice_pb2.NoticeView.ValueType, *, subject: str = "", kind: str = ""
    ) -> list[notice_pb2.NoticeSummary]:
        """Every notice of a view, page by page; ``subject`` and ``kind`` for those about one case, or of one kind."""
        found: list[notice_pb2.NoticeSummary] = []
        token = ""
        while True:
            page: notice_pb2.ListNoticesResponse = await self._notices.ListNotices(
                notice_pb2.ListNoticesRequest(
                    view=view, page_size=PAGE_SIZE, page_token=token, subject=subject, kind=kind
                )
            )
            found.extend(page.notices)
            token = page.next_page_token
            if not token:
                return found

    async def notice(self, notice_id: str) -> notice_pb2.GetNoticeResponse:
        answer: notice_pb2.GetNoticeResponse = await self._notices.GetNotice(
            notice_pb2.GetNoticeRequest(notice_id=notice_id)
        )
        return answer

    async def confirm_notice(self, notice_id: str, *, answer: str = "") -> notice_pb2.NoticeSummary:
        """Confirm what was written to this office. The same answer again is answered as before."""
        confirmed: notice_pb2.ConfirmNoticeResponse = await self._notices.ConfirmNotice(
            notice_pb2.ConfirmNoticeRequest(notice_id=notice_id, answer=answer)
        )
        return confirmed.summary

    async def write_notice(self, request: notice_pb2.WriteNoticeRequest) -> notice_pb2.NoticeSummary:
        """Write a plain message. The same ``notice_id`` again writes nothing new."""
        written: notice_pb2.WriteNoticeResponse = await self._notices.WriteNotice(request)
        return written.summary

    # --- Rosters ---

    async def import_roster(
        self,
        roster: Path,
        *,
        dry_run: bool = False,
        want_workbook: bool = False,
        read: Callable[[int], None] = lambda _: None,
    ) -> Imported:
        """Send a workbook, and hear what is wrong with which row.

        Args:
            read: told how many rows the node has read so far.
        """
        summary = roster_pb2.ImportRosterResponse.Summary()
        findings: dict[int, tuple[refusal_pb2.Refusal, ...]] = {}
        workbook = bytearray()
        requests = _pieces(roster, dry_run=dry_run, want_workbook=want_workbook)
        async for answer in self._roster.ImportRoster(requests):
            match answer.WhichOneof("part"):
                case "progress":
                    read(answer.progress.rows_read)
                case "row":
                    findings[answer.row.row] = tuple(answer.row.findings)
                case "workbook_chunk":
                    workbook += answer.workbook_chunk
                case "summary":
                    summary = answer.summary
        return Imported(summary=summary, findings=findings, workbook=bytes(workbook))

    async def submit_drafts(self, request_id: str) -> roster_pb2.SubmitDraftsResponse:
        """Put the drafts into cases for the person who checks. The same ``request_id`` again makes no second case."""
        answer: roster_pb2.SubmitDraftsResponse = await self._roster.SubmitDrafts(
            roster_pb2.SubmitDraftsRequest(request_id=request_id)
        )
        return answer

    async def drafts(self) -> list[roster_pb2.Draft]:
        """What the school has entered and not sent, or got back."""
        found: list[roster_pb2.Draft] = []
        token = ""
        while True:
            page: roster_pb2.ListDraftsResponse = await self._roster.ListDrafts(
                roster_pb2.ListDraftsRequest(page_size=PAGE_SIZE, page_token=token)
            )
            found.extend(page.drafts)
            token = page.next_page_token
            if not token:
                return found

    async def discard_drafts(self, item_ids: Iterable[str]) -> int:
        """Take drafts back; how many there were."""
        answer: roster_pb2.DiscardDraftsResponse = await self._roster.DiscardDrafts(
            roster_pb2.DiscardDraftsRequest(item_ids=item_ids)
        )
        return answer.discarded

    async def template(self) -> bytes:
        """An empty roster workbook."""
        return b"".join([answer.chunk async for answer in self._roster.GetTemplate(roster_pb2.GetTemplateRequest())])


@asynccontextmanager
async def open_desk(reach: Reach) -> AsyncIterator[Desk]:
    """A desk while it is used. It connects at the first question."""
    channel = open_channel(reach.address, office=reach.who.office, tls=reach.tls)
    try:
        yield Desk(channel, reach)
    finally:
        await channel.close()


async def _pieces(roster: Path, *, dry_run: bool, want_workbook: bool) -> AsyncIterator[roster_pb2.ImportRosterRequest]:
    size_bytes = (await asyncio.to_thread(roster.stat)).st_size
    yield roster_pb2.ImportRosterRequest(
        header=roster_pb2.ImportRosterRequest.Header(
            dry_run=dry_run, want_workbook=want_workbook, size_bytes=size_bytes
        )
    )
    with roster.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield roster_pb2.ImportRosterRequest(chunk=piece)
