"""Where two rule packs say different things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kernel.packs.key import Key
from kernel.packs.keys import KEYS
from kernel.packs.pack import RulePack
from kernel.packs.text import Value
from kernel.stages import Stage


@dataclass(frozen=True)
class Line:
    """What one pack says on a key, of the stages for which it says the same; none where the key knows no stage."""

    key: Key[Any]
    stages: tuple[Stage, ...]
    value: Value


@dataclass(frozen=True)
class Difference:
    """A key on which two packs differ, for the stages for which they differ in the same way."""

    key: Key[Any]
    stages: tuple[Stage, ...]
    left: Value
    right: Value


def lines(pack: RulePack, stage: Stage | None = None) -> Iterator[Line]:
    """All that a pack says, in the order of the vocabulary; of one stage alone where one is given."""
    for key in KEYS.values():
        by_value: list[Line] = []
        for one in _stages(key, stage):
            value = pack.value(key, one)
            _gather(by_value, Line(key, (one,) if one else (), value))
        yield from by_value


def differences(left: RulePack, right: RulePack, stage: Stage | None = None) -> Iterator[Difference]:
    """Keys whose values differ; where only sources do, the packs say the same."""
    for key in KEYS.values():
        found: list[Difference] = []
        for one in _stages(key, stage):
            before, after = left.value(key, one), right.value(key, one)
            if before.value != after.value:
                _gather(found, Difference(key, (one,) if one else (), before, after))
        yield from found


def _stages(key: Key[Any], stage: Stage | None) -> tuple[Stage | None, ...]:
    if not key.per_stage:
        return (None,)
    return tuple(Stage) if stage is None else (stage,)


L = TypeVar("L", Line, Difference)


def _gather(so_far: list[L], one: L) -> None:
    """Put a stage to those of which the same is said, or begin a line of its own."""
    for place in range(len(so_far)):
        known: L = so_far[place]
        if replace(known, stages=()) == replace(one, stages=()):
            so_far[place] = replace(known, stages=(*known.stages, *one.stages))
            return
    so_far.append(one)
