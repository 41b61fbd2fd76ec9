"""One file of ``deploy/policies``: what one text says, the nation's by its date or one province's (Articles 11, 29).

name = "44"                      # a province's two digits, or the year of a national text
version = 1                      # grows when the data of this text is corrected; ids never change their meaning
province = "44"                  # absent: the nation
title = "广东省…实施细则"
in_force_from = 2014-08-25
in_force_to = 2019-08-24         # absent: until another succeeds it; the nation's texts have none
carries_over = "2013.1"          # of the nation's alone: what is not said here is as it was there

[[rule]]
key = "transfer.windows"
stages = ["primary", "junior"]   # absent: all
value = [{last_working_days = 10}, {first_working_days = 10}]
article = "…"                    # the provision, where one is known
source = "粤教基〔2014〕24号"
confidence = "found_official"
note = "…"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self, TypeVar

from kernel.divisions import EDUCATION_PROVINCES
from kernel.packs.key import Key
from kernel.packs.keys import KEYS
from kernel.packs.words import Confidence
from kernel.refusals import RulePackMalformed
from kernel.stages import Stage

T = TypeVar("T")

_NAME = re.compile(r"[0-9a-z]{1,12}")
_STAGE_WORDS: Mapping[str, Stage] = MappingProxyType({stage.name.lower(): stage for stage in Stage})
_HEAD = frozenset({"name", "version", "province", "title", "in_force_from", "in_force_to", "carries_over", "rule"})
_OF_A_RULE = frozenset({"key", "stages", "value", "article", "source", "confidence", "note"})


@dataclass(frozen=True, slots=True)
class Value:
    """A value with where it comes from.

    Attributes:
        text_id: the text that says it, such as ``44.1``. carried: it is that of an earlier national text, and whether
            the present one keeps it is not known.
        source: where it was found. article: the provision. confidence: how well it is known.
    """

    value: Any
    text_id: str
    source: str
    confidence: Confidence
    article: str = ""
    note: str = ""
    carried: bool = False


@dataclass(frozen=True)
class RulePackText:
    """What one text says.

    Attributes:
        in_force_from, in_force_to: first and last day.
        rules: by key name, then by stage; under None for every stage that has none of its own.
    """

    name: str
    version: int
    title: str
    in_force_from: date
    in_force_to: date | None
    province: str
    carries_over: str
    rules: Mapping[str, Mapping[Stage | None, Value]]

    @property
    def id(self) -> str:
        return f"{self.name}.{self.version}"

    def says(self, key: Key[Any], stage: Stage | None) -> Value | None:
        """Its own word on a key; what is said of a stage goes before what is said of all."""
        by_stage = self.rules.get(key.name, {})
        return by_stage.get(stage) or by_stage.get(None)

    @classmethod
    def from_toml(cls, content: str) -> Self:
        """Read a file.

        Raises:
            RulePackMalformed: with the pack, the key and what is wrong.
        """
        try:
            told = tomllib.loads(content)
        except tomllib.TOMLDecodeError as wrong:
            raise RulePackMalformed(pack="", key="", why=str(wrong)) from wrong
        head = _Table(told, pack=str(told.get("name", "")), key="")
        head.require_known(_HEAD)
        name = head.text("name", form=_NAME)
        province = head.text("province", default="")
        if province and province not in EDUCATION_PROVINCES:
            raise head.wrong("province", f"there is no province {province!r}")
        version = head.get("version", int)
        made = cls(
            name=name,
            version=version,
            title=head.text("title"),
            in_force_from=head.day("in_force_from"),
            in_force_to=head.day("in_force_to") if "in_force_to" in told else None,
            province=province,
            carries_over=head.text("carries_over", default=""),
            rules=_rules(head, text_id=f"{name}.{version}"),
        )
        made._require_sense(head)
        return made

    def _require_sense(self, head: _Table) -> None:
        if self.version < 1:
            raise head.wrong("version", "should be 1 or more")
        if self.in_force_to is not None and self.in_force_to < self.in_force_from:
            raise head.wrong("in_force_to", "is before in_force_from")
        if self.province and self.carries_over:
            raise head.wrong("carries_over", "a province's text stands on the nation's, whatever that is")
        if not self.province and self.in_force_to is not None:
            raise head.wrong("in_force_to", "a national text is in force until another succeeds it")


def _rules(head: _Table, *, text_id: str) -> Mapping[str, Mapping[Stage | None, Value]]:
    rules: dict[str, dict[Stage | None, Value]] = {}
    for told in head.get("rule", list):
        if not isinstance(told, dict):
            raise head.wrong("rule", "should be a table [[rule]]")
        name = str(told.get("key", ""))
        row = _Table(told, pack=text_id, key=name)
        row.require_known(_OF_A_RULE)
        key = KEYS.get(row.text("key"))
        if key is None:
            raise row.wrong("key", "there is no such key")
        by_stage = rules.setdefault(key.name, {})
        value = _value(row, key, text_id=text_id)
        for stage in _stages(row, key):
            if stage in by_stage:
                raise row.wrong("stages", f"said twice of {stage.name.lower() if stage else 'all stages'}")
            by_stage[stage] = value
    return MappingProxyType({name: MappingProxyType(by_stage) for name, by_stage in rules.items()})


def _value(row: _Table, key: Key[Any], *, text_id: str) -> Value:
    try:
        value = key.kind.parse(row.get("value", object))
        confidence = Confidence.of(row.text("confidence"))
    except ValueError as wrong:
        raise row.wrong("", str(wrong)) from wrong
    return Value(
        value=value,
        text_id=text_id,
        source=row.text("source"),
        confidence=confidence,
        article=row.text("article", default=""),
        note=row.text("note", default=""),
    )


def _stages(row: _Table, key: Key[Any]) -> Iterator[Stage | None]:
    if "stages" not in row.told:
        yield None
        return
    words = row.get("stages", list)
    if not key.per_stage:
        raise row.wrong("stages", "this key is the same for all stages")
    if not words:
        raise row.wrong("stages", "should name a stage, or not be there")
    for word in words:
        if word not in _STAGE_WORDS:
            raise row.wrong("stages", f"should be of {', '.join(_STAGE_WORDS)}, is {word!r}")
        yield _STAGE_WORDS[word]


@dataclass(frozen=True)
class _Table:
    """A table of the file, whose entries are asked for by name and type."""

    told: Mapping[str, Any]
    pack: str
    key: str

    def wrong(self, entry: str, why: str) -> RulePackMalformed:
        return RulePackMalformed(pack=self.pack, key=self.key or entry, why=f"{entry}: {why}" if entry else why)

    def require_known(self, entries: frozenset[str]) -> None:
        unknown = sorted(set(self.told) - entries)
        if unknown:
            raise self.wrong(unknown[0], "there is no such entry")

    def get(self, entry: str, kind: type[T]) -> T:
        if entry not in self.told:
            raise self.wrong(entry, "is missing")
        given = self.told[entry]
        if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
            raise self.wrong(entry, f"is {given!r}")
        return given

    def text(self, entry: str, *, default: str | None = None, form: re.Pattern[str] | None = None) -> str:
        if default is not None and entry not in self.told:
            return default
        given = self.get(entry, str)
        if not given or (form is not None and not form.fullmatch(given)):
            raise self.wrong(entry, f"is {given!r}")
        return given

    def day(self, entry: str) -> date:
        given = self.get(entry, date)
        if isinstance(given, datetime):
            raise self.wrong(entry, "should be a day without a time")
        return given
