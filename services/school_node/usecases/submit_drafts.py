"""Put the drafts into cases, for the school's second person to check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chassis.ledger import Awaited
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.office import Identity
from kernel.refusals import NothingToSubmit
from kernel.regulation import ITEMS_PER_CASE_MAX, Step
from school_node.domain.batches import next_case
from school_node.store.filings import Submission
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice

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
    """All drafts, in as few cases as they fit into; see ``next_case``. The same request again is answered as before.

    Raises:
        NothingToSubmit: there is no draft.
        SchoolNoLongerInForce, OfficeHasAnotherAuthority: the school has ended, or is another authority's now.
    """
    tx.pupils.lock_roll()
    answered = tx.filings.submission(request_id)
    if answered is not None:
        return answered
    office.require_own_authority()
    case_ids: list[str] = []
    pupils = 0
    # A case at a time: an intake of any size never lies in memory whole.
    while made := next_case([pupil.item for pupil in tx.pupils.drafts(limit=ITEMS_PER_CASE_MAX)]):
        row, filled = made
        case = Case(
            case_id=new_id(),
            procedure_name=row.name,
            school=office.here.code,
            releasing_school="",
            rule_pack=office.rule_pack(now),
            filed_at_ms=milliseconds(now),
            items=filled,
        )
        awaited = Awaited(Step.IN_SCHOOL.value, str(office.here))
        tx.cases.add(case, state=CaseState.CHECKING, awaited=awaited, received_at=now, due=None)
        tx.cases.note(case.case_id, step=FILED, office=office.here, at=now)
        tx.filings.made_by(case.case_id, by.person)
        tx.pupils.put_into_case([item.item_id for item in filled], case.case_id)
        case_ids.append(case.case_id)
        pupils += len(filled)
    if not case_ids:
        raise NothingToSubmit
    submission = Submission(tuple(case_ids), pupils)
    tx.filings.answered(request_id, submission)
    return submission
