"""A pupil on a school's roll: in what state, what may follow it, and who counts as the same child.

The province holds the record; what a school has is a line on its roll, from a row of the roster to a student number.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto

from kernel.canonical import digest
from kernel.documents import document_of
from kernel.refusals import AlreadyRegisteredHere, StudentHasOpenCase


class PupilState(StrEnum):
    """Where a pupil is on the way to a student number (学籍号), and after."""

    DRAFT = "draft"  # entered, in no case yet
    CHECKING = "checking"  # in a case that the principal has not decided
    SENT = "sent"  # checked, and on its way up
    NUMBERED = "numbered"  # registered
    RETURNED = "returned"  # back for correction; corrected, it is a draft again
    REFUSED = "refused"
    LEFT = "left"  # the record is at another school; this is a copy, read only (Art. 9)

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def live(self) -> bool:
        """On the roll. A school has one live line for a child (Art. 6); a refused child may be entered anew."""
        return self not in OFF_THE_ROLL

    @property
    def registered(self) -> bool:
        """Has, or had, a student number at this school."""
        return self in REGISTERED


_LABELS = {
    PupilState.DRAFT: "草稿",
    PupilState.CHECKING: "待学校审核",
    PupilState.SENT: "已上报",
    PupilState.NUMBERED: "已建立学籍",
    PupilState.RETURNED: "退回修改",
    PupilState.REFUSED: "不予核准",
    PupilState.LEFT: "已转出",
}

OFF_THE_ROLL = frozenset({PupilState.REFUSED, PupilState.LEFT})
REGISTERED = frozenset({PupilState.NUMBERED, PupilState.LEFT})
EDITABLE = frozenset({PupilState.DRAFT, PupilState.RETURNED})

# From what each state may be reached; a line begins as DRAFT, or as NUMBERED where a transfer brings it.
_REACHED_FROM = {
    # From a case: the school took it back, or the authority did not take it in.
    PupilState.DRAFT: frozenset({PupilState.RETURNED, PupilState.CHECKING, PupilState.SENT}),
    PupilState.CHECKING: frozenset({PupilState.DRAFT}),
    PupilState.SENT: frozenset({PupilState.CHECKING}),
    PupilState.NUMBERED: frozenset({PupilState.SENT}),
    PupilState.RETURNED: frozenset({PupilState.CHECKING, PupilState.SENT}),
    PupilState.REFUSED: frozenset({PupilState.CHECKING, PupilState.SENT}),
    PupilState.LEFT: frozenset({PupilState.NUMBERED}),
}


def reached_from(state: PupilState) -> frozenset[PupilState]:
    """The states that ``state`` may follow."""
    return _REACHED_FROM[state]


class Entering(Enum):
    """What a row of a roster does to the roll."""

    ENTERS = auto()
    CORRECTS = auto()
    UNCHANGED = auto()


def entering(known: PupilState | None, *, same: bool) -> Entering:
    """What becomes of a row about a child.

    Args:
        known: the state of the child's live line, or None. same: whether the row says what that line says.

    Raises:
        StudentHasOpenCase: the principal is checking the pupil with other values.
        AlreadyRegisteredHere: the pupil was sent up, or has a number, with other values (Art. 6).
    """
    if known is None:
        return Entering.ENTERS
    assert known.live, "a line that is off the roll stands in nobody's way"
    if same:
        return Entering.UNCHANGED
    if known in EDITABLE:
        return Entering.CORRECTS
    if known is PupilState.CHECKING:
        raise StudentHasOpenCase
    raise AlreadyRegisteredHere(field="document_number")


def identity_digest(values: Mapping[str, str]) -> bytes | None:
    """SHA-256 that tells one child from another by the form's values, 32 bytes; None where they say too little.

    The document, in the form that outlives its renewal; without a number (Art. 28) name, birth date, sex and first
    guardian, for twins have different names.
    """
    document = document_of(values)
    if document is not None:
        return digest("pupil-document", document.key)
    if not values.get("name") or not values.get("birth_date"):
        return None
    parts = ("name", "birth_date", "sex", "guardian1_name", "guardian1_document_number")
    return digest("pupil-person", [values.get(part, "") for part in parts])


def number_digest(number: str) -> bytes:
    """What stands for ``identity_digest`` of a record that arrived without telling values."""
    return digest("pupil-number", number)
