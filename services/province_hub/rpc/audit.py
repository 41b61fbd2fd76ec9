"""The audit of custody, asked by the province's officers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import grpc

from chassis.logs import get_logger
from chassis.rpc import require_desk
from kernel.custody_audit import Compared, Difference
from kernel.office import Office, Role
from xueji.transfer.v1 import audit_pb2, audit_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

log = get_logger()


class Audit(Protocol):
    """Both sides, read and compared; see ``links.audit``."""

    def differences(self) -> AsyncIterator[Compared | tuple[str, Difference]]: ...


class AuditServicer(audit_pb2_grpc.AuditServiceServicer):
    """Answers the province's officers."""

    def __init__(self, audit: Audit, *, here: Office) -> None:
        self._audit = audit
        self._here = here

    async def ListDifferences(
        self, _request: audit_pb2.ListDifferencesRequest, context: Context
    ) -> AsyncIterator[audit_pb2.ListDifferencesResponse]:
        require_desk(context, self._here, Role.OFFICER)
        progress, count = audit_pb2.AuditProgress(), 0
        async for news in self._audit.differences():
            if isinstance(news, Compared):
                progress = audit_pb2.AuditProgress(held=news.held, named=news.named)
                yield audit_pb2.ListDifferencesResponse(progress=progress)
            else:
                count += 1
                student_key, found = news
                difference = audit_pb2.CustodyDifference(student_key=student_key, kind=found.value, title=found.label)
                yield audit_pb2.ListDifferencesResponse(difference=difference)
        progress.finished = True
        yield audit_pb2.ListDifferencesResponse(progress=progress)
        log.info("custody_audited", count=count)
