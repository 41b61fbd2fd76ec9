"""A rule pack in effect: the nation's text, with one province's over it where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kernel.packs.key import Key
from kernel.packs.keys import KEYS, STEP_DEADLINE, STEP_DEADLINE_OF
from kernel.packs.kinds import T_co
from kernel.packs.term import Term
from kernel.packs.text import RulePackText, Value
from kernel.packs.words import Confidence
from kernel.refusals import RulePackBreaksNation, RulePackMalformed
from kernel.stages import Stage

# A pupil whose stage is not known is judged as one in compulsory years.
_STAGE_NOT_KNOWN = Stage.PRIMARY


@dataclass(frozen=True)
class RulePack:
    """What holds in one place at one time.

    Attributes:
        id: ``2013.1``, or ``2013.1+44.1`` with a province's text over it; cases carry it.
        province: whose it is; empty for the nation's.
        in_force_from, in_force_to: first and last day; the last is None while nothing ends it.
        values: by key name and stage; under None where the key knows no stage.
    """

    id: str
    title: str
    province: str
    in_force_from: date
    in_force_to: date | None
    values: Mapping[tuple[str, Stage | None], Value] = field(repr=False, compare=False)

    def value(self, key: Key[Any], stage: Stage | None = None) -> Value:
        """A key's value with its source.

        Args:
            stage: of the pupil; None where it is not known, which is judged as compulsory years.
        """
        return self.values[key.name, (stage or _STAGE_NOT_KNOWN) if key.per_stage else None]

    def read(self, stage: Stage | None = None) -> Reading:
        """Begin to read, for one pupil of that stage; see ``value``."""
        return Reading(self, stage)

    def covers(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


@dataclass
class Reading:
    """One reading of a pack, which remembers what was read, so that a decision can say by what it fell."""

    pack: RulePack
    stage: Stage | None = None
    _used: dict[str, Key[Any]] = field(default_factory=dict, init=False)

    def __call__(self, key: Key[T_co]) -> T_co:
        self._used[key.name] = key
        value: T_co = self.pack.value(key, self.stage).value
        return value

    @property
    def parameters(self) -> dict[str, str]:
        """What was read, by key name, in the form of ``Key.text``."""
        return {name: key.text(self.pack.value(key, self.stage).value) for name, key in self._used.items()}

    @property
    def sources(self) -> dict[str, str]:
        """Where each that was read comes from, for people."""
        return {name: source_of(self.pack.value(key, self.stage)) for name, key in self._used.items()}

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the Measures that what was read serves, each once."""
        return tuple(dict.fromkeys(clause for key in self._used.values() for clause in key.clauses))


def step_deadline(reading: Reading, step: str) -> Term:
    """The time that whoever owes that step of a chain has (Art. 14); the steps are ``kernel.regulation.Step``."""
    return reading(STEP_DEADLINE_OF.get(step, STEP_DEADLINE))


def source_of(value: Value) -> str:
    """``《办法》第七条，教育部（官方文本）``."""
    where = "，".join(filter(None, (value.article, value.source)))
    return f"{where}（{value.confidence.label}）"


def national_pack(text: RulePackText, *, carried: Sequence[RulePackText] = ()) -> RulePack:
    """The nation's pack.

    Args:
        carried: earlier texts that it carries over, the nearest first.

    Raises:
        RulePackMalformed: a key has no value for some stage: the nation's pack is whole.
    """
    layers = [text, *map(_carried, carried)]
    values = {place: _say(layers, key, place[1]) for key, place in _places()}
    for (name, stage), value in values.items():
        if value is None:
            stage_word = f" of stage {stage.name.lower()}" if stage else ""
            raise RulePackMalformed(pack=text.id, key=name, why=f"the nation's pack lacks it{stage_word}")
    return RulePack(
        id=text.id,
        title=text.title,
        province="",
        in_force_from=text.in_force_from,
        in_force_to=text.in_force_to,
        values={place: value for place, value in values.items() if value is not None},
    )


def overlay(national: RulePack, text: RulePackText) -> RulePack:
    """The nation's pack with a province's text over it, for the days on which both are in force.

    Raises:
        RulePackBreaksNation: the province's text changes what it may not, or otherwise than it may.
    """
    values = dict(national.values)
    for key, place in _places():
        before = values[place]
        said = text.says(key, place[1])
        if said is None and key.fallback is not None and before is national.values[key.fallback.name, place[1]]:
            said = text.says(key.fallback, place[1])  # nobody says this one: it goes with its fallback
        if said is None:
            continue
        if not key.permits(before.value, said.value):
            raise RulePackBreaksNation(
                field=key.name,
                pack=text.id,
                key=key.name,
                meaning=key.meaning,
                clauses="、".join(key.clauses),
                nation=national.id,
                national=key.kind.label(before.value),
                change=key.change.label,
                stage=place[1].label if place[1] else "",
                provincial=key.kind.label(said.value),
            )
        values[place] = said
    ends = [day for day in (national.in_force_to, text.in_force_to) if day is not None]
    return RulePack(
        id=f"{national.id}+{text.id}",
        title=f"{national.title}＋{text.title}",
        province=text.province,
        in_force_from=max(national.in_force_from, text.in_force_from),
        in_force_to=min(ends, default=None),
        values=values,
    )


def _places() -> Iterator[tuple[Key[Any], tuple[str, Stage | None]]]:
    for key in KEYS.values():
        for stage in tuple(Stage) if key.per_stage else (None,):
            yield key, (key.name, stage)


def _say(layers: Sequence[RulePackText], key: Key[Any], stage: Stage | None) -> Value | None:
    for layer in layers:
        if (said := layer.says(key, stage)) is not None:
            return said
    return _say(layers, key.fallback, stage) if key.fallback else None


def _carried(text: RulePackText) -> RulePackText:
    """The same text as a later one carries it: whether that one keeps each value is not known."""
    rules = {
        name: {
            stage: replace(value, carried=True, confidence=Confidence.ASSUMED, source=f"沿用 {text.id}：{value.source}")
            for stage, value in by_stage.items()
        }
        for name, by_stage in text.rules.items()
    }
    return replace(text, rules=rules)
