"""The slots of transfers between provinces: what opens one, and which of its two ends it comes to.

Absent → OPEN → COMMITTED or ABORTED; or absent → ABORTED at once, when the opening is denied or nobody ever heard of
the transfer. A final state is final (invariant I9). Each function here takes what is, says what shall be, and changes
nothing; use cases run them with the student's row locked, so that of two that race one sees the other's result.

Rules R1 to R20 and invariants I1 to I13 are those of docs/transfer.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kernel.custody import Acceptance, CloseReason, Outcome, Receipt, Release
from kernel.divisions import province_name
from kernel.refusals import (
    AlreadyCustodian,
    DigestReused,
    OutsideJurisdiction,
    ProblemRecordOpen,
    ReasonNotListed,
    Refusal,
    SignatureInvalid,
    StudentNotFound,
    TransferInProgress,
)
from kernel.school import SchoolCode


class SlotState(StrEnum):
    OPEN = "OPEN"  # the student is locked for this transfer
    COMMITTED = "COMMITTED"
    ABORTED = "ABORTED"


@dataclass(frozen=True, slots=True)
class Student:
    """A student as transfers see one.

    Attributes:
        custodian: two digits of the province that holds the record. epoch: raised by one with every move.
        open_transfer: the transfer that the student is locked for, or None.
        merged_into: student key of the person whom it was found to be, or None.
    """

    student_key: str
    custodian: str
    epoch: int
    open_transfer: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One transfer, as the index knows it.

    Attributes:
        student_key: None where the opening named nobody that is known, and for a transfer never opened.
        losing, gaining: two digits each; empty where nobody knows them.
        school: the school that asks for the student. epoch: at opening.
        archive_digest: of the archive that both hubs signed for; empty unless committed.
        reason: why it was aborted. denial: the code of the refusal, where the opening was denied.
        receipt: the index's signed word; empty while open.
    """

    transfer_id: str
    state: SlotState
    student_key: str | None = None
    losing: str = ""
    gaining: str = ""
    school: str = ""
    epoch: int = 0
    archive_digest: str = ""
    reason: str = ""
    denial: str = ""
    receipt: str = ""

    @property
    def is_final(self) -> bool:
        return self.state is not SlotState.OPEN

    @property
    def parties(self) -> tuple[str, ...]:
        """The provinces that the slot names, each once, in order."""
        return tuple(sorted({self.losing, self.gaining} - {""}))


def require_own_school(school: str, *, province: str) -> None:
    """A hub asks for students of its own schools.

    Raises:
        SchoolCodeMalformed: it is no school's code. OutsideJurisdiction: a school of another province.
    """
    if SchoolCode.parse(school).province != province:
        raise OutsideJurisdiction(field="school", office=province_name(province), what="外省学校的转学")


def require_party(slot: Slot, province: str) -> None:
    """Raises OutsideJurisdiction unless the province is one of the slot's; a tombstone names none and is anybody's."""
    if slot.parties and province not in slot.parties:
        raise OutsideJurisdiction(office=province_name(province), what="与本省无关的学籍转接")


def require_same_opening(slot: Slot, *, student_key: str | None, gaining: str, school: str) -> None:
    """Raises DigestReused where a known transfer's id arrives for another student, school or province."""
    if not slot.parties:
        return  # a tombstone holds nothing to compare with
    as_before = slot.gaining == gaining and slot.school == school
    if not as_before or slot.student_key not in (None, student_key):
        raise DigestReused(field="transfer_id")


def open_slot(transfer_id: str, *, student: Student | None, gaining: str, school: str, in_doubt: bool = False) -> Slot:
    """A transfer that was never heard of before: OPEN, or ABORTED with the denial.

    I6: at most one slot is open for a student.

    Args:
        in_doubt: an adjudication about the student is open, and custody stays where it is until that has ended.
    """
    denied = _denial(student, gaining=gaining, in_doubt=in_doubt)
    asked = Slot(
        transfer_id=transfer_id,
        state=SlotState.OPEN,
        student_key=student.student_key if student else None,
        losing=student.custodian if student else "",
        gaining=gaining,
        school=school,
        epoch=student.epoch if student else 0,
    )
    if denied is None:
        return asked
    return replace(asked, state=SlotState.ABORTED, reason=CloseReason.DENIED.value, denial=denied.code)


