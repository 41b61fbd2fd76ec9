"""A finding (线索): what an office is said to have not kept, where that is known from, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.canonical import digest
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.office import Office
from kernel.refusals import FindingStateForbids
from kernel.supervision.grounds import Ground, clause_for


class Source(StrEnum):
    """Where it is known from."""

    DECISION = "decision"  # 核办业务时发现: a rule, with the decision of a case
    STEP = "step"  # 逾期环节: the clock of Article 14
    REVIEW = "review"  # 学籍复核: a term's review (Article 24)
    OFFICER = "officer"  # 工作人员登记: an officer, with proof

    @property
    def label(self) -> str:
        return _SOURCES[self]


_SOURCES = {
    Source.DECISION: "核办业务时发现",
    Source.STEP: "逾期环节",
    Source.REVIEW: "学籍复核",
    Source.OFFICER: "工作人员登记",
}


class FindingState(StrEnum):
    FOUND = "found"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    ORDERED = "ordered"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    FindingState.FOUND: "待核实",
    FindingState.DISMISSED: "不予认定",
    FindingState.CONFIRMED: "已认定",
    FindingState.ORDERED: "责令改正",
    FindingState.ANSWERED: "已报告整改",
    FindingState.CLOSED: "已整改",
}


class Act(StrEnum):
    """What is done about a finding; each is an entry of the register."""

    FIND = "find"
    DISMISS = "dismiss"
    CONFIRM = "confirm"
    ORDER = "order"
    ANSWER = "answer"
    REFER = "refer"
    CLOSE = "close"

    @property
    def label(self) -> str:
        return _ACTS[self]


_ACTS = {
    Act.FIND: "登记线索",
    Act.DISMISS: "不予认定",
    Act.CONFIRM: "认定",
    Act.ORDER: "责令改正",
    Act.ANSWER: "报告整改",
    Act.REFER: "移送追究责任",
    Act.CLOSE: "整改复查通过",
}

_F = FindingState

# From which states an act may be done, and where it leads. An answer that is not enough is followed by another order;
# what is referred is to be put right as well, so it stays where it is.
_STEPS: Mapping[Act, Mapping[FindingState, FindingState]] = {
    Act.FIND: {},
    Act.DISMISS: {_F.FOUND: _F.DISMISSED},
    Act.CONFIRM: {_F.FOUND: _F.CONFIRMED},
    Act.ORDER: {_F.CONFIRMED: _F.ORDERED, _F.ANSWERED: _F.ORDERED},
    Act.ANSWER: {_F.ORDERED: _F.ANSWERED},
    Act.REFER: {_F.CONFIRMED: _F.CONFIRMED, _F.ORDERED: _F.ORDERED, _F.ANSWERED: _F.ANSWERED},
    Act.CLOSE: {_F.ANSWERED: _F.CLOSED},
}


def after(state: FindingState, act: Act) -> FindingState:
    """Where an act leads.

    Raises:
        FindingStateForbids: it cannot be done now.
    """
    following = _STEPS[act].get(state)
    if following is None:
        raise FindingStateForbids(field="finding_id", state=state.label, act=act.label)
    return following


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        finding_id: UUIDv7 in text; what is found twice is one finding (``finding_id_of``).
        subject: the office that is said to have not kept it.
        about: id of the case or the review; empty where it is about none. step: of a case, the step that is overdue.
        sentence: what was found, in Chinese, with no pupil's name or number in it.
        days_late: 0 where time is not the point. count: pupils whom it concerns, 0 where it is not about pupils.
        evidence: digests of what an officer brought.
    """

    finding_id: str
    subject: Office
    ground: Ground
    source: Source
    sentence: str = field(repr=False)
    found_at_ms: int
    about: str = ""
    step: str = ""
    days_late: int = 0
    count: int = 0
    evidence: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """By which the subject is ordered: of Article 27, or Article 26."""
        return clause_for(self.ground, self.subject)

    def to_content(self) -> dict[str, str | int | list[str]]:
        """What the register says of it."""
        return {
            "ground": self.ground.value,
            "clause": self.clause,
            "source": self.source.value,
            "sentence": self.sentence,
            "about": self.about,
            "step": self.step,
            "days_late": self.days_late,
            "count": self.count,
            "evidence": list(self.evidence),
        }


def finding_id_of(subject: Office, ground: Ground, *, about: str, step: str = "", anchor_ms: int) -> str:
    """The id of what is found by itself: once for each subject, ground, case and step, however often it is looked for.

    Args:
        anchor_ms: a moment that belongs to it, such as the end of a term: the time in the id.
    """
    told = [str(subject), ground.value, about, step]
    return str(uuid7(now_ms=anchor_ms, randomness=digest("finding", told)[:RANDOM_BYTES]))
