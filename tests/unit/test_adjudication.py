"""What two provinces say of two records, and what may come of it: any order, again, too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.adjudication import Adjudication, AdjudicationState, Party, SaidWord, Side, Verdict, Word, weigh
from kernel.refusals import AdjudicationClosed, NothingToMerge, OutsideJurisdiction
from national_index.domain import adjudication as rules

A, B = "0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"
DUE = date(2026, 12, 10)
_S = AdjudicationState


def a_case() -> Adjudication:
    return rules.open_adjudication(
        "c1", (Party(B, "44"), Party(A, "41")), reasons=("姓名同音不同字",), by="n001", at_ms=1, due_on=DUE
    )


def a_word(side: Side, word: Word) -> SaidWord:
    key, province = (A, "41") if side is Side.FIRST else (B, "44")
    return SaidWord("c1", key, word, (), province, "p001", at_ms=2)


def said(case: Adjudication, *words: tuple[Side, Word]) -> Adjudication:
    for side, word in words:
        case = rules.say(case, a_word(side, word))
    return case


@pytest.mark.parametrize(("first", "second"), [*product(Word, Word)])
def test_the_order_of_the_two_sides_makes_no_difference(first: Word, second: Word) -> None:
    there, back = weigh(first, second), weigh(second, first)
    assert there.state is back.state
    assert (there.stands.other if there.stands else None) == back.stands


@pytest.mark.parametrize(("first", "second"), [*product(Word, Word)])
def test_a_record_goes_only_where_its_own_side_gave_it_up(first: Word, second: Word) -> None:
    verdict = weigh(first, second)
    given_up = {Word.DELETED, Word.OTHER_STANDS}
    if verdict.stands is Side.FIRST:
        assert second in given_up
    if verdict.stands is Side.SECOND:
        assert first in given_up
    assert (verdict.stands is None) == (verdict.state not in (_S.MERGED, _S.STRUCK))


def test_double_proof_and_double_deletion_go_to_the_nation() -> None:
    assert weigh(Word.PROVED, Word.PROVED) == Verdict(_S.NATION)
    assert weigh(Word.DELETED, Word.DELETED) == Verdict(_S.NATION), "no child is left without a record"


steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(Side), st.sampled_from(Word)),
    st.tuples(st.just("expire"), st.integers(-5, 5), st.none()),
    st.tuples(st.just("decide"), st.sampled_from([_S.DIFFERENT, _S.MERGED, _S.WITHDRAWN]), st.sampled_from(Side)),
    st.tuples(st.just("split"), st.none(), st.none()),
)


@given(st.lists(steps, max_size=12))
def test_whatever_happens_an_end_is_an_end_and_nobody_is_merged_by_one_side(plan: list[tuple[object, ...]]) -> None:
    case = a_case()
    for kind, one, other in plan:
        before = case
        try:
            if kind == "say":
                assert isinstance(one, Side)
                assert isinstance(other, Word)
                case = rules.say(case, a_word(one, other))
            elif kind == "expire":
                assert isinstance(one, int)
                case = rules.expire(case, today=DUE + timedelta(days=one))
            elif kind == "decide":
                assert isinstance(one, AdjudicationState)
                assert isinstance(other, Side)
                verdict = Verdict(one, other if one is _S.MERGED else None)
                case = rules.decide(case, verdict, by="n001", why="核查单")
            else:
                case = rules.split(case, by="n001", why="核查单")
        except AdjudicationClosed:
            assert not before.state.is_open or kind == "split"
            case = before
        if not before.state.is_open:
            assert case.state is before.state or (before.state, case.state) == (_S.MERGED, _S.SPLIT)
        if case.state in (_S.MERGED, _S.STRUCK) and not case.settled_by:
            stands, goes = rules.ended(case)
            assert stands.word is not None
            assert goes.word in (Word.DELETED, Word.OTHER_STANDS)
        assert (case == before) == (case.revision == before.revision), "what changed is known by its revision"
        assert Adjudication.of_content(case.content()) == case


@given(st.sampled_from(Side), st.sampled_from(Word))
def test_the_same_word_again_changes_nothing(side: Side, word: Word) -> None:
    once = said(a_case(), (side, word))
    assert said(once, (side, word)) == once


def test_who_is_late_is_no_longer_waited_for_and_may_still_answer() -> None:
    case = said(a_case(), (Side.FIRST, Word.PROVED))
    assert rules.expire(case, today=DUE) == case
    late = rules.expire(case, today=DUE + timedelta(days=1))
    assert late.state is _S.NATION
    assert said(late, (Side.SECOND, Word.CORRECTED)).state is _S.DIFFERENT


def test_a_province_speaks_of_its_own_record_alone() -> None:
    with pytest.raises(OutsideJurisdiction):
        rules.say(a_case(), replace(a_word(Side.FIRST, Word.DELETED), province="44"))
    with pytest.raises(OutsideJurisdiction):
        rules.say(a_case(), replace(a_word(Side.FIRST, Word.DELETED), student_key="somebody else"))


def test_a_record_is_not_compared_with_itself() -> None:
    with pytest.raises(NothingToMerge):
        rules.open_adjudication("c1", (Party(A, "41"), Party(A, "41")), reasons=(), by="n001", at_ms=1, due_on=DUE)


def test_the_page_has_the_table_that_decides() -> None:
    page = (Path(__file__).parents[2] / "docs" / "adjudication.md").read_text(encoding="utf-8")
    whose = {None: "", Side.FIRST: " (this)", Side.SECOND: " (other)"}
    for first in Word:
        said = [weigh(first, second) for second in Word]
        row = " | ".join(verdict.state.value + whose[verdict.stands] for verdict in said)
        assert f"| **{first.value}** | {row} |" in page
