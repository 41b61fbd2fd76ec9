"""Put the drafts into cases, for the school's second person to check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chassis.ledger import Awaited
from kernel.case import Case, CaseState
from kernel.office import Identity
from kernel.refusals import NothingToSubmit
from kernel.regulation import ENROLMENT, Step
from school_node.domain.batches import fill_case
from school_node.store.filings import Submission
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice, milliseconds

FILED = "filed"  # 学校录入


def submit_drafts(
    tx: SchoolTransaction,
    request_id: str,
    /,
    *,
    by: Identity,
    now: datetime,
    office: SchoolOffice,
    new_id: Callable[[], str],
) -> Submission:
    """All drafts, in as few cases as they fit into. The same request again is answered as before.

    Raises:
        NothingToSubmit: there is no draft.
    """
    answered = tx.filings.submission(request_id)
    if answered is not None:
        return answered
    items = [pupil.item for pupil in tx.pupils.drafts()]
    if not items:
        raise NothingToSubmit
    case_ids: list[str] = []
    position = 0
    while position < len(items):
        filled = fill_case(items[position:])
        position += len(filled)
        case = Case(
            case_id=new_id(),
            procedure_name=ENROLMENT.name,
            school=office.here.code,
            releasing_school="",
            rule_pack=office.policy.name,
            filed_at_ms=milliseconds(now),
            items=filled,
        )
        awaited = Awaited(Step.IN_SCHOOL.value, str(office.here))
        tx.cases.add(case, state=CaseState.CHECKING, awaited=awaited, received_at=now, due=None)
        tx.cases.note(case.case_id, step=FILED, office=office.here, at=now)
        tx.filings.made_by(case.case_id, by.person)
        tx.pupils.put_into_case([item.item_id for item in filled], case.case_id)
        case_ids.append(case.case_id)
    submission = Submission(tuple(case_ids), len(items))
    tx.filings.answered(request_id, submission)
    return submission
