"""Pre-flight of a transfer: what stands against it, looked up and judged, and nothing written (Art. 11, 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.case import Case, Evidence, Item
from kernel.clock import SHANGHAI, milliseconds
from kernel.endorsement import require_school
from kernel.facts import Facts
from kernel.filing import read_item, row_for
from kernel.office import Office
from kernel.packs import RulePack
from kernel.preflight import Finding, Side, against_record, by_rules, is_proven, not_proven
from kernel.refusals import OutsideJurisdiction
from kernel.regulation import Procedure, procedure
from kernel.regulation.transfers import TRANSFER
from kernel.student import Student
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.judge_items import facts_of
from province_hub.usecases.rules import Rules


@dataclass(frozen=True)
class Wish:
    """A transfer that somebody thinks of.

    Attributes:
        school: code of the receiving school; school_system: its 学制, where another province's hub asks.
        values: number, name and the fields of the procedure. evidence: kinds of the proofs that are there.
        document_number: by which the asker shows that they know the pupil.
    """

    school: str
    releasing_school: str
    values: Mapping[str, str]
    document_number: str
    evidence: tuple[str, ...] = ()
    school_system: str = ""
    procedure: str = TRANSFER


@dataclass(frozen=True)
class Looked:
    """What this province says.

    Attributes:
        wish: as it would be filed, in canonical form. across: the record is another province's.
        unproven: the record is here, and the asker did not show that they know the pupil.
    """

    row: Procedure
    wish: Wish
    pack: RulePack
    findings: tuple[Finding, ...]
    across: bool
    unproven: bool = False


def look_at_own(tx: HubTransaction, wish: Wish, /, *, now: datetime, rules: Rules) -> Looked:
    """What a school of this province is told: by its province's rules, and of the record if it is here.

    Raises:
        SchoolUnknown, SchoolCodeMalformed, RequestMalformed: the schools are not two of such a transfer.
    """
    school = require_school(wish.school, register=rules.register)
    other = rules.register(wish.releasing_school)
    row = row_for(TRANSFER, school=school, releasing=wish.releasing_school, other=other)
    today = now.astimezone(SHANGHAI).date()
    values, wrong = read_item(row, wish.values, on=today, system=school.school_system)
    pack = rules.packs.in_force(rules.here.code, today)
    canonical = Wish(
        school=wish.school,
        releasing_school=wish.releasing_school,
        values=values,
        document_number=wish.document_number,
        evidence=wish.evidence,
        school_system=school.school_system.value,
        procedure=row.name,
    )
    held = None if row.leaves_province else _proven(tx, canonical)
    unproven = not row.leaves_province and held is None
    (facts,) = facts_of(tx, _as_case(canonical, pack, now=now), [_judged(canonical, held)], rules=rules)
    findings = [
        *(Finding(said, Side.GAINING, ("14.1",)) for said in wrong),
        *([not_proven(Side.LOSING)] if unproven else []),
        *(_against(held, pack) if held else ()),
        *by_rules(row, facts, pack, side=Side.GAINING),
    ]
    return Looked(row, canonical, pack, tuple(findings), row.leaves_province, unproven)


def look_for_others(
    tx: HubTransaction, wish: Wish, /, *, asker: Office, now: datetime, rules: Rules
) -> tuple[tuple[Finding, ...], bool]:
    """What another province's hub is told of a record here, by the national text; and whether the pupil was proven.

    Raises:
        OutsideJurisdiction: it asks for a school that is not of its province.
    """
    row = procedure(wish.procedure)
    if wish.school[2:4] != asker.code or not row.leaves_province:
        raise OutsideJurisdiction(office=str(asker), what="转学预检")
    held = _proven(tx, wish)
    if held is None:
        return (not_proven(Side.LOSING),), False
    today = now.astimezone(SHANGHAI).date()
    nation = rules.packs.in_force("", today)
    school = rules.register(wish.releasing_school)
    student = held.student
    facts = Facts(
        procedure=row.name,
        filed_on=today.isoformat(),
        values=dict(wish.values),
        status=student.status.value,
        grade=student.grade,
        standing=dict(student.standing),
        birth_date=student.values.get("birth_date", ""),
        stage_entered=student.values.get("entry_month", ""),
        system=wish.school_system,
        record_system=school.school_system.value if school else Facts.record_system,
        school=wish.school,
        releasing_school=wish.releasing_school,
        releasing_authority=school.authority if school else "",
        releasing_place=school.place if school else "",
        evidence=wish.evidence,
    )
    return (*_against(held, nation), *by_rules(row, facts, nation, side=Side.LOSING)), True


def _proven(tx: HubTransaction, wish: Wish) -> Held | None:
    held = tx.students.by_number(wish.values.get("number", ""))
    if held is None:
        return None
    known = is_proven(
        held.student,
        name=wish.values.get("name", ""),
        document_number=wish.document_number,
        school=wish.releasing_school,
    )
    return held if known else None


def _against(held: Held, pack: RulePack) -> tuple[Finding, ...]:
    return against_record(held.student, custody=held.custody, in_work=bool(held.open_case), pack=pack)


def _judged(wish: Wish, held: Held | None) -> tuple[Item, Student | None]:
    return Item("", wish.values), held.student if held else None


def _as_case(wish: Wish, pack: RulePack, *, now: datetime) -> Case:
    """The case that the wish would be, for its facts; nobody keeps it."""
    return Case(
        case_id="",
        procedure_name=wish.procedure,
        school=wish.school,
        releasing_school=wish.releasing_school,
        rule_pack=pack.id,
        filed_at_ms=milliseconds(now),
        items=(Item("", wish.values),),
        evidence=tuple(Evidence("", "", kind) for kind in wish.evidence),
    )
