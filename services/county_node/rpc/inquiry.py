"""Inquiries of the officers, and of this authority's schools: answered by the hub."""

from __future__ import annotations

from chassis.inquiry.relay import Relay
from chassis.inquiry.servicer import InquiryServicer, relayed
from county_node.usecases.bench import Bench
from kernel.office import Role


def inquiry(relay: Relay, *, bench: Bench) -> InquiryServicer:
    return InquiryServicer(here=bench.here, roles=(Role.OFFICER,), school=bench.register, answers=relayed(relay))
