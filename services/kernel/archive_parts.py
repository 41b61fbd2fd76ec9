"""The parts of an archive (学籍档案内容, Article 7) that come in pieces while a child is at school.

The first and second part, what the record says and what proves it, come with every procedure by themselves.
"""

from __future__ import annotations

from enum import StrEnum


class ArchivePart(StrEnum):
    DEVELOPMENT = "development"  # 7.2.3
    HEALTH = "health"  # 7.2.4
    AWARDS = "awards"  # 7.2.5
    AID = "aid"  # 7.2.6
    PROVINCIAL = "provincial"  # 7.2.7

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def standing_key(self) -> str:
        """Under which ``Student.standing`` has the newest piece; the history has them all."""
        return f"archive_{self}"


_LABELS = {
    ArchivePart.DEVELOPMENT: "综合素质发展报告",
    ArchivePart.HEALTH: "体质健康测试、健康体检和预防接种信息",
    ArchivePart.AWARDS: "在校期间的获奖信息",
    ArchivePart.AID: "享受资助信息",
    ArchivePart.PROVINCIAL: "省级规定的其他信息和材料",
}
