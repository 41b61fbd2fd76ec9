"""The receiving school begins a transfer (Article 14)."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import FileTransferCommand
from chassis.ledger import Awaited, CaseHeading
from kernel.case import Case, CaseState, Item
from kernel.clock import milliseconds
from kernel.names import normalise_name
from kernel.number import StudentNumber
from kernel.office import Identity
from kernel.refusals import DigestReused, RequestMalformed
from kernel.regulation import (
    TRANSFER_BETWEEN_PROVINCES,
    TRANSFER_WITHIN_AUTHORITY,
    TRANSFER_WITHIN_PROVINCE,
    Procedure,
    Step,
)
from kernel.school import SchoolCode
from kernel.stages import Grade
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice
from school_node.usecases.submit_drafts import FILED


def file_transfer(
    tx: SchoolTransaction, command: FileTransferCommand, /, *, by: Identity, now: datetime, office: SchoolOffice
) -> CaseHeading:
    """Enter the request, for the school's second person to check. The same case id again files nothing new.

    Raises:
        StudentNumberMalformed, SchoolCodeMalformed, NameMalformed, GradeUnknown: what was typed is none.
        RequestMalformed: the pupil would leave the school for itself.
        DigestReused: the case id stands for another request.
    """
    values = {
        "number": StudentNumber.parse(command.number).text,
        "name": normalise_name(command.name),
        "grade": Grade.parse(command.grade, system=office.school.school_system).code,
        "school_class": command.school_class,
        "reason": command.reason,
    }
    releasing = SchoolCode.parse(command.releasing_school).text
    if releasing == office.here.code:
        raise RequestMalformed(field="releasing_school", why="转出学校就是本校")
    known = tx.cases.find(command.case_id)
    if known is not None:
        same = known.case.releasing_school == releasing and dict(known.case.items[0].values) == values
        if not same:
            raise DigestReused(field="case_id")
        return known.heading
    case = Case(
        case_id=command.case_id,
        procedure_name=_procedure(releasing, office).name,
        school=office.here.code,
        releasing_school=releasing,
        rule_pack=office.policy.name,
        filed_at_ms=milliseconds(now),
        # One pupil, one item: the case's id serves for both.
        items=(Item(command.case_id, values),),
        evidence=command.evidence,
    )
    awaited = Awaited(Step.IN_SCHOOL.value, str(office.here))
    tx.cases.add(case, state=CaseState.CHECKING, awaited=awaited, received_at=now, due=None)
    tx.cases.note(case.case_id, step=FILED, office=office.here, at=now)
    tx.filings.made_by(case.case_id, by.person)
    return tx.cases.get(case.case_id).heading


def _procedure(releasing: str, office: SchoolOffice) -> Procedure:
    if releasing[2:4] != office.here.province:
        return TRANSFER_BETWEEN_PROVINCES
    other = office.register(releasing)
    if other is not None and other.authority == office.school.authority:
        return TRANSFER_WITHIN_AUTHORITY
    return TRANSFER_WITHIN_PROVINCE
