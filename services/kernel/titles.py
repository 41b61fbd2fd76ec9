"""What people call a procedure, in the words of the law of its day: 工读学校 are called 专门学校 since 2025."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.packs import Packs
from kernel.packs.keys import REFORM_SCHOOL_TITLE
from kernel.refusals import RulePackUnknown
from kernel.regulation import Procedure
from kernel.regulation.placement import REFORM_SCHOOL


@dataclass(frozen=True)
class Titles:
    """Titles of procedures by the rule packs that are known here."""

    packs: Packs

    def of(self, row: Procedure, pack_id: str) -> str:
        """The row's title under the pack that a case names; both words where the pack is none of ours."""
        if REFORM_SCHOOL not in row.title:
            return row.title
        try:
            national = self.packs.named(pack_id.partition("+")[0])
        except RulePackUnknown:
            return row.title
        return row.title.replace(REFORM_SCHOOL, national.read()(REFORM_SCHOOL_TITLE))
