"""The authority: cases and notices up, answers down, and what is asked while somebody waits."""

from __future__ import annotations

from functools import partial

import grpc

from chassis.exchange import Follower, Submitter
from chassis.inquiry.relay import Relay
from chassis.notices.relay import NoticeRelay
from chassis.sql import Database
from kernel.clock import Clock
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.absorb_feed import absorb_feed
from school_node.usecases.office import SchoolOffice
from school_node.usecases.take_refusal import take_refusal
from school_node.usecases.withdraw_case import withdrawal_refused


def submitter(
    database: Database[SchoolTransaction], authority: grpc.aio.Channel, *, office: SchoolOffice, clock: Clock
) -> Submitter[SchoolTransaction]:
    return Submitter(
        database,
        authority,
        clock=clock,
        refused=partial(take_refusal, office=office),
        withdrawal_refused=partial(withdrawal_refused, office=office),
    )


def follower(
    database: Database[SchoolTransaction], authority: grpc.aio.Channel, *, office: SchoolOffice, clock: Clock
) -> Follower[SchoolTransaction]:
    absorb = partial(absorb_feed, office=office)
    return Follower(database, authority, name=str(office.upstream), absorb=absorb, clock=clock)


def notice_relay(
    database: Database[SchoolTransaction], authority: grpc.aio.Channel, *, office: SchoolOffice, clock: Clock
) -> NoticeRelay[SchoolTransaction]:
    return NoticeRelay(database, authority, post=office.notices, clock=clock)


def inquiry_relay(authority: grpc.aio.Channel, *, office: SchoolOffice) -> Relay:
    return Relay(authority, above=office.upstream)
