"""What both sides of the handshake need: this hub's identity and keys, as plain functions, and the ways out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.deadlines import Watch, deadline_arrivals
from chassis.ledger import Awaited, publish
from chassis.notices import NoticePost, Paper
from chassis.staff import staff_arrivals
from chassis.supervision import arrivals
from kernel import chains
from kernel.case import Case
from kernel.clock import milliseconds
from kernel.endorsement import Register, authority_in, read_chain
from kernel.feed import CaseProgress, Entry
from kernel.history import Approval
from kernel.notice import Notice, NoticeKind
from kernel.office import NATION, Office, Tier
from kernel.packs import Packs, RulePack
from kernel.refusals import Refusal
from kernel.regulation import Step
from kernel.statement import Sign, StatementKind, Verify
from province_hub.domain.added import added_steps
from province_hub.domain.transfer.letters import Letter, LetterKind
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.review import take_result

LANE_INDEX = "index"
LANE_MAIL = "mail"
LANE_ARCHIVE = "archive"
# Woken when a letter came in, or a transition may have made sense of one that waits.
LETTERS_WAIT = "letters"
# Woken when something that a case waits for may have passed.
CASES_WAIT = "cases-wait"


@dataclass(frozen=True)
class Handshake:
    """What a use case of the handshake is given.

    Attributes:
        province: this hub's code. register: the schools of this province. packs: every rule pack that is known here.
        new_content_key: fresh key for an archive, as text; randomness comes in from outside.
    """

    province: str
    sign: Sign
    verify: Verify
    register: Register
    new_content_key: Callable[[], str]
    packs: Packs

    @property
    def office(self) -> Office:
        return Office(Tier.PROVINCE, self.province)

    @property
    def notices(self) -> NoticePost:
        """What tells other offices (``chassis.notices.send_notice``), and what their notices set off here."""
        plain = NoticePost(self.office, self.register, self.sign, self.verify, across=self._write_across)
        staff = staff_arrivals(self.office, register=self.register)
        due = deadline_arrivals(lambda: self.notices)
        review = {NoticeKind.TERM_REVIEW_RESULT: take_result}
        return replace(plain, on_arrival={**staff, **due, **arrivals(plain), **review})

    @property
    def watch(self) -> Watch:
        """What looks at the time of the province's cases (Art. 14, 26)."""
        return Watch(self.notices, self.packs)

    def authority_in(self, case: Case, school: str) -> Office:
        """The authority of a school of this province in a case; SchoolUnknown of another's."""
        return authority_in(case, school, register=self.register)

    def added_steps(self, case: Case) -> frozenset[Step]:
        """What this province asks beside the nation's chain, of its own side (Art. 11)."""
        return added_steps(case, province=self.province, packs=self.packs, register=self.register)

    def pack_of(self, case: Case) -> RulePack:
        """What a case is judged by here: another province's by the national text alone. Raises RulePackUnknown."""
        return self.packs.judging(case.rule_pack, filed_in=case.school[2:4], here=self.province)

    def _write_across(self, tx: HubTransaction, paper: Paper, /, *, to: str, now: datetime) -> None:
        kind = LetterKind.NOTICE if isinstance(paper.of, Notice) else LetterKind.NOTICE_RECEIPT
        write_letter(tx, kind, paper.of.notice_id, {"jws": paper.jws}, to=to, handshake=self, now=now)


def approval_of(case: Case, step: Step, *, handshake: Handshake) -> Approval:
    """Which of this province's authorities let a pupil in or go, as the history of the record names it."""
    chain = read_chain(case, verify=handshake.verify, register=handshake.register)
    (item,) = case.items
    filed_reason = item.values.get("reason", "")
    return next(
        Approval.of(endorsed, filed_reason=filed_reason) for endorsed in chain if endorsed.endorsement.step is step
    )


def asked_there(tx: HubTransaction, case: Case) -> Awaited:
    """Whose turn it is in the other province, as far as can be told here: its school is named, its authority is not."""
    given = [Step(event.step) for event in tx.cases.timeline(case.case_id) if event.step in set(Step)]
    asked = chains.awaited(case.procedure, given)
    assert asked is not None, "a procedure between provinces asks the other side"
    return Awaited(asked.value, str(Office(Tier.SCHOOL, case.releasing_school)) if asked is Step.OUT_SCHOOL else "")


def ask_index(tx: HubTransaction, kind: str, transfer_id: str, *, now: datetime, **question: Any) -> None:
    """Put a question to the arbiter; asked again it is the same row."""
    key = ":".join([kind, transfer_id, *(str(value) for value in question.values())])
    tx.outbox.put(LANE_INDEX, key, {"kind": kind, "transfer_id": transfer_id, **question}, now=now)


def write_letter(
    tx: HubTransaction,
    kind: LetterKind,
    transfer_id: str,
    body: Mapping[str, Any],
    *,
    to: str,
    handshake: Handshake,
    now: datetime,
) -> None:
    """Sign and store a letter, due in lane ``mail`` until the other hub has acknowledged it."""
    incarnation = tx.letters.incarnation()
    letter = Letter(
        kind=kind,
        sender=handshake.province,
        receiver=to,
        incarnation=incarnation,
        sequence=tx.letters.next_sequence(to),
        transfer_id=transfer_id,
        at_ms=milliseconds(now),
        body=body,
    )
    tx.letters.write(
        receiver=to,
        incarnation=incarnation,
        sequence=letter.sequence,
        transfer_id=transfer_id,
        kind=kind.value,
        jws=handshake.sign(StatementKind.LETTER, letter.content()),
        now=now,
    )
    tx.outbox.put(
        LANE_MAIL,
        mail_key(to, incarnation, letter.sequence),
        {"receiver": to, "incarnation": incarnation, "sequence": letter.sequence},
        now=now,
    )


def mail_key(receiver: str, incarnation: int, sequence: int) -> str:
    return f"{receiver}.{incarnation}.{sequence}"


def tell(tx: HubTransaction, entry: Entry, *, to: Office, now: datetime) -> None:
    publish(tx, entry, to=to, now=now)


def progress(
    tx: HubTransaction,
    transfer_id: str,
    step: str,
    *,
    to: Office,
    now: datetime,
    office: Office = NATION,
    at_ms: int | None = None,
    awaited_step: str = "",
    awaited_office: str = "",
    waits_for: Refusal | None = None,
) -> None:
    """One more line of the timeline, here and in the worklists below."""
    at = datetime.fromtimestamp(at_ms / 1000, tz=now.tzinfo) if at_ms is not None else now
    tx.cases.note(transfer_id, step=step, office=office, at=at)
    tell(
        tx,
        CaseProgress(
            case_id=transfer_id,
            step=step,
            office=str(office),
            at_ms=milliseconds(at),
            awaited_step=awaited_step,
            awaited_office=awaited_office,
            waits_for=waits_for,
        ),
        to=to,
        now=now,
    )
