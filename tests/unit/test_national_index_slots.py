"""Whatever hubs ask, in whatever order: one open slot a student, one outcome a transfer, one epoch a move."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kernel.custody import Acceptance, CloseReason, Outcome, Release
from kernel.refusals import (
    AlreadyCustodian,
    DigestReused,
    OutsideJurisdiction,
    ReasonNotListed,
    Refusal,
    SchoolCodeMalformed,
    SignatureInvalid,
    StudentNotFound,
    TransferInProgress,
    refusal,
)
from national_index.domain.slots import (
    Slot,
    SlotState,
    Student,
    close_reason,
    close_slot,
    commit_slot,
    open_slot,
    receipt_for,
    require_own_school,
    require_party,
    require_same_opening,
    require_votes_fit,
    unknown_slot,
)

PROVINCES = ("41", "42", "44")
STUDENTS = ("a", "b")
TRANSFERS = ("t1", "t2", "t3", "t4")
SCHOOL = "2144000001"

provinces = st.sampled_from(PROVINCES)
transfers = st.sampled_from(TRANSFERS)
students = st.sampled_from(STUDENTS)


def a_student(**given: object) -> Student:
    return Student(**{"student_key": "a", "custodian": "41", "epoch": 1, **given})  # type: ignore[arg-type]


def an_open_slot(student: Student, *, gaining: str = "44", transfer_id: str = "t1") -> tuple[Slot, Student]:
    slot = open_slot(transfer_id, student=student, gaining=gaining, school=SCHOOL)
    assert slot.state is SlotState.OPEN
    return slot, Student(student.student_key, student.custodian, student.epoch, transfer_id)


def votes_for(slot: Slot, **wrong: object) -> tuple[Release, Acceptance]:
    said = {
        "transfer_id": slot.transfer_id,
        "student_key": slot.student_key,
        "epoch": slot.epoch,
        "archive_digest": "ab" * 32,
        "losing": slot.losing,
        "gaining": slot.gaining,
        "chain_head": "",
        "at_ms": 1,
        **wrong,
    }
    release = Release(**said)  # type: ignore[arg-type]
    return release, Acceptance(release.transfer_id, release.epoch, release.archive_digest, release.gaining, "", 1)


class Index(RuleBasedStateMachine):
    """The index as the use cases drive it: each rule is one call of one hub, decided with the student's row locked."""

    def __init__(self) -> None:
        super().__init__()
        self.students = {key: Student(key, "41", 1) for key in STUDENTS}
        self.slots: dict[str, Slot] = {}
        self.first_outcomes: dict[str, Slot] = {}

    @rule(transfer_id=transfers, key=students, gaining=provinces)
    def opens(self, transfer_id: str, key: str, gaining: str) -> None:
        student = self.students[key]
        if transfer_id in self.slots:
            return
        slot = open_slot(transfer_id, student=student, gaining=gaining, school=SCHOOL)
        self.slots[transfer_id] = slot
        if not slot.is_final:
            self.students[key] = Student(key, student.custodian, student.epoch, transfer_id)

    @rule(transfer_id=transfers, caller=provinces, epoch=st.integers(1, 4))
    def commits(self, transfer_id: str, caller: str, epoch: int) -> None:
        slot = self.slots.setdefault(transfer_id, unknown_slot(transfer_id))
        if slot.is_final or slot.student_key is None:
            return
        student = self.students[slot.student_key]
        votes = votes_for(slot, epoch=epoch)
        try:
            require_votes_fit(slot, student, votes, gaining=caller)
        except Refusal:
            assert caller != slot.gaining or epoch != slot.epoch
            return
        before = student.epoch
        self.slots[transfer_id], moved = commit_slot(slot, student, archive_digest=votes[0].archive_digest)
        assert moved.epoch == before + 1
        assert moved.custodian == caller != student.custodian
        self.students[student.student_key] = moved

    @rule(transfer_id=transfers, caller=provinces, reason=st.sampled_from(CloseReason))
    def closes(self, transfer_id: str, caller: str, reason: CloseReason) -> None:
        slot = self.slots.setdefault(transfer_id, unknown_slot(transfer_id))
        if slot.is_final or slot.student_key is None:
            return
        try:
            require_party(slot, caller)
        except OutsideJurisdiction:
            return
        student = self.students[slot.student_key]
        self.slots[transfer_id], freed = close_slot(slot, student, reason=reason)
        assert (freed.custodian, freed.epoch) == (student.custodian, student.epoch)
        self.students[student.student_key] = freed

    @invariant()
    def at_most_one_slot_is_open_for_a_student(self) -> None:
        for key, student in self.students.items():
            open_ones = [
                slot.transfer_id for slot in self.slots.values() if not slot.is_final and slot.student_key == key
            ]
            assert open_ones == ([student.open_transfer] if student.open_transfer else [])

    @invariant()
    def the_epoch_counts_the_moves(self) -> None:
        for key, student in self.students.items():
            moves = [
                slot for slot in self.slots.values() if slot.state is SlotState.COMMITTED and slot.student_key == key
            ]
            assert student.epoch == 1 + len(moves)
            assert sorted(slot.epoch for slot in moves) == list(range(1, student.epoch))

    @invariant()
    def outcomes_are_final_and_have_a_receipt(self) -> None:
        for slot in self.slots.values():
            if slot.is_final:
                assert self.first_outcomes.setdefault(slot.transfer_id, slot) == slot
                votes = ("r", "a") if slot.state is SlotState.COMMITTED else ("", "")
                receipt = receipt_for(slot, incarnation=1, at_ms=1, release=votes[0], acceptance=votes[1])
                assert (receipt.outcome is Outcome.COMMITTED) == (slot.state is SlotState.COMMITTED)


