"""A record was corrected in what records are compared by (查重, Art. 6): the nation compares it anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kernel.case import Case, Item
from kernel.custody import Custody
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import LANE_INDEX
from province_hub.usecases.write_parts import Part

KIND_RENEW = "renew"
COMPARED = (
    "name",
    "sex",
    "birth_date",
    "document_kind",
    "document_number",
    "guardian1_name",
    "guardian1_document_number",
    "guardian2_name",
    "guardian2_document_number",
)


def ask_to_compare(
    tx: HubTransaction, case: Case, parts: Sequence[Part], done: Sequence[tuple[Item, Student]], *, now: datetime
) -> None:
    """Put the question for each record that says something else now; it is read when it is asked.

    Args:
        parts: the records before. done: those that were written, as they are now.
    """
    before = {part.item.item_id: part.before for part in parts}
    for item, after in done:
        was = before[item.item_id].values
        if any(was.get(key, "") != after.values.get(key, "") for key in COMPARED):
            question = {"kind": KIND_RENEW, "case_id": case.case_id, "student_key": after.student_key}
            tx.outbox.put(LANE_INDEX, f"{KIND_RENEW}:{item.item_id}", question, now=now)


def compared_values(tx: HubTransaction, student_key: str, /) -> Mapping[str, str] | None:
    """What the record says now; None where it is no longer this hub's."""
    held = tx.students.get(student_key)
    return held.student.values if held is not None and held.custody is not Custody.GONE else None
