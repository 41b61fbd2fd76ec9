"""What waits at the nation, which has no cases of its own: what the index found, was asked and was not told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from kernel.adjudication import AdjudicationState
from portal.desk.person import Desk
from xueji.adjudication.v1 import adjudication_pb2
from xueji.index.v1 import index_pb2
from xueji.inquiry.v1 import inquiry_pb2
from xueji.suspicion.v1 import suspicion_pb2

SHOWN_MAX = 50
ALARMS_MAX = 20
ADJUDICATIONS_READ_AT_ONCE = 500


@dataclass(frozen=True)
class NationsWork:
    """The oldest adjudications, the heaviest suspicions and the newest alarms; ``more`` says which of them go on.

    Attributes:
        undecided: the two provinces do not agree, or did not answer: it is the nation's turn.
        unanswered: the provinces' turn, and theirs to say within the time of Article 14.
        missing: provinces that have not reported the day ``reported_on``, an ISO date.
    """

    undecided: list[adjudication_pb2.Adjudication]
    unanswered: list[adjudication_pb2.Adjudication]
    suspicions: list[suspicion_pb2.Suspicion]
    alarms: list[index_pb2.LookUpAlarm]
    missing: list[inquiry_pb2.MissingProvince]
    reported_on: str
    more: frozenset[str]


def nations_work(desk: Desk) -> NationsWork:
    """Asked all at once. Raises the refusal that any of the four was answered with."""
    return desk.run(_work(desk))


async def _work(desk: Desk) -> NationsWork:
    cases, suspected, alarms, reports = await asyncio.gather(
        _open_adjudications(desk),
        desk.suspicions.List(suspicion_pb2.ListRequest(page_size=SHOWN_MAX)),
        desk.index.ListLookUpAlarms(index_pb2.ListLookUpAlarmsRequest(page_size=ALARMS_MAX)),
        desk.inquiry.GetFigures(inquiry_pb2.GetFiguresRequest()),
    )
    undecided = [case for case in cases if case.state == AdjudicationState.NATION]
    unanswered = [case for case in cases if case.state == AdjudicationState.ASKED]
    goes_on = {
        "undecided": len(undecided) > SHOWN_MAX,
        "unanswered": len(unanswered) > SHOWN_MAX,
        "suspicions": bool(suspected.next_page_token),
        "alarms": bool(alarms.next_page_token),
    }
    return NationsWork(
        undecided=undecided[:SHOWN_MAX],
        unanswered=unanswered[:SHOWN_MAX],
        suspicions=list(suspected.suspicions),
        alarms=list(alarms.alarms),
        missing=list(reports.missing),
        reported_on=reports.on,
        more=frozenset(name for name, more in goes_on.items() if more),
    )


async def _open_adjudications(desk: Desk) -> list[adjudication_pb2.Adjudication]:
    """Every page: one that waits for the nation may stand behind many that wait for provinces."""
    found: list[adjudication_pb2.Adjudication] = []
    token = ""
    while True:
        page: adjudication_pb2.ListResponse = await desk.nations_adjudications.List(
            adjudication_pb2.ListRequest(page_size=ADJUDICATIONS_READ_AT_ONCE, page_token=token)
        )
        found.extend(page.adjudications)
        token = page.next_page_token
        if not token:
            return found
