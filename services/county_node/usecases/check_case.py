"""Automatic pre-checks of a case, shown to the officer before the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chassis.ledger import CaseRecord
from county_node.domain.pre_checks import Surroundings, check_items, check_transfer, document_digest
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import SHANGHAI
from kernel.pre_check import PreCheck
from kernel.status import StudentStatus


def check_case(
    tx: CountyTransaction,
    record: CaseRecord,
    /,
    *,
    now: datetime,  # noqa: ARG001 - every desk's checks are asked alike; these look at the day of filing
    bench: Bench,
) -> Sequence[Sequence[PreCheck]]:
    """Findings per item, in the order of the items."""
    case = record.case
    if not case.procedure.begins_record:
        return check_transfer(case, bench.pack_of(case))
    documents = tx.cases.pending_values(("document_kind", "document_number"), except_case=case.case_id)
    return check_items(
        case.items,
        Surroundings(
            filed_on=datetime.fromtimestamp(case.filed_at_ms / 1000, SHANGHAI).date(),
            pack=bench.pack_of(case),
            division=bench.here.code,
            class_sizes=tx.students.class_sizes(case.school, status=StudentStatus.ENROLLED.value),
            documents_elsewhere=frozenset(document_digest(values) for values in documents),
        ),
    )
