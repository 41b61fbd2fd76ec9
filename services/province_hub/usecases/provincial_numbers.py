"""Numbers that a province makes up itself, by its own templates (Art. 5, 7, 13): 毕业证书编号 and 学籍辅号.

Both are counted without gaps by what the numbers of a series have in common, in the transaction that gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kernel.case import Case
from kernel.effects import Change
from kernel.facts import stage_of
from kernel.office import Office
from kernel.packs import RulePack
from kernel.packs.keys import AUX_NUMBER_TEMPLATE, GRADUATION_CERTIFICATE_TEMPLATE
from kernel.packs.templates import Template
from kernel.refusals import CertificateNumbersUsedUp, Refusal
from kernel.regulation.stages import ADMISSION, GRADUATING
from kernel.school import School
from kernel.stages import Stage
from kernel.student import Student
from province_hub.store.stages import Certificate
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules

_KINDS = {"graduated": "1", "completed": "2", "left_early": "3"}  # of the template's field ``kind``
_NO_KIND = "0"
_NO_TOWNSHIP = "00"  # the register of schools does not name townships
# Two templates may come to the same stem: each kind of number has its own series.
_AUX = "aux/"


def with_numbers(
    tx: HubTransaction,
    case: Case,
    changes: Sequence[tuple[Change, Student]],
    *,
    school: School,
    at_ms: int,
    rules: Rules,
) -> list[Change | Refusal]:
    """Changes with the numbers that come with them, certificate or 学籍辅号, if the case is of those that have one.

    Asked last, when nothing speaks against a change any more: a number that is taken is taken.

    Args:
        changes: each with the record before it.

    Returns:
        In the order given, the change; or CertificateNumbersUsedUp where the template has no room for another.
    """
    pack = rules.pack_of(case)
    if case.procedure.family == GRADUATING:
        numbers = _certificates(tx, pack, changes, school=school, at_ms=at_ms, here=rules.here)
        return [
            number if isinstance(number, Refusal) else replace(change, number_of_certificate=number)
            for (change, _), number in zip(changes, numbers, strict=True)
        ]
    if case.procedure.family == ADMISSION and changes:
        on = changes[0][0].on
        grades = [change.value("grade") for change, _ in changes]
        helpers = aux_numbers(tx, pack, grades, school=school, on=on, here=rules.here)
        return [replace(change, aux_number=number) for (change, _), number in zip(changes, helpers, strict=True)]
    return [change for change, _ in changes]


def _certificates(
    tx: HubTransaction,
    pack: RulePack,
    graduates: Sequence[tuple[Change, Student]],
    *,
    school: School,
    at_ms: int,
    here: Office,
) -> list[str | Refusal]:
    numbers: list[str | Refusal] = [""] * len(graduates)
    series: dict[str, list[tuple[int, Template, dict[str, str]]]] = {}
    for place, (change, student) in enumerate(graduates):
        stage = stage_of(student.grade) or Stage.PRIMARY
        template = pack.read(stage)(GRADUATION_CERTIFICATE_TEMPLATE)
        if template.text:
            kind = _KINDS[change.value("outcome")]
            values = _values(stage, change.on.year, school, here=here, kind=kind)
            series.setdefault(template.stem(values), []).append((place, template, values))
    given: list[Certificate] = []
    for stem, of_series in sorted(series.items()):
        last = tx.stages.count_on(stem, by=len(of_series))
        for sequence, (place, template, values) in enumerate(of_series, start=last - len(of_series) + 1):
            if sequence > template.sequence_most:
                numbers[place] = CertificateNumbersUsedUp(field="number", template=template.text)
                continue
            number = template.fill({**values, "sequence": str(sequence)})
            change, student = graduates[place]
            given.append(Certificate(number, stem, sequence, student.student_key, change.case.case_id, at_ms))
            numbers[place] = number
    tx.stages.give(given)
    return numbers


def aux_numbers(
    tx: HubTransaction, pack: RulePack, grades: Sequence[str], *, school: School, on: date, here: Office
) -> list[str]:
    """学籍辅号 of pupils who enter these grades, in their order: given anew at each stage.

    Empty where the province has none, and where its template has no room left: a helper number stops no child.
    """
    given = [""] * len(grades)
    stages = [stage_of(grade) for grade in grades]
    for stage in sorted({stage for stage in stages if stage is not None}):
        template = pack.read(stage)(AUX_NUMBER_TEMPLATE)
        if not template.text:
            continue
        places = [place for place, one in enumerate(stages) if one is stage]
        values = _values(stage, on.year, school, here=here)
        last = tx.stages.count_on(_AUX + template.stem(values), by=len(places))
        for place, sequence in zip(places, range(last - len(places) + 1, last + 1), strict=True):
            if sequence <= template.sequence_most:
                given[place] = template.fill({**values, "sequence": str(sequence)})
    return given


def _values(stage: Stage, year: int, school: School, *, here: Office, kind: str = _NO_KIND) -> dict[str, str]:
    return {
        "stage": stage.value,
        "year": str(year),
        "province": here.code,
        "county": school.place[4:6],
        "township": _NO_TOWNSHIP,
        "school": school.code.text,
        "kind": kind,
    }
