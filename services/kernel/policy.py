"""Rule packs: what the nation fixes and provinces tighten, as dated data (``deploy/policies``).

Each case records the pack it is judged by and keeps it to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from kernel.packs import Key, RulePackText, keys
from kernel.refusals import RulePackUnknown
from kernel.stages import Stage


@dataclass(frozen=True)
class Policy:
    """One rule pack.

    Attributes:
        name: stable identifier, as cases carry it. in_force_from: first day.
        entry_age_years: age reached on the cut-off (month, day) of the year of entry.
        class_size_primary, class_size_secondary: standard sizes; class_size_large_from: where 大班额 begins.
    """

    name: str
    title: str
    in_force_from: date
    entry_age_years: int
    entry_cutoff: tuple[int, int]
    class_size_primary: int
    class_size_secondary: int
    class_size_large_from: int

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a pack.

        Raises:
            RulePackMalformed: the text is no rule pack.
        """
        pack = RulePackText.from_toml(text)
        cutoff = _said(pack, keys.ENTRY_CUTOFF)
        return cls(
            name=pack.name,
            title=pack.title,
            in_force_from=pack.in_force_from,
            entry_age_years=_said(pack, keys.ENTRY_AGE_YEARS),
            entry_cutoff=(cutoff.month, cutoff.day),
            class_size_primary=_said(pack, keys.CLASS_SIZE_STANDARD, Stage.PRIMARY),
            class_size_secondary=_said(pack, keys.CLASS_SIZE_STANDARD, Stage.JUNIOR),
            class_size_large_from=_said(pack, keys.CLASS_SIZE_LARGE_FROM),
        )

    def require_named(self, pack: str) -> None:
        """A case is judged to its end by the pack that it names. Raises RulePackUnknown when that is not this one."""
        if pack != self.name:
            raise RulePackUnknown(field="rule_pack", pack=pack)


def _said(pack: RulePackText, key: Key[Any], stage: Stage | None = None) -> Any:
    value = pack.says(key, stage)
    assert value is not None, "the nation's pack is whole"
    return value.value
