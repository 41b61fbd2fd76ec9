"""The Measures (《中小学生学籍管理办法》, 2013) as data: every clause with its text, and what serves it.

A clause (条款) is named ``article.paragraph`` (条.款), paragraphs counted from 1; an item of a list (项) is
``article.paragraph.item`` under the paragraph that introduces it. So 14.2 is 第十四条第二款, the ten working days.

A clause is served by procedures, the rows of ``kernel.regulation`` that name it, or by a mechanism: something that
every procedure stands on, or that is no procedure at all. Mechanisms are rows of ``data/mechanisms.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

ARTICLES = range(1, 30)
TITLE = "中小学生学籍管理办法"

_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_DATA = "data"
_TEXT = "measures-2013.toml"
_MECHANISMS = "mechanisms.toml"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What serves a clause without being a procedure.

    Attributes:
        name: what people call it. sentence: how it serves the clauses, in Chinese.
        module: the Python module that keeps it, e.g. ``kernel.number``.
        clauses: which it serves.
    """

    name: str
    sentence: str
    module: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause.

    Attributes:
        id: e.g. ``14.2`` or ``7.2.1``. article: 1 to 29. chapter: its heading, as printed.
        text: word for word, without the number of the article; an item keeps its own.
        mechanisms: what serves it beside the procedures that name it.
    """

    id: str
    article: int
    chapter: str
    text: str
    mechanisms: tuple[Mechanism, ...]

    @property
    def introduced_by(self) -> str:
        """The clause that introduces this item; empty for what is no item."""
        return self.id.rpartition(".")[0] if self.id.count(".") > 1 else ""


def _in_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{_NUMERALS[tens] if tens > 1 else ''}{'十' if tens else ''}{_NUMERALS[ones]}"


def _order(clause_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in clause_id.split("."))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("kernel") / _DATA / name).read_text(encoding="utf-8"))


def _mechanisms() -> tuple[Mechanism, ...]:
    return tuple(
        Mechanism(
            name=row["name"], sentence=row["sentence"], module=row["module"], clauses=tuple(map(str, row["clauses"]))
        )
        for row in _read(_MECHANISMS)["mechanism"]
    )


def _clauses(mechanisms: tuple[Mechanism, ...]) -> Mapping[str, Clause]:
    text = _read(_TEXT)
    chapters = {
        article: title for title, (first, last) in text["chapters"].items() for article in range(first, last + 1)
    }
    clauses = {
        clause_id: Clause(
            id=clause_id,
            article=_order(clause_id)[0],
            chapter=chapters[_order(clause_id)[0]],
            text=words,
            mechanisms=tuple(mechanism for mechanism in mechanisms if clause_id in mechanism.clauses),
        )
        for clause_id, words in text["clauses"].items()
    }
    assert list(clauses) == sorted(clauses, key=_order), "the clauses stand in their order"
    assert {clause.article for clause in clauses.values()} == set(ARTICLES), "no article is left out"
    named = {clause_id for mechanism in mechanisms for clause_id in mechanism.clauses}
    assert named <= set(clauses), f"mechanisms serve clauses that are none: {sorted(named - set(clauses))}"
    return MappingProxyType(clauses)


MECHANISMS: tuple[Mechanism, ...] = _mechanisms()
CLAUSES: Mapping[str, Clause] = _clauses(MECHANISMS)


@cache
def paragraphs(article: int) -> tuple[Clause, ...]:
    """The paragraphs (款) of an article, in order, without the items of their lists."""
    assert article in ARTICLES, "the Measures have twenty-nine articles"
    return tuple(clause for clause in CLAUSES.values() if clause.article == article and not clause.introduced_by)


def items(paragraph: str) -> tuple[Clause, ...]:
    """The items (项) of the list that a paragraph introduces; empty for most."""
    return tuple(clause for clause in CLAUSES.values() if clause.introduced_by == paragraph)


def require_clauses(clause_ids: Iterable[str]) -> tuple[str, ...]:
    """What a row or a test names, in the order of the Measures, once each; asserts that they are clauses."""
    known = sorted(set(clause_ids), key=_order)
    assert all(clause_id in CLAUSES for clause_id in known), f"not all of these are clauses: {known}"
    return tuple(known)


def citation(clause_id: str) -> str:
    """How a clause is cited: ``第十四条第二款``, ``第七条第二款第一项``; ``第二十一条`` where it has one paragraph."""
    article, paragraph, *item = _order(CLAUSES[clause_id].id)
    cited = f"第{_in_chinese(article)}条"
    if len(paragraphs(article)) > 1:
        cited += f"第{_in_chinese(paragraph)}款"
    return cited + "".join(f"第{_in_chinese(number)}项" for number in item)
