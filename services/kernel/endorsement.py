"""The chain of endorsements (签批): who decided what, in which office, when, over exactly which case.

Each endorsement names the digest of the case and of the endorsement before it, so nothing under it and nothing before
it can be exchanged. An approval may except single items; those leave the case there and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, Self

from kernel import chains
from kernel.case import Case, Item
from kernel.office import Office, Tier
from kernel.refusals import ChainBroken, EndorsementOutOfTurn, OutsideJurisdiction, ReasonRequired, Refusal
from kernel.regulation import Step
from kernel.school import School
from kernel.statement import StatementKind, Verify, statement_digest


class Decision(StrEnum):
    APPROVE = "approve"  # 核准
    RETURN = "return"  # 退回修改
    REJECT = "reject"  # 不予核准


@dataclass(frozen=True)
class ItemException:
    """One item decided otherwise than the rest of an approved case."""

    item_id: str
    decision: Decision
    reason: str


@dataclass(frozen=True)
class Endorsement:
    """One office's decision.

    Attributes:
        case_digest, covers: hex digests of the case's body and of the head of the chain before this endorsement.
        maker: staff id of the person who decided; checker: of the second person, where the office has two.
        reason_code: of the closed list in ``kernel.custody`` where a transfer is refused (R15); else empty.
        at_ms: milliseconds since 1970-01-01 UTC.
        allocated: numbers that the office gave by itself (预发), by item id.
    """

    case_digest: str
    covers: str
    step: Step
    decision: Decision
    at_ms: int
    maker: str
    checker: str = ""
    reason: str = ""
    reason_code: str = ""
    exceptions: tuple[ItemException, ...] = ()
    allocated: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.decision is not Decision.APPROVE and not self.reason.strip():
            raise ReasonRequired(field="reason")
        if any(not e.reason.strip() for e in self.exceptions):
            raise ReasonRequired(field="exceptions.reason")

    def content(self) -> dict[str, Any]:
        """What is signed, as a canonical JSON object; of numbers it speaks only where some were given."""
        given = {"allocated": dict(self.allocated)} if self.allocated else {}
        return given | {
            "case": self.case_digest,
            "covers": self.covers,
            "step": self.step.value,
            "decision": self.decision.value,
            "at": self.at_ms,
            "maker": self.maker,
            "checker": self.checker,
            "reason": self.reason,
            "reason_code": self.reason_code,
            "exceptions": [
                {"item_id": e.item_id, "decision": e.decision.value, "reason": e.reason} for e in self.exceptions
            ],
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Raises ChainBroken when the object is no endorsement."""
        try:
            return cls(
                case_digest=content["case"],
                covers=content["covers"],
                step=Step(content["step"]),
                decision=Decision(content["decision"]),
                at_ms=content["at"],
                maker=content["maker"],
                checker=content["checker"],
                reason=content["reason"],
                reason_code=content["reason_code"],
                exceptions=tuple(
                    ItemException(e["item_id"], Decision(e["decision"]), e["reason"]) for e in content["exceptions"]
                ),
                allocated=dict(content.get("allocated", {})),
            )
        except (KeyError, ValueError, TypeError) as malformed:
            raise ChainBroken(why="签批内容不完整") from malformed


@dataclass(frozen=True)
class Endorsed:
    """An endorsement whose signature was found good, and the office that gave it."""

    endorsement: Endorsement
    office: Office


def allocated_in(chain: Iterable[Endorsed]) -> dict[str, str]:
    """The numbers that an office below gave by itself, by item id."""
    return {item_id: number for endorsed in chain for item_id, number in endorsed.endorsement.allocated.items()}


class Register(Protocol):
    """The schools of which an office has heard (``kernel.organisations``)."""

    def __call__(self, code: str, /) -> School | None:
        """The school as it is now; None where it has ended, or the register does not reach."""

    def school_in(self, case: Case, code: str, /) -> School | None:
        """The school as it was on the day on which the case was filed.

        What was begun is finished by those with whom it was begun (老案老办), also where the school has meanwhile got
        another authority or none: so every office reads one chain in one way, whenever it reads it. Of a school that
        had ended by that day, it is as it was last, with the authority that answers for it.
        """

    def in_force_for(self, case: Case, code: str, /) -> bool:
        """Whether the school was there on the day on which the case was filed, and had not ended."""

    def answers_for(self, code: str, /) -> str | None:
        """Six digits of the authority that answers now for a school, also for one that has ended."""

    def unknown(self, code: str, /) -> Refusal:
        """Why there is no such school now: it has ended, or was never heard of."""


