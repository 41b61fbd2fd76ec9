"""Giving pupils' data to somebody outside (对外提供学籍信息): only by the authority's written approval (Art. 25).

A school asks for one receiver, one purpose, the fewest items and an end; another person of the school checks it; the
authority permits it in writing, or fewer items of it, or refuses. What is given is counted and digested before it
leaves. A permit can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from kernel.form import ITEMS
from kernel.refusals import (
    DisclosureDecided,
    DisclosureNotPermitted,
    DisclosureTooLong,
    MakerIsChecker,
    RequestMalformed,
)

ARTICLE = 25
DAYS_MAX = 366  # a permit for ever is none: who needs the data next year asks next year
NUMBER = "number"
# What may be given, under its name: the student number and the items of the form.
ITEM_LABELS: Mapping[str, str] = {NUMBER: "学籍号", **{one.key: one.label for one in ITEMS}}


class DisclosureState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    PERMITTED = "permitted"
    REFUSED = "refused"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    DisclosureState.ASKED: "待学校审核人确认",
    DisclosureState.CONFIRMED: "待学籍主管部门批准",
    DisclosureState.PERMITTED: "已批准",
    DisclosureState.REFUSED: "未批准",
    DisclosureState.REVOKED: "批准已撤回",
}


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What is asked, and what became of it.

    Attributes:
        disclosure_id: UUIDv7. school: its code. recipient, purpose, basis: whom it is for, what for, by which document.
        items: keys of ``ITEM_LABELS``, in order; after the decision, those that were permitted.
        grade: code of the only grade; empty for all. until: ISO day, the last on which it may be given.
        asked_by, confirmed_by, decided_by: persons of the school and of the authority. reason: of a refusal.
    """

    disclosure_id: str
    school: str
    recipient: str
    purpose: str
    basis: str
    items: tuple[str, ...]
    until: str
    asked_by: str
    grade: str = ""
    state: DisclosureState = DisclosureState.ASKED
    confirmed_by: str = ""
    decided_by: str = ""
    reason: str = ""

    def require_askable(self, today: date) -> None:
        """Whether it may be asked for.

        Raises:
            RequestMalformed: it names no item, one that there is not, or one twice. DisclosureTooLong: its end.
        """
        unknown = [key for key in self.items if key not in ITEM_LABELS]
        if not self.items or unknown or len(set(self.items)) != len(self.items):
            raise RequestMalformed(
                field="items", why=f"没有“{unknown[0]}”这一项" if unknown else "请逐项写明提供的信息"
            )
        if not today <= date.fromisoformat(self.until) <= today + timedelta(days=DAYS_MAX):
            raise DisclosureTooLong(field="until", most=DAYS_MAX)

    def confirmed(self, by: str) -> Self:
        """Checked by another person of the school. Raises MakerIsChecker, DisclosureDecided."""
        if self.state is not DisclosureState.ASKED:
            raise DisclosureDecided(state=self.state.label)
        if by == self.asked_by:
            raise MakerIsChecker
        return replace(self, state=DisclosureState.CONFIRMED, confirmed_by=by)

    def permitted(self, by: str, items: Sequence[str] = ()) -> Self:
        """Permitted, whole or with these items alone. Raises DisclosureDecided, RequestMalformed."""
        self._require_undecided()
        if not set(items) <= set(self.items):
            raise RequestMalformed(field="items", why="只能批准申请中的项目")
        kept = tuple(key for key in self.items if not items or key in items)
        return replace(self, state=DisclosureState.PERMITTED, decided_by=by, items=kept)

    def refused(self, by: str, reason: str) -> Self:
        """Raises DisclosureDecided, RequestMalformed: a refusal says why."""
        self._require_undecided()
        return replace(self, state=DisclosureState.REFUSED, decided_by=by, reason=_reason(reason))

    def revoked(self, by: str, reason: str) -> Self:
        """The permit is taken back. Raises DisclosureNotPermitted, RequestMalformed."""
        if self.state is not DisclosureState.PERMITTED:
            raise DisclosureNotPermitted(state=self.state.label)
        return replace(self, state=DisclosureState.REVOKED, decided_by=by, reason=_reason(reason))

    def require_permitted(self, today: date) -> None:
        """Whether data may be given today. Raises DisclosureNotPermitted."""
        if self.state is not DisclosureState.PERMITTED:
            raise DisclosureNotPermitted(state=self.state.label)
        if today > date.fromisoformat(self.until):
            raise DisclosureNotPermitted(state=f"批准已于{self.until}到期")

    @property
    def notice_of_use(self) -> str:
        """What stands on every line that is given."""
        permit = self.disclosure_id[-12:]
        return f"仅供{self.recipient}用于{self.purpose}，{self.until}前有效，不得转供（批准编号{permit}）"

    def to_content(self) -> dict[str, Any]:
        return {**asdict(self), "items": list(self.items), "state": self.state.value}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        told = {**content, "items": tuple(content["items"]), "state": DisclosureState(content["state"])}
        return cls(**told)

    def _require_undecided(self) -> None:
        if self.state is not DisclosureState.CONFIRMED:
            raise DisclosureDecided(state=self.state.label)


@dataclass(frozen=True)
class Given:
    """One time that data was given under a permit (提供台账).

    Attributes:
        pupils: how many. digest: SHA-256 of the file, in hex. at_ms: milliseconds since 1970-01-01 UTC.
    """

    given_id: str
    disclosure_id: str
    person: str
    pupils: int
    digest: str
    at_ms: int


def _reason(text: str) -> str:
    if not text.strip():
        raise RequestMalformed(field="reason", why="须写明理由")
    return text
