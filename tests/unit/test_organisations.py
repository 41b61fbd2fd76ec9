"""Schools and divisions over time: what each change does to the register, and what it must leave alone."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.office import Office, Tier
from kernel.organisations import (
    ArchiveCustodian,
    Closure,
    DatedRegister,
    DivisionReform,
    Handover,
    Merger,
    Opening,
    OrganisationChange,
    Placing,
    Reclassification,
    Renaming,
    Split,
    What,
    apply,
    authorities_of,
    placings_of,
    require_proposer,
)
from kernel.refusals import (
    ArchiveUnitNotNamed,
    CategoryUnchanged,
    MergerNeedsNewCode,
    OrganisationChangeOutOfOrder,
    OutsideJurisdiction,
    Refusal,
    RequestMalformed,
    SchoolCodeUsed,
    SchoolNoLongerInForce,
    SchoolNotInForce,
    SchoolUnknown,
    SuccessorNotNamed,
    SuccessorWrong,
)
from kernel.school import School, SchoolCode, SchoolSetting
from kernel.stages import SchoolSystem

JINSHUI, ERQI, ZHENGZHOU = "410105", "410103", "410100"
FIRST, SECOND, JUNIOR, SENIOR, SPECIAL = "2141000001", "2141000002", "3141000003", "3441000004", "5141000005"
NEW = "2141000009"
DAY = date(2026, 9, 1)
EVE = DAY - timedelta(days=1)
LATER = date(2030, 1, 1)


def a_school(code: str, *, place: str = JINSHUI, authority: str = JINSHUI, name: str = "") -> School:
    return School(
        code=SchoolCode.parse(code),
        name=name or f"学校{code[-1]}",
        place=place,
        authority=authority,
        school_system=SchoolSystem.SIX_THREE,
    )


REGISTER = DatedRegister.of(
    [a_school(FIRST), a_school(SECOND), a_school(JUNIOR), a_school(SENIOR, authority=ZHENGZHOU), a_school(SPECIAL)]
)


def a_change(what: What, *, on: date = DAY) -> OrganisationChange:
    return OrganisationChange(
        change_id=str(uuid.uuid4()), effective_on=on, what=what, order_number="金教〔2026〕7号", order_digest="ab" * 32
    )


def changed(*whats: What, on: date = DAY, register: DatedRegister = REGISTER) -> DatedRegister:
    for what in whats:
        register = apply(register, a_change(what, on=on))
    return register


def to(successor: str, *, out_of: str = FIRST, grade: str = "", school_class: str = "", becomes: str = "") -> Placing:
    return Placing(from_school=out_of, to_school=successor, grade=grade, school_class=school_class, becomes=becomes)


# --- Names, openings, hierarchies ---


def test_a_renamed_school_keeps_its_code_and_was_called_otherwise_the_day_before() -> None:
    register = changed(Renaming(code=FIRST, name="纬五路第一小学"))
    names = [school.name for day in (EVE, DAY) if (school := register.at(FIRST, day))]
    assert names == ["学校1", "纬五路第一小学"]
    assert register(FIRST) == register.at(FIRST, LATER)


def test_a_new_school_is_there_from_its_day() -> None:
    register = changed(Opening(school=a_school(NEW)))
    assert (register.at(NEW, EVE), register.at(NEW, DAY)) == (None, a_school(NEW))
    assert register.heir(NEW, EVE) is None


def test_a_code_that_was_anybodys_is_nobody_elses() -> None:
    closed = changed(Closure(code=FIRST, archive_unit="金水区教育局档案室", placings=(to(SECOND),)))
    for register in (REGISTER, closed):
        with pytest.raises(SchoolCodeUsed):
            changed(Opening(school=a_school(FIRST)), on=LATER, register=register)


def test_a_school_stands_in_two_hierarchies() -> None:
    assert [school.code.text for school in REGISTER.schools_of(JINSHUI, DAY)] == [FIRST, SECOND, JUNIOR, SPECIAL]
    assert [school.code.text for school in REGISTER.schools_of(ZHENGZHOU, DAY)] == [SENIOR]
    for place in (JINSHUI, ZHENGZHOU, "410000"):
        assert len(REGISTER.schools_in(place, DAY)) == 5
    assert REGISTER.schools_in(ERQI, DAY) == ()
    assert REGISTER.authority_chain(FIRST, DAY) == (JINSHUI, ZHENGZHOU, "410000")
    assert REGISTER.authority_chain(SENIOR, DAY) == (ZHENGZHOU, "410000")
    assert REGISTER.authority_chain(NEW, DAY) == ()


def test_a_school_keeps_what_a_file_says_of_it() -> None:
    school = replace(a_school(FIRST), address="纬五路1号", township="文化路街道", setting=SchoolSetting.URBAN)
    assert School.from_content(school.to_content()) == school
    assert School.from_content(
        {key: school.to_content()[key] for key in ("code", "name", "place", "authority", "school_system")}
    ) == a_school(FIRST)


# --- Merger (Art. 9.2) ---


def test_a_merger_ends_one_code_and_the_other_goes_on_with_pupils_and_archives() -> None:
    register = changed(
        Merger(
            codes=(FIRST, SECOND), into=SECOND, classes=(to(SECOND, grade="101", school_class="1班", becomes="3班"),)
        )
    )
    assert (register.at(FIRST, EVE), register.at(FIRST, DAY), register(FIRST)) == (a_school(FIRST), None, None)
    assert register(SECOND) == a_school(SECOND)
    assert register.successor_of(FIRST, EVE) == FIRST
    assert register.successor_of(FIRST, DAY) == register.heir(FIRST, DAY, grade="101", school_class="1班") == SECOND
    assert register.archive_custodian(FIRST, DAY) == ArchiveCustodian(school=SECOND)
    assert register.answering(FIRST, DAY) == JINSHUI


def test_a_merger_into_a_school_that_was_opened_for_it() -> None:
    register = changed(Opening(school=a_school(NEW)), Merger(codes=(FIRST, SECOND), into=NEW))
    assert {register.successor_of(code, LATER) for code in (FIRST, SECOND)} == {NEW}


def test_successors_are_followed_as_far_as_they_had_come_on_the_day() -> None:
    register = changed(Merger(codes=(FIRST, SECOND), into=SECOND))
    register = changed(Merger(codes=(SECOND,), into=JUNIOR), on=LATER, register=register)
    assert [register.successor_of(FIRST, day) for day in (EVE, DAY, LATER)] == [FIRST, SECOND, JUNIOR]


@pytest.mark.parametrize(
    ("codes", "into", "refusal"),
    [
        ((JUNIOR, FIRST), FIRST, MergerNeedsNewCode),  # it would be a 九年一贯制 school under a primary's code
        ((SPECIAL, FIRST), FIRST, MergerNeedsNewCode),
        ((FIRST,), FIRST, SuccessorNotNamed),
        ((FIRST,), "", SuccessorNotNamed),
        ((FIRST,), NEW, SchoolUnknown),
        ((NEW,), FIRST, SchoolUnknown),
        ((FIRST, FIRST), SECOND, RequestMalformed),
        ((), SECOND, RequestMalformed),
    ],
)
def test_a_merger_that_cannot_be(codes: tuple[str, ...], into: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        changed(Merger(codes=codes, into=into))


def test_a_primary_may_go_into_a_junior_school_which_then_teaches_nine_years() -> None:
    assert changed(Merger(codes=(FIRST,), into=JUNIOR)).successor_of(FIRST, DAY) == JUNIOR


# --- Closure (Art. 9.3) ---


def test_a_closed_schools_archives_go_to_the_unit_that_the_county_named() -> None:
    register = changed(
        Closure(code=FIRST, archive_unit="金水区教育局档案室", placings=(to(SECOND, grade="101"), to(JUNIOR)))
    )
    assert register.archive_custodian(FIRST, LATER) == ArchiveCustodian(unit="金水区教育局档案室", county=JINSHUI)
    assert register.heir(FIRST, DAY, grade="101", school_class="2班") == SECOND
    assert register.heir(FIRST, DAY, grade="102", school_class="2班") == JUNIOR
    assert register.successor_of(FIRST, DAY) is None
    assert register.answering(FIRST, DAY) == JINSHUI


def test_what_is_asked_of_a_closed_school_is_refused_with_whoever_goes_on() -> None:
    register = changed(Merger(codes=(FIRST,), into=SECOND))
    with pytest.raises(SchoolNoLongerInForce) as refused:
        changed(Renaming(code=FIRST, name="新名"), on=LATER, register=register)
    assert "2026-09-01" in refused.value.sentence
    assert SECOND in refused.value.sentence


@pytest.mark.parametrize("unit", ["", "　"])
def test_a_closure_without_a_unit_for_the_archives_is_refused(unit: str) -> None:
    with pytest.raises(ArchiveUnitNotNamed) as refused:
        changed(Closure(code=FIRST, archive_unit=unit, placings=(to(SECOND),)))
    assert "第9条" in refused.value.sentence


@pytest.mark.parametrize(
    ("placings", "refusal"),
    [
        ((to(FIRST),), SuccessorWrong),
        ((to(NEW),), SchoolUnknown),
        ((to(SECOND, out_of=JUNIOR),), RequestMalformed),
        ((to(SECOND), to(JUNIOR)), RequestMalformed),
        ((to(SECOND, school_class="1班"),), RequestMalformed),
        ((to(SECOND, grade="101", becomes="2班"),), RequestMalformed),
    ],
)
def test_pupils_go_to_schools_that_are_there_each_class_to_one(
    placings: tuple[Placing, ...], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        changed(Closure(code=FIRST, archive_unit="档案室", placings=placings))


# --- Split ---


def test_a_split_names_the_school_of_each_class_and_the_rest_stays() -> None:
    what = Split(code=FIRST, placings=(to(SECOND, grade="101", school_class="1班"), to(JUNIOR, grade="102")))
    change = a_change(what)
    register = apply(REGISTER, change)
    assert register(FIRST) == a_school(FIRST)
    assert placings_of(register, change) == what.placings


def test_a_split_that_ends_the_school_names_who_keeps_the_older_archives() -> None:
    placings = (to(SECOND, grade="101"), to(JUNIOR))
    register = changed(Split(code=FIRST, placings=placings, archives_to=JUNIOR))
    assert register(FIRST) is None
    assert register.archive_custodian(FIRST, DAY) == ArchiveCustodian(school=JUNIOR)
    assert [register.heir(FIRST, DAY, grade=grade) for grade in ("101", "106")] == [SECOND, JUNIOR]
    with pytest.raises(SuccessorWrong):
        changed(Split(code=FIRST, placings=placings, archives_to=SENIOR))
    with pytest.raises(SuccessorNotNamed):
        changed(Split(code=FIRST, placings=placings))
    with pytest.raises(SuccessorNotNamed):
        changed(Split(code=FIRST, placings=()))


# --- Another category ---


def test_another_category_is_another_code_and_the_old_one_is_void() -> None:
    register = changed(Reclassification(code=FIRST, school=a_school("3141000011")))
    assert (register(FIRST), register.successor_of(FIRST, DAY)) == (None, "3141000011")
    assert register.archive_custodian(FIRST, DAY) == ArchiveCustodian(school="3141000011")


def test_a_school_that_becomes_again_what_it_was_gets_its_old_code_and_nobody_else_does() -> None:
    register = changed(Reclassification(code=FIRST, school=a_school("3141000011")))
    with pytest.raises(SchoolCodeUsed):
        changed(Reclassification(code=JUNIOR, school=a_school(FIRST)), on=LATER, register=register)
    back = changed(Reclassification(code="3141000011", school=a_school(FIRST)), on=LATER, register=register)
    between = LATER - timedelta(days=1)
    assert [back.at(FIRST, day) is not None for day in (EVE, DAY, between, LATER)] == [True, False, False, True]
    assert [back.successor_of(FIRST, day) for day in (EVE, DAY, LATER)] == [FIRST, "3141000011", FIRST]
    assert back.successor_of("3141000011", LATER) == FIRST


def test_the_same_category_keeps_its_code() -> None:
    with pytest.raises(CategoryUnchanged):
        changed(Reclassification(code=FIRST, school=a_school(NEW)))


# --- Authorities and divisions ---


def test_a_school_handed_over_stands_where_it_stood() -> None:
    register = changed(Handover(codes=(SENIOR,), authority=JINSHUI))
    assert [register.answering(SENIOR, day) for day in (EVE, DAY)] == [ZHENGZHOU, JINSHUI]
    assert authorities_of(register, [SENIOR, NEW], EVE) == {ZHENGZHOU}


def test_a_reform_of_divisions_moves_place_and_authority_on_its_day_and_nothing_before() -> None:
    closed = changed(Closure(code=SPECIAL, archive_unit="金水区教育局档案室"), on=EVE)
    register = changed(DivisionReform(renumbered=((JINSHUI, ERQI),)), register=closed)
    assert [school.code.text for school in register.schools_of(ERQI, DAY)] == [FIRST, SECOND, JUNIOR]
    assert register.schools_of(JINSHUI, DAY) == ()
    assert len(register.schools_of(JINSHUI, EVE)) == 3
    senior = register.at(SENIOR, DAY)
    assert senior is not None
    assert (senior.place, senior.authority) == (ERQI, ZHENGZHOU)
    # Whoever answered for a school that had ended before is now part of another division too.
    assert [register.answering(SPECIAL, day) for day in (EVE, DAY)] == [JINSHUI, ERQI]
    assert register.archive_custodian(SPECIAL, DAY) == ArchiveCustodian(unit="金水区教育局档案室", county=ERQI)


@pytest.mark.parametrize("renumbered", [(), ((JINSHUI, JINSHUI),), ((JINSHUI, ERQI), (JINSHUI, ZHENGZHOU))])
def test_a_reform_that_says_nothing_or_two_things(renumbered: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(RequestMalformed):
        changed(DivisionReform(renumbered=renumbered))


# --- Order of time ---


def test_a_change_comes_after_what_is_known_of_its_school() -> None:
    register = changed(Renaming(code=FIRST, name="新名"), Opening(school=a_school(NEW)))
    for what in (Renaming(code=FIRST, name="旧名"), Merger(codes=(FIRST,), into=SECOND)):
        with pytest.raises(OrganisationChangeOutOfOrder):
            changed(what, on=EVE, register=register)
    with pytest.raises(SchoolNotInForce):
        changed(Renaming(code=NEW, name="旧名"), on=EVE, register=register)


def test_two_alterations_of_one_day_are_both_so_and_an_end_needs_its_own_day() -> None:
    register = changed(Renaming(code=FIRST, name="新名"), Handover(codes=(FIRST,), authority=ZHENGZHOU))
    school = register.at(FIRST, DAY)
    assert school is not None
    assert (school.name, school.authority) == ("新名", ZHENGZHOU)
    with pytest.raises(OrganisationChangeOutOfOrder):
        changed(Merger(codes=(FIRST,), into=SECOND), register=register)


# --- Who may ask ---


@pytest.mark.parametrize(
    ("what", "asks"),
    [
        (Opening(school=a_school(NEW)), JINSHUI),
        (Renaming(code=SENIOR, name="新名"), ZHENGZHOU),
        (Merger(codes=(FIRST, SENIOR), into=SENIOR), JINSHUI),  # the authority of the school that ends
        (Split(code=FIRST, placings=(to(SECOND, grade="101"),)), JINSHUI),
        (Closure(code=FIRST, archive_unit="档案室"), JINSHUI),
        (Reclassification(code=FIRST, school=a_school("3141000011")), JINSHUI),
        (Handover(codes=(SENIOR,), authority=JINSHUI), ZHENGZHOU),
        (DivisionReform(renumbered=((JINSHUI, ERQI),)), ERQI),
    ],
)
def test_the_authority_of_the_school_asks_or_the_province(what: What, asks: str) -> None:
    change = a_change(what)
    require_proposer(REGISTER, change, Office(Tier.AUTHORITY, asks))
    require_proposer(REGISTER, change, Office(Tier.PROVINCE, "41"))
    others = [Office(Tier.AUTHORITY, code) for code in {JINSHUI, ZHENGZHOU, ERQI} - {asks}]
    for other in (*others, Office(Tier.SCHOOL, FIRST)):
        with pytest.raises(OutsideJurisdiction):
            require_proposer(REGISTER, change, other)


def test_a_change_reads_as_it_was_written() -> None:
    whats: list[Any] = [
        Opening(school=a_school(NEW)),
        Renaming(code=FIRST, name="新名"),
        Merger(
            codes=(FIRST, SECOND), into=SECOND, classes=(to(SECOND, grade="101", school_class="1班", becomes="2班"),)
        ),
        Split(code=FIRST, placings=(to(SECOND, grade="101"),), archives_to=""),
        Closure(code=FIRST, archive_unit="档案室", placings=(to(SECOND),)),
        Reclassification(code=FIRST, school=a_school("3141000011")),
        Handover(codes=(SENIOR,), authority=JINSHUI),
        DivisionReform(renumbered=((JINSHUI, ERQI),)),
    ]
    for change in map(a_change, whats):
        again = OrganisationChange.from_content(change.to_content())
        assert (again, again.digest) == (change, change.digest)
    assert len({change.kind for change in map(a_change, whats)}) == len(whats)


def test_the_code_of_a_school_that_was_merged_is_not_its_successors_to_take_back() -> None:
    register = changed(Merger(codes=(FIRST,), into=JUNIOR), on=DAY)
    with pytest.raises(SchoolCodeUsed):
        changed(Reclassification(code=JUNIOR, school=a_school(FIRST)), on=LATER, register=register)
