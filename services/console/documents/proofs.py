"""Which tests prove which clause: those that bear ``@pytest.mark.clause("14.2", …)``, found without running any."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MARK = "clause"

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Proof:
    """One test.

    Attributes:
        clauses: what it proves, as its marks and those of its module name them.
        path: from the folder that was searched. test: its name. line: where it begins.
        story: the first line of its Chinese docstring; empty where it has none.
    """

    clauses: tuple[str, ...]
    path: Path
    test: str
    line: int
    story: str

    @property
    def told(self) -> str:
        """The story, or the name read as a sentence."""
        return self.story or self.test.removeprefix("test_").replace("_", " ")


def find_proofs(folder: Path) -> tuple[Proof, ...]:
    """Every test below a folder, by path and line; ``clauses`` is empty where it names none.

    Raises:
        TypeError: a mark names something other than texts.
    """
    return tuple(
        proof
        for file in sorted(folder.rglob("test_*.py"))
        for proof in proofs_in(file.read_text(encoding="utf-8"), path=file.relative_to(folder))
    )


def proofs_in(source: str, *, path: Path) -> Iterator[Proof]:
    """The tests of one module; see ``find_proofs``."""
    module = ast.parse(source)
    everywhere = [
        clause
        for node in module.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
        for clause in _named(_elements(node.value), path=path)
    ]
    for node in module.body:
        if isinstance(node, _Function) and node.name.startswith("test_"):
            clauses = dict.fromkeys([*everywhere, *_named(node.decorator_list, path=path)])
            yield Proof(tuple(clauses), path, node.name, node.lineno, _story(node))


def _named(marks: Iterable[ast.expr], *, path: Path) -> Iterator[str]:
    for mark in marks:
        match mark:
            case ast.Call(func=ast.Attribute(attr=name), args=arguments) if name == MARK:
                for argument in arguments:
                    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                        raise TypeError(f"{path}:{mark.lineno}: a clause is named by a text")
                    yield argument.value


def _elements(value: ast.expr) -> list[ast.expr]:
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) else [value]


def _story(function: _Function) -> str:
    first = (ast.get_docstring(function) or "").partition("\n")[0].strip()
    return first if _CHINESE.search(first) else ""
