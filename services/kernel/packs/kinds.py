"""Kinds of values: how a policy key's value is read from a pack, told, and compared.

A pack is TOML, so a value there is plain: a text, a number, true or false, a list, a table. ``parse`` makes the typed
value, ``plain`` the plain one again. ``at_most`` orders the kinds that can be ordered; which way is the tighter one,
the key says (``kernel.packs.keys``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kernel.packs.school_terms import MonthDay, SchoolTerms, Vacation, YearlySpan
from kernel.packs.templates import Template
from kernel.packs.term import Term
from kernel.packs.windows import (
    FirstDays,
    FixedDates,
    Freeze,
    InVacation,
    LastDays,
    MonthsFromStart,
    Window,
    Windows,
)
from kernel.packs.words import ExtraStep, Frozen, Word

T_co = TypeVar("T_co", covariant=True)
W = TypeVar("W", bound=Word)


@dataclass(frozen=True)
class Kind(Generic[T_co]):
    """One kind of value.

    Attributes:
        parse: the typed value of a plain one; raises ValueError that says what it should be.
        plain: the plain value of a typed one, as TOML and JSON have it. label: what a registrar reads.
        at_most: whether the first is no more than the second, where there is an order; None where there is none.
        is_set: the values are frozensets, ordered by inclusion.
    """

    parse: Callable[[Any], T_co]
    plain: Callable[[Any], Any]
    label: Callable[[Any], str]
    at_most: Callable[[Any, Any], bool] | None = None
    is_set: bool = False


def _wrong(expected: str, given: Any) -> ValueError:
    return ValueError(f"should be {expected}, is {given!r}")


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise _wrong("a text", given)
    return given


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise _wrong("true or false", given)
    return given


FLAG: Kind[bool] = Kind(
    parse=_flag, plain=bool, label=lambda value: "是" if value else "否", at_most=lambda one, other: one <= other
)
TEXT: Kind[str] = Kind(parse=_text, plain=str, label=lambda value: value or "无")
TERM: Kind[Term] = Kind(
    parse=lambda given: Term.parse(_text(given)),
    plain=lambda value: value.text,
    label=lambda value: value.label,
    at_most=Term.no_longer_than,
)
MONTH_DAY: Kind[MonthDay] = Kind(
    parse=lambda given: MonthDay.parse(_text(given)),
    plain=lambda value: value.text,
    label=lambda value: value.label,
    at_most=lambda one, other: one <= other,
)


def whole(least: int, most: int, unit: str) -> Kind[int]:
    """Whole numbers from ``least`` to ``most``, told with their Chinese unit."""

    def parse(given: Any) -> int:
        if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
            raise _wrong(f"a whole number from {least} to {most}", given)
        return given

    return Kind(parse, int, lambda value: f"{value}{unit}", lambda one, other: one <= other)


def word_of(words: type[W]) -> Kind[W]:
    """One word of a vocabulary, ordered as it is declared."""
    order = {word: place for place, word in enumerate(words)}
    return Kind(
        words.of,
        lambda value: value.value,
        lambda value: value.label,
        lambda one, other: order[one] <= order[other],
    )


def set_of(words: type[W]) -> Kind[frozenset[W]]:
    """Several words of a vocabulary."""
    order = {word: place for place, word in enumerate(words)}
    return _set(
        parse_one=words.of,
        plain_one=lambda word: word.value,
        label_one=lambda word: word.label,
        place=order.__getitem__,
    )


E = TypeVar("E")


def _set(
    *,
    parse_one: Callable[[Any], E],
    plain_one: Callable[[Any], Any],
    label_one: Callable[[Any], str],
    place: Callable[[Any], Any],
) -> Kind[frozenset[E]]:
    def parse(given: Any) -> frozenset[E]:
        if not isinstance(given, list):
            raise _wrong("a list", given)
        read = [parse_one(one) for one in given]
        if len(set(read)) != len(read):
            raise _wrong("a list that names nothing twice", given)
        return frozenset(read)

    def ordered(value: Iterable[Any]) -> list[Any]:
        return sorted(value, key=place)

    return Kind(
        parse,
        lambda value: [plain_one(one) for one in ordered(value)],
        lambda value: "、".join(label_one(one) for one in ordered(value)) or "无",
        is_set=True,
    )


def set_of_codes(codes: Callable[[str], E], label: Callable[[E], str]) -> Kind[frozenset[E]]:
    """Several codes of a table of another module, such as ``StudentStatus``; ``codes`` raises ValueError."""
    return _set(parse_one=lambda given: codes(_text(given)), plain_one=str, label_one=label, place=str)


_NAME = re.compile(r"[a-z][a-z_]{2,39}")


def _name(given: Any) -> str:
    if not _NAME.fullmatch(_text(given)):
        raise _wrong("a name in lower case", given)
    return str(given)


def _title(given: Any) -> str:
    if not _text(given).strip():
        raise _wrong("a title", given)
    return str(given)


TITLES: Kind[frozenset[str]] = _set(parse_one=_title, plain_one=str, label_one=str, place=str)


def optional(kind: Kind[T_co], nothing: str, label: str, *, above_all: bool = False) -> Kind[T_co | None]:
    """A kind with one word, ``nothing``, for None: no limit, or no such rule.

    Args:
        above_all: None is more than every value, as no limit is; otherwise the kind has no order.
    """

    def at_most(one: Any, other: Any) -> bool:
        assert kind.at_most is not None, "only an ordered kind has a top"
        return other is None or (one is not None and kind.at_most(one, other))

    return Kind(
        lambda given: None if given == nothing else kind.parse(given),
        lambda value: nothing if value is None else kind.plain(value),
        lambda value: label if value is None else kind.label(value),
        at_most if above_all else None,
    )


def _table(given: Any, expected: str, *keys: str) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) != set(keys):
        raise _wrong(expected, given)
    return given


def _span(given: Any) -> YearlySpan:
    told = _table(given, 'a span such as {from = "07-01", to = "08-14"}', "from", "to")
    return YearlySpan(MonthDay.parse(_text(told["from"])), MonthDay.parse(_text(told["to"])))


def _plain_span(span: YearlySpan) -> dict[str, str]:
    return {"from": span.first.text, "to": span.last.text}


def _window(given: Any) -> Window:
    days, months = whole(1, 60, ""), whole(1, 12, "")
    match given:
        case {"first_working_days": count, **rest} if not rest:
            return FirstDays(days.parse(count))
        case {"last_working_days": count, **rest} if not rest:
            return LastDays(days.parse(count))
        case {"vacation": which, **rest} if not rest:
            return InVacation(Vacation.of(which))
        case {"months_from_term_start": count, **rest} if not rest:
            return MonthsFromStart(months.parse(count))
        case {"from": _, "to": _}:
            return FixedDates(_span(given))
        case _:
            raise _wrong("a window: from and to, first_working_days, last_working_days, vacation or months…", given)


def _plain_window(window: Window) -> dict[str, Any]:
    match window:
        case FixedDates(span):
            return _plain_span(span)
        case FirstDays(count):
            return {"first_working_days": count}
        case LastDays(count):
            return {"last_working_days": count}
        case InVacation(which):
            return {"vacation": which.value}
        case MonthsFromStart(count):
            return {"months_from_term_start": count}


def _windows(given: Any) -> Windows:
    if not isinstance(given, list):
        raise _wrong("a list of windows", given)
    return Windows(tuple(_window(one) for one in given))


WINDOWS: Kind[Windows] = Kind(
    _windows, lambda value: [_plain_window(one) for one in value.any_of], lambda value: value.label
)


def _freeze(given: Any) -> Freeze:
    expected = 'a freeze such as {what = "new_transfers", from = "07-15", to = "08-14"}'
    told = _table(given, expected, "what", "from", "to")
    return Freeze(Frozen.of(told["what"]), _span({"from": told["from"], "to": told["to"]}))


FREEZES: Kind[frozenset[Freeze]] = _set(
    parse_one=_freeze,
    plain_one=lambda freeze: {"what": freeze.what.value, **_plain_span(freeze.span)},
    label_one=lambda freeze: freeze.label,
    place=lambda freeze: (freeze.span, freeze.what.value),
)


def _terms(given: Any) -> SchoolTerms:
    told = _table(given, "the spans of autumn and spring", "autumn", "spring")
    return SchoolTerms(_span(told["autumn"]), _span(told["spring"]))


SCHOOL_TERMS: Kind[SchoolTerms] = Kind(
    _terms,
    lambda value: {"autumn": _plain_span(value.autumn), "spring": _plain_span(value.spring)},
    lambda value: value.label,
)

TEMPLATE: Kind[Template] = Kind(
    lambda given: Template.parse(_text(given)), lambda value: value.text, lambda value: value.text or "无"
)


@dataclass(frozen=True, slots=True, order=True)
class ExtraEndorsement:
    """One endorser more, in the chain of the procedure of that name."""

    procedure: str
    step: ExtraStep


def _extra(given: Any) -> ExtraEndorsement:
    procedure, _, step = _text(given).partition(": ")
    return ExtraEndorsement(_name(procedure), ExtraStep.of(step))


EXTRA_ENDORSEMENTS: Kind[frozenset[ExtraEndorsement]] = _set(
    parse_one=_extra,
    plain_one=lambda one: f"{one.procedure}: {one.step.value}",
    label_one=lambda one: f"{one.procedure}加{one.step.label}",
    place=lambda one: (one.procedure, one.step.value),
)
