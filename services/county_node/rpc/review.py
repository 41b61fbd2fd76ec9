"""A term's review at the authority: its officers open it, draw the lot, look, and seal."""

from __future__ import annotations

from functools import partial

from chassis.reviews import ReviewUseCases
from chassis.reviews.servicers import ReviewServicer
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from county_node.usecases.review import (
    draw_sample,
    list_answers,
    list_progress,
    open_review,
    record_finding,
    seal_review,
    show_answer,
)
from kernel.clock import Clock
from kernel.office import Role

_OFFICERS = (Role.OFFICER,)


def review(database: Database[CountyTransaction], *, bench: Bench, clock: Clock) -> ReviewServicer[CountyTransaction]:
    return ReviewServicer(
        database,
        office=bench.here,
        use_cases=ReviewUseCases(
            open_review=partial(open_review, bench=bench),
            classes=list_answers,
            show_class=show_answer,
            draw=partial(draw_sample, bench=bench),
            record=record_finding,
            seal=partial(seal_review, bench=bench),
            progress=partial(list_progress, bench=bench),
        ),
        roles=_OFFICERS,
        entering=_OFFICERS,
        deciding=_OFFICERS,
        clock=clock,
    )
