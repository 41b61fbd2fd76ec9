"""What a change does to the register, and what speaks against it: pure, ``(register, change) -> register``.

The rules of codes are those of 《各级各类学校（机构）代码编制规则》: a code ends with its school or its category, and
is never another's; a renamed school keeps it; a merger may keep one of those that merge, as long as the category stays.
Where archives go is Art. 9.2 and 9.3.

A change says how things are from its day on. So it comes after whatever is known of the schools that it is about, and
what was so on an earlier day stays so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from kernel.divisions import division_code
from kernel.office import Office, Tier
from kernel.organisations.changes import (
    Closure,
    DivisionReform,
    Handover,
    Merger,
    Opening,
    OrganisationChange,
    Reclassification,
    Renaming,
    Split,
)
from kernel.organisations.register import DatedRegister, Reform
from kernel.organisations.spans import End, Ending, Life, Placing, SchoolSpan
from kernel.refusals import (
    ArchiveUnitNotNamed,
    CategoryUnchanged,
    MergerNeedsNewCode,
    OrganisationChangeOutOfOrder,
    OutsideJurisdiction,
    RequestMalformed,
    SchoolCodeUsed,
    SchoolNotInForce,
    SchoolUnknown,
    SuccessorNotNamed,
    SuccessorWrong,
)
from kernel.school import School, SchoolCategory

CODES_MAX = 500  # schools in one change; a reform of divisions names divisions and may move more
PLACINGS_MAX = 500
# Schools that a merger can join under the code of the highest: 九年一贯制 counts as junior, 完全中学 as senior.
_RANK = {
    SchoolCategory.PRIMARY: 1,
    SchoolCategory.JUNIOR: 2,
    SchoolCategory.VOCATIONAL_JUNIOR: 2,
    SchoolCategory.SENIOR: 3,
}


@dataclass(frozen=True)
class Effect:
    """What a change does: the lives of the codes that it touches, as they are then, and what it reforms."""

    lives: dict[str, Life]
    reforms: tuple[Reform, ...] = ()


def apply(register: DatedRegister, change: OrganisationChange) -> DatedRegister:
    """The register with the change in it. Raises what ``effect_of`` raises."""
    effect = effect_of(register, change)
    return register.with_changed(effect.lives, effect.reforms)


def effect_of(register: DatedRegister, change: OrganisationChange) -> Effect:
    """What the change does to the register, where nothing speaks against it.

    Raises:
        SchoolUnknown, SchoolNoLongerInForce, SchoolNotInForce: it is about a school that is none on its day.
        SchoolCodeUsed: a code for a new school that was another's.
        OrganisationChangeOutOfOrder: something else is known of a school from that day on, or from a later one.
        CategoryUnchanged, MergerNeedsNewCode: code and category would not agree.
        SuccessorNotNamed, SuccessorWrong, ArchiveUnitNotNamed: it leaves open where pupils or archives go (Art. 9).
        RequestMalformed: it says nothing, or too much at once. DivisionUnknown: a division that is none.
    """
    on = change.effective_on
    match change.what:
        case Opening(school=school):
            return Effect({school.code.text: (_opened(register, school, on),)})
        case Renaming(code=code, name=name):
            if not name.strip():
                raise RequestMalformed(field="name", why="没有写明新的校名")
            return Effect({code: _altered(register, code, on, name=name.strip())})
        case Merger() as merger:
            return Effect(_merged(register, merger, change))
        case Split() as split:
            return Effect(_split(register, split, change))
        case Closure() as closure:
            return Effect(_closed(register, closure, change))
        case Reclassification() as reclassification:
            return Effect(_reclassified(register, reclassification, change))
        case Handover(codes=codes, authority=authority):
            _require_codes(codes)
            division_code(authority)
            return Effect({code: _altered(register, code, on, authority=authority) for code in codes})
        case DivisionReform() as reform:
            return _reformed(register, reform, on)
        case _:
            assert_never(change.what)


def placings_of(register: DatedRegister, change: OrganisationChange) -> tuple[Placing, ...]:
    """Where pupils go by a change that is in the register: of each school that it ended, or that gave up classes."""
    if isinstance(change.what, Split):
        return change.what.placings
    ends = (span.end for life in register.lives.values() for span in life if span.end is not None)
    return tuple(placing for end in ends if end.change_id == change.change_id for placing in end.placings)


def authorities_of(register: DatedRegister, codes: Iterable[str], on: date) -> frozenset[str]:
    """The authorities that those schools had on a day; of one that was none then, nobody."""
    schools = (register.at(code, on) for code in codes)
    return frozenset(school.authority for school in schools if school is not None)


def require_proposer(register: DatedRegister, change: OrganisationChange, office: Office) -> None:
    """That the change is for this office to ask for (Art. 3): the authority of the schools that it is about.

    A reform of divisions is for the authority that takes over; all is for the province as well.

    Raises:
        OutsideJurisdiction: it is not.
    """
    if office.tier is Tier.PROVINCE:
        return
    match change.what:
        case Opening(school=school):
            answerable = {school.authority}
        case DivisionReform(renumbered=renumbered):
            answerable = {office.code} & {after for _, after in renumbered}
        case Merger(codes=codes, into=into):
            answerable = _now(register, (code for code in codes if code != into))
        case Handover(codes=codes):
            answerable = _now(register, codes)
        case Renaming(code=code) | Split(code=code) | Closure(code=code) | Reclassification(code=code):
            answerable = _now(register, (code,))
        case _:
            assert_never(change.what)
    if office.tier is not Tier.AUTHORITY or answerable != {office.code}:
        raise OutsideJurisdiction(office=str(office), what="该学校的机构变更")


def _now(register: DatedRegister, codes: Iterable[str]) -> set[str]:
    return {school.authority for school in map(register, codes) if school is not None}


def _opened(register: DatedRegister, school: School, on: date) -> SchoolSpan:
    if register.last(school.code.text) is not None:
        raise SchoolCodeUsed(field="school", school=school.code.text)
    if not school.category.keeps_status:
        raise RequestMalformed(field="school", why=f"{school.category.label}不在《办法》所称学校之内")
    return SchoolSpan(school=school, valid_from=on)


def _merged(register: DatedRegister, merger: Merger, change: OrganisationChange) -> dict[str, Life]:
    on = change.effective_on
    _require_codes(merger.codes)
    ending = [code for code in merger.codes if code != merger.into]
    if not ending or not merger.into:
        raise SuccessorNotNamed(field="into", what="合并后的学校")
    into = _standing(register, merger.into, on).school
    for code in ending:
        school = _standing(register, code, on).school
        if not _may_join(school.category, into.category):
            raise MergerNeedsNewCode(field="into", school=merger.into)
    if any(placing.to_school != merger.into for placing in merger.classes):
        raise SuccessorWrong(field="classes", school=merger.into, from_school=ending[0], why="合并只有一所接收学校")
    _require_placings(merger.classes, sources=ending)
    return {
        code: _ended(
            register,
            code,
            on,
            End(
                change_id=change.change_id,
                kind=Ending.MERGED,
                placings=(
                    *(placing for placing in merger.classes if placing.from_school == code),
                    Placing(from_school=code, to_school=merger.into),
                ),
                archives_to=merger.into,  # Art. 9.2
            ),
        )
        for code in ending
    }


def _may_join(category: SchoolCategory, into: SchoolCategory) -> bool:
    if category is into:
        return True
    return category in _RANK and into in _RANK and _RANK[category] <= _RANK[into]


def _split(register: DatedRegister, split: Split, change: OrganisationChange) -> dict[str, Life]:
    on = change.effective_on
    school = _standing(register, split.code, on).school
    if not split.placings:
        raise SuccessorNotNamed(field="placings", what="各班级分往的学校")
    _require_placings(split.placings, sources=[split.code])
    _require_takers(register, split.placings, on, school=school)
    if not split.archives_to:
        if any(not placing.grade for placing in split.placings):
            raise SuccessorNotNamed(field="archives_to", what="原学校的学籍档案由哪所学校管理")
        _require_later(register, split.code, on)
        return {}
    if split.archives_to not in {placing.to_school for placing in split.placings}:
        raise SuccessorWrong(
            field="archives_to", school=split.archives_to, from_school=split.code, why="不是分立后的学校"
        )
    end = End(change_id=change.change_id, kind=Ending.SPLIT, placings=split.placings, archives_to=split.archives_to)
    return {split.code: _ended(register, split.code, on, end)}


def _closed(register: DatedRegister, closure: Closure, change: OrganisationChange) -> dict[str, Life]:
    on = change.effective_on
    school = _standing(register, closure.code, on).school
    if not closure.archive_unit.strip():
        raise ArchiveUnitNotNamed(field="archive_unit")  # Art. 9.3
    _require_placings(closure.placings, sources=[closure.code])
    _require_takers(register, closure.placings, on, school=school)
    end = End(
        change_id=change.change_id,
        kind=Ending.CLOSED,
        placings=closure.placings,
        archive_unit=closure.archive_unit.strip(),
    )
    return {closure.code: _ended(register, closure.code, on, end)}


def _reclassified(register: DatedRegister, what: Reclassification, change: OrganisationChange) -> dict[str, Life]:
    on = change.effective_on
    before, after = _standing(register, what.code, on).school, what.school
    new = after.code.text
    if after.category is before.category:
        raise CategoryUnchanged(field="school", school=what.code)
    known = register.lives.get(new, ())
    # 原校恢复的，恢复原代码: the code that this very school had before, and nobody's but its.
    if known and not _is_itself(register, new, what.code, on):
        raise SchoolCodeUsed(field="school", school=new)
    _require_later(register, new, on)
    end = End(
        change_id=change.change_id,
        kind=Ending.RECLASSIFIED,
        placings=(Placing(from_school=what.code, to_school=new),),
        archives_to=new,
    )
    opened = SchoolSpan(school=after, valid_from=on)
    return {what.code: _ended(register, what.code, on, end), new: (*known, opened)}


def _is_itself(register: DatedRegister, code: str, now: str, on: date) -> bool:
    """Whether a code that ended was this very school's: one that was merged into it was another school."""
    while (ended := register.ended(code, on)) is not None:
        assert ended.end is not None, "so it ended"
        if ended.end.kind is not Ending.RECLASSIFIED:
            return False
        code = ended.end.heir
    return code == now


