"""Marking a problem record (问题学籍), taking the mark away, and what an adjudication does to a record: Article 6."""

from __future__ import annotations

from dataclasses import replace

from kernel.effects.change import Change, become, note
from kernel.number import NumberKind, StudentNumber
from kernel.numbering import DOUBTS_OF_IDENTITY
from kernel.refusals import FormalNumberStays, StudentNumberMalformed
from kernel.status import StudentStatus
from kernel.student import Student


def mark(student: Student, change: Change) -> Student:
    """The mark says what the doubt is."""
    return note(student, problem=change.value("problem"))


def clear(student: Student, change: Change) -> Student:
    """The doubt is settled; the history keeps both entries."""
    del change
    return note(student, problem="")


def ask(student: Student, change: Change) -> Student:
    """Both provinces are asked; a doubt that the province had itself stays what it is."""
    problem = student.standing.get("problem", "suspected")
    return note(student, problem=problem, adjudication=change.value("adjudication"))


def answer(student: Student, change: Change) -> Student:
    """The nation's question is over; what the province had doubted before it doubts still."""
    del change
    own = student.standing.get("problem", "")
    return note(student, problem="" if own == "suspected" else own, adjudication="")


def merge(student: Student, change: Change) -> Student:
    """Another record stands for this child. Nothing of this one is lost: it says which, and what it was before."""
    into, before = change.value("into"), student.status.value
    settled = note(student, problem="", adjudication=change.value("adjudication"))
    return become(settled, StudentStatus.MERGED, change, merged_into=into, merged_status=before)


def split(student: Student, change: Change) -> Student:
    """It is a child's own after all, and as it was."""
    before = StudentStatus(student.standing["merged_status"])
    return become(student, before, change, merged_into="", merged_status="", adjudication="")


def give_number(student: Student, change: Change) -> Student:
    """The formal number; the one of before leads to the record for ever. The register confirmed the identity.

    Raises:
        FormalNumberStays: there is one. StudentNumberMalformed: it is no formal number.
    """
    formal = StudentNumber.parse(change.value("new_number"))
    if formal.kind is not NumberKind.GENERAL:
        raise StudentNumberMalformed(why="不是正式学籍号")
    if student.number.startswith(NumberKind.GENERAL):
        raise FormalNumberStays(field="number")
    numbered = replace(student, number=formal.text, aliases=(*student.aliases, student.number))
    doubted = student.standing.get("problem", "")
    return note(numbered, problem="" if doubted in DOUBTS_OF_IDENTITY else doubted)
