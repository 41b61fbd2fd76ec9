"""Numbers that a province makes up itself, by its own templates (Art. 5, 7, 13): 毕业证书编号 and 学籍辅号.

Both are counted without gaps by what the numbers of a series have in common, in the transaction that gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kernel.case import Case, Item
from kernel.facts import stage_of
from kernel.office import Office
from kernel.packs import RulePack
from kernel.packs.keys import AUX_NUMBER_TEMPLATE, GRADUATION_CERTIFICATE_TEMPLATE
from kernel.refusals import CertificateNumbersUsedUp
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


def give_certificate(
    tx: HubTransaction, case: Case, item: Item, student: Student, *, school: School, year: int, at_ms: int, rules: Rules
) -> str:
    """The number of a certificate; empty where the procedure gives none, or the province has no numbers.

    Asked last, when nothing speaks against the graduation any more: a number that is taken is taken.

    Raises:
        CertificateNumbersUsedUp: the template has no room for another.
    """
    if case.procedure.family != GRADUATING:
        return ""
    stage = stage_of(student.grade) or Stage.PRIMARY
    template = rules.pack_of(case).read(stage)(GRADUATION_CERTIFICATE_TEMPLATE)
    if not template.text:
        return ""
    values = _values(stage, year, school, here=rules.here, kind=_KINDS[item.values["outcome"]])
    stem = template.stem(values)
    sequence = tx.stages.count_on(stem)
    if sequence > template.sequence_most:
        raise CertificateNumbersUsedUp(field="number", template=template.text)
    number = template.fill({**values, "sequence": str(sequence)})
    tx.stages.give(Certificate(number, stem, sequence, student.student_key, case.case_id, at_ms))
    return number


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


def aux_number_on_entrance(
    tx: HubTransaction, pack: RulePack, case: Case, grade: str, *, school: School, on: date, here: Office
) -> str:
    """学籍辅号 of a pupil who enters another stage by this case; empty where the case is something else."""
    if case.procedure.family != ADMISSION:
        return ""
    (number,) = aux_numbers(tx, pack, [grade], school=school, on=on, here=here)
    return number


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
