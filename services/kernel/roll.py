"""The roll of a school (在籍学生名册) as it stood at a moment: a question that climbs, and what is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.figures.scope import Scope


@dataclass(frozen=True)
class RollQuestion:
    """Whose roll, and of which moment; ``after``: the student key with which the last page ended."""

    scope: Scope
    at_ms: int
    size: int
    after: str = ""


@dataclass(frozen=True)
class RollLine:
    """A pupil whose record the school kept open then."""

    student_key: str
    number: str = field(repr=False)
    name: str = field(repr=False)
    grade: str
    school_class: str
    status: str


@dataclass(frozen=True)
class RollAnswer:
    lines: tuple[RollLine, ...]
    next_token: str = ""
