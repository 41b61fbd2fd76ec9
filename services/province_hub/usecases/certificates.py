"""The number of a certificate (毕业证书编号, Art. 13): by the province's template, dense, and never given again."""

from __future__ import annotations

from kernel.case import Case, Item
from kernel.facts import stage_of
from kernel.packs.keys import GRADUATION_CERTIFICATE_TEMPLATE
from kernel.refusals import CertificateNumbersUsedUp
from kernel.regulation.stages import GRADUATING
from kernel.school import School
from kernel.stages import Stage
from kernel.student import Student
from province_hub.store.stages import Certificate
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules

_KINDS = {"graduated": "1", "completed": "2", "left_early": "3"}  # of the template's field ``kind``
_NO_TOWNSHIP = "00"  # the register of schools does not name townships


def give_certificate(
    tx: HubTransaction, case: Case, item: Item, student: Student, *, school: School, year: int, at_ms: int, rules: Rules
) -> str:
    """The number; empty where the procedure gives no certificate, or the province has no numbers.

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
    values = {
        "stage": stage.value,
        "year": str(year),
        "province": rules.here.code,
        "county": school.place[4:6],
        "township": _NO_TOWNSHIP,
        "school": school.code.text,
        "kind": _KINDS[item.values["outcome"]],
    }
    stem = template.stem(values)
    sequence = tx.stages.next_certificate(stem)
    if sequence > template.sequence_most:
        raise CertificateNumbersUsedUp(field="number", template=template.text)
    number = template.fill({**values, "sequence": str(sequence)})
    tx.stages.give(Certificate(number, stem, sequence, student.student_key, case.case_id, at_ms))
    return number
