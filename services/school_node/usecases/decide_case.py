"""The school's second person decides: checks what was entered, or answers for a pupil whom another school asks for."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import DecideCommand
from chassis.ledger import Awaited, CaseHeading, CaseRecord
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.custody import releasing_side_reason
from kernel.endorsement import Decision, Endorsement, ItemException, read_chain
from kernel.feed import ItemOutcome
from kernel.office import Identity
from kernel.refusals import (
    CaseAlreadyDecided,
    CaseNotAwaitingThisOffice,
    MakerIsChecker,
    NotApproved,
    NotOfferedHere,
    ReasonRequired,
    Refusal,
    RequestMalformed,
    ReturnedForCorrection,
)
from kernel.regulation import Step
from kernel.staff import inherits
from kernel.statement import StatementKind
from school_node.domain.pupil import PupilState
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice, send_up

_STEPS = {Decision.RETURN: "returned", Decision.REJECT: "rejected"}
_TITLES = {Decision.APPROVE: "审核通过", Decision.RETURN: "退回修改", Decision.REJECT: "不予核准"}


def decide_case(
    tx: SchoolTransaction, command: DecideCommand, /, *, by: Identity, now: datetime, office: SchoolOffice
) -> CaseHeading:
    """Sign and send up, or send back. The same decision again changes nothing.

    Raises:
        CaseNotFound: no such case. CaseNotAwaitingThisOffice: it is somebody else's turn.
        MakerIsChecker: the same person entered the case, or took over from who did (Article 23).
        CaseAlreadyDecided: this school decided otherwise.
        ReasonRequired, ReasonNotListed, NotOfferedHere, RequestMalformed: as the kernel's rules say.
        SignatureInvalid, ChainBroken: another school's case bears a chain that is not good.
    """
    record = tx.cases.get(command.case_id, lock=True)
    if record.state is CaseState.CHECKING:
        _check(tx, record, command, by=by, now=now, office=office)
    elif record.awaited == Awaited(Step.OUT_SCHOOL.value, str(office.here)) and record.state is CaseState.OPEN:
        _release(tx, record, command, by=by, now=now, office=office)
    else:
        _require_decided_so(tx, record, command, office=office)
    return tx.cases.get(command.case_id).heading


def _check(
    tx: SchoolTransaction,
    record: CaseRecord,
    command: DecideCommand,
    *,
    by: Identity,
    now: datetime,
    office: SchoolOffice,
) -> None:
    maker = tx.filings.maker(command.case_id)
    if maker == by.person or inherits(tx.staff.of(office.here), maker, by.person):
        raise MakerIsChecker
    _require_exceptions(command, record.case)
    if command.decision is Decision.APPROVE:
        case = _endorse(record.case, Step.IN_SCHOOL, command, maker=maker, checker=by.person, now=now, office=office)
        tx.cases.note(case.case_id, step=Step.IN_SCHOOL.value, office=office.here, at=now)
        tx.cases.advance(case, state=CaseState.OPEN, awaited=Awaited("", str(office.upstream)), due=None)
        send_up(tx, case, now=now)
        back = command.exceptions
    else:
        if not command.reason.strip():
            raise ReasonRequired(field="reason")
        tx.cases.note(command.case_id, step=_STEPS[command.decision], office=office.here, at=now)
        back = tuple(ItemException(item.item_id, command.decision, command.reason) for item in record.case.items)
    outcomes = [ItemOutcome(each.item_id, refused=_said(each)) for each in back]
    if outcomes:
        tx.cases.settle(command.case_id, outcomes)
        states = [PupilState.RETURNED if e.decision is Decision.RETURN else PupilState.REFUSED for e in back]
        tx.pupils.settle(command.case_id, outcomes, states)
    if command.decision is Decision.APPROVE:
        tx.pupils.move(command.case_id, PupilState.SENT)


def _release(
    tx: SchoolTransaction,
    record: CaseRecord,
    command: DecideCommand,
    *,
    by: Identity,
    now: datetime,
    office: SchoolOffice,
) -> None:
    """Article 14: the releasing school. It may point at a reason of the closed list; it may not send back."""
    if command.decision is Decision.RETURN:
        raise NotOfferedHere(what="转出方退回修改")
    if command.decision is Decision.REJECT:
        releasing_side_reason(command.reason_code)
    if command.exceptions:
        raise RequestMalformed(field="exceptions", why="转学一次办理一人，没有例外")
    read_chain(record.case, verify=office.verify, register=office.register)  # what our signature will cover
    case = _endorse(record.case, Step.OUT_SCHOOL, command, maker=by.person, checker="", now=now, office=office)
    tx.cases.note(case.case_id, step=Step.OUT_SCHOOL.value, office=office.here, at=now)
    tx.cases.advance(case, state=CaseState.OPEN, awaited=Awaited("", str(office.upstream)), due=None)
    send_up(tx, case, now=now)


def _require_decided_so(
    tx: SchoolTransaction, record: CaseRecord, command: DecideCommand, *, office: SchoolOffice
) -> None:
    """A decision already made is answered as before; another one is refused."""
    chain = read_chain(record.case, verify=office.verify, register=office.register)
    signed = [endorsed.endorsement for endorsed in chain if endorsed.office == office.here]
    if signed:
        last = signed[-1]
        said = (last.decision, last.reason, last.reason_code, last.exceptions)
        if said != (command.decision, command.reason, command.reason_code, command.exceptions):
            raise CaseAlreadyDecided(outcome=_TITLES[last.decision])
        return
    # What never left the school bears no endorsement; the timeline says how it went back.
    steps = {event.step for event in tx.cases.timeline(command.case_id) if event.office == str(office.here)}
    went_back = [decision for decision, step in _STEPS.items() if step in steps]
    if not went_back:
        raise CaseNotAwaitingThisOffice(awaited=record.awaited.office or record.state.label)
    if command.decision not in went_back:
        raise CaseAlreadyDecided(outcome=_TITLES[went_back[0]])


def _require_exceptions(command: DecideCommand, case: Case) -> None:
    items = {item.item_id for item in case.items}
    excepted = [exception.item_id for exception in command.exceptions]
    if not items.issuperset(excepted) or len(set(excepted)) != len(excepted):
        raise RequestMalformed(field="exceptions", why="有不在本业务中的学生，或重复")
    if excepted and (command.decision is not Decision.APPROVE or items == set(excepted)):
        raise RequestMalformed(field="exceptions", why="没有通过的学生，请整份退回或不予核准")


def _endorse(
    case: Case,
    step: Step,
    command: DecideCommand,
    *,
    maker: str,
    checker: str,
    now: datetime,
    office: SchoolOffice,
) -> Case:
    endorsement = Endorsement(
        case_digest=case.digest,
        covers=case.head,
        step=step,
        decision=command.decision,
        at_ms=milliseconds(now),
        maker=maker,
        checker=checker,
        reason=command.reason,
        reason_code=command.reason_code,
        exceptions=command.exceptions,
    )
    return case.with_endorsement(office.sign(StatementKind.ENDORSEMENT, endorsement.content()))


def _said(exception: ItemException) -> Refusal:
    if exception.decision is Decision.RETURN:
        return ReturnedForCorrection(reason=exception.reason)
    return NotApproved(reason=exception.reason)
