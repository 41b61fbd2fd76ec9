"""Two records side by side, item by item in words, and whether they say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.adjudication import AdjudicationState, Word
from kernel.evidence import EvidenceKind
from kernel.form import ITEMS
from kernel.record_items import label_of, read_value
from kernel.status import StudentStatus
from portal.showing.facts import NUMBER_KEYS
from portal.showing.writing import masked, school_name
from xueji.adjudication.v1 import adjudication_pb2, province_pb2

_IN_FORM = {one.key: place for place, one in enumerate(ITEMS)}


@dataclass(frozen=True)
class Party:
    """One of the two records as a page shows it.

    Attributes:
        title: which of the two. said: what its province says of it, in words; empty before it said any.
        stands: it is the one that stands. ours: of the province that looks.
    """

    title: str
    student_key: str
    number: str
    province: str
    said: str
    grounds: tuple[str, ...]
    stands: bool
    ours: bool


@dataclass(frozen=True)
class Row:
    """One item of both records, in the order of the parties. ``verdict`` is in words, empty where one is not here."""

    label: str
    said: tuple[str, ...]
    verdict: str

    @property
    def differs(self) -> bool:
        return self.verdict == "不同"


def parties_of(case: adjudication_pb2.Adjudication, *, province: str) -> tuple[Party, Party]:
    """Args:
    province: two digits of the office that looks; ``00`` for the nation.
    """
    first, second = (
        Party(
            title=title,
            student_key=one.student_key,
            number=one.number,
            province=one.province,
            said=Word(one.word).label if one.word else "",
            grounds=tuple(EvidenceKind.parse(kind).label for kind in one.grounds),
            stands=one.student_key == case.stands,
            ours=one.province == province,
        )
        for title, one in (("第一份", case.first), ("第二份", case.second))
    )
    return first, second


def state_label(state: str) -> str:
    """``待核查`` for ``asked``."""
    return AdjudicationState(state).label


def compare(parties: Sequence[Party], records: Sequence[province_pb2.ComparedRecord], *, full: bool) -> list[Row]:
    """What both records say, in the order of the form.

    Args:
        records: those that could be asked; of one alone nothing is compared. full: numbers as they are.
    """
    by_key = {one.student_key: one for one in records}
    there = [by_key[party.student_key] for party in parties if party.student_key in by_key]
    if not there:
        return []
    rows = [
        _row("学校", [one.school for one in there], [school_name(one.school) for one in there]),
        _row("学籍状态", [one.status for one in there], [StudentStatus(one.status).label for one in there]),
    ]
    keys = sorted({key for one in there for key in one.values}, key=lambda key: _IN_FORM.get(key, len(_IN_FORM)))
    for key in keys:
        values = [one.values.get(key, "") for one in there]
        rows.append(_row(label_of(key), values, [_in_words(key, value, full=full) for value in values]))
    return rows


def _row(label: str, values: Sequence[str], words: Sequence[str]) -> Row:
    if len(values) < 2 or not all(values):
        return Row(label, tuple(words), "")
    return Row(label, tuple(words), "相同" if len(set(values)) == 1 else "不同")


def _in_words(key: str, value: str, *, full: bool) -> str:
    said = read_value(key, value) if value else ""
    return masked(said) if key in NUMBER_KEYS and not full else said
