"""Rule packs: what the nation fixes and provinces tighten, as dated data (``deploy/policies``).

Each case records the pack it is judged by and keeps it to the end.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Self

from kernel.refusals import RulePackUnknown


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
            ValueError: the text is no TOML, or lacks a parameter, which the message names.
        """
        pack = tomllib.loads(text)
        try:
            return cls(
                name=pack["name"],
                title=pack["title"],
                in_force_from=pack["in_force_from"],
                entry_age_years=pack["entry"]["age_years"],
                entry_cutoff=(pack["entry"]["cutoff_month"], pack["entry"]["cutoff_day"]),
                class_size_primary=pack["class_size"]["primary"],
                class_size_secondary=pack["class_size"]["secondary"],
                class_size_large_from=pack["class_size"]["large_from"],
            )
        except KeyError as missing:
            raise ValueError(f"the rule pack lacks {missing}") from missing

    def require_named(self, pack: str) -> None:
        """A case is judged to its end by the pack that it names. Raises RulePackUnknown when that is not this one."""
        if pack != self.name:
            raise RulePackUnknown(field="rule_pack", pack=pack)
