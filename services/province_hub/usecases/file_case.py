"""The province itself begins a case: its officer marks a problem record (问题学籍), or takes the mark away (Art. 6)."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import FileCommand, Filed
from kernel.case import Item
from kernel.clock import day_of, milliseconds
from kernel.filing import read_item
from kernel.office import Identity
from kernel.refusals import DigestReused, NotOfferedHere, RequestMalformed, StudentNotFound
from kernel.regulation import Filer, Procedure, procedure
from kernel.stages import SchoolSystem
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.begin_case import begin_case_of_one
from province_hub.usecases.rules import Rules


def file_case(tx: HubTransaction, command: FileCommand, /, *, by: Identity, now: datetime, rules: Rules) -> Filed:
    """Sign it and carry it out at once. The same case id again changes nothing.

    Raises:
        ProcedureUnknown: no such row. NotOfferedHere: it is not the province that begins it.
        RequestMalformed, ValueMissing and their like: what was said of the pupil cannot be read.
        StudentNotFound, NotCustodian, RecordFrozen, StudentHasOpenCase: it is no record that this hub may write now.
        Refusal: what a rule says against it.
        DigestReused: the case id stands for another request.
    """
    row = procedure(command.procedure)
    if row.filer is not Filer.PROVINCE:
        raise NotOfferedHere(what=row.title)
    item = _read(row, command, now=now)
    known = tx.cases.find(command.case_id, lock=True)
    if known is not None:
        if (known.case.procedure_name, known.case.items) != (row.name, (item,)):
            raise DigestReused(field="case_id")
        return Filed(known.heading)
    held = tx.students.by_number(item.values["number"], lock=True)
    if held is None:
        raise StudentNotFound(field="number")
    begun = begin_case_of_one(
        tx, row, command.case_id, item, held, evidence=command.evidence, maker=by.person, now=now, rules=rules
    )
    return Filed(begun.heading)


def _read(row: Procedure, command: FileCommand, *, now: datetime) -> Item:
    if command.releasing_school or len(command.items) != 1:
        raise RequestMalformed(field="items", why=f"{row.title}须逐人办理")
    (item,) = command.items
    on = day_of(milliseconds(now))
    values, findings = read_item(row, item.values, on=on, system=SchoolSystem.SIX_THREE)
    if findings:
        raise findings[0]
    return Item(item.item_id, values)
