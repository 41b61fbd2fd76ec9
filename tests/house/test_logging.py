"""What is logged is decided where it is written: constant events, fields that can hold nothing of a child."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from chassis.logs import FIELDS

LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
LOGGERS = frozenset({"log", "_log", "logger"})
PASSED = FIELDS | {"exc_info"}  # told by type, codes and lines, without its words

_EVENT = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def test_events_are_constant_names(sources: Mapping[str, ast.Module]) -> None:
    """Whoever is called at night searches for the event; a sentence with values in it cannot be searched for."""
    wrong = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:100]}"
        for path, call in _log_calls(sources)
        if not (len(call.args) == 1 and _is_event(call.args[0]))
    ]
    assert wrong == []


def test_fields_are_of_those_that_never_hold_personal_data(sources: Mapping[str, ast.Module]) -> None:
    """Others would be dropped when it runs. Here it is found before."""
    wrong = [
        f"{path}:{call.lineno}: {keyword.arg or '**'}"
        for path, call in _log_calls(sources)
        for keyword in call.keywords
        if keyword.arg not in PASSED
    ]
    assert wrong == []


def _is_event(argument: ast.expr) -> bool:
    match argument:
        case ast.Constant(value=str() as event):
            return _EVENT.fullmatch(event) is not None
        case ast.IfExp(body=body, orelse=orelse):
            return _is_event(body) and _is_event(orelse)
        case _:
            return False


def _log_calls(sources: Mapping[str, ast.Module]) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in sources.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=logger, attr=level)) if level in LEVELS and _is_logger(logger):
                    yield path, node


def _is_logger(expression: ast.expr) -> bool:
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in LOGGERS
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in {"get_logger", "bind"}
        case _:
            return False
