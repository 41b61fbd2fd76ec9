"""Who a person is on paper: the citizen ID number (公民身份号码) and the other documents of the form (身份证件).

GB 11643-1999: six digits of division, eight of birth date, three of sequence (odd for males), one check character by
ISO 7064 MOD 11-2. The division is that of the first registration, by the code of that day: only its province digits
are checked, because a valid ID may carry a county that no table holds any more.

Numbers are personal data and a ``repr`` ends in a log: every ``repr`` and ``str`` here is masked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Self

from kernel.check_character import CHECK_CHARACTERS, check_character
from kernel.countries import COUNTRIES
from kernel.divisions import PROVINCES
from kernel.refusals import (
    BirthDateImpossible,
    CheckCharacterWrong,
    CitizenIdCharacterWrong,
    CitizenIdLengthWrong,
    DocumentKindContradictsNumber,
    DocumentKindUnknown,
    DocumentNumberMalformed,
    IssuingCountryMissing,
    ProvinceUnknown,
)
from kernel.writing import code_as_typed, mask_number

_LAST_CHARACTERS = frozenset({"", *CHECK_CHARACTERS})  # fifteen digits have none
_PLACE, _DAY = 6, 14  # where the place ends, and the birth date
_REMEMBERED = 1 << 16  # birth dates; an intake names few
_EARLIEST_BIRTH_YEAR = 1900

# 港澳台居民居住证申领发放办法 (2018) gives their holders citizen ID numbers under codes of their own: 83 for Taiwan,
# although GB/T 2260 has 71.
_HONG_KONG_AND_MACAO_DIGITS = frozenset({"81", "82"})
_TAIWAN_DIGITS = frozenset({"83"})
_PROVINCE_DIGITS = frozenset(PROVINCES) | _TAIWAN_DIGITS


class Sex(IntEnum):
    """性别, GB/T 2261.1."""

    UNKNOWN = 0  # 未知
    MALE = 1  # 男
    FEMALE = 2  # 女
    UNSTATED = 9  # 未说明

    @property
    def label(self) -> str:
        return _SEX_LABELS[self]


_SEX_LABELS = {Sex.UNKNOWN: "未知的性别", Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNSTATED: "未说明的性别"}


@lru_cache(_REMEMBERED)
def birth_date_of(digits: str, *, on: date | None = None) -> date:
    """Eight digits ``YYYYMMDD`` inside a number as a date, not before 1900 and not after ``on``.

    Raises:
        BirthDateImpossible: the calendar has no such day, or nobody here can have been born on it.
    """
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BirthDateImpossible(digits=digits, why="日历中没有这一天") from None
    if born.year < _EARLIEST_BIRTH_YEAR:
        raise BirthDateImpossible(digits=digits, why=f"早于 {_EARLIEST_BIRTH_YEAR} 年")
    if on is not None and born > on:
        raise BirthDateImpossible(digits=digits, why="晚于当前日期")
    return born


def _require_check_character(text: str) -> None:
    expected = check_character(text[:17])
    if text[17] != expected:
        raise CheckCharacterWrong(expected=expected)


@dataclass(frozen=True, slots=True, repr=False)
class CitizenId:
    """A citizen ID number that holds together; whether it was ever given out, only the police know.

    Attributes:
        text: the 18 characters, check character ``X`` in upper case.
    """

    text: str

    def __post_init__(self) -> None:
        assert len(self.text) == 18, "a citizen ID is made by parse"

    @classmethod
    def parse(cls, text: str, *, on: date | None = None) -> Self:
        """Read a number as people type it; fifteen digits (first-generation cards) become eighteen.

        Args:
            text: 18 characters or 15 digits, in half or full width, blanks allowed.
            on: the day on which it is read; a later birth date is refused. None: not looked at.

        Raises:
            CitizenIdLengthWrong, CitizenIdCharacterWrong, ProvinceUnknown, BirthDateImpossible, CheckCharacterWrong.
        """
        return cls(_citizen_id(code_as_typed(text).upper(), on=on))

    @property
    def division(self) -> str:
        """The six digits of the place of first registration, by the code of that day."""
        return self.text[:6]

    @property
    def birth_date(self) -> date:
        return birth_date_of(self.text[6:14])

    @property
    def sex(self) -> Sex:
        """By the parity of the 17th digit. A person's sex in the register may since differ."""
        return _sex_by_sequence(self.text)

    def __repr__(self) -> str:
        return f"CitizenId({mask_number(self.text)})"


