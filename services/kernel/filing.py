"""Reading what was filed: the fields of a procedure, each in its one canonical spelling, or what is wrong with it.

Everything wrong with a pupil's part is told at once; the other pupils of the case are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kernel.documents import changes_kind
from kernel.facts import stage_of
from kernel.form_values import Reading, canonical
from kernel.names import fold_width, normalise_name
from kernel.number import StudentNumber
from kernel.packs import Approver, RulePack
from kernel.packs.keys import GRADUATION_APPROVER
from kernel.refusals import FieldMissing, ItemUnknown, Refusal, RequestMalformed
from kernel.regulation import Procedure, Step, of_family, procedure
from kernel.regulation.corrections import CORRECTION, DOCUMENT_KIND_CORRECTION, KEY_DATA_CORRECTION
from kernel.regulation.stages import GRADUATING, GRADUATION, GRADUATION_APPROVED
from kernel.rules.corrections import told
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

_FAR_FUTURE = date(9999, 12, 31)
_WHO = ("number", "name")


def read_item(
    row: Procedure, values: Mapping[str, str], *, on: date, system: SchoolSystem
) -> tuple[dict[str, str], tuple[Refusal, ...]]:
    """One pupil's part, normalised, and everything that is wrong with it, each with its key as ``field``.

    Args:
        values: number, name and the row's fields, as people write them.
        on: the day of filing; a date that is not of the future lies before it. system: of the school that files.
    """
    read: dict[str, str] = {}
    findings: list[Refusal] = [
        ItemUnknown(field=key[:40], item=key[:40]) for key in values if key not in row.by_key and key not in _WHO
    ]
    for key, label in (("number", "学籍号"), ("name", "姓名")):
        text = fold_width(values.get(key, ""))
        if not text:
            findings.append(FieldMissing(field=key, label=label))
            continue
        try:
            read[key] = StudentNumber.parse(text).text if key == "number" else normalise_name(text)
        except Refusal as wrong:
            wrong.field = key
            findings.append(wrong)
    for one in row.fields:
        text = values.get(one.key, "")
        if not fold_width(text):
            if one.required:
                findings.append(FieldMissing(field=one.key, label=one.label))
            continue
        reading = Reading(on=_FAR_FUTURE if one.future else on, system=system)
        try:
            read[one.key] = canonical(one, text, reading=reading)
        except Refusal as wrong:
            wrong.field = one.key
            findings.append(wrong)
    return read, tuple(findings)


def row_for(name: str, *, school: School, releasing: str, other: School | None) -> Procedure:
    """The row that a filing is of: by its name, or of a family the one that the places of the two schools decide.

    Args:
        releasing: code of the other school as typed; empty where the procedure has one side.
        other: that school, where the register of this office has it.

    Raises:
        ProcedureUnknown: no such row or family.
        RequestMalformed: a side too few or too many, or the school names itself.
        SchoolCodeMalformed: the other school's code is none. SchoolKeepsNoStatus: it is not of Article 2.
    """
    family = of_family(name)
    if not family:
        row = procedure(name)
        if row.two_sided != bool(releasing):
            why = "须填写另一所学校" if row.two_sided else "不涉及其他学校"
            raise RequestMalformed(field="releasing_school", why=why)
        family = (row,)
    if not family[0].two_sided and releasing:
        raise RequestMalformed(field="releasing_school", why="不涉及其他学校")
    if not releasing and family[0].two_sided:
        raise RequestMalformed(field="releasing_school", why="须填写转出（毕业）学校")
    if releasing and _other_side(releasing) == school.code and not _may_stay(family):
        raise RequestMalformed(field="releasing_school", why="转出学校就是本校")
    if len(family) == 1 or not family[0].two_sided:
        return family[0]
    return next(row for row in family if _fits(row, school=school, releasing=releasing, other=other))


def _other_side(typed: str) -> SchoolCode:
    """Only a school of Article 2 can have a record; a kindergarten (幼儿园) has none to give."""
    try:
        return SchoolCode.parse(typed).require_status_kept()
    except Refusal as wrong:
        wrong.field = "releasing_school"
        raise


def approved_row(row: Procedure, grades: Iterable[str], *, pack: RulePack) -> Procedure:
    """Of a family in which a pack decides whose approval is asked, the row that it asks of pupils in these grades.

    Args:
        grades: codes. Of any other procedure the row itself is the answer.
    """
    if row.family != GRADUATING:
        return row
    approvers = {pack.read(stage_of(grade))(GRADUATION_APPROVER) for grade in grades}
    return GRADUATION if approvers <= {Approver.SCHOOL} else GRADUATION_APPROVED


def row_by_document(row: Procedure, values: Mapping[str, str], said: Mapping[str, str]) -> Procedure:
    """Of a correction of key data the row that its document asks for; of any other procedure the row itself.

    Args:
        values: of the record. said: what was filed.
    """
    if row.family != CORRECTION:
        return row
    return DOCUMENT_KIND_CORRECTION if changes_kind(values, told(said)) else KEY_DATA_CORRECTION


def _may_stay(family: Iterable[Procedure]) -> bool:
    """A nine-year or complete middle school admits its own pupils to the next stage."""
    return any(Step.OUT_SCHOOL not in row.chain for row in family)


def _fits(row: Procedure, *, school: School, releasing: str, other: School | None) -> bool:
    if SchoolCode.parse(releasing).province != school.code.province:
        return row.leaves_province
    one_authority = other is not None and other.authority == school.authority
    return not row.leaves_province and (Step.OUT_AUTHORITY in row.chain) != one_authority
