"""The comparison as ``settings.json`` describes it: levels, what each weighs, and which pairs are looked at.

Fellegi and Sunter (1969): a level weighs log2(m / u), m its share among pairs that are one child and u among pairs that
are not, and a pair is suspected where the weights and the prior come to more than nothing. The prior stands in the
settings as the probability at which that is so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

_SIDE = re.compile(r"\b([a-z_]+)_([lr])\b")
_ELSE = "ELSE"

SETTINGS = Path(str(resources.files(__package__).joinpath("settings.json")))


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        condition: SQL over ``<column>_l`` and ``<column>_r``; ``ELSE`` of the last one.
        label: the reason, in Chinese words. weight: in bits; 0 where nothing can be compared.
    """

    condition: str
    label: str
    weight: float
    is_null: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels in the order in which they are tried."""

    name: str
    levels: tuple[Level, ...]

    def level_sql(self) -> str:
        """A CASE over tables ``l`` and ``r``: which level it is, from 0."""
        whens = [
            f"WHEN {joined(level.condition)} THEN {place}" if level.condition != _ELSE else f"ELSE {place}"
            for place, level in enumerate(self.levels)
        ]
        return f"CASE {' '.join(whens)} END"


@dataclass(frozen=True, slots=True)
class Model:
    """What is compared, what it weighs, and which pairs are looked at.

    Attributes:
        prior: in bits. rules: SQL over tables ``l`` and ``r``, any of which makes a pair a candidate.
    """

    comparisons: tuple[Comparison, ...]
    rules: tuple[str, ...]
    prior: float

    def weight(self, levels: Sequence[int]) -> float:
        """Of a pair whose comparisons came to these levels, in bits; it is suspected where this is not below 0."""
        return self.prior + sum(
            comparison.levels[level].weight for comparison, level in zip(self.comparisons, levels, strict=True)
        )

    def reasons(self, levels: Sequence[int]) -> list[str]:
        """What agrees and what differs, in words."""
        told = (comparison.levels[level] for comparison, level in zip(self.comparisons, levels, strict=True))
        return [level.label for level in told]


def joined(condition: str) -> str:
    """``sound_l = sound_r`` as a condition of a join: ``l.sound = r.sound``."""
    return _SIDE.sub(r"\2.\1", condition)


@cache
def read_model() -> Model:
    """The model of ``settings.json``, which is read once."""
    return model_of(json.loads(SETTINGS.read_text(encoding="utf-8")))


def model_of(settings: Mapping[str, Any]) -> Model:
    """The model of any settings of this form."""
    prior = settings["probability_two_random_records_match"]
    return Model(
        comparisons=tuple(
            Comparison(one["output_column_name"], tuple(_level(level) for level in one["comparison_levels"]))
            for one in settings["comparisons"]
        ),
        rules=tuple(rule["blocking_rule"] for rule in settings["blocking_rules_to_generate_predictions"]),
        prior=math.log2(prior / (1 - prior)),
    )


def _level(told: Mapping[str, Any]) -> Level:
    is_null = told.get("is_null_level", False)
    weight = 0.0 if is_null else math.log2(told["m_probability"] / told["u_probability"])
    return Level(told["sql_condition"], told["label_for_charts"], weight, is_null)
