"""The regulation as a table: one row per procedure (业务) that may write to a student's record.

The county's queue, the desk's forms, the deadline clock and the printed documentation read this one table. Adding a
procedure is adding a row here and an effect in ``kernel.effects``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.refusals import ProcedureUnknown
from kernel.status import StudentStatus


class Step(StrEnum):
    """An endorsement that a procedure asks for, named by whose it is."""

    IN_SCHOOL = "in_school"  # 申请学校 (of a transfer: 转入学校)
    IN_AUTHORITY = "in_authority"  # 申请学校的学籍主管部门 (转入学校学籍主管部门)
    OUT_SCHOOL = "out_school"  # 转出学校
    OUT_AUTHORITY = "out_authority"  # 转出学校学籍主管部门


@dataclass(frozen=True)
class Procedure:
    """One row of the table.

    Attributes:
        name: stable identifier, as it travels in a case.
        title: what people read.
        articles: the articles of the Measures that it carries out.
        chain: whose endorsements it needs, in this order; the first is the school that files.
        step_working_days: the time each office after the first has, in working days (工作日).
        begins_record: it creates a record; otherwise it acts on one.
        may_start_from: statuses that a record may have; empty where the procedure begins one.
        leaves_province: decided by the national index through the hub-to-hub handshake.
    """

    name: str
    title: str
    articles: tuple[int, ...]
    chain: tuple[Step, ...]
    step_working_days: int
    begins_record: bool = False
    may_start_from: frozenset[StudentStatus] = frozenset()
    leaves_province: bool = False

    def next_step(self, after: int) -> Step | None:
        """The step awaited when ``after`` endorsements have been given; None when the chain is complete."""
        return self.chain[after] if after < len(self.chain) else None


ITEMS_PER_CASE_MAX = 2_000  # an intake of 2,000 is one case; a larger one is several

_IN = (Step.IN_SCHOOL, Step.IN_AUTHORITY)
_IN_THEN_OUT = (*_IN, Step.OUT_SCHOOL, Step.OUT_AUTHORITY)

ENROLMENT = Procedure(
    name="enrolment",
    title="学籍建立",
    articles=(4, 5, 6, 7),
    chain=_IN,
    # Art. 4 says only 及时 (without delay); ten working days is what Art. 14 gives an office, taken as the measure.
    step_working_days=10,
    begins_record=True,
)

# Art. 14: the receiving school begins; receiving and releasing schools and both authorities, ten working days each.
TRANSFER_WITHIN_AUTHORITY = Procedure(
    name="transfer_within_authority",
    title="同一主管部门内转学",
    articles=(14, 15, 16),
    chain=(Step.IN_SCHOOL, Step.OUT_SCHOOL, Step.IN_AUTHORITY),
    step_working_days=10,
    may_start_from=frozenset({StudentStatus.ENROLLED}),
)
TRANSFER_WITHIN_PROVINCE = Procedure(
    name="transfer_within_province",
    title="省内转学",
    articles=(14, 15, 16),
    chain=_IN_THEN_OUT,
    step_working_days=10,
    may_start_from=frozenset({StudentStatus.ENROLLED}),
)
TRANSFER_BETWEEN_PROVINCES = Procedure(
    name="transfer_between_provinces",
    title="跨省转学",
    articles=(14, 15, 16),
    chain=_IN_THEN_OUT,
    step_working_days=10,
    may_start_from=frozenset({StudentStatus.ENROLLED}),
    leaves_province=True,
)

PROCEDURES: dict[str, Procedure] = {
    row.name: row
    for row in (ENROLMENT, TRANSFER_WITHIN_AUTHORITY, TRANSFER_WITHIN_PROVINCE, TRANSFER_BETWEEN_PROVINCES)
}


def procedure(name: str) -> Procedure:
    """The row of that name.

    Raises:
        ProcedureUnknown: the table has no such row.
    """
    if name not in PROCEDURES:
        raise ProcedureUnknown(field="procedure", procedure=name[:40])
    return PROCEDURES[name]
