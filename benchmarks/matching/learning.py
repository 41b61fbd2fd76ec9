"""Weights learnt from a labelled set, and the threshold chosen on it; both go into settings.json."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter

import duckdb

from matching.labelled import LabelledSet, place_of
from national_index.domain.matching.model import SETTINGS, model_of, read_model

PRECISION = 0.9955  # on the set learnt from; 0.99 has to hold on any other
TWINS = (
    "身份证号相近而姓名不同"  # two documents beside each other and two names: never one child, whatever else is equal
)
_NEVER = 1e-12
_UNSEEN = 0.5  # what a level that never came up is counted as


def learn(labelled: LabelledSet) -> None:
    """Count how often each level comes up among candidates that are one child and that are not; write settings.json."""
    settings = json.loads(SETTINGS.read_text(encoding="utf-8"))
    outcomes = _outcomes(labelled)
    true = {levels: count for levels, (count, _) in outcomes.items() if count}
    false = {levels: count for levels, (_, count) in outcomes.items() if count}
    for place, comparison in enumerate(settings["comparisons"]):
        shares = [_shares(counted, place, len(comparison["comparison_levels"])) for counted in (true, false)]
        for level, told in enumerate(comparison["comparison_levels"]):
            if not told.get("is_null_level"):
                told["m_probability"], told["u_probability"] = (round(one[level], 9) for one in shares)
            if told["label_for_charts"] == TWINS:
                told["m_probability"] = _NEVER
    settings["probability_two_random_records_match"] = 0.5
    threshold = _threshold(settings, outcomes)
    settings["probability_two_random_records_match"] = 1 / (1 + 2**threshold)
    SETTINGS.write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"learnt from {labelled.count:,} records; suspected from {threshold:.2f} bits on\n")


def _outcomes(labelled: LabelledSet) -> dict[tuple[int, ...], tuple[int, int]]:
    """How many candidates that are one child, and that are not, came to each combination of levels."""
    model = read_model()
    connection = duckdb.connect()
    connection.execute("CREATE TABLE features AS SELECT * FROM read_csv(?)", [str(labelled.features)])
    levels = ", ".join(comparison.level_sql() for comparison in model.comparisons)
    candidates = " UNION ".join(
        f"SELECT l.student_key AS first, r.student_key AS second, {levels}"  # noqa: S608 - of the settings
        f" FROM features AS l JOIN features AS r ON {rule} WHERE l.student_key < r.student_key"
        for rule in model.rules
    )
    true: Counter[tuple[int, ...]] = Counter()
    false: Counter[tuple[int, ...]] = Counter()
    found = connection.execute(candidates)
    while rows := found.fetchmany(100_000):
        for first, second, *came_to in rows:
            is_true = (place_of(first), place_of(second)) in labelled.kind_of
            (true if is_true else false)[tuple(came_to)] += 1
    sys.stdout.write(f"{sum(true.values()):,} of {len(labelled.kind_of):,} duplicates are candidates\n")
    return {levels: (true[levels], false[levels]) for levels in true.keys() | false.keys()}


def _shares(counted: dict[tuple[int, ...], int], place: int, levels: int) -> list[float]:
    of_level = [_UNSEEN] * levels
    for came_to, count in counted.items():
        of_level[came_to[place]] += count
    return [one / sum(of_level) for one in of_level]


def _threshold(settings: dict[str, object], outcomes: dict[tuple[int, ...], tuple[int, int]]) -> float:
    """The lowest weight from which on precision holds, counted from the heaviest outcome down."""
    model = model_of(settings)
    heaviest = sorted(outcomes, key=model.weight, reverse=True)
    true = false = 0
    lowest = math.inf
    for levels in heaviest:
        true, false = true + outcomes[levels][0], false + outcomes[levels][1]
        if true / (true + false) >= PRECISION:
            lowest = model.weight(levels)
    return lowest - 0.01
