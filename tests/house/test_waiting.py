"""Tests wait for something, never for a while."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

# What stands in for a peer that never answers sleeps longer than any test may take.
NEVER_ANSWERS_SECONDS = 30


def test_no_test_sleeps_for_luck(test_sources: Mapping[str, ast.Module]) -> None:
    """A pause that is long enough here is too short on a busier machine, and too long everywhere else.

    A sleep is the pause of a loop that looks for its condition, or lasts until a moment that was computed, or is
    ``sleep(0)``, which lets others run.
    """
    lucky = [
        f"{path}:{call.lineno}"
        for path, tree in test_sources.items()
        for call, in_loop in _sleeps(tree, in_loop=False)
        if not in_loop and _is_for_luck(call, _constants(tree))
    ]
    assert lucky == []


def _sleeps(node: ast.AST, *, in_loop: bool) -> Iterator[tuple[ast.Call, bool]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        in_loop = False
    if isinstance(node, ast.While | ast.For | ast.AsyncFor):
        in_loop = True
    if isinstance(node, ast.Call) and _called(node.func) == "sleep":
        yield node, in_loop
    for child in ast.iter_child_nodes(node):
        yield from _sleeps(child, in_loop=in_loop)


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_for_luck(call: ast.Call, constants: Mapping[str, float]) -> bool:
    match call.args:
        case [ast.Constant(value=int() | float() as seconds)]:
            return 0 < seconds < NEVER_ANSWERS_SECONDS
        case [ast.Name(id=name)]:  # a constant with a name is still a guess
            return constants.get(name, 0.0) < NEVER_ANSWERS_SECONDS
        case _:
            return False


def _constants(tree: ast.Module) -> dict[str, float]:
    return {
        name: float(value) for node in tree.body for name, value in _assigned(node) if isinstance(value, int | float)
    }


def _assigned(node: ast.stmt) -> Iterator[tuple[str, object]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)):
            yield name, value
