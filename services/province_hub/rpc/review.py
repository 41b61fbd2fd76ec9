"""A term's review at the province: its officers open it, and see who has not answered."""

from __future__ import annotations

from functools import partial

from chassis.reviews import ReviewUseCases
from chassis.reviews.servicers import ReviewServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.review import Reviewers, list_progress, open_review

_OFFICERS = (Role.OFFICER,)


def review(database: Database[HubTransaction], *, reviewers: Reviewers, clock: Clock) -> ReviewServicer[HubTransaction]:
    return ReviewServicer(
        database,
        office=reviewers.post.here,
        use_cases=ReviewUseCases(
            open_review=partial(open_review, reviewers=reviewers),
            progress=partial(list_progress, reviewers=reviewers),
        ),
        roles=_OFFICERS,
        entering=_OFFICERS,
        deciding=_OFFICERS,
        clock=clock,
    )
