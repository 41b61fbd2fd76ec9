"""The check character (校验码) of citizen IDs and student numbers: ISO 7064 MOD 11-2, as GB 11643-1999 writes it.

Seventeen digits are six of place, eight of birth date and three of sequence. The sum that the character is of is the
sum of what each part weighs, and an intake names few places and birthdays: what they weigh is kept, within bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import mul

CHECK_CHARACTERS = "10X98765432"  # by the remainder
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PLACE, _DAY = 6, 14  # where the place ends, and the birth date
_REMEMBERED = 1 << 16


def check_character(first17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2, ``0`` to ``9`` or ``X``, for 17 ASCII digits."""
    assert len(first17) == 17, "a check character is of 17 digits"
    total = _weight(first17[:_PLACE], 0) + _weight(first17[_PLACE:_DAY], _PLACE) + _weight(first17[_DAY:], _DAY)
    return CHECK_CHARACTERS[total % 11]


def coded_ends(first14: str, sequences: Iterable[int]) -> list[str]:
    """The last four characters, of sequence and check, of the numbers that go on from these fourteen digits.

    Args:
        sequences: 0 to 999 each.
    """
    total = _weight(first14[:_PLACE], 0) + _weight(first14[_PLACE:], _PLACE)
    return [
        digits + CHECK_CHARACTERS[(total + weight) % 11] for digits, weight in map(_SEQUENCES.__getitem__, sequences)
    ]


@lru_cache(_REMEMBERED)
def _weight(digits: str, begin: int) -> int:
    """What these digits, from a place on, weigh in the sum that the check character is of."""
    assert digits.isascii(), "digits are ASCII"
    return sum(map(mul, _WEIGHTS[begin:], map(int, digits)))


_SEQUENCES = [(digits := f"{sequence:03d}", _weight(digits, _DAY)) for sequence in range(1000)]
