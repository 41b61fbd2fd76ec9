"""Formal numbers each spring (正式学籍号, Art. 5): whom a province asks about, and what an answer means for the record.

Whoever has no formal number yet, has a citizen ID and stands in no doubt is asked about; the number of before is of
full force until then, and leads to the record for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kernel.refusals import CitizenIdNotRegistered, CitizenIdOfAnother


class LeftOut(StrEnum):
    """Why a pupil is not asked about, in the order in which it is told."""

    NO_CITIZEN_ID = "no_citizen_id"
    IN_TRANSFER_OR_CASE = "in_transfer_or_case"
    PROBLEM_RECORD = "problem_record"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    LeftOut.NO_CITIZEN_ID: "没有居民身份证，保留现有学籍号",
    LeftOut.IN_TRANSFER_OR_CASE: "有未办结的业务，办结后再发",
    LeftOut.PROBLEM_RECORD: "问题学籍未解决",
}

# The doubts that the population register's answer raises (kernel.standing.PROBLEMS), and takes away once it is another.
DOUBTS: Mapping[str, str] = MappingProxyType(
    {CitizenIdNotRegistered().code: "id_wrong", CitizenIdOfAnother().code: "id_of_another"}
)
DOUBTS_OF_IDENTITY = frozenset(DOUBTS.values())
