"""What a policy key is: a named parameter of the regulation, and how far a province may change it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic

from kernel.packs.kinds import Kind, T_co


class Change(StrEnum):
    """What a province may do with the nation's value (Art. 11, 29): set its own in this direction, or none at all."""

    FIXED = "fixed"  # the nation's order
    AT_MOST = "at_most"  # may lower
    AT_LEAST = "at_least"  # may raise
    MAY_ADD = "may_add"  # may name more
    MAY_REMOVE = "may_remove"  # may name fewer
    OPEN = "open"  # the nation leaves it open

    @property
    def label(self) -> str:
        return _CHANGE_LABELS[self]


_CHANGE_LABELS = {
    Change.FIXED: "不得变更",
    Change.AT_MOST: "只可降低或缩短",
    Change.AT_LEAST: "只可提高或从严",
    Change.MAY_ADD: "只可增加",
    Change.MAY_REMOVE: "只可减少",
    Change.OPEN: "由省级规定",
}


@dataclass(frozen=True, eq=False)
class Key(Generic[T_co]):
    """One parameter.

    Attributes:
        name: dotted, as packs and decisions carry it; never renamed.
        meaning: in Chinese, as a registrar reads it.
        clauses: of the Measures, that it serves: ``14.2`` is Article 14, second paragraph.
        per_stage: whether a pack may say it for one stage (学段) alone.
        fallback: the key whose value counts where no pack says this one.
    """

    name: str
    meaning: str
    kind: Kind[T_co]
    clauses: tuple[str, ...]
    change: Change
    per_stage: bool = True
    fallback: Key[Any] | None = None

    def __post_init__(self) -> None:
        if self.change in (Change.AT_MOST, Change.AT_LEAST):
            assert self.kind.at_most is not None, f"{self.name} has no order"
        if self.change in (Change.MAY_ADD, Change.MAY_REMOVE):
            assert self.kind.is_set, f"{self.name} is no set"
        assert self.fallback is None or self.fallback.per_stage == self.per_stage, "a fallback is asked alike"

    def text(self, value: Any) -> str:
        """The value as decisions carry it: its plain form, texts as they are, the rest as JSON."""
        plain = self.kind.plain(value)
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)

    def permits(self, national: Any, provincial: Any) -> bool:
        """Whether a province may put its value in the place of the nation's."""
        match self.change:
            case Change.FIXED:
                return bool(national == provincial)
            case Change.AT_MOST:
                assert self.kind.at_most is not None, "checked when it was made"
                return self.kind.at_most(provincial, national)
            case Change.AT_LEAST:
                assert self.kind.at_most is not None, "checked when it was made"
                return self.kind.at_most(national, provincial)
            case Change.MAY_ADD:
                return bool(provincial >= national)
            case Change.MAY_REMOVE:
                return bool(provincial <= national)
            case Change.OPEN:
                return True
