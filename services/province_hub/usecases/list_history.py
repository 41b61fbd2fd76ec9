"""List the entries of a record's history: who, when, from when on, why, by which rule, and what changed."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.endorsement import Register
from kernel.office import Office
from kernel.refusals import RequestMalformed, StudentNotFound
from kernel.student import Student
from kernel.trail import TrailEntry, trail
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.may_see import may_see
from province_hub.usecases.show_record import held_of
from province_hub.usecases.veil import knows_all, protected_record, protected_trail, veiled_record, veiled_trail


@dataclass(frozen=True)
class HistoryPage:
    """Entries, oldest first. ``next_token`` is empty on the last page."""

    student: Student
    entries: tuple[TrailEntry, ...]
    next_token: str


def list_history(
    tx: HubTransaction, which: str, *, size: int, token: str, asker: Office, here: Office, register: Register
) -> HistoryPage:
    """The history of the record of a number, in force or earlier, or of a record's key.

    It is one child's, some dozens of entries: read whole, because what an entry changed follows from those before it.

    Raises:
        StudentNotFound: this hub has no such record, or it is none of the asker's schools'.
        RequestMalformed: the page token is none of ours.
    """
    student = held_of(tx, which).student
    if not may_see(asker, student.school, here=here, register=register):
        raise StudentNotFound(field="number")
    after = _after(token)
    told = veiled_trail(trail(tx.students.history(student.student_key)), asker=asker, here=here, register=register)
    all_told = knows_all(asker, student, here=here)
    if not all_told:
        told = protected_trail(told, now=student)
    entries = [entry for entry in told if entry.event.version > after]
    shown = tuple(entries[:size])
    student = veiled_record(student, asker=asker, here=here, register=register)
    if not all_told:
        student = protected_record(student, now=student)
    return HistoryPage(student, shown, str(shown[-1].event.version) if len(entries) > size else "")


def _after(token: str) -> int:
    if token and not (token.isascii() and token.isdigit()):
        raise RequestMalformed(field="page_token", why="页码无效")
    return int(token) if token else 0
