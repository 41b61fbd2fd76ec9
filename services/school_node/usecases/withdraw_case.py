"""Take a case back: in the house at once, sent up by asking whoever has it now."""

from __future__ import annotations

from datetime import datetime

from chassis.desk.commands import WithdrawCommand
from chassis.ledger import CaseHeading, CaseRecord
from kernel.case import Case, CaseState
from kernel.clock import milliseconds
from kernel.endorsement import read_chain
from kernel.feed import ItemOutcome
from kernel.office import Identity
from kernel.refusals import CaseAlreadyDecided, CaseWithdrawn, NotOfferedHere, Refusal, WithdrawalTooLate
from kernel.statement import StatementKind
from kernel.withdrawal import WITHDRAWAL_ASKED, WITHDRAWAL_REFUSED, WITHDRAWN, Withdrawal, require_in_time
from school_node.domain.pupil import PupilState
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice, send_withdrawal_up


def withdraw_case(
    tx: SchoolTransaction, command: WithdrawCommand, /, *, by: Identity, now: datetime, office: SchoolOffice
) -> CaseHeading:
    """End a case that is still in the house; of one that was sent up, ask that it be ended (Art. 14).

    Asked again, it is asked once. What came of it comes down the feed.

    Raises:
        CaseNotFound: no such case. NotOfferedHere: it is not this school's.
        AlreadySentUp, WithdrawalTooLate: the province's rules end the time earlier, or it was asked and came too late.
        CaseAlreadyDecided: it is over.
    """
    record = tx.cases.get(command.case_id, lock=True)
    case = record.case
    if case.school != office.here.code:
        raise NotOfferedHere(what="撤销")
    steps = {event.step for event in tx.cases.timeline(case.case_id)}
    if record.state is CaseState.CLOSED:
        if WITHDRAWN not in steps and (WITHDRAWAL_ASKED not in steps or record.heading.items_done):
            raise CaseAlreadyDecided(outcome=record.state.label)
    elif record.state is CaseState.CHECKING:
        _end_here(tx, case, CaseWithdrawn(reason=command.reason), now=now, office=office)
    elif WITHDRAWAL_REFUSED in steps:
        raise WithdrawalTooLate(until="已请求过撤销，未获受理")
    elif WITHDRAWAL_ASKED not in steps:
        _ask(tx, record, command.reason, by=by, now=now, office=office)
    return tx.cases.get(case.case_id).heading


def withdrawal_refused(
    tx: SchoolTransaction, case: Case, said: Refusal, /, *, now: datetime, office: SchoolOffice
) -> None:
    """The authority will not end the case: it goes on, and its timeline says so."""
    del said  # too late, whatever its name: the sentence is that of the step
    tx.cases.note(case.case_id, step=WITHDRAWAL_REFUSED, office=office.upstream, at=now)


def _end_here(tx: SchoolTransaction, case: Case, said: Refusal, *, now: datetime, office: SchoolOffice) -> None:
    outcomes = [ItemOutcome(item.item_id, refused=said) for item in case.items]
    tx.cases.note(case.case_id, step=WITHDRAWN, office=office.here, at=now)
    tx.cases.settle(case.case_id, outcomes)
    if case.procedure.begins_record:
        tx.pupils.settle(case.case_id, outcomes, [PupilState.DRAFT] * len(outcomes))


def _ask(
    tx: SchoolTransaction, record: CaseRecord, reason: str, *, by: Identity, now: datetime, office: SchoolOffice
) -> None:
    case = record.case
    given = [one.endorsement.step for one in read_chain(case, verify=office.verify, register=office.register)]
    pack = office.packs.named(case.rule_pack)
    require_in_time(case, given, pack=pack, sent_to=record.awaited.office)
    withdrawal = Withdrawal(case.case_id, case.digest, case.school, reason, by.person, milliseconds(now))
    jws = office.sign(StatementKind.WITHDRAWAL, withdrawal.content())
    send_withdrawal_up(tx, case, jws, now=now)
    tx.cases.note(case.case_id, step=WITHDRAWAL_ASKED, office=office.here, at=now)
