"""Templates of numbers that a province has made up itself: 学籍辅号, 毕业证书编号."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_FIELD = re.compile(r"\{([a-z]+)(?::([1-9]))?\}")
# What a template may name, and how many last characters of it are taken where none is said.
FIELDS: Mapping[str, int] = {
    "stage": 1,  # 学段: 1 小学, 2 初中, 3 普通高中, 4 特殊教育
    "year": 4,  # 入学年, of a certificate 毕业年
    "province": 2,
    "county": 2,  # the last two digits of its division, unless more are asked for
    "township": 2,
    "school": 10,  # 学校标识码
    "kind": 1,  # 毕业 1, 结业 2, 肄业 3
    "sequence": 4,
}
LENGTH_MAX = 40


@dataclass(frozen=True, slots=True)
class Template:
    """A text with fields in braces: ``{year:2}`` is the last two digits of the year.

    ``{sequence:5}`` is a number filled up with zeros to five digits. An empty template is no number at all.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError where it names a field that there is not, has no sequence, or would be too long."""
        if not text:
            return cls(text)
        fields = _FIELD.findall(text)
        unknown = sorted({name for name, _ in fields} - set(FIELDS))
        if unknown:
            raise ValueError(f"there is no field {unknown[0]}; there are {', '.join(FIELDS)}")
        if [name for name, _ in fields].count("sequence") != 1:
            raise ValueError("one {sequence} tells the pupils apart")
        left = _FIELD.sub("", text)
        if re.search(r"[{}]", left):
            raise ValueError("braces stand around fields alone")
        length = len(left) + sum(int(given) if given else FIELDS[name] for name, given in fields)
        if length > LENGTH_MAX:
            raise ValueError(f"a number has {LENGTH_MAX} characters at most, this one {length}")
        return cls(text)

    def stem(self, values: Mapping[str, str]) -> str:
        """The number without its sequence: what all numbers have in common that are counted together."""
        return _FIELD.sub(lambda match: "" if match.group(1) == "sequence" else _part(match, values), self.text)

    @property
    def sequence_most(self) -> int:
        """The last sequence that its width has room for; 0 where the template is no number at all."""
        widths = [int(width or FIELDS[name]) for name, width in _FIELD.findall(self.text) if name == "sequence"]
        return 10 ** widths[0] - 1 if widths else 0

    def fill(self, values: Mapping[str, str]) -> str:
        """The number of these values: ``sequence`` filled up with zeros, of the others the last characters.

        Asserts that every field has a value that is long enough, and that the sequence has not run over.
        """

        return _FIELD.sub(lambda match: _part(match, values), self.text)


def _part(match: re.Match[str], values: Mapping[str, str]) -> str:
    name, width = match.group(1), int(match.group(2) or FIELDS[match.group(1)])
    value = values[name]
    if name == "sequence":
        assert len(value) <= width, "the numbers of this template are used up"
        return value.zfill(width)
    assert len(value) >= width, f"{name} has {width} characters"
    return value[-width:]
