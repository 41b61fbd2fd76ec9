"""All rule packs that an office has, and which of them a case is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from kernel.packs.pack import RulePack, national_pack, overlay
from kernel.packs.text import RulePackText
from kernel.refusals import RulePackMalformed, RulePackNotInForce, RulePackUnknown

_ONE_DAY = timedelta(days=1)


class Packs:
    """The nation's texts by date, and the provinces' over each that they share a day with.

    Args:
        texts: of all files, in any order.

    Raises:
        RulePackBreaksNation: a province's text breaks the order of a national one whose time it shares.
        RulePackMalformed: the texts do not go together, or there is no national one.
    """

    def __init__(self, texts: Iterable[RulePackText]) -> None:
        given = list(_succeeding(sorted(texts, key=lambda text: (text.province, text.in_force_from))))
        _require_distinct(given)
        nationals = list(_nationals([text for text in given if not text.province]))
        overlays = (
            overlay(national, text)
            for text in given
            for national in nationals
            if text.province and _share_a_day(national, text)
        )
        self._all = {pack.id: pack for pack in (*nationals, *overlays)}

    def __iter__(self) -> Iterator[RulePack]:
        """Every pack: the nation's by date, then the provinces' by date."""
        return iter(self._all.values())

    def named(self, pack_id: str) -> RulePack:
        """The pack of that id, in force or not.

        Raises:
            RulePackUnknown: there is none.
        """
        if pack_id not in self._all:
            raise RulePackUnknown(field="rule_pack", pack=pack_id[:40])
        return self._all[pack_id]

    def in_force(self, province: str, on: date) -> RulePack:
        """What a province goes by on a day: its own text over the nation's, or the nation's alone where it has none.

        Args:
            province: two digits; empty for the nation.

        Raises:
            RulePackUnknown: no national text was in force yet.
        """
        for whose in (province, ""):
            for pack in self:
                if pack.province == whose and pack.covers(on):
                    return pack
        raise RulePackUnknown(field="rule_pack", pack=on.isoformat())

    def judging(self, pack_id: str, *, filed_in: str, here: str) -> RulePack:
        """The pack by which an office in province ``here`` judges a case that was filed in province ``filed_in``.

        A province's own cases are judged by the pack that they name. Another's by the national text under it, the only
        one that must be known here: its province answers for the rest.

        Raises:
            RulePackUnknown: it is not known, or another province's.
        """
        if filed_in != here:
            return self.named(pack_id.partition("+")[0])
        pack = self.named(pack_id)
        if pack.province not in ("", here):
            raise RulePackUnknown(field="rule_pack", pack=pack_id[:40])
        return pack

    def require_in_force(self, pack_id: str, *, province: str, on: date) -> RulePack:
        """A new case names the law of its day. The pack that it names, which judges it to its end.

        Raises:
            RulePackUnknown: there is no such pack in this province.
            RulePackNotInForce: it is not the one of that day.
        """
        pack, in_force = self.judging(pack_id, filed_in=province, here=province), self.in_force(province, on)
        if pack.id != in_force.id:
            raise RulePackNotInForce(field="rule_pack", pack=pack.id, day=on.isoformat(), in_force=in_force.id)
        return pack


def _succeeding(texts: Sequence[RulePackText]) -> Iterator[RulePackText]:
    """Each text until the next of the same province, or of the nation, begins.

    Args:
        texts: by province, then by first day.
    """
    for text, after in zip(texts, (*texts[1:], None), strict=True):
        if after is None or after.province != text.province:
            yield text
            continue
        if after.in_force_from == text.in_force_from:
            raise RulePackMalformed(pack=after.id, key="in_force_from", why=f"{text.id} begins on the same day")
        last = after.in_force_from - _ONE_DAY
        yield replace(text, in_force_to=min(last, text.in_force_to or last))


def _require_distinct(texts: Sequence[RulePackText]) -> None:
    for one, other in pairwise(sorted(texts, key=lambda text: text.id)):
        if one.id == other.id:
            raise RulePackMalformed(pack=one.id, key="version", why="there are two texts of this name and version")


def _nationals(texts: Sequence[RulePackText]) -> Iterator[RulePack]:
    """Whole packs of the nation's texts, which are in the order of their first days."""
    if not texts:
        raise RulePackMalformed(pack="", key="", why="there is no national text")
    by_id = {text.id: text for text in texts}
    for text in texts:
        chain = [text]
        while earlier := chain[-1].carries_over:
            before = by_id.get(earlier)
            if before is None or before.in_force_from >= chain[-1].in_force_from:
                raise RulePackMalformed(pack=text.id, key="carries_over", why=f"there is no earlier text {earlier}")
            chain.append(before)
        yield national_pack(text, carried=chain[1:])


def _share_a_day(national: RulePack, text: RulePackText) -> bool:
    begins_in_time = national.in_force_to is None or text.in_force_from <= national.in_force_to
    return begins_in_time and (text.in_force_to is None or text.in_force_to >= national.in_force_from)
