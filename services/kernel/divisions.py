"""Administrative divisions (行政区划, GB/T 2260) over all their history, with the months in which a code was seen.

A citizen ID carries the code of the day it was given, so a code that was abolished decades ago is still right on a
document: nothing here is a reason to refuse a child. Validity is known by published revisions, which are samples:
between two revisions the day of a change is not known, and a change counts from the revision that first shows it. The
first revision (1980-12) is read as reaching back without end.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from itertools import groupby
from operator import itemgetter

from kernel.refusals import DivisionUnknown
from kernel.writing import code_as_typed

# The province digits of GB/T 2260. A table here, not the file: checking a number must not read a file.
PROVINCES = {
    "11": "北京市",
    "12": "天津市",
    "13": "河北省",
    "14": "山西省",
    "15": "内蒙古自治区",
    "21": "辽宁省",
    "22": "吉林省",
    "23": "黑龙江省",
    "31": "上海市",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "43": "湖南省",
    "44": "广东省",
    "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市",
    "51": "四川省",
    "52": "贵州省",
    "53": "云南省",
    "54": "西藏自治区",
    "61": "陕西省",
    "62": "甘肃省",
    "63": "青海省",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省",
    "81": "香港特别行政区",
    "82": "澳门特别行政区",
}

# The Xinjiang Production and Construction Corps runs schools like a province, and GB/T 2260 gives it no digits.
CORPS = "66"  # 新疆生产建设兵团
EDUCATION_PROVINCES = PROVINCES | {CORPS: "新疆生产建设兵团"}

_FIRST_REVISION = "198012"
_CODE_FORM = re.compile(r"[0-9]{6}")


class DivisionLevel(StrEnum):
    PROVINCE = "province"  # 省级
    PREFECTURE = "prefecture"  # 地级
    COUNTY = "county"  # 县级


@dataclass(frozen=True, slots=True)
class Span:
    """One name of a code; months are ``YYYYMM``. ``gone_in`` is empty while the last revision still shows it."""

    name: str
    first_seen: str
    last_seen: str
    gone_in: str

    def covers(self, day: date) -> bool:
        month = f"{day.year:04d}{day.month:02d}"
        began = self.first_seen == _FIRST_REVISION or self.first_seen <= month
        return began and (not self.gone_in or month < self.gone_in)


@dataclass(frozen=True, slots=True)
class Division:
    """One code with everything it was ever called, oldest span first."""

    code: str
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        """The latest name."""
        return self.spans[-1].name

    @property
    def level(self) -> DivisionLevel:
        return level_of(self.code)

    @property
    def in_force(self) -> bool:
        """Whether the last revision that we hold shows the code."""
        return not self.spans[-1].gone_in


def level_of(code: str) -> DivisionLevel:
    """The level that the zeros of a six-digit code say."""
    if code.endswith("0000"):
        return DivisionLevel.PROVINCE
    return DivisionLevel.PREFECTURE if code.endswith("00") else DivisionLevel.COUNTY


@lru_cache(1 << 14)  # every row of an intake names one, and an intake few
def division_code(text: str) -> str:
    """``text`` as a six-digit code with known province digits, the corps' 66 included; the rest is not looked up.

    Raises:
        DivisionUnknown: not six digits, or no such province.
    """
    code = code_as_typed(text)
    if not _CODE_FORM.fullmatch(code) or code[:2] not in EDUCATION_PROVINCES:
        raise DivisionUnknown(division=code[:20])
    return code


def province_name(digits: str) -> str:
    """``44`` is 广东省.

    Raises:
        DivisionUnknown: no such province.
    """
    name = EDUCATION_PROVINCES.get(digits)
    if name is None:
        raise DivisionUnknown(division=digits[:20])
    return name


def division(code: str) -> Division | None:
    """The division that ``code`` is or was, in any revision; None when no revision shows it."""
    return _divisions().get(code)


def is_known(code: str) -> bool:
    """Whether any revision shows the code."""
    return code in _divisions()


def valid_on(code: str, day: date) -> bool:
    """Whether the revisions say that the code was in force on ``day``. Information for people, never a refusal."""
    found = division(code)
    return found is not None and any(span.covers(day) for span in found.spans)


def name_of(code: str, *, on: date | None = None) -> str | None:
    """What the division was called on that day, or is called last; None for a code unknown, or not in force then."""
    found = division(code)
    if found is None:
        return None
    if on is None:
        return found.name
    return next((span.name for span in reversed(found.spans) if span.covers(on)), None)


def counties_of(province: str) -> list[Division]:
    """The counties and districts of a province that are in force by the last revision, in the order of their codes."""
    return [
        one
        for code, one in _divisions().items()
        if code.startswith(province) and one.in_force and one.level is DivisionLevel.COUNTY
    ]


@cache
def _divisions() -> dict[str, Division]:
    table = (resources.files("kernel") / "data" / "divisions.csv").read_text(encoding="utf-8")
    header, *spans = [tuple(row) for row in csv.reader(table.splitlines())]
    assert header == ("code", "name", "first_revision", "last_revision", "gone_in_revision"), header
    spans.sort(key=itemgetter(0, 2))
    return {
        code: Division(code, tuple(Span(name, first, last, gone) for _, name, first, last, gone in of_code))
        for code, of_code in groupby(spans, key=itemgetter(0))
    }
