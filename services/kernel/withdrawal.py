"""A withdrawal (撤销): the school that filed a case takes it back, until it is done (Art. 14).

It is a statement of the school's node about one case, and climbs like the case did. Whoever has the case decides: of a
transfer, a province may end the time earlier (``transfer.withdraw_until``); of one between provinces the national
index has the last word (R3).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self, assert_never

from kernel.case import Case
from kernel.facts import stage_of
from kernel.office import Office, Tier
from kernel.packs import RulePack
from kernel.packs.keys import TRANSFER_WITHDRAW_UNTIL
from kernel.packs.words import WithdrawUntil
from kernel.refusals import AlreadySentUp, ReasonRequired, SignatureInvalid, WithdrawalTooLate
from kernel.regulation import Step
from kernel.regulation.transfers import TRANSFER
from kernel.statement import StatementKind, Verify

# Steps of timelines.
WITHDRAWN = "withdrawn"  # 撤销
WITHDRAWAL_ASKED = "withdrawal_asked"  # 已请求撤销
WITHDRAWAL_REFUSED = "withdrawal_refused"  # 撤销未受理


@dataclass(frozen=True)
class Withdrawal:
    """One school's word that a case of its own is to end.

    Attributes:
        case_digest: of the case's body. person: staff id of whoever asked.
    """

    case_id: str
    case_digest: str
    school: str
    reason: str
    person: str
    at_ms: int

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ReasonRequired(field="reason")

    def content(self) -> dict[str, Any]:
        """What is signed, as a canonical JSON object."""
        return {
            "case_id": self.case_id,
            "case": self.case_digest,
            "school": self.school,
            "reason": self.reason,
            "person": self.person,
            "at": self.at_ms,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """Raises SignatureInvalid unless the node of the school that it names has signed it."""
        verified = verify(jws, StatementKind.WITHDRAWAL)
        content = verified.content
        try:
            withdrawal = cls(
                case_id=content["case_id"],
                case_digest=content["case"],
                school=content["school"],
                reason=content["reason"],
                person=content["person"],
                at_ms=content["at"],
            )
        except (KeyError, TypeError, AttributeError) as malformed:
            raise SignatureInvalid(why="撤销请求内容不完整") from malformed
        if not verified.signer.is_node or verified.signer.office != Office(Tier.SCHOOL, withdrawal.school):
            raise SignatureInvalid(why="撤销请求不是所称学校签发")
        return withdrawal

    def require_of(self, case: Case) -> None:
        """Raises SignatureInvalid unless it is about this very case, by the school that filed it."""
        if (self.case_id, self.case_digest, self.school) != (case.case_id, case.digest, case.school):
            raise SignatureInvalid(why="撤销请求与业务不符")


def require_in_time(case: Case, given: Collection[Step], *, pack: RulePack, sent_to: str) -> None:
    """That a case that has left the school may still be taken back, as far as the steps taken tell.

    Args:
        given: the endorsements that are known here. sent_to: who has the case, for the answer.

    Raises:
        AlreadySentUp, WithdrawalTooLate: of a transfer, by the province's rules (Art. 11, 14).
    """
    if case.procedure.family != TRANSFER:
        return
    stage = stage_of(case.items[0].values.get("grade", ""))
    until = pack.read(stage)(TRANSFER_WITHDRAW_UNTIL)
    match until:
        case WithdrawUntil.COMPLETION:
            pass
        case WithdrawUntil.RELEASE:
            if any(step.releasing for step in given):
                raise WithdrawalTooLate(until=until.label)
        case WithdrawUntil.SUBMISSION:
            raise AlreadySentUp(awaited=sent_to)
        case _:
            assert_never(until)
