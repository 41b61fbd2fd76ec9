"""PaperArchiveService as schools and authorities serve it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

import grpc

from chassis.logs import bind_case
from chassis.notices.paper_archives import (
    Departing,
    PaperArchiveQuery,
    confirm_received,
    list_paper_archives,
    mark_sent,
)
from chassis.notices.post import NoticePost
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock, milliseconds
from kernel.office import Identity, Role
from kernel.packs import Packs
from kernel.paper_archive import PaperArchive
from xueji.desk.v1 import paper_archive_pb2, paper_archive_pb2_grpc

TX = TypeVar("TX", bound=Departing)
Context = grpc.aio.ServicerContext[object, object]


class PaperArchiveServicer(paper_archive_pb2_grpc.PaperArchiveServiceServicer, Generic[TX]):
    """Answers an office's own people.

    Args:
        schools: codes of the schools whose archives this office looks after; a school's own alone.
    """

    def __init__(
        self,
        database: Database[TX],
        *,
        post: NoticePost,
        schools: Callable[[], Sequence[str]],
        packs: Packs,
        roles: tuple[Role, ...],
        clock: Clock,
    ) -> None:
        self._database = database
        self._post = post
        self._schools = schools
        self._packs = packs
        self._roles = roles
        self._clock = clock

    async def ListPaperArchives(
        self, request: paper_archive_pb2.ListPaperArchivesRequest, context: Context
    ) -> paper_archive_pb2.ListPaperArchivesResponse:
        self._who(context)
        query = PaperArchiveQuery(request.page_size, request.page_token, request.overdue)
        find = partial(list_paper_archives, schools=self._schools(), packs=self._packs, now=self._clock.now())
        page = await self._database.run(find, query)
        return paper_archive_pb2.ListPaperArchivesResponse(
            paper_archives=[self._message(one) for one in page.paper_archives], next_page_token=page.next_token
        )

    async def MarkArchiveSent(
        self, request: paper_archive_pb2.MarkArchiveSentRequest, context: Context
    ) -> paper_archive_pb2.MarkArchiveSentResponse:
        who = self._who(context)
        mark = partial(mark_sent, how=request.how, by=who, now=self._clock.now(), post=self._post, packs=self._packs)
        with bind_case(request.case_id):
            paper_archive = await self._database.run(mark, request.case_id)
        return paper_archive_pb2.MarkArchiveSentResponse(paper_archive=self._message(paper_archive))

    async def ConfirmArchive(
        self, request: paper_archive_pb2.ConfirmArchiveRequest, context: Context
    ) -> paper_archive_pb2.ConfirmArchiveResponse:
        who = self._who(context)
        confirm = partial(
            confirm_received, answer=request.answer, by=who, now=self._clock.now(), post=self._post, packs=self._packs
        )
        with bind_case(request.case_id):
            paper_archive = await self._database.run(confirm, request.case_id)
        return paper_archive_pb2.ConfirmArchiveResponse(paper_archive=self._message(paper_archive))

    def _who(self, context: Context) -> Identity:
        return require_desk(context, self._post.here, *self._roles)

    def _message(self, paper_archive: PaperArchive) -> paper_archive_pb2.PaperArchive:
        departure = paper_archive.departure
        return paper_archive_pb2.PaperArchive(
            case_id=departure.case_id,
            name=departure.name,
            number=departure.number,
            releasing_school=departure.releasing_school,
            school=departure.school,
            state=paper_archive.state.value,
            state_title=paper_archive.state.label,
            left_at_ms=milliseconds(departure.left_at),
            due_at_ms=milliseconds(paper_archive.due.at),
            due_provisional=paper_archive.due.provisional,
            overdue=paper_archive.overdue(self._clock.now()),
            notice_id=departure.notice_id,
        )
