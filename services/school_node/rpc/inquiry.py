"""Inquiries of the school's two people: of their own school, and answered above."""

from __future__ import annotations

from chassis.inquiry.relay import Relay
from chassis.inquiry.servicer import InquiryServicer, relayed
from kernel.office import Role
from school_node.usecases.office import SchoolOffice


def inquiry(relay: Relay, *, office: SchoolOffice) -> InquiryServicer:
    return InquiryServicer(
        here=office.here, roles=(Role.REGISTRAR, Role.PRINCIPAL), school=office.register, answers=relayed(relay)
    )