def _reformed(register: DatedRegister, reform: DivisionReform, on: date) -> Effect:
    """Each division by the pair that names it, all at once: a chain of two pairs is two reforms."""
    after_of = dict(reform.renumbered)
    if not after_of or len(after_of) != len(reform.renumbered):
        raise RequestMalformed(field="renumbered", why="没有写明区划，或同一区划写了两次")
    for before, after in reform.renumbered:
        if division_code(before) == division_code(after):
            raise RequestMalformed(field="renumbered", why=f"{before} 没有变更")
    lives = {}
    for code in register.lives:
        school = register(code)
        if school is not None and (school.place in after_of or school.authority in after_of):
            lives[code] = _altered(
                register,
                code,
                on,
                place=after_of.get(school.place, school.place),
                authority=after_of.get(school.authority, school.authority),
            )
    return Effect(lives, tuple(Reform(on, before, after) for before, after in reform.renumbered))


def _altered(register: DatedRegister, code: str, on: date, **alterations: str) -> Life:
    """The life with the school altered from that day on. A second alteration of one day is one with the first."""
    span = _standing(register, code, on)
    life = register.lives[code]
    school = replace(span.school, **alterations)  # type: ignore[arg-type]  # name, place and authority are text
    if span.valid_from == on:
        return (*life[:-1], replace(span, school=school))
    return (*life[:-1], replace(span, valid_to=on), SchoolSpan(school=school, valid_from=on))


