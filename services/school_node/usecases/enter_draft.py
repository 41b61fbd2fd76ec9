"""One child's form, filled in by hand, becomes a draft, or corrects one; judged as a row of a roster is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import SHANGHAI
from kernel.form import check_values
from kernel.identity import DocumentKind
from kernel.refusals import AlreadyEnteredHere, AlreadyRegisteredHere, DraftNotFound, Refusal, StudentHasOpenCase
from school_node.domain.pupil import EDITABLE, Entering, PupilState, entering, identity_digest
from school_node.domain.roster import only_stage
from school_node.store.pupils import NewLine, Pupil
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice


@dataclass(frozen=True)
class Entered:
    """What became of a form.

    Attributes:
        outcome: what it did to the roll; None where nothing was kept.
        item_id: of the draft. findings: everything wrong with the form, each with its item as ``field``.
    """

    outcome: Entering | None
    item_id: str = ""
    findings: tuple[Refusal, ...] = ()


def enter_draft(
    tx: SchoolTransaction, item_id: str, written: Mapping[str, str], /, *, now: datetime, office: SchoolOffice
) -> Entered:
    """Enter the child as the draft ``item_id``, or correct that draft. The same form again changes nothing.

    Unlike a row of a roster, which says only who the child is, a form says which draft it means: the document may be
    what was wrong, and what came back is sent up again as it was if the registrar says so.

    Raises:
        DraftNotFound: that draft was refused for good; the child is entered anew, under another id.
        SchoolNoLongerInForce: the school has ended.
    """
    school = office.school
    values, findings = check_values(
        written, on=now.astimezone(SHANGHAI).date(), system=school.school_system, stage=only_stage(school.category)
    )
    if findings:
        return Entered(None, findings=tuple(findings))
    digest = identity_digest(values)
    assert digest is not None, "a form that was found good says who the child is"
    new = NewLine(item_id, digest, values)
    tx.pupils.lock_roll()
    line = tx.pupils.line(item_id)
    namesake = tx.pupils.live([digest]).get(digest)
    try:
        outcome, kept = _correct(tx, line, namesake, new) if line else _enter(tx, namesake, new, now=now)
    except (AlreadyEnteredHere, AlreadyRegisteredHere, StudentHasOpenCase) as said:
        said.field = "name" if values["document_kind"] == DocumentKind.OTHER else "document_number"
        return Entered(None, findings=(said,))
    return Entered(outcome, kept)


def _enter(tx: SchoolTransaction, namesake: Pupil | None, new: NewLine, *, now: datetime) -> tuple[Entering, str]:
    if namesake is None:
        tx.pupils.enter([new], now=now)
        return Entering.ENTERS, new.pupil_id
    if dict(namesake.values) == dict(new.values):
        return Entering.UNCHANGED, namesake.pupil_id
    raise _taken(namesake)


def _correct(tx: SchoolTransaction, line: Pupil, namesake: Pupil | None, new: NewLine) -> tuple[Entering, str]:
    if not line.state.live:
        raise DraftNotFound
    if namesake is not None and namesake.pupil_id != line.pupil_id:
        raise _taken(namesake)
    same = line.state is not PupilState.RETURNED and dict(line.values) == dict(new.values)
    outcome = entering(line.state, same=same)
    if outcome is Entering.CORRECTS:
        tx.pupils.amend(new)
    return outcome, line.pupil_id


def _taken(by: Pupil) -> Refusal:
    """Why the child cannot have a second line."""
    if by.state in EDITABLE:
        return AlreadyEnteredHere()
    return StudentHasOpenCase() if by.state is PupilState.CHECKING else AlreadyRegisteredHere()
