"""Begin a case of any procedure of the table that a school may file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from chassis.desk.commands import FileCommand, Filed
from chassis.evidence.rules import require_filed
from chassis.ledger import Awaited
from kernel.attending import RecordTold
from kernel.case import Case, CaseState, Item
from kernel.clock import SHANGHAI, milliseconds
from kernel.effects.change import PLACEMENT_KEYS
from kernel.filing import approved_row, read_item, row_by_document, row_for
from kernel.office import Identity
from kernel.refusals import (
    DigestReused,
    IdentityMismatch,
    NotOfferedHere,
    Refusal,
    RequestMalformed,
    StatusForbids,
    StudentHasOpenCase,
    StudentNotFound,
)
from kernel.regulation import Filer, Procedure, Step
from kernel.status import StudentStatus
from school_node.domain.pupil import PupilState, number_digest
from school_node.store.pupils import Pupil
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice
from school_node.usecases.submit_drafts import FILED


def file_case(
    tx: SchoolTransaction, command: FileCommand, /, *, by: Identity, now: datetime, office: SchoolOffice
) -> Filed:
    """Enter a case, for the school's second person to check. The same case id again files nothing new.

    Pupils with a mistake are left out and told, the rest is filed (nothing is lost).

    Raises:
        ProcedureUnknown, SchoolCodeMalformed, RequestMalformed: the case as a whole cannot be filed so.
        NotOfferedHere: it is not a school that begins this, or it begins with a roster.
        SchoolNoLongerInForce, OfficeHasAnotherAuthority: the school has ended, or is another authority's now.
        Refusal: of the first pupil, where none is left.
        EvidenceKindUnknown, EvidenceTypeNotAllowed, EvidenceNotReceived: a proof is none, or was not brought before.
        DigestReused: the case id stands for another request.
    """
    known = tx.cases.find(command.case_id)
    if known is None:
        office.require_own_authority()
    other = office.register(command.releasing_school) if command.releasing_school else None
    row = row_for(command.procedure, school=office.school, releasing=command.releasing_school, other=other)
    if row.filer is not Filer.SCHOOL or row.begins_record:
        raise NotOfferedHere(what=row.title)
    if row.one_by_one and len(command.items) != 1:
        raise RequestMalformed(field="items", why=f"{row.title}须逐人办理")
    read, wrong = _read(row, command.items, now=now, office=office)
    if known is not None:
        _require_same(known.case, row, command.releasing_school, read)
        return Filed(known.heading, tuple(wrong.items()))
    good, refused = _judge(tx, row, read, here=office.here.code)
    wrong |= refused
    if not good:
        raise next(findings[0] for findings in wrong.values())
    pack = office.packs.named(office.rule_pack(now))
    row = approved_row(row, [item.values.get("grade", "") for item in good], pack=pack)
    if row.identifies:
        row = _by_document(tx, row, good[0])
    case = Case(
        case_id=command.case_id,
        procedure_name=row.name,
        school=office.here.code,
        releasing_school=command.releasing_school,
        rule_pack=pack.id,
        filed_at_ms=milliseconds(now),
        items=good,
        evidence=command.evidence,
    )
    require_filed(tx, case)
    awaited = Awaited(Step.IN_SCHOOL.value, str(office.here))
    tx.cases.add(case, state=CaseState.CHECKING, awaited=awaited, received_at=now, due=None)
    tx.cases.note(case.case_id, step=FILED, office=office.here, at=now)
    tx.filings.made_by(case.case_id, by.person)
    return Filed(tx.cases.get(case.case_id).heading, tuple(wrong.items()))


Findings = dict[str, tuple[Refusal, ...]]


def _read(row: Procedure, items: Iterable[Item], *, now: datetime, office: SchoolOffice) -> tuple[list[Item], Findings]:
    good: list[Item] = []
    wrong: Findings = {}
    on = now.astimezone(SHANGHAI).date()
    for item in items:
        values, findings = read_item(row, item.values, on=on, system=office.school.school_system)
        if findings:
            wrong[item.item_id] = findings
        else:
            good.append(Item(item.item_id, values))
    return good, wrong


def _judge(
    tx: SchoolTransaction, row: Procedure, items: Iterable[Item], *, here: str
) -> tuple[tuple[Item, ...], Findings]:
    """What the school itself can tell: that it is its pupil, in a status that allows it, and in no other case."""
    asked = list(items)
    numbers = [item.values["number"] for item in asked]
    ours = tx.pupils.registered(numbers)
    in_work = tx.cases.numbers_in_work(numbers)
    good: list[Item] = []
    wrong: Findings = {}
    for item in asked:
        number = item.values["number"]
        try:
            if number in in_work:
                raise StudentHasOpenCase(field="number")
            placed = item.values
            if not row.two_sided:
                attending = tx.attending.of_number(number, school=here) if row.attending_may_file else None
                placed = _of_our_pupil(row, item.values, ours.get(number) or _taught_here(attending))
            good.append(Item(item.item_id, placed))
        except Refusal as said:
            wrong[item.item_id] = (said,)
    return tuple(good), wrong


def _taught_here(told: RecordTold | None) -> Pupil | None:
    """Article 17: one whose record is at another school, as far as this one knows the child."""
    if told is None:
        return None
    return Pupil(
        pupil_id=told.student_key,
        state=PupilState.NUMBERED,
        identity_digest=number_digest(told.number),
        values=told.record,
        number=told.number,
        student_key=told.student_key,
        status=told.status,
        standing=told.standing,
    )


def _of_our_pupil(row: Procedure, values: Mapping[str, str], pupil: Pupil | None) -> Mapping[str, str]:
    """The values with the pupil's own grade and class where none were filed, so that every office knows the stage."""
    if pupil is None:
        raise StudentNotFound(field="number")
    if values["name"] != pupil.values.get("name"):
        raise IdentityMismatch(field="name")
    if pupil.status not in row.may_start_from:
        status = StudentStatus(pupil.status or StudentStatus.ENROLLED)
        raise StatusForbids(field="number", status=status.label, procedure=row.title)
    placement = {key: pupil.values[key] for key in PLACEMENT_KEYS if pupil.values.get(key)}
    return placement | dict(values)


def _by_document(tx: SchoolTransaction, row: Procedure, item: Item) -> Procedure:
    number = item.values["number"]
    return row_by_document(row, tx.pupils.registered([number])[number].values, item.values)


def _require_same(known: Case, row: Procedure, releasing: str, read: Iterable[Item]) -> None:
    """A replay says what was said before; the pupils who were left out then do not count."""
    asked = {item.item_id: item.values for item in read}
    same = (
        row.name in (known.procedure_name, known.procedure.family)
        and known.releasing_school == releasing
        and all(asked.get(item.item_id, {}).items() <= item.values.items() for item in known.items)
        and {item.item_id for item in known.items} <= set(asked)
    )
    if not same:
        raise DigestReused(field="case_id")