def read_chain(case: Case, *, verify: Verify, register: Register) -> tuple[Endorsed, ...]:
    """The case's endorsements, each found good.

    Raises:
        SignatureInvalid: a signature or certificate does not verify.
        ChainBroken: an endorsement covers something else, or follows a refusal.
        EndorsementOutOfTurn: the steps are not those of the procedure, in its order.
        OutsideJurisdiction: a signer is not the office that the step asks for.
    """
    given: list[Endorsed] = []
    covers = case.digest
    for position, jws in enumerate(case.endorsements):
        verified = verify(jws, StatementKind.ENDORSEMENT)
        endorsement = Endorsement.from_content(verified.content)
        if endorsement.case_digest != case.digest or endorsement.covers != covers:
            raise ChainBroken(why=f"第{position + 1}级签批所签的不是本业务")
        if given and given[-1].endorsement.decision is not Decision.APPROVE:
            raise ChainBroken(why=f"第{position + 1}级签批在退回或不予核准之后")
        steps = [before.endorsement.step for before in given]
        if not chains.admits(case.procedure, steps, endorsement.step):
            awaited = chains.awaited(case.procedure, steps)
            raise EndorsementOutOfTurn(awaited=awaited or "无", given=endorsement.step)
        if not verified.signer.is_node:
            raise OutsideJurisdiction(office=str(verified.signer.office), what="代表单位签批")
        require_jurisdiction(case, endorsement.step, verified.signer.office, register=register)
        given.append(Endorsed(endorsement, verified.signer.office))
        covers = statement_digest(jws)
    return tuple(given)


def require_jurisdiction(case: Case, step: Step, office: Office, *, register: Register) -> None:
    """That this office is the one whose endorsement the step asks for.

    A register reaches only its own province. Of another province's offices only the tier and the province can be told
    here; that province's hub answers for the rest with its own signature over the release.
    """
    asked = office_of_step(case, step, register=register)
    if asked is not None:
        allowed = office == asked
    else:
        allowed = office.tier is _TIER_OF[step] and office.province == school_of_step(case, step)[2:4]
    if not allowed:
        raise OutsideJurisdiction(office=str(office), what=step.label)


_TIER_OF = {
    Step.IN_SCHOOL: Tier.SCHOOL,
    Step.OUT_SCHOOL: Tier.SCHOOL,
    Step.IN_PROVINCE: Tier.PROVINCE,
    Step.OUT_PROVINCE: Tier.PROVINCE,
    Step.IN_AUTHORITY: Tier.AUTHORITY,
    Step.OUT_AUTHORITY: Tier.AUTHORITY,
    Step.IN_PREFECTURE: Tier.AUTHORITY,
    Step.OUT_PREFECTURE: Tier.AUTHORITY,
}


def school_of_step(case: Case, step: Step) -> str:
    """Code of the school on whose side the step lies."""
    return case.releasing_school if step.releasing else case.school


def office_of_step(case: Case, step: Step, *, register: Register) -> Office | None:
    """The office whose endorsement the step asks for; None where the register does not reach."""
    code = school_of_step(case, step)
    match _TIER_OF[step]:
        case Tier.SCHOOL:
            return Office(Tier.SCHOOL, code)
        case Tier.PROVINCE:
            return Office(Tier.PROVINCE, code[2:4])
    school = register.school_in(case, code)
    if school is None:
        return None
    prefecture = step in (Step.IN_PREFECTURE, Step.OUT_PREFECTURE)
    return Office(Tier.AUTHORITY, f"{school.authority[:4]}00" if prefecture else school.authority)


def require_school(code: str, *, register: Register) -> School:
    """The school of that code as it is now. Raises SchoolUnknown, or SchoolNoLongerInForce where it has ended."""
    school = register(code)
    if school is None:
        raise register.unknown(code)
    return school


def require_school_in(case: Case, code: str, *, register: Register) -> School:
    """The school as it was when the case was filed. Raises as ``require_school``."""
    school = register.school_in(case, code)
    if school is None:
        raise register.unknown(code)
    return school


def authority_of(school: str, *, register: Register) -> Office:
    """The authority of a school now (学籍主管部门). Raises as ``require_school``."""
    return Office(Tier.AUTHORITY, require_school(school, register=register).authority)


def authority_answering(school: str, *, register: Register) -> Office:
    """Who answers for a school now, also for one that has ended: letters still find it. Raises SchoolUnknown."""
    code = register.answers_for(school)
    if code is None:
        raise register.unknown(school)
    return Office(Tier.AUTHORITY, code)


def authority_in(case: Case, school: str, *, register: Register) -> Office:
    """The authority of a school in a case: with whom it was begun. Raises as ``require_school``."""
    return Office(Tier.AUTHORITY, require_school_in(case, school, register=register).authority)


def standing_items(case: Case, chain: tuple[Endorsed, ...]) -> tuple[Item, ...]:
    """The items that no endorsement excepted and that are still on their way."""
    excepted = {e.item_id for endorsed in chain for e in endorsed.endorsement.exceptions}
    return tuple(item for item in case.items if item.item_id not in excepted)
