"""The hub: cases and notices up, answers down, and what is asked while somebody waits."""

from __future__ import annotations

from functools import partial

import grpc

from chassis.exchange import Follower, Submitter
from chassis.inquiry.relay import Relay
from chassis.notices.relay import NoticeRelay
from chassis.sql import Database
from county_node.store.transaction import CountyTransaction
from county_node.usecases.absorb_feed import absorb_feed
from county_node.usecases.bench import Bench
from county_node.usecases.take_refusal import take_refusal
from county_node.usecases.withdraw_case import withdrawal_refused
from kernel.clock import Clock


def submitter(
    database: Database[CountyTransaction], hub: grpc.aio.Channel, *, bench: Bench, clock: Clock
) -> Submitter[CountyTransaction]:
    return Submitter(
        database,
        hub,
        clock=clock,
        refused=partial(take_refusal, bench=bench),
        withdrawal_refused=partial(withdrawal_refused, bench=bench),
    )


def follower(
    database: Database[CountyTransaction], hub: grpc.aio.Channel, *, bench: Bench, clock: Clock
) -> Follower[CountyTransaction]:
    return Follower(database, hub, name=str(bench.hub), absorb=partial(absorb_feed, bench=bench), clock=clock)


def notice_relay(
    database: Database[CountyTransaction], hub: grpc.aio.Channel, *, bench: Bench, clock: Clock
) -> NoticeRelay[CountyTransaction]:
    return NoticeRelay(database, hub, post=bench.notices, clock=clock)


def inquiry_relay(hub: grpc.aio.Channel, *, bench: Bench) -> Relay:
    return Relay(hub, above=bench.hub)
