"""Every reachable state of the transfer tables, under every order, loss and repetition of messages.

The explorer must also find what is planted: a check that cannot fail proves nothing.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kernel.invariants import outcomes_are_final, violations


def _load_world() -> ModuleType:
    path = Path(__file__).with_name("transfer_world.py")
    spec = importlib.util.spec_from_file_location("transfer_world", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["transfer_world"] = module
    spec.loader.exec_module(module)
    return module


world_of = _load_world()
STATES_MAX = 400_000


@dataclass(frozen=True)
class Found:
    states: int
    fault: str
    trace: tuple[str, ...] = ()


def explore(plan: Any) -> Found:
    """Breadth first, so that a fault comes with a shortest trace; then: can every state still settle by itself?"""
    first = plan.begin()
    came: dict[object, tuple[object, str] | None] = {first: None}
    back: dict[object, list[object]] = {}
    queue = deque([first])
    while queue:
        world = queue.popleft()
        before = world_of.picture(world)
        for name, chosen, after in world_of.moves(world, plan):
            if after == world:
                continue
            if not chosen:
                back.setdefault(after, []).append(world)
            if after in came:
                continue
            came[after] = (world, name)
            picture = world_of.picture(after)
            broken = violations(picture)
            if not outcomes_are_final(before, picture):
                broken.append("I1, I9 outcomes are final")
            if broken:
                return Found(len(came), broken[0], _trace(came, after))
            queue.append(after)
            assert len(came) < STATES_MAX, "the exploration does not end"
    hopeful = {world for world in came if world_of.settled(world)}
    frontier = deque(hopeful)
    while frontier:
        for world in back.get(frontier.popleft(), ()):
            if world not in hopeful:
                hopeful.add(world)
                frontier.append(world)
    for world in came:
        if world not in hopeful:
            return Found(len(came), "a settled state cannot be reached", _trace(came, world))
    return Found(len(came), "")


def _trace(came: Mapping[object, tuple[object, str] | None], world: object) -> tuple[str, ...]:
    names: list[str] = []
    while (before := came[world]) is not None:
        world, name = before
        names.append(name)
    return tuple(reversed(names))


ONE = (("t1", "B"),)
COMPETING = (("t1", "B"), ("t2", "C"))
THERE_AND_BACK = (("t1", "B"), ("t2", "A"))


@pytest.mark.parametrize(
    ("transfers", "writes", "states_least"),
    [(ONE, 2, 100), (COMPETING, 1, 5_000), (THERE_AND_BACK, 1, 500)],
    ids=["one transfer", "two receivers compete", "there and back"],
)
def test_no_schedule_breaks_an_invariant_or_gets_stuck(transfers: Any, writes: int, states_least: int) -> None:
    found = explore(world_of.Plan(transfers, writes))
    assert found.fault == "", " > ".join(found.trace)
    assert found.states > states_least


def test_a_request_that_must_wait_goes_on_by_itself_in_every_schedule() -> None:
    found = explore(world_of.Plan(ONE, 1, obstacles=2))
    assert found.fault == "", " > ".join(found.trace)
    assert found.states > 300


def test_the_explorer_finds_a_request_that_is_forgotten() -> None:
    found = explore(world_of.Plan(ONE, 1, "never looked at again", obstacles=1))
    assert found.fault == "a settled state cannot be reached"


@pytest.mark.parametrize(
    ("mutant", "transfers"),
    [
        ("no freeze", ONE),
        ("activate before the index", ONE),
        ("unfreeze on time-out", ONE),
        ("late commit", ONE),
        ("archive not checked", ONE),
        ("refusal not told to the index", ONE),
        ("no lock", COMPETING),
        ("unfreeze by another's abort", COMPETING),
        ("release while frozen", COMPETING),
    ],
)
def test_the_explorer_finds_what_is_planted(mutant: str, transfers: Any) -> None:
    found = explore(world_of.Plan(transfers, 1, mutant))
    assert found.fault, f"{mutant} survived {found.states} states"
