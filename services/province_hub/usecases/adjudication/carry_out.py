"""What an adjudication does to the records of this province: each by a case of its own, on the nation's signed word.

Run again, it does what is left to do. A record that cannot be written at the moment is written later: the work waits
in lane ``adjudication`` of the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kernel.adjudication import Adjudication, AdjudicationState, Party
from kernel.canonical import digest
from kernel.case import Item
from kernel.custody import Custody
from kernel.divisions import province_name
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.regulation import Procedure
from kernel.regulation.problems import ADJUDICATION_OPENED, ADJUDICATION_SETTLED, RECORD_MERGED, RECORD_SPLIT
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.begin_case import begin_case_of_one
from province_hub.usecases.rules import Rules
from province_hub.usecases.write_to_authority import write_to_authority

LANE_ADJUDICATION = "adjudication"


def carry_out_adjudication(tx: HubTransaction, adjudication_id: str, /, *, now: datetime, rules: Rules) -> None:
    """Bring this province's records to where the case stands.

    Raises:
        RecordFrozen, StudentHasOpenCase: one of them cannot be written now; ask again later.
    """
    case = tx.adjudications.get(adjudication_id)
    for party in case.parties:
        held = tx.students.get(party.student_key, lock=True) if party.province == rules.here.code else None
        if held is None or held.custody is Custody.GONE:
            continue
        row = _wanted(case, party, held.student)
        if row is None:
            continue
        values = _values(case, held.student, into=_stands(case).number if row is RECORD_MERGED else "")
        begun = begin_case_of_one(
            tx,
            row,
            _case_id(case, party, row),
            Item(_case_id(case, party, row, of="item"), values),
            held,
            maker=case.settled_by or case.opened_by,
            now=now,
            rules=rules,
        )
        if row is ADJUDICATION_OPENED:
            text = (
                "{school}下列学生的学籍与另一份学籍疑似为同一名学生，须在"
                f"{case.due_on}前核查。核查期间按规定暂停办理的业务暂停办理，学籍不受影响，学生正常就读。"
                "请核对身份，将佐证材料（户籍证明、就读证明、监护人书面意见等）报省级学籍管理部门。"
            )
            write_to_authority(
                tx, begun.case, text, [_told(case, party, held.student)], occasion="adjudication", now=now, rules=rules
            )


def _wanted(case: Adjudication, party: Party, student: Student) -> Procedure | None:
    """The case that the record needs to be where the adjudication stands; None where it is there."""
    concerned = student.standing.get("adjudication") == case.adjudication_id
    if case.state.is_open:
        may_start = student.status in ADJUDICATION_OPENED.may_start_from
        return ADJUDICATION_OPENED if may_start and "adjudication" not in student.standing else None
    if case.state is AdjudicationState.MERGED and party.student_key != case.stands:
        return RECORD_MERGED if student.status in RECORD_MERGED.may_start_from else None
    if case.state is AdjudicationState.SPLIT and student.status is StudentStatus.MERGED:
        return RECORD_SPLIT if concerned else None
    return ADJUDICATION_SETTLED if concerned else None


def _values(case: Adjudication, student: Student, *, into: str) -> Mapping[str, str]:
    why = case.why or "、".join(case.reasons)
    values = {
        "number": student.number,
        "name": student.name,
        "adjudication": case.adjudication_id,
        "reason": f"{case.state.label}：{why}" if why else case.state.label,
    }
    return values | ({"into": into} if into else {})


def _told(case: Adjudication, party: Party, student: Student) -> Mapping[str, str]:
    other = case.second if party == case.first else case.first
    return {
        "name": student.name,
        "number": student.number,
        "grade": student.grade,
        "reason": f"{'、'.join(case.reasons)}；另一份学籍在{province_name(other.province)}",
    }


def _stands(case: Adjudication) -> Party:
    return case.first if case.first.student_key == case.stands else case.second


def _case_id(case: Adjudication, party: Party, row: Procedure, *, of: str = "case") -> str:
    """The same each time, so that what was done is not done again."""
    told = [case.adjudication_id, party.student_key, row.name, of]
    randomness = digest("adjudication", told)[:RANDOM_BYTES]
    return str(uuid7(now_ms=case.opened_at_ms, randomness=randomness))
