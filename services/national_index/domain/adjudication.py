"""How an adjudication goes on (问题学籍核查, Art. 6): each function takes the case as it is, and says how it is after.

    ASKED --both said--> DIFFERENT | MERGED | STRUCK          two that agree
                         NATION --the nation, or a new word--> DIFFERENT | MERGED | WITHDRAWN
    ASKED --its time is over--> NATION
    MERGED --the nation takes it back--> SPLIT

What a side said stands until it says something else; a final state changes by a split alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kernel.adjudication import Adjudication, AdjudicationState, Party, SaidWord, Side, Verdict, weigh
from kernel.divisions import province_name
from kernel.office import NATION
from kernel.refusals import AdjudicationClosed, NothingToMerge, OutsideJurisdiction, RecordMerged

_S = AdjudicationState
DECISIONS = frozenset({_S.DIFFERENT, _S.MERGED, _S.WITHDRAWN})
"""What the nation may decide; that a record was made in error, its own province says."""


def open_adjudication(
    adjudication_id: str, pair: tuple[Party, Party], *, reasons: tuple[str, ...], by: str, at_ms: int, due_on: date
) -> Adjudication:
    """Both provinces are asked. Raises NothingToMerge where it is one record."""
    first, second = sorted(pair, key=lambda party: party.student_key)
    if first.student_key == second.student_key:
        raise NothingToMerge
    return Adjudication(
        adjudication_id,
        _S.ASKED,
        first,
        second,
        reasons=reasons,
        opened_by=by,
        opened_at_ms=at_ms,
        due_on=due_on.isoformat(),
    )


def say(case: Adjudication, said: SaidWord) -> Adjudication:
    """A province has said what its record is; the same word again changes nothing.

    Raises:
        OutsideJurisdiction: the record is none of the two, or another province's.
        AdjudicationClosed: it has come to an end, and this was not what the side had said.
    """
    side = next((side for side, party in _sides(case) if party.student_key == said.student_key), None)
    if side is None or _party(case, side).province != said.province:
        raise OutsideJurisdiction(office=province_name(said.province), what="外省学籍的核查")
    party = _party(case, side)
    if (party.word, party.grounds) == (said.word, said.grounds):
        return case
    _require_open(case)
    told = replace(party, word=said.word, grounds=said.grounds)
    case = replace(case, first=told) if side is Side.FIRST else replace(case, second=told)
    case = replace(case, revision=case.revision + 1)
    if case.first.word is None or case.second.word is None:
        return case
    return _with(case, weigh(case.first.word, case.second.word))


def expire(case: Adjudication, *, today: date) -> Adjudication:
    """Whoever has not answered by the last day is no longer waited for."""
    if case.state is not _S.ASKED or today <= date.fromisoformat(case.due_on):
        return case
    return replace(case, state=_S.NATION, revision=case.revision + 1)


def decide(case: Adjudication, verdict: Verdict, *, by: str, why: str) -> Adjudication:
    """The nation decides; the same decision again changes nothing. It may do so before both have answered.

    Raises:
        AdjudicationClosed: it has come to another end.
    """
    assert verdict.state in DECISIONS, "what the nation may decide"
    assert (verdict.state is _S.MERGED) == (verdict.stands is not None), "of one child one record stands"
    stands = _party(case, verdict.stands).student_key if verdict.stands else ""
    if (case.state, case.stands) == (verdict.state, stands):
        return case
    _require_open(case)
    return replace(_with(case, verdict), settled_by=by, why=why, revision=case.revision + 1)


def split(case: Adjudication, *, by: str, why: str) -> Adjudication:
    """They are two children after all; said again, it changes nothing.

    Raises:
        AdjudicationClosed: it did not come to a merge.
    """
    if case.state is _S.SPLIT:
        return case
    if case.state is not _S.MERGED:
        raise AdjudicationClosed(state=case.state.label)
    return replace(case, state=_S.SPLIT, stands="", settled_by=by, why=why, revision=case.revision + 1)


def ended(case: Adjudication) -> tuple[Party, Party]:
    """The record that stands and the one that does not. Asserts that there are such two."""
    assert case.stands, "nothing was merged or struck"
    stands = case.first.student_key == case.stands
    return (case.first, case.second) if stands else (case.second, case.first)


def require_unmerged(merged_into: str | None) -> None:
    """Raises RecordMerged: who was merged into another is no record of its own."""
    if merged_into is not None:
        raise RecordMerged(field="number")


def require_party(case: Adjudication, province: str) -> None:
    """Raises OutsideJurisdiction unless one of the records is the province's, or it is the nation that asks."""
    if province != NATION.code and province not in case.provinces:
        raise OutsideJurisdiction(office=province_name(province), what="与本省无关的学籍核查")


def _sides(case: Adjudication) -> tuple[tuple[Side, Party], tuple[Side, Party]]:
    return (Side.FIRST, case.first), (Side.SECOND, case.second)


def _party(case: Adjudication, side: Side) -> Party:
    return case.first if side is Side.FIRST else case.second


def _with(case: Adjudication, verdict: Verdict) -> Adjudication:
    stands = _party(case, verdict.stands).student_key if verdict.stands else ""
    return replace(case, state=verdict.state, stands=stands)


def _require_open(case: Adjudication) -> None:
    if not case.state.is_open:
        raise AdjudicationClosed(state=case.state.label)
