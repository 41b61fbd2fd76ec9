"""Custody (保管权): which province's hub may write a student's record, and the signed papers that move it.

The national index decides; a hub honours its receipt only when the release and the acceptance inside are signed by the
two hubs that they name, so that the index alone can move nobody. The rules R1 to R20 are those of docs/transfer.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from kernel.office import NATION, Office, Tier
from kernel.refusals import ReasonNotListed, SignatureInvalid
from kernel.statement import StatementKind, Verify, built, require_signer, statement_digest


class Custody(StrEnum):
    """What a hub holds of one student."""

    NONE = "none"
    HELD = "held"  # the one writer
    FROZEN = "frozen"  # released for one transfer: no writes until the index's receipt
    GONE = "gone"  # a backup, read only (Article 9)


class Outcome(StrEnum):
    COMMITTED = "committed"
    ABORTED = "aborted"


class CloseReason(StrEnum):
    """R15: the closed list of reasons for which a transfer ends without moving anybody."""

    WITHDRAWN = "withdrawn"  # 转入方撤销
    IDENTITY_MISMATCH = "identity_mismatch"  # 2001 学籍号与姓名或证件不相符
    OPEN_CASE = "open_case"  # 2002 有在办业务或非在校
    PROBLEM_RECORD = "problem_record"  # 2003 问题学籍
    NOT_A_PUPIL = "not_a_pupil"  # 转出学校查无此人
    COURT_ORDER = "court_order"  # 司法文书
    GUARDIAN_DISPUTE = "guardian_dispute"  # 监护人争议
    EXPIRED = "expired"  # 逾期
    RECOVERED = "recovered"  # 恢复后关闭
    UNKNOWN_TRANSFER = "unknown_transfer"  # R10: answered, never dropped
    DENIED = "denied"  # the index refused to open

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


_REASON_LABELS = {
    CloseReason.WITHDRAWN: "转入方撤销",
    CloseReason.IDENTITY_MISMATCH: "学籍号与姓名或证件不相符",
    CloseReason.OPEN_CASE: "该生有在办业务或不在校",
    CloseReason.PROBLEM_RECORD: "该生学籍为问题学籍",
    CloseReason.NOT_A_PUPIL: "转出学校查无此人",
    CloseReason.COURT_ORDER: "司法文书限制转学",
    CloseReason.GUARDIAN_DISPUTE: "监护人对转学有争议",
    CloseReason.EXPIRED: "逾期未办结",
    CloseReason.RECOVERED: "系统恢复后关闭",
    CloseReason.UNKNOWN_TRANSFER: "对方查无此笔转接",
    CloseReason.DENIED: "未获受理",
}

# What the releasing school or its authority may give as a reason; identity causes block, the rest are disputes.
RELEASING_SIDE_REASONS = (
    CloseReason.IDENTITY_MISMATCH,
    CloseReason.OPEN_CASE,
    CloseReason.PROBLEM_RECORD,
    CloseReason.NOT_A_PUPIL,
    CloseReason.COURT_ORDER,
    CloseReason.GUARDIAN_DISPUTE,
)


def releasing_side_reason(code: str) -> CloseReason:
    """Raises ReasonNotListed unless the code is one that the releasing side may give (R15)."""
    if code not in {reason.value for reason in RELEASING_SIDE_REASONS}:
        raise ReasonNotListed(field="reason_code", reason=code[:40])
    return CloseReason(code)


@dataclass(frozen=True)
class Release:
    """The losing hub's word: this student, at this epoch, with this archive, may go to that province."""

    transfer_id: str
    student_key: str
    epoch: int
    archive_digest: str
    losing: str
    gaining: str
    chain_head: str
    at_ms: int

    def content(self) -> dict[str, Any]:
        return {
            "transfer_id": self.transfer_id,
            "student_key": self.student_key,
            "epoch": self.epoch,
            "archive_digest": self.archive_digest,
            "losing": self.losing,
            "gaining": self.gaining,
            "chain_head": self.chain_head,
            "at": self.at_ms,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """Raises SignatureInvalid unless the province that loses the student signed it."""
        verified = verify(jws, StatementKind.RELEASE)
        content = verified.content
        release = built(
            lambda: cls(
                transfer_id=content["transfer_id"],
                student_key=content["student_key"],
                epoch=content["epoch"],
                archive_digest=content["archive_digest"],
                losing=content["losing"],
                gaining=content["gaining"],
                chain_head=content["chain_head"],
                at_ms=content["at"],
            )
        )
        require_signer(verified, Office(Tier.PROVINCE, release.losing))
        return release


@dataclass(frozen=True)
class Acceptance:
    """The gaining hub's word: the archive named in that release is here, whole, and safe on disk."""

    transfer_id: str
    epoch: int
    archive_digest: str
    gaining: str
    release_digest: str
    at_ms: int

    def content(self) -> dict[str, Any]:
        return {
            "transfer_id": self.transfer_id,
            "epoch": self.epoch,
            "archive_digest": self.archive_digest,
            "gaining": self.gaining,
            "release": self.release_digest,
            "at": self.at_ms,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """Raises SignatureInvalid unless the province that gains the student signed it."""
        verified = verify(jws, StatementKind.ACCEPTANCE)
        content = verified.content
        acceptance = built(
            lambda: cls(
                transfer_id=content["transfer_id"],
                epoch=content["epoch"],
                archive_digest=content["archive_digest"],
                gaining=content["gaining"],
                release_digest=content["release"],
                at_ms=content["at"],
            )
        )
        require_signer(verified, Office(Tier.PROVINCE, acceptance.gaining))
        return acceptance


def read_votes(release_jws: str, acceptance_jws: str, *, verify: Verify) -> tuple[Release, Acceptance]:
    """Both hubs' signed votes, over the same transfer, epoch and archive (invariant I5).

    Raises:
        SignatureInvalid: either is unsigned by the hub that it names, or they speak of different things.
    """
    release = Release.read(release_jws, verify=verify)
    acceptance = Acceptance.read(acceptance_jws, verify=verify)
    same = (
        release.transfer_id == acceptance.transfer_id
        and release.epoch == acceptance.epoch
        and release.archive_digest == acceptance.archive_digest
        and release.gaining == acceptance.gaining
        and acceptance.release_digest == statement_digest(release_jws)
    )
    if not same:
        raise SignatureInvalid(why="放行与接收所签的不是同一件事")
    return release, acceptance


@dataclass(frozen=True)
class Receipt:
    """The index's word on how a transfer ended.

    Attributes:
        custodian, epoch: after the outcome. previous: the custodian before it.
        incarnation: of the index; outcomes of an older incarnation are void once a newer one is known (R8).
        release, acceptance: the two hubs' JWS for a commit; empty for an abort.
    """

    transfer_id: str
    student_key: str
    outcome: Outcome
    custodian: str
    previous: str
    gaining: str
    epoch: int
    archive_digest: str
    reason: str
    incarnation: int
    release: str
    acceptance: str
    at_ms: int

    def content(self) -> dict[str, Any]:
        return {
            "transfer_id": self.transfer_id,
            "student_key": self.student_key,
            "outcome": self.outcome.value,
            "custodian": self.custodian,
            "previous": self.previous,
            "gaining": self.gaining,
            "epoch": self.epoch,
            "archive_digest": self.archive_digest,
            "reason": self.reason,
            "incarnation": self.incarnation,
            "release": self.release,
            "acceptance": self.acceptance,
            "at": self.at_ms,
        }

    @classmethod
    def read(cls, jws: str, *, verify: Verify) -> Self:
        """R1: only this moves custody.

        Raises:
            SignatureInvalid: the nation did not sign it, or it commits without both hubs' agreeing signatures.
        """
        verified = verify(jws, StatementKind.RECEIPT)
        require_signer(verified, NATION)
        content = dict(verified.content)
        content["at_ms"] = content.pop("at", None)
        receipt = built(lambda: cls(**{**content, "outcome": Outcome(content["outcome"])}))
        if receipt.outcome is Outcome.COMMITTED:
            release, _ = read_votes(receipt.release, receipt.acceptance, verify=verify)
            agrees = (
                release.transfer_id == receipt.transfer_id
                and release.student_key == receipt.student_key
                and release.archive_digest == receipt.archive_digest
                and release.losing == receipt.previous
                and release.gaining == receipt.custodian == receipt.gaining
                and release.epoch + 1 == receipt.epoch
            )
            if not agrees:
                raise SignatureInvalid(why="回执与双方签名不符")
        return receipt
