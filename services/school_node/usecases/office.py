"""What every use case of a school is given: who it is, and what it signs with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.case import Case
from kernel.endorsement import Register
from kernel.office import Office
from kernel.policy import Policy
from kernel.school import School
from kernel.statement import Sign, Verify
from school_node.store.transaction import SchoolTransaction

LANE_UP = "up"


@dataclass(frozen=True)
class SchoolOffice:
    """The school's own desk.

    Attributes:
        school: this school. authority: its 学籍主管部门. register: the schools it has heard of.
        policy: the rule pack that new cases name and are judged by to their end.
    """

    here: Office
    school: School
    authority: Office
    register: Register
    sign: Sign
    verify: Verify
    policy: Policy


def send_up(tx: SchoolTransaction, case: Case, *, now: datetime) -> None:
    """Due at the authority until it has answered; the same chain is the same row."""
    tx.outbox.put(LANE_UP, f"{case.case_id}:{case.head}", {"case_id": case.case_id}, now=now)
