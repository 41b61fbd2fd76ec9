"""One child registered a second time, as people do it: every kind of mistake, each with its label."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from opencc import OpenCC

from chassis.script import sound
from kernel.check_character import check_character
from kernel.identity import Sex
from matching.people import GIVEN, PLACES, RARE, SPELLINGS, SURNAMES, Registry
from national_index.domain.matching.features import Guardian, Person
from national_index.domain.matching.names import look_of

Mistake = Callable[[Person, Registry], "Person | None"]
"""The second record; None where this child's data leaves no room for the mistake."""

_to_traditional = OpenCC("s2t")
_CHARACTERS = sorted({*SURNAMES, *GIVEN[Sex.MALE], *GIVEN[Sex.FEMALE], *look_of()})


def _groups(key: Callable[[str], str]) -> Mapping[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for character in _CHARACTERS:
        groups[key(character)].append(character)
    return groups


_SAME_SOUND = _groups(sound)
_SAME_LOOK = _groups(lambda one: look_of().get(one, one))


def _replaced(name: str, dice: random.Random, others: Callable[[str], list[str]]) -> str | None:
    """One character for another of its group."""
    if "·" in name:
        return None
    places = [place for place, one in enumerate(name) if any(other != one for other in others(one))]
    if not places:
        return None
    place = dice.choice(places)
    other = dice.choice([other for other in others(name[place]) if other != name[place]])
    return name[:place] + other + name[place + 1 :]


def homophone(person: Person, registry: Registry) -> Person | None:  # 同音字
    name = _replaced(person.name, registry.dice, lambda one: _SAME_SOUND.get(sound(one), []))
    return _other_record(replace(person, name=name), registry) if name else None


def look_alike(person: Person, registry: Registry) -> Person | None:  # 形近字
    name = _replaced(person.name, registry.dice, lambda one: _SAME_LOOK.get(look_of().get(one, one), []))
    return _other_record(replace(person, name=name), registry) if name else None


def traditional(person: Person, registry: Registry) -> Person | None:  # 繁体字
    name = _to_traditional.convert(person.name)
    return _other_record(replace(person, name=name), registry) if name != person.name else None


def rare_character(person: Person, registry: Registry) -> Person | None:  # 生僻字
    for character in RARE:
        if character in person.name:
            written = registry.dice.choice(("?", "□", sound(character).upper(), "\ue863"))
            return _other_record(replace(person, name=person.name.replace(character, written)), registry)
    return None


def separator(person: Person, registry: Registry) -> Person | None:  # 间隔号
    if "·" not in person.name:
        return None
    name = person.name.replace("·", registry.dice.choice(("", "•", ".", " ", "・")))
    return _other_record(replace(person, name=name), registry)


def transliteration(person: Person, registry: Registry) -> Person | None:  # 译名
    parts = person.name.split("·")
    spellings = {spelling: group for group in SPELLINGS for spelling in group}
    if len(parts) < 2:
        return None
    place = registry.dice.randrange(len(parts))
    others = [one for one in spellings[parts[place]] if one != parts[place]]
    parts[place] = registry.dice.choice(others)
    return _other_record(replace(person, name="·".join(parts)), registry)


def swapped_month_and_day(person: Person, registry: Registry) -> Person | None:  # 月日颠倒
    born = person.birth_date
    if born.day > 12 or born.day == born.month:
        return None
    return _born(person, date(born.year, born.day, born.month), registry)


def wrong_birth_digit(person: Person, registry: Registry) -> Person | None:  # 出生日期错一位
    digits = f"{person.birth_date:%Y%m%d}"
    place = registry.dice.randrange(3, 8)
    try:
        born = date.fromisoformat(_with_another_digit(digits, place, registry.dice))
    except ValueError:
        return None
    return _born(person, born, registry)


def wrong_document_digit(person: Person, registry: Registry) -> Person | None:  # 证件号错一位
    if not person.citizen_id:
        return None
    place = registry.dice.choice((2, 3, 4, 5, 14, 15, 16))
    first17 = _with_another_digit(person.citizen_id[:17], place, registry.dice)
    return replace(person, citizen_id=first17 + check_character(first17))


def changed_document(person: Person, registry: Registry) -> Person | None:  # 证件号已变更
    if not person.citizen_id:
        return None
    return registry.with_document(replace(person, citizen_id=""), place=registry.dice.choice(PLACES))


def no_document(person: Person, _registry: Registry) -> Person | None:  # 原无证件
    return replace(person, citizen_id="") if person.citizen_id else None


def another_guardian(person: Person, registry: Registry) -> Person | None:  # 监护人变更
    born = date(1950 + registry.dice.randrange(20), 5, 1)
    other = Guardian(registry.surname() + registry.given_name(Sex.FEMALE), registry.citizen_id(born, Sex.FEMALE))
    return _other_record(replace(person, guardians=(registry.dice.choice(person.guardians), other)), registry)


def guardian_without_document(person: Person, registry: Registry) -> Person | None:  # 监护人未填证件
    guardian = registry.dice.choice(person.guardians)
    return _other_record(replace(person, guardians=(Guardian(guardian.name, ""),)), registry)


def two_mistakes(person: Person, registry: Registry) -> Person | None:  # 两处错误
    first = registry.dice.choice((homophone, look_alike, traditional))
    second = registry.dice.choice((swapped_month_and_day, wrong_birth_digit, guardian_without_document))
    once = first(person, registry)
    return second(once, registry) if once else None


MISTAKES: tuple[Mistake, ...] = (
    homophone,
    look_alike,
    traditional,
    rare_character,
    separator,
    transliteration,
    swapped_month_and_day,
    wrong_birth_digit,
    wrong_document_digit,
    changed_document,
    no_document,
    another_guardian,
    guardian_without_document,
    two_mistakes,
)


def _other_record(person: Person, registry: Registry) -> Person:
    """The same document would be refused at once: the second record has none, or a number that was changed."""
    if registry.dice.random() < 0.5 or not person.citizen_id:
        return replace(person, citizen_id="")
    return registry.with_document(replace(person, citizen_id=""))


def _born(person: Person, born: date, registry: Registry) -> Person:
    """With another birth date; a citizen ID, if there is one, says the same date."""
    if not person.citizen_id or registry.dice.random() < 0.5:
        return replace(person, birth_date=born, citizen_id="")
    first17 = f"{person.citizen_id[:6]}{born:%Y%m%d}{person.citizen_id[14:17]}"
    return replace(person, birth_date=born, citizen_id=first17 + check_character(first17))


def _with_another_digit(digits: str, place: int, dice: random.Random) -> str:
    other = dice.choice([one for one in "0123456789" if one != digits[place]])
    return digits[:place] + other + digits[place + 1 :]


def same_document(first: Person, second: Person) -> bool:
    """Whether the second record would be refused at once, without anybody's suspicion."""
    return first.citizen_id == second.citizen_id != ""