def _ended(register: DatedRegister, code: str, on: date, end: End) -> Life:
    span = _require_later(register, code, on)
    assert span is not None, "it stands"
    return (*register.lives[code][:-1], replace(span, valid_to=on, end=end))


def _standing(register: DatedRegister, code: str, on: date) -> SchoolSpan:
    """The span that the change is about: the school's newest, begun by that day and going on."""
    span = register.last(code)
    if span is None:
        raise SchoolUnknown(field="school", school=code[:20])
    if span.end is not None:
        raise register.unknown(code)
    if span.valid_from > on:
        if register.lives[code][0].valid_from > on:
            raise SchoolNotInForce(field="school", school=code, on=on.isoformat())
        raise OrganisationChangeOutOfOrder(field="effective_on", school=code, since=span.valid_from.isoformat())
    return span


def _require_later(register: DatedRegister, code: str, on: date) -> SchoolSpan | None:
    """That nothing is known of the code from that day on: what ends or begins needs a day of its own."""
    span = register.last(code)
    if span is not None:
        known_since = span.valid_from if span.valid_to is None else span.valid_to
        if known_since > on or (span.valid_to is None and known_since == on):
            raise OrganisationChangeOutOfOrder(field="effective_on", school=code, since=known_since.isoformat())
    return span


def _require_codes(codes: tuple[str, ...]) -> None:
    if not codes or len(set(codes)) != len(codes):
        raise RequestMalformed(field="codes", why="没有写明学校，或同一学校写了两次")
    if len(codes) > CODES_MAX:
        raise RequestMalformed(field="codes", why=f"一次最多 {CODES_MAX} 所学校")


def _require_placings(placings: tuple[Placing, ...], *, sources: Iterable[str]) -> None:
    known = set(sources)
    said = [(placing.from_school, placing.grade, placing.school_class) for placing in placings]
    if len(placings) > PLACINGS_MAX:
        raise RequestMalformed(field="placings", why=f"一次最多写明 {PLACINGS_MAX} 个班级")
    if len(set(said)) != len(said):
        raise RequestMalformed(field="placings", why="同一班级写了两次")
    for placing in placings:
        if placing.from_school not in known:
            raise RequestMalformed(field="placings", why=f"{placing.from_school} 不在本次变更之内")
        if placing.school_class and not placing.grade:
            raise RequestMalformed(field="placings", why=f"班级“{placing.school_class}”没有写明年级")
        if placing.becomes and not placing.school_class:
            raise RequestMalformed(field="placings", why="更改班级名称须写明原班级")


def _require_takers(register: DatedRegister, placings: tuple[Placing, ...], on: date, *, school: School) -> None:
    code = school.code.text
    for to_school in sorted({placing.to_school for placing in placings}):
        if to_school == code:
            raise SuccessorWrong(field="placings", school=to_school, from_school=code, why="就是原学校")
        taker = _standing(register, to_school, on).school
        if taker.code.province != school.code.province:
            raise SuccessorWrong(field="placings", school=to_school, from_school=code, why="不在本省")