def _citizen_id(number: str, *, on: date | None) -> str:
    """The eighteen characters; raises as ``CitizenId.parse``."""
    if len(number) not in (15, 18):
        raise CitizenIdLengthWrong(length=len(number))
    body = number[:17]
    if not (body.isascii() and body.isdigit()) or number[17:] not in _LAST_CHARACTERS:
        raise CitizenIdCharacterWrong(position=_first_wrong_position(number))
    if len(number) == 15:  # only births before 2000 ever had one: the century is always 19
        body = f"{number[:_PLACE]}19{number[_PLACE:]}"
        number = body + check_character(body)
    if number[:2] not in _PROVINCE_DIGITS:
        raise ProvinceUnknown(digits=number[:2])
    birth_date_of(number[_PLACE:_DAY], on=on)
    _require_check_character(number)
    return number


def plain_citizen_id(text: str, *, on: date) -> date | None:
    """The birth date in a resident's citizen ID that is written in its plain form and holds together.

    What nine rows in ten of an intake are, for a fifth of what ``IdentityDocument.parse`` costs. None where it is not
    so: then parse reads it, or says why it cannot.
    """
    if len(text) != 18 or not (text.isascii() and text[:17].isdigit()) or text[:2] not in PROVINCES:
        return None
    if _kind_by_province(text[:2]) is not DocumentKind.RESIDENT_ID or check_character(text[:17]) != text[17]:
        return None
    try:
        return birth_date_of(text[_PLACE:_DAY], on=on)
    except BirthDateImpossible:
        return None


def _first_wrong_position(number: str) -> int:
    wrong = (
        position
        for position, one in enumerate(number, start=1)
        if not (one.isascii() and one.isdigit()) and not (position == 18 and one == "X")
    )
    return next(wrong)


def _sex_by_sequence(number: str) -> Sex:
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


class DocumentKind(StrEnum):
    """身份证件类型. 1 to Z are the national form's codes.

    The form has none for the residence permits of 2018 and the foreigners' card: C, D and E are ours. 2 and B are left
    free, because some provinces write 户口簿 under them.
    """

    RESIDENT_ID = "1"  # 居民身份证
    HONG_KONG = "6"  # 香港特区护照/身份证明
    MACAO = "7"  # 澳门特区护照/身份证明
    TAIWAN_TRAVEL_PERMIT = "8"  # 台湾居民来往大陆通行证
    OVERSEAS_RESIDENCE = "9"  # 境外永久居住证
    PASSPORT = "A"  # 护照
    HONG_KONG_MACAO_RESIDENCE_PERMIT = "C"  # 港澳居民居住证
    TAIWAN_RESIDENCE_PERMIT = "D"  # 台湾居民居住证
    FOREIGN_PERMANENT_RESIDENT = "E"  # 外国人永久居留身份证
    OTHER = "Z"  # 其他

    @property
    def label(self) -> str:
        return _DOCUMENT_LABELS[self]


_DOCUMENT_LABELS = {
    DocumentKind.RESIDENT_ID: "居民身份证",
    DocumentKind.HONG_KONG: "香港特区护照/身份证明",
    DocumentKind.MACAO: "澳门特区护照/身份证明",
    DocumentKind.TAIWAN_TRAVEL_PERMIT: "台湾居民来往大陆通行证",
    DocumentKind.OVERSEAS_RESIDENCE: "境外永久居住证",
    DocumentKind.PASSPORT: "护照",
    DocumentKind.HONG_KONG_MACAO_RESIDENCE_PERMIT: "港澳居民居住证",
    DocumentKind.TAIWAN_RESIDENCE_PERMIT: "台湾居民居住证",
    DocumentKind.FOREIGN_PERMANENT_RESIDENT: "外国人永久居留身份证",
    DocumentKind.OTHER: "其他",
}

_DOCUMENT_KINDS = {kind.value: kind for kind in DocumentKind}
_CITIZEN_ID_KINDS = frozenset(
    {
        DocumentKind.RESIDENT_ID,
        DocumentKind.HONG_KONG_MACAO_RESIDENCE_PERMIT,
        DocumentKind.TAIWAN_RESIDENCE_PERMIT,
    }
)

