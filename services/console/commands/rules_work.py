"""What ``xueji rules`` does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from chassis.packs import load_packs
from console import rule_tables
from console.commands.asking import fail, print_json, refuse
from console.federation.premises import POLICIES
from console.parts import deploy_directory
from kernel.clock import day_of, milliseconds
from kernel.divisions import EDUCATION_PROVINCES
from kernel.packs import Key, Packs, RulePack, Value, differences, lines
from kernel.refusals import Refusal
from kernel.regulation import PROCEDURES
from kernel.stages import Stage

Plain = dict[str, Any]


def list_packs(policies: Path | None, on: date | None, *, as_json: bool) -> None:
    def answer(packs: Packs) -> Plain:
        return {"packs": [_heading(pack) for pack in packs if on is None or pack.covers(on)]}

    _tell(policies, answer, as_json=as_json, show=lambda told: [rule_tables.packs(told["packs"])])


def show(policies: Path | None, name: str, stage: str | None, *, as_json: bool) -> None:
    def answer(packs: Packs) -> Plain:
        pack = _find(packs, name)
        return {
            **_heading(pack),
            "rules": [_rule(line.key, line.stages, line.value) for line in lines(pack, _of(stage))],
        }

    _tell(policies, answer, as_json=as_json, show=rule_tables.pack)


def diff(policies: Path | None, left: str, right: str, stage: str | None, *, as_json: bool) -> None:
    def answer(packs: Packs) -> Plain:
        one, other = _find(packs, left), _find(packs, right)
        found = [
            {
                **_key(difference.key, difference.stages),
                "left": _value(difference.key, difference.left),
                "right": _value(difference.key, difference.right),
            }
            for difference in differences(one, other, _of(stage))
        ]
        return {"left": _heading(one), "right": _heading(other), "differences": found}

    _tell(policies, answer, as_json=as_json, show=rule_tables.differences)


def _tell(
    policies: Path | None,
    answer: Callable[[Packs], Plain],
    *,
    as_json: bool,
    show: Callable[[Plain], list[RenderableType]],
) -> None:
    try:
        directory = policies or deploy_directory() / POLICIES
        if not directory.is_dir():
            fail(f"没有目录 {directory}", as_json=as_json)
        told = answer(load_packs(directory))
    except Refusal as no:
        refuse(no, as_json=as_json)
    except OSError as failure:
        fail(str(failure), as_json=as_json)
    if as_json:
        print_json(told)
        return
    screen = Console(soft_wrap=False)
    for part in show(told):
        screen.print(part)


def _find(packs: Packs, name: str) -> RulePack:
    """A pack by its id; what a province goes by today by its two digits; without a name, the nation."""
    if name in EDUCATION_PROVINCES or not name:
        return packs.in_force(name, day_of(milliseconds(datetime.now(UTC))))
    return packs.named(name)


def _of(stage: str | None) -> Stage | None:
    return Stage[stage] if stage else None


def _heading(pack: RulePack) -> Plain:
    return {
        "pack": pack.id,
        "title": pack.title,
        "province": pack.province,
        "province_name": EDUCATION_PROVINCES[pack.province] if pack.province else "国家",
        "in_force_from": pack.in_force_from.isoformat(),
        "in_force_to": pack.in_force_to.isoformat() if pack.in_force_to else "",
    }


def _rule(key: Key[Any], stages: tuple[Stage, ...], value: Value) -> Plain:
    return {
        **_key(key, stages),
        "clauses": list(key.clauses),
        "change": key.change.value,
        "change_title": key.change.label,
        **_value(key, value),
    }


def _key(key: Key[Any], stages: tuple[Stage, ...]) -> Plain:
    return {"key": key.name, "meaning": key.meaning, "stages": [stage.name.lower() for stage in stages]}


def _value(key: Key[Any], value: Value) -> Plain:
    return {
        "value": key.kind.plain(value.value),
        "value_title": _with_titles(key.kind.label(value.value)),
        "text": value.text_id,
        "carried": value.carried,
        "article": value.article,
        "source": value.source,
        "confidence": value.confidence.value,
        "confidence_title": value.confidence.label,
        "note": value.note,
    }


def _with_titles(label: str) -> str:
    """Packs name procedures as cases do; people read their titles."""
    for name, row in PROCEDURES.items():
        label = label.replace(f"{name}加", f"{row.title}加")
    return label
