"""The Measures as data."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec

import pytest

from kernel.measures import ARTICLES, CLAUSES, MECHANISMS, Mechanism, citation, items, paragraphs, require_clauses

# Of the text as it was issued: whoever edits the law by mistake is told here.
TEXT_SHA256 = "b1f03837447acdf04e24ce35b1671c8616f8a674ff02e7c1edbe45bd1c00b8a2"


def test_the_text_is_the_text_of_2013() -> None:
    text = "\n".join(f"{clause.id} {clause.text}" for clause in CLAUSES.values())
    assert hashlib.sha256(text.encode()).hexdigest() == TEXT_SHA256


@pytest.mark.parametrize(
    ("clause_id", "says"),
    [
        ("7.1", "1个月内"),
        ("7.2.7", "七、省级教育行政部门规定的其他信息和材料"),
        ("14.2", "10个工作日"),
        ("17.2", "工读学校"),
        ("22.2", "户籍所在地县"),
        ("27.1.8", "八、违反本办法规定的其他行为"),
    ],
)
def test_a_clause_is_found_by_article_paragraph_and_item(clause_id: str, says: str) -> None:
    assert says in CLAUSES[clause_id].text


def test_an_article_gives_its_paragraphs_and_a_paragraph_its_items() -> None:
    assert [clause.id for clause in paragraphs(7)] == ["7.1", "7.2", "7.3"]
    assert [clause.id for clause in items("7.2")] == [f"7.2.{number}" for number in range(1, 8)]
    assert [clause.id for clause in items("27.1")] == [f"27.1.{number}" for number in range(1, 9)]
    assert sum(1 + len(items(clause.id)) for article in ARTICLES for clause in paragraphs(article)) == len(CLAUSES)


@pytest.mark.parametrize(
    ("clause_id", "cited"),
    [
        ("14.2", "第十四条第二款"),
        ("7.2.1", "第七条第二款第一项"),
        ("21.1", "第二十一条"),
        ("27.1.8", "第二十七条第八项"),
        ("10.1", "第十条"),
        ("20.1", "第二十条"),
    ],
)
def test_a_clause_is_cited_as_lawyers_do(clause_id: str, cited: str) -> None:
    assert citation(clause_id) == cited


def test_chapters_follow_the_articles() -> None:
    assert CLAUSES["10.1"].chapter == "第二章 学籍建立"
    assert CLAUSES["11.1"].chapter == "第三章 学籍变动管理"


def test_clauses_that_are_named_come_back_in_order_and_once() -> None:
    assert require_clauses(["14.2", "4.1", "14.2", "10.1"]) == ("4.1", "10.1", "14.2")
    with pytest.raises(AssertionError, match=r"14\.3"):
        require_clauses(["14.3"])


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
def test_a_mechanism_says_how_it_serves_and_its_module_is_there(mechanism: Mechanism) -> None:
    assert mechanism.clauses
    assert mechanism.sentence.endswith("。")
    assert find_spec(mechanism.module) is not None
    assert [
        CLAUSES[clause_id] for clause_id in mechanism.clauses if mechanism not in CLAUSES[clause_id].mechanisms
    ] == []