def _denial(student: Student | None, *, gaining: str, in_doubt: bool) -> Refusal | None:
    if student is None:
        return StudentNotFound()
    if student.custodian == gaining:
        return AlreadyCustodian()
    if student.open_transfer is not None:
        return TransferInProgress()
    if in_doubt:
        return ProblemRecordOpen()
    return None


def unknown_slot(transfer_id: str) -> Slot:
    """R10: a transfer that nobody opened is answered with a tombstone, so that it can never be opened later."""
    return Slot(transfer_id=transfer_id, state=SlotState.ABORTED, reason=CloseReason.UNKNOWN_TRANSFER.value)


def require_votes_fit(slot: Slot, student: Student, votes: tuple[Release, Acceptance], *, gaining: str) -> None:
    """The two hubs' signed votes are about this open slot.

    Args:
        votes: as ``kernel.custody.read_votes`` gives them: in agreement with each other, signed by those they name.
        gaining: the province that asks to commit.

    Raises:
        OutsideJurisdiction: another province than the one that gains the student asks.
        SignatureInvalid: they speak of another transfer, student, epoch or province.
    """
    if gaining != slot.gaining:
        raise OutsideJurisdiction(office=province_name(gaining), what="这笔转接的接收")
    release, acceptance = votes
    fits = (
        release.transfer_id == slot.transfer_id
        and release.student_key == slot.student_key
        and release.epoch == slot.epoch == student.epoch
        and release.losing == slot.losing == student.custodian
        and release.gaining == acceptance.gaining == slot.gaining
        and release.archive_digest != ""
    )
    if not fits:
        raise SignatureInvalid(why="放行与接收所签的不是这笔转接")


def commit_slot(slot: Slot, student: Student, *, archive_digest: str) -> tuple[Slot, Student]:
    """The one deciding moment: custody moves to the gaining province at the next epoch (R1)."""
    _assert_locked(slot, student)
    committed = replace(slot, state=SlotState.COMMITTED, archive_digest=archive_digest)
    return committed, replace(student, custodian=slot.gaining, epoch=student.epoch + 1, open_transfer=None)


def close_slot(slot: Slot, student: Student, *, reason: CloseReason) -> tuple[Slot, Student]:
    """The transfer ends and nobody moved (R3)."""
    _assert_locked(slot, student)
    return replace(slot, state=SlotState.ABORTED, reason=reason.value), replace(student, open_transfer=None)


def _assert_locked(slot: Slot, student: Student) -> None:
    assert not slot.is_final, "I9: final outcomes never change"
    assert slot.student_key == student.student_key, "another student's row"
    assert student.open_transfer == slot.transfer_id, "an open slot and its student's lock agree"
    assert (student.custodian, student.epoch) == (slot.losing, slot.epoch), "nothing moves a student but a commit"


def close_reason(code: str) -> CloseReason:
    """What a hub may give as a reason (R15); that an opening was denied, only the index itself says.

    Raises:
        ReasonNotListed: the code is none of the closed list.
    """
    if code not in CloseReason.__members__.values() or code == CloseReason.DENIED:
        raise ReasonNotListed(field="reason", reason=code[:40])
    return CloseReason(code)


def receipt_for(slot: Slot, *, incarnation: int, at_ms: int, release: str = "", acceptance: str = "") -> Receipt:
    """The word that is signed about a final slot.

    Args:
        release, acceptance: the two hubs' JWS for a commit, which bind the index as much as the hubs.
    """
    assert slot.is_final, "there is no receipt before the outcome"
    committed = slot.state is SlotState.COMMITTED
    assert committed == bool(release and acceptance), "votes and commits come together"
    return Receipt(
        transfer_id=slot.transfer_id,
        student_key=slot.student_key or "",
        outcome=Outcome.COMMITTED if committed else Outcome.ABORTED,
        custodian=slot.gaining if committed else slot.losing,
        previous=slot.losing,
        gaining=slot.gaining,
        epoch=slot.epoch + committed,
        archive_digest=slot.archive_digest,
        reason=slot.reason,
        incarnation=incarnation,
        release=release,
        acceptance=acceptance,
        at_ms=at_ms,
    )