# 外国人永久居留身份证: three letters and twelve digits until 2023; since 2023-12-01 eighteen like a citizen ID that
# begins with 9, checked in the same way (国家移民管理局, 新版外国人永久居留身份证机读信息规则).
_FOREIGN_CARD_OLD_FORM = re.compile(r"[A-Z]{3}[0-9]{12}")
_FOREIGN_CARD_FORM = re.compile(r"9[0-9]{16}[0-9X]")

# Travel permits end in the count of renewals, which changes while the person does not: 港澳居民来往内地通行证 is a
# letter, eight digits for life and two of renewals (公安部出入境管理局, 2010); the Taiwan permit of before 2015 is
# eight digits for life, two of renewals, and a letter in brackets.
_MAINLAND_PERMIT_FORM = re.compile(r"([HM][0-9]{8})(?:[0-9]{2})?")
_TAIWAN_PERMIT_FORM = re.compile(r"([0-9]{8})(?:[0-9]{2}(?:[A-Z])?)?")

# Elsewhere the issuer's format is not ours to judge: letters and digits that can be told from a placeholder.
_FOREIGN_NUMBER_FORM = re.compile(r"(?=.*[0-9])[0-9A-Z]{5,20}")
_OTHER_NUMBER_FORM = re.compile(r"(?=.*[0-9])[0-9A-Z\u3400-\u9fff./-]{4,40}")
_LIFELONG_FORMS = {
    DocumentKind.HONG_KONG: _MAINLAND_PERMIT_FORM,
    DocumentKind.MACAO: _MAINLAND_PERMIT_FORM,
    DocumentKind.TAIWAN_TRAVEL_PERMIT: _TAIWAN_PERMIT_FORM,
}
_PUNCTUATION_OF_FORM = str.maketrans("", "", "()[]-")


@dataclass(frozen=True, slots=True, repr=False)
class IdentityDocument:
    """A document that says who a person is, made by ``parse``.

    Attributes:
        kind: what sort of document.
        number: its number, normalised; empty only for ``OTHER``.
        country: who issued a passport, a code of GB/T 2659; empty where nobody said, and for every other kind.
    """

    kind: DocumentKind
    number: str
    country: str = ""

    @classmethod
    def parse(cls, kind_code: str, number: str, *, country: str = "", on: date | None = None) -> Self:
        """Read the form's items 8 and 9 (for guardians 58, 59 and 70, 71).

        Args:
            kind_code: the code of 身份证件类型.
            number: the number as typed.
            country: the form's item 7, 国籍/地区. Of a passport it says who issued it: each country counts its own, and
                two of them have equal numbers.
            on: the day on which it is read, see ``CitizenId.parse``.

        Raises:
            DocumentKindUnknown: no such code.
            DocumentKindContradictsNumber: the number belongs to another kind of document.
            DocumentNumberMalformed: the kind's format is broken, or the number is missing.
            CitizenIdLengthWrong, CitizenIdCharacterWrong, ProvinceUnknown, BirthDateImpossible, CheckCharacterWrong:
                for the kinds that carry a number in the form of a citizen ID.
        """
        code = code_as_typed(kind_code).upper()
        kind = _DOCUMENT_KINDS.get(code)
        if kind is None:
            raise DocumentKindUnknown(code=code[:20])
        typed = code_as_typed(number).upper()
        if not typed and kind is not DocumentKind.OTHER:
            raise DocumentNumberMalformed(document=kind.label, why="未填号码")
        issuer = country if kind is DocumentKind.PASSPORT and country in COUNTRIES else ""
        return cls(kind, _normalised(kind, typed, on=on), issuer)

    @property
    def identifies(self) -> bool:
        """Whether the number names one person, so that it can be looked for twice (查重)."""
        return bool(self.number)

    @property
    def key(self) -> str:
        """What a fingerprint is taken of, e.g. ``1:11010519491231002X`` or ``A:BRA:ZZ123456``: the same after a renewal
        of the document where its kind has a part for life.

        Asserts that the document identifies; two children without numbers must never share a key.
        """
        assert self.identifies, "a document without a number has no key"
        issuer = f"{self.country}:" if self.country else ""
        return f"{self.kind}:{issuer}{_lifelong_part(self.kind, self.number)}"

    def require_issuer(self) -> Self:
        """This document, if it can be told from one of an equal number. Raises IssuingCountryMissing otherwise."""
        if self.kind is DocumentKind.PASSPORT and not self.country:
            raise IssuingCountryMissing(field="nationality")
        return self

    @property
    def citizen_id(self) -> CitizenId | None:
        """The number as a citizen ID, for the kinds that carry one."""
        return CitizenId(self.number) if self.kind in _CITIZEN_ID_KINDS else None

    @property
    def birth_date(self) -> date | None:
        """The birth date that the number states, if it states one."""
        return birth_date_of(self.number[_PLACE:_DAY]) if self._follows_citizen_id else None

    @property
    def sex(self) -> Sex | None:
        """The sex that the number states, if it states one."""
        return _sex_by_sequence(self.number) if self._follows_citizen_id else None

    @property
    def _follows_citizen_id(self) -> bool:
        foreign_card = self.kind is DocumentKind.FOREIGN_PERMANENT_RESIDENT and len(self.number) == 18
        return foreign_card or self.kind in _CITIZEN_ID_KINDS

    def __repr__(self) -> str:
        return f"IdentityDocument({self.kind}:{mask_number(self.number)})"