TestIndex = Index.TestCase
TestIndex.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize(
    ("student", "gaining", "denial"),
    [
        (None, "44", StudentNotFound),
        (a_student(custodian="44"), "44", AlreadyCustodian),
        (a_student(open_transfer="t0"), "44", TransferInProgress),
    ],
)
def test_an_opening_is_denied_by_name(student: Student | None, gaining: str, denial: type[Refusal]) -> None:
    slot = open_slot("t1", student=student, gaining=gaining, school=SCHOOL)
    assert slot.state is SlotState.ABORTED
    assert slot.reason == CloseReason.DENIED
    assert type(refusal(slot.denial)) is denial


@pytest.mark.parametrize(
    "wrong",
    [
        {"transfer_id": "t2"},
        {"student_key": "b"},
        {"epoch": 2},
        {"losing": "42"},
        {"gaining": "42"},
        {"archive_digest": ""},
    ],
)
def test_votes_on_anything_else_do_not_fit(wrong: dict[str, object]) -> None:
    slot, student = an_open_slot(a_student())
    with pytest.raises(SignatureInvalid):
        require_votes_fit(slot, student, votes_for(slot, **wrong), gaining="44")


def test_votes_fit_for_the_province_that_gains_and_no_other() -> None:
    slot, student = an_open_slot(a_student())
    require_votes_fit(slot, student, votes_for(slot), gaining="44")
    with pytest.raises(OutsideJurisdiction):
        require_votes_fit(slot, student, votes_for(slot), gaining="41")


def test_a_settled_slot_is_never_settled_again() -> None:
    slot, student = an_open_slot(a_student())
    closed, freed = close_slot(slot, student, reason=CloseReason.EXPIRED)
    with pytest.raises(AssertionError):
        commit_slot(closed, freed, archive_digest="ab")


def test_a_slot_and_another_students_lock_are_never_taken_together() -> None:
    slot, student = an_open_slot(a_student())
    with pytest.raises(AssertionError):
        commit_slot(slot, Student(student.student_key, "41", 1, "another transfer"), archive_digest="ab")


def test_the_same_opening_is_the_same_in_student_school_and_province() -> None:
    slot, _ = an_open_slot(a_student())
    require_same_opening(slot, student_key="a", gaining="44", school=SCHOOL)
    for other in (
        {"student_key": "b", "gaining": "44", "school": SCHOOL},
        {"student_key": "a", "gaining": "42", "school": SCHOOL},
        {"student_key": "a", "gaining": "44", "school": "2144000002"},
    ):
        with pytest.raises(DigestReused):
            require_same_opening(slot, **other)
    require_same_opening(unknown_slot("t9"), student_key="b", gaining="42", school="2142000001")


@given(province=provinces)
def test_a_tombstone_is_anybodys(province: str) -> None:
    require_party(unknown_slot("t1"), province)


def test_a_hub_asks_for_its_own_schools_alone() -> None:
    require_own_school(SCHOOL, province="44")
    with pytest.raises(OutsideJurisdiction):
        require_own_school(SCHOOL, province="41")
    with pytest.raises(SchoolCodeMalformed):
        require_own_school("9944000001", province="44")


def test_every_reason_of_the_list_may_be_given_but_the_indexs_own() -> None:
    for reason in set(CloseReason) - {CloseReason.DENIED}:
        assert close_reason(reason.value) is reason
    for code in ("denied", "because", ""):
        with pytest.raises(ReasonNotListed):
            close_reason(code)
