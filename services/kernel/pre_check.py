"""What automatic checks tell an officer before a decision (核办前检查). They never decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    NOTICE = "notice"  # 提示: look before deciding
    WARNING = "warning"  # 警示: a rule speaks against approval


@dataclass(frozen=True)
class PreCheck:
    """One finding about one item; ``sentence`` is what the officer reads."""

    code: str
    sentence: str
    severity: Severity
    field: str = ""
