"""The school year at the province's desk: promotion rehearsed, made, taken back for a class."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import grpc

from chassis.desk.servicer_year import blocked_to_message
from chassis.logs import get_logger
from chassis.rpc import require_desk
from chassis.sql import Database
from kernel.clock import Clock
from kernel.ids import new_uuid7
from kernel.office import Identity, Role
from kernel.refusals import NotOfferedHere
from province_hub.store.promotions import Run, UndoneClass
from province_hub.store.stages import Plan
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.year import (
    PROMOTION_WAITS,
    UndoClass,
    begin_promotion,
    list_plans,
    list_runs,
    of_year,
    rehearse_promotion,
    set_plan,
    undo_class,
)
from xueji.year.v1 import year_pb2, year_pb2_grpc

Context = grpc.aio.ServicerContext[object, object]

PROGRESS_SECONDS = 1.0  # the longest that a watcher goes without news, also of a night that another process works on

log = get_logger()


class YearServicer(year_pb2_grpc.YearServiceServicer):
    """Answers the province's officers."""

    def __init__(self, database: Database[HubTransaction], *, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock

    async def Rehearse(self, request: year_pb2.RehearseRequest, context: Context) -> year_pb2.RehearseResponse:
        self._officer(context)
        rehearsal = await self._database.run(
            rehearse_promotion,
            request.school,
            size=request.page_size,
            token=request.page_token,
            now=self._clock.now(),
            rules=self._rules,
        )
        return year_pb2.RehearseResponse(
            go_up=rehearsal.counts.get(None, 0),
            stay=[year_pb2.Count(blocker=why.value, pupils=pupils) for why, pupils in rehearsal.counts.items() if why],
            blocked=[blocked_to_message(one) for one in rehearsal.blocked],
            next_page_token=rehearsal.next_token,
        )

    async def Promote(
        self, request: year_pb2.PromoteRequest, context: Context
    ) -> AsyncIterator[year_pb2.PromoteResponse]:
        """The work is the hub's own (``promote_next``): whoever stops watching stops nothing."""
        who = self._officer(context)
        news = self._database.signal(PROMOTION_WAITS)
        run = await self._database.run(
            begin_promotion,
            request.year,
            by=who,
            run_id=str(new_uuid7()),
            now=self._clock.now(),
            rules=self._rules,
        )
        log.info("promotion_asked", count=run.schools, position=run.schools_done)
        while True:
            yield year_pb2.PromoteResponse(run=_run(run, ()))
            if run.finished_ms is not None:
                return
            await news.wait(PROGRESS_SECONDS)
            run = await self._database.run(of_year, request.year)

    async def UndoClass(self, request: year_pb2.UndoClassRequest, context: Context) -> year_pb2.UndoClassResponse:
        who = self._officer(context)
        command = UndoClass(request.year, request.school, request.grade, request.school_class, request.reason)
        undone = await self._database.run(undo_class, command, by=who, now=self._clock.now(), rules=self._rules)
        return year_pb2.UndoClassResponse(undone=_undone(undone.undone), left=undone.left)

    async def SetPlan(self, request: year_pb2.SetPlanRequest, context: Context) -> year_pb2.SetPlanResponse:
        who = self._officer(context)
        asked = request.plan
        plan = Plan(asked.school, asked.year, asked.stage, asked.places)
        entered = await self._database.run(set_plan, plan, by=who, now=self._clock.now(), rules=self._rules)
        return _plan(plan, entered)

    async def ListPlans(self, request: year_pb2.ListPlansRequest, context: Context) -> year_pb2.ListPlansResponse:
        self._officer(context)
        page = await self._database.run(list_plans, request.year, size=request.page_size, token=request.page_token)
        return year_pb2.ListPlansResponse(
            plans=[_plan(plan, entered) for plan, entered in page.plans], next_page_token=page.next_token
        )

    async def ListRuns(self, request: year_pb2.ListRunsRequest, context: Context) -> year_pb2.ListRunsResponse:
        self._officer(context)
        page = await self._database.run(list_runs, size=request.page_size, token=request.page_token)
        return year_pb2.ListRunsResponse(
            runs=[_run(run, undone) for run, undone in page.runs], next_page_token=page.next_token
        )

    async def ListBlockers(
        self, _request: year_pb2.ListBlockersRequest, context: Context
    ) -> year_pb2.ListBlockersResponse:
        self._officer(context)
        raise NotOfferedHere(what="本单位学生的升级障碍（请用升级预演）")

    def _officer(self, context: Context) -> Identity:
        return require_desk(context, self._rules.here, Role.OFFICER)


def _run(run: Run, undone: Sequence[UndoneClass]) -> year_pb2.Run:
    return year_pb2.Run(
        run_id=run.run_id,
        year=run.year,
        effective_on=run.effective_on.isoformat(),
        begun_at_ms=run.begun_ms,
        finished_at_ms=run.finished_ms or 0,
        schools=run.schools,
        schools_done=run.schools_done,
        promoted=run.promoted,
        stayed=[year_pb2.Count(blocker=why.value, pupils=pupils) for why, pupils in (run.stayed or {}).items()],
        undone=[_undone(one) for one in undone],
    )


def _plan(plan: Plan, entered: int) -> year_pb2.SetPlanResponse:
    told = year_pb2.Plan(school=plan.school, year=plan.year, stage=plan.stage, places=plan.places)
    return year_pb2.SetPlanResponse(plan=told, entered=entered)


def _undone(one: UndoneClass) -> year_pb2.UndoneClass:
    return year_pb2.UndoneClass(
        school=one.school, grade=one.grade, school_class=one.school_class, pupils=one.pupils, at_ms=one.at_ms
    )
