"""From what a person writes in one item of the form to its one canonical spelling, by the item's kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from kernel.codes import CodeTable
from kernel.divisions import division_code
from kernel.form_items import ItemKind
from kernel.names import fold_width, normalise_name
from kernel.refusals import DateImpossible, PhoneMalformed, PostcodeMalformed, ValueMalformed, ValueTooLong
from kernel.stages import Grade, SchoolSystem, Stage
from kernel.writing import code_as_typed

_EARLIEST_YEAR = 1900
_DISTANCE_KM_MAX = Decimal(1000)
_LONG_TERM = "长期"

_DAY = r"[0-9]{8}|[0-9]{4}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?"
_DAY_FORM = re.compile(_DAY)
_MONTH_FORM = re.compile(r"([0-9]{4})[-./年]?([0-9]{1,2})月?")
_DIVISION_LENGTHS = (6, 9, 12)
_PINYIN_FORM = re.compile("[A-Za-z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff '’·-]+")
_POSTCODE_FORM = re.compile(r"[0-9]{6}")
_EMAIL_FORM = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DASHES = re.compile("[‐‑‒–—―−_]")
_CHINA_PREFIX = re.compile(r"(?:\+86|0086|86)-?(?=1[0-9-]{10,12}$)")
_PHONE_FORMS = re.compile(
    r"1[3-9][0-9]{9}"  # mobile
    r"|(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?"  # land line: area code, number, extension
    r"|400-?[0-9]{3}-?[0-9]{4}"
    r"|(?:\+|00)[1-9][0-9]{0,3}-?[0-9]{5,14}"  # abroad, E.164: 15 digits at most
)


@dataclass(frozen=True)
class Reading:
    """What must be known to read a form.

    Attributes:
        on: the day on which it is read; nobody is born later.
        system: the school's 学制, without which 六年级 says nothing.
        stage: the one stage that the school teaches, if it teaches one.
    """

    on: date
    system: SchoolSystem = SchoolSystem.SIX_THREE
    stage: Stage | None = None


class Written(Protocol):
    """What is written down under a key: an item of the form, or a field of a procedure."""

    @property
    def label(self) -> str: ...

    @property
    def kind(self) -> ItemKind: ...

    @property
    def code_table(self) -> CodeTable | None: ...

    @property
    def max_length(self) -> int: ...


def canonical(item: Written, text: str, *, reading: Reading) -> str:
    """The canonical spelling of ``text`` as a value of ``item``; the caller has seen that it is not blank.

    Raises:
        CodeUnknown, DateImpossible, DivisionUnknown, GradeAmbiguous, GradeUnknown, NameMalformed, PhoneMalformed,
        PostcodeMalformed, ValueMalformed, ValueTooLong: by the item's kind. ``field`` is the caller's to add.
    """
    value = _READERS[item.kind](item, text, reading)
    if len(value) > item.max_length:
        raise ValueTooLong(label=item.label, most=item.max_length, length=len(value))
    return value


def _text(_item: Written, text: str, _reading: Reading) -> str:
    return fold_width(text)


def _name(_item: Written, text: str, _reading: Reading) -> str:
    return normalise_name(text)


def _code(item: Written, text: str, _reading: Reading) -> str:
    assert item.code_table is not None, "an item of codes has a table"
    return item.code_table.parse(text)


def _document(_item: Written, text: str, _reading: Reading) -> str:
    return code_as_typed(text).upper()  # kernel.identity judges it, once its kind is known


def _pinyin(item: Written, text: str, _reading: Reading) -> str:
    value = fold_width(text)
    if not _PINYIN_FORM.fullmatch(value):
        raise ValueMalformed(label=item.label, why="只能由拼音字母组成")
    return value


def _date(item: Written, text: str, reading: Reading) -> str:
    return f"{_day(item, code_as_typed(text), latest=reading.on):%Y%m%d}"


def _day(item: Written, typed: str, *, latest: date | None = None) -> date:
    if not _DAY_FORM.fullmatch(typed):
        raise DateImpossible(label=item.label, why="应写作 8 位数字，如 20110307")
    parts = re.findall("[0-9]+", typed) if not typed.isdigit() else [typed[:4], typed[4:6], typed[6:]]
    try:
        day = date(*map(int, parts))
    except ValueError:
        raise DateImpossible(label=item.label, why="日历中没有这一天") from None
    if day.year < _EARLIEST_YEAR:
        raise DateImpossible(label=item.label, why=f"早于 {_EARLIEST_YEAR} 年")
    if latest is not None and day > latest:
        raise DateImpossible(label=item.label, why="晚于当前日期")
    return day


def _month(item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    if _DAY_FORM.fullmatch(typed):
        return f"{_day(item, typed):%Y%m}"
    matched = _MONTH_FORM.fullmatch(typed)
    if matched is None or (typed.isdigit() and len(typed) != 6):
        raise DateImpossible(label=item.label, why="应写作 6 位数字，如 201709")
    return f"{_day(item, f'{matched[1]}-{matched[2]}-1'):%Y%m}"


def _period(item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    matched = re.fullmatch(rf"({_DAY})[-—–~至到]+({_DAY}|{_LONG_TERM})", typed)
    if matched is None:
        raise DateImpossible(label=item.label, why="应写作起止日期，如 2010.06.01-2020.06.01")
    begin = _day(item, matched[1])
    if matched[2] == _LONG_TERM:
        return f"{begin:%Y%m%d}-{_LONG_TERM}"
    end = _day(item, matched[2])
    if end < begin:
        raise DateImpossible(label=item.label, why="截止日期早于起始日期")
    return f"{begin:%Y%m%d}-{end:%Y%m%d}"


def _division12(item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    if not (typed.isascii() and typed.isdigit() and len(typed) in _DIVISION_LENGTHS):
        raise ValueMalformed(label=item.label, why="应为 12 位行政区划代码")
    # The province digits alone decide: divisions are made and abolished faster than any table follows.
    return division_code(typed[:6]) + typed[6:].ljust(6, "0")


def _grade(_item: Written, text: str, reading: Reading) -> str:
    typed = code_as_typed(text)
    grade = (
        Grade.of_code(typed)
        if typed.isdigit() and len(typed) == 3
        else Grade.parse(typed, system=reading.system, stage=reading.stage)
    )
    return grade.code


def _phone(item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    plain = _CHINA_PREFIX.sub("", _DASHES.sub("-", re.sub(r"^\((0[0-9]{2,3})\)-?", r"\1-", typed)))
    mobile = plain.replace("-", "")
    if re.fullmatch(r"1[3-9][0-9]{9}", mobile):
        return mobile
    if not _PHONE_FORMS.fullmatch(plain):
        raise PhoneMalformed(label=item.label)
    return plain


def _postcode(_item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    if not _POSTCODE_FORM.fullmatch(typed):
        raise PostcodeMalformed
    return typed


def _email(item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    if not _EMAIL_FORM.fullmatch(typed):
        raise ValueMalformed(label=item.label, why="应如 name@example.cn")
    return typed


def _distance(item: Written, text: str, _reading: Reading) -> str:
    typed = code_as_typed(text)
    number = re.sub(r"(公里|千米|km)$", "", typed, flags=re.IGNORECASE)
    try:
        distance = Decimal(number)
    except InvalidOperation:
        distance = Decimal(-1)
    if not (distance.is_finite() and 0 <= distance <= _DISTANCE_KM_MAX):
        raise ValueMalformed(label=item.label, why=f"应为 0 至 {_DISTANCE_KM_MAX} 的公里数")
    return f"{distance.quantize(Decimal('0.1')).normalize():f}"


_READERS: dict[ItemKind, Callable[[Written, str, Reading], str]] = {
    ItemKind.TEXT: _text,
    ItemKind.NAME: _name,
    ItemKind.PINYIN: _pinyin,
    ItemKind.DATE: _date,
    ItemKind.MONTH: _month,
    ItemKind.PERIOD: _period,
    ItemKind.CODE: _code,
    ItemKind.DIVISION12: _division12,
    ItemKind.DOCUMENT: _document,
    ItemKind.GRADE: _grade,
    ItemKind.PHONE: _phone,
    ItemKind.POSTCODE: _postcode,
    ItemKind.EMAIL: _email,
    ItemKind.DISTANCE: _distance,
}
assert set(_READERS) == set(ItemKind), "every kind of item can be read"