def _normalised(kind: DocumentKind, typed: str, *, on: date | None) -> str:
    match kind:
        case (
            DocumentKind.RESIDENT_ID
            | DocumentKind.HONG_KONG_MACAO_RESIDENCE_PERMIT
            | DocumentKind.TAIWAN_RESIDENCE_PERMIT
        ):
            return _citizen_id_of_kind(kind, typed, on=on)
        case DocumentKind.FOREIGN_PERMANENT_RESIDENT:
            return _foreign_card(kind, typed, on=on)
        case DocumentKind.TAIWAN_TRAVEL_PERMIT:
            bare = typed.translate(_PUNCTUATION_OF_FORM)
            return _matching(_TAIWAN_PERMIT_FORM, kind, bare, why="应为 8 位数字，或旧证 10 位数字及括号内字母")
        case DocumentKind.OTHER:
            if not typed:
                return typed
            bare = typed.translate(str.maketrans("", "", "()[]"))
            return _matching(_OTHER_NUMBER_FORM, kind, bare, why="应含数字且不少于 4 位；没有号码的请留空")
        case DocumentKind.HONG_KONG | DocumentKind.MACAO | DocumentKind.OVERSEAS_RESIDENCE | DocumentKind.PASSPORT:
            bare = typed.translate(_PUNCTUATION_OF_FORM)
            return _matching(_FOREIGN_NUMBER_FORM, kind, bare, why="应为 5 至 20 位字母和数字")


def _matching(form: re.Pattern[str], kind: DocumentKind, number: str, *, why: str) -> str:
    # 000000 and the like are what people type for "none"; as a key it would make strangers one person.
    if not form.fullmatch(number) or len(set(number)) == 1:
        raise DocumentNumberMalformed(document=kind.label, why=why)
    return number


def _citizen_id_of_kind(kind: DocumentKind, typed: str, *, on: date | None) -> str:
    if _FOREIGN_CARD_FORM.fullmatch(typed):
        actual = DocumentKind.FOREIGN_PERMANENT_RESIDENT
    else:
        typed = _citizen_id(typed, on=on)
        actual = _kind_by_province(typed[:2])
    if actual is not kind:
        # One number, one kind: else one child registered under two kinds would have two keys.
        raise DocumentKindContradictsNumber(document=kind.label, actual=actual.label)
    return typed


def _kind_by_province(digits: str) -> DocumentKind:
    if digits in _HONG_KONG_AND_MACAO_DIGITS:
        return DocumentKind.HONG_KONG_MACAO_RESIDENCE_PERMIT
    return DocumentKind.TAIWAN_RESIDENCE_PERMIT if digits in _TAIWAN_DIGITS else DocumentKind.RESIDENT_ID


def _foreign_card(kind: DocumentKind, typed: str, *, on: date | None) -> str:
    if _FOREIGN_CARD_OLD_FORM.fullmatch(typed):
        return typed
    if not _FOREIGN_CARD_FORM.fullmatch(typed):
        raise DocumentNumberMalformed(document=kind.label, why="应为 3 位字母加 12 位数字，或以 9 开头的 18 位号码")
    birth_date_of(typed[6:14], on=on)
    _require_check_character(typed)
    return typed


def _lifelong_part(kind: DocumentKind, number: str) -> str:
    form = _LIFELONG_FORMS.get(kind)
    match = form.fullmatch(number) if form else None
    return match.group(1) if match else number
