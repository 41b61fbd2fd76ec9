"""What a hub holds beside what the index says that it holds, record by record (Art. 6, 16; invariants I2, I3).

Where every hub agrees with the index, no two can hold one child, because the index names one custodian. Both sides come
in the order of student keys, so two pages are compared without either being kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.custody import Custody


@dataclass(frozen=True, slots=True)
class Holding:
    """A record as its hub has it."""

    student_key: str
    custody: Custody
    epoch: int


@dataclass(frozen=True, slots=True)
class Named:
    """A person whose custodian the index says this hub's province is."""

    student_key: str
    epoch: int
    in_transfer: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """How far an audit has come: records of the hub, and persons of the index."""

    held: int
    named: int


class Difference(StrEnum):
    NO_RECORD = "no_record"
    NOT_THE_CUSTODIAN = "not_the_custodian"
    ANOTHER_EPOCH = "another_epoch"
    FROZEN_FOR_NOTHING = "frozen_for_nothing"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Difference.NO_RECORD: "全国索引记为由本省保管，本省没有可以办理的学籍",
    Difference.NOT_THE_CUSTODIAN: "本省仍在保管，全国索引记为由外省保管或没有这个人",
    Difference.ANOTHER_EPOCH: "保管权的轮次与全国索引不一致",
    Difference.FROZEN_FOR_NOTHING: "学籍因转学冻结，全国索引没有未了的转接",
}


def compare(held: Sequence[Holding], named: Sequence[Named]) -> Iterator[tuple[str, Difference]]:
    """The differences of one window of student keys, by student key.

    Args:
        held: all records of the window, backups of released ones included. named: all persons of the window.
    """
    index = {one.student_key: one for one in named}
    for own in held:
        said = index.pop(own.student_key, None)
        found = _difference(own, said)
        if found is not None:
            yield own.student_key, found
    for student_key in index:
        yield student_key, Difference.NO_RECORD


def _difference(own: Holding, said: Named | None) -> Difference | None:
    if own.custody is Custody.GONE:
        return Difference.NO_RECORD if said is not None else None
    if said is None:
        return Difference.NOT_THE_CUSTODIAN
    if own.epoch != said.epoch:
        return Difference.ANOTHER_EPOCH
    if own.custody is Custody.FROZEN and not said.in_transfer:
        return Difference.FROZEN_FOR_NOTHING
    return None
