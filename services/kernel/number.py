"""The student number (学籍号): 19 characters, one letter of kind and a body of 18, one person, for life (Art. 5).

The layout is that of 《学校(机构)人员基础信息代码编制规则》 (教育部办公厅, 2013). A number is issued once and stored;
it is never derived from a document at read time, because documents change and the number does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from kernel.check_character import check_character, coded_ends
from kernel.divisions import division_code
from kernel.identity import CitizenId, birth_date_of
from kernel.refusals import NumberSpaceExhausted, Refusal, StudentNumberMalformed
from kernel.writing import code_as_typed, mask_number

SEQUENCE_MAX = 999
OFFLINE_FROM = 800
"""From this sequence on the numbers of a division and birth date are the county's, to give when nobody can be asked."""
_BODY_FORM = re.compile(r"[0-9]{17}[0-9X]")


class NumberKind(StrEnum):
    GENERAL = "G"  # 正式学籍号: the letter and the citizen ID that the nation has verified
    TEMPORARY = "L"  # 临时学籍号: of full force from the first registration until G replaces it
    SELF_CODED = "J"  # 自编学籍号: for a child who has no citizen ID

    @property
    def label(self) -> str:
        return {
            NumberKind.GENERAL: "正式学籍号",
            NumberKind.TEMPORARY: "临时学籍号",
            NumberKind.SELF_CODED: "自编学籍号",
        }[self]


@dataclass(frozen=True, slots=True, order=True, repr=False)
class StudentNumber:
    """A well-formed student number; that it was issued, only the national index says.

    Attributes:
        text: the 19 characters, in upper case.
    """

    text: str

    def __post_init__(self) -> None:
        assert len(self.text) == 19, "a student number is made by parse or by its three makers"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number as people type it.

        G and J must hold together like a citizen ID. L may end in any four characters that an ID could end in: the
        provinces that issued it before us did not all compute a check character.

        Raises:
            StudentNumberMalformed: not 19 characters of the layout; ``why`` says what.
        """
        typed = code_as_typed(text).upper()
        if len(typed) != 19:
            raise StudentNumberMalformed(why=f"应为 19 位，现有 {len(typed)} 位")
        letter, body = typed[0], typed[1:]
        if letter not in NumberKind.__members__.values():
            raise StudentNumberMalformed(why="应以 G、L 或 J 开头")
        if not _BODY_FORM.fullmatch(body):
            raise StudentNumberMalformed(why="类型字母之后应为 17 位数字和 1 位数字或 X")
        try:
            _require_body(NumberKind(letter), body)
        except Refusal as flaw:
            raise StudentNumberMalformed(why=flaw.sentence) from None
        return cls(typed)

    @property
    def kind(self) -> NumberKind:
        return NumberKind(self.text[0])

    @property
    def body(self) -> str:
        """The 18 characters after the letter."""
        return self.text[1:]

    @property
    def sequence(self) -> int:
        """Of a coded number: its place among those of one division and birth date."""
        return int(self.body[14:17])

    def __repr__(self) -> str:
        return f"StudentNumber({mask_number(self.text)})"


def _require_body(kind: NumberKind, body: str) -> None:
    match kind:
        case NumberKind.GENERAL:
            CitizenId.parse(body)
        case NumberKind.TEMPORARY:
            division_code(body[:6])
            birth_date_of(body[6:14])
        case NumberKind.SELF_CODED:
            division_code(body[:6])
            birth_date_of(body[6:14])
            if check_character(body[:17]) != body[17]:
                raise StudentNumberMalformed(why="末位校验码不符")


def permanent_number(citizen_id: CitizenId) -> StudentNumber:
    """The G number of a child whose identity the nation has verified."""
    return StudentNumber(NumberKind.GENERAL + citizen_id.text)


def temporary_number(*, division: str, birth_date: date, sequence: int) -> StudentNumber:
    """The L number of a first registration.

    Args:
        division: six digits of the school's place, not of the child's home.
        birth_date: the child's.
        sequence: 0 to 999, unique within division and birth date.

    Raises:
        DivisionUnknown: not six digits of a known province.
        NumberSpaceExhausted: the sequence is over 999.
    """
    return _coded(NumberKind.TEMPORARY, division=division, birth_date=birth_date, sequence=sequence)


def self_coded_number(*, division: str, birth_date: date, sequence: int) -> StudentNumber:
    """The J number of a child who has no citizen ID; arguments and refusals as for ``temporary_number``."""
    return _coded(NumberKind.SELF_CODED, division=division, birth_date=birth_date, sequence=sequence)


def coded_numbers(kind: NumberKind, *, division: str, birth_date: date, sequences: range) -> list[str]:
    """The texts of many L or J numbers of one division and birth date, in the order of their sequences.

    Ends before the first sequence over 999. Raises DivisionUnknown as ``temporary_number``.
    """
    assert sequences.start >= 0, "a sequence counts from 0"
    assert birth_date.year >= 1900, "a birth date was checked where it came in"
    first14 = f"{division_code(division)}{birth_date:%Y%m%d}"
    begin = f"{kind}{first14}"
    return [begin + end for end in coded_ends(first14, sequences[: SEQUENCE_MAX + 1 - sequences.start])]


def _coded(kind: NumberKind, *, division: str, birth_date: date, sequence: int) -> StudentNumber:
    numbers = coded_numbers(kind, division=division, birth_date=birth_date, sequences=range(sequence, sequence + 1))
    if not numbers:
        raise NumberSpaceExhausted
    return StudentNumber(numbers[0])
