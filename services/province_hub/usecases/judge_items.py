"""Judge the pupils of a case by its rule pack, and remember by what each decision fell (Art. 11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from kernel.case import Case, Item
from kernel.clock import SHANGHAI, day_of, milliseconds, moment_of
from kernel.documents import DOCUMENT_ITEMS
from kernel.facts import Facts, stage_of
from kernel.judging import Judgement, judge
from kernel.promotion import held_back_year
from kernel.regulation.placement import GRADE_REPEAT, LATE_PROMOTION
from kernel.regulation.stages import ADMISSION
from kernel.rules.corrections import NEW
from kernel.student import Student
from province_hub.store.decisions import Decided
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules


def judge_items(
    tx: HubTransaction,
    case: Case,
    judged: Sequence[tuple[Item, Student | None]],
    *,
    step: str,
    now: datetime,
    rules: Rules,
) -> list[Judgement]:
    """Each pupil's judgement, in the order given; stored with the facts, so that it can be replayed under other rules.

    Args:
        judged: each item, with the record that it acts on where there is one.
        step: at which it is judged; judged again at the same step, the later judgement stands.
    """
    pack = rules.pack_of(case)
    facts = facts_of(tx, case, judged, rules=rules)
    judgements = [judge(case.procedure, one, pack) for one in facts]
    tx.decisions.put(
        [
            Decided(case.case_id, item.item_id, step, milliseconds(now), one, judgement)
            for (item, _), one, judgement in zip(judged, facts, judgements, strict=True)
        ]
    )
    return judgements


def facts_of(
    tx: HubTransaction, case: Case, judged: Sequence[tuple[Item, Student | None]], *, rules: Rules
) -> list[Facts]:
    """What the rules may know of each pupil's part of a case, in the order given."""
    register = rules.register
    filing, other = register.school_in(case, case.school), register.school_in(case, case.releasing_school)
    holder = (other or filing) if case.procedure.two_sided else filing
    common = Facts(
        procedure=case.procedure_name,
        filed_on=moment_of(case.filed_at_ms).astimezone(SHANGHAI).date().isoformat(),
        system=filing.school_system.value if filing else Facts.system,
        record_system=holder.school_system.value if holder else Facts.record_system,
        school=case.school,
        authority=filing.authority if filing else "",
        place=filing.place if filing else "",
        releasing_school=case.releasing_school,
        releasing_authority=other.authority if other else "",
        releasing_place=other.place if other else "",
    )
    sizes = tx.students.class_sizes(case.school)
    coming: dict[tuple[str, str], int] = {}
    repeaters = _repeaters(tx, case)
    left = _places_left(tx, case)
    passed_over = _passed_over(tx, case, judged)
    facts: list[Facts] = []
    for item, student in judged:
        seat = (item.values.get("grade", ""), item.values.get("school_class", ""))
        here = student is not None and student.school == case.school and (student.grade, student.school_class) == seat
        coming[seat] = coming.get(seat, 0) + (not here)
        facts.append(
            replace(
                common,
                values=dict(item.values),
                evidence=tuple(sorted({document.kind for document in case.evidence_of(item.item_id)})),
                status=student.status.value if student else "",
                grade=student.grade if student else "",
                standing=dict(student.standing) if student else {},
                birth_date=(student.values if student else item.values).get("birth_date", ""),
                stage_entered=(student.values if student else item.values).get("entry_month", ""),
                class_size_after=sizes.get(seat, 0) + coming[seat] if seat[1] else None,
                grade_size=sum(count for (grade, _), count in sizes.items() if grade == seat[0]),
                grade_repeaters=repeaters.get(seat[0], 0),
                passed_over=student is not None and student.student_key in passed_over,
                plan_left=left(seat[0]),
                document=_document(case, student),
            )
        )
    return facts


def _document(case: Case, student: Student | None) -> dict[str, str] | None:
    """Of a correction: which document the record names."""
    if student is None or f"{NEW}nationality" not in case.procedure.by_key:
        return None
    return {key: student.values[key] for key in DOCUMENT_ITEMS if key in student.values}


def _repeaters(tx: HubTransaction, case: Case) -> dict[str, int]:
    """How many repeat each grade of the school in this school year, where that is asked."""
    if case.procedure_name != GRADE_REPEAT.name:
        return {}
    return tx.students.repeaters(case.school, year=held_back_year(day_of(case.filed_at_ms)))


def _passed_over(tx: HubTransaction, case: Case, judged: Sequence[tuple[Item, Student | None]]) -> frozenset[str]:
    """Keys of those whom the last night of promotion left where they are, where that is asked."""
    if case.procedure_name != LATE_PROMOTION.name:
        return frozenset()
    return tx.promotions.passed_over([student.student_key for _, student in judged if student is not None])


def _places_left(tx: HubTransaction, case: Case) -> Callable[[str], int | None]:
    """Of a case that admits pupils: the places left for each that comes, one after the other; None without a plan."""
    taken: dict[str, int] = {}
    year = day_of(case.filed_at_ms).year

    def left(grade: str) -> int | None:
        stage = stage_of(grade)
        if case.procedure.family != ADMISSION or stage is None:
            return None
        places = tx.stages.plan(case.school, year, stage.value)
        if places is None:
            return None
        here = taken.get(stage.value, 0)
        taken[stage.value] = here + 1
        return places - tx.stages.entered(case.school, year, stage.value) - here

    return left
