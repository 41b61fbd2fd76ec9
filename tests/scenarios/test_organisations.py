"""第九条第二款、第三款: schools merge, close, change their category, and get another authority."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chassis.organisations.wire import change_to_message
from console.desk import Desk
from kernel.custody import CloseReason
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.office import Office, Role, Tier
from kernel.organisations import (
    Closure,
    DivisionReform,
    Merger,
    Opening,
    OrganisationChange,
    Placing,
    Reclassification,
    What,
)
from kernel.refusals import (
    ArchiveUnitNotNamed,
    ClassesWouldMix,
    MakerIsChecker,
    NotOfferedHere,
    OfficeHasAnotherAuthority,
    OrganisationChangeTooSoon,
    OutsideJurisdiction,
    PupilsWithoutSuccessor,
    SchoolCodeUsed,
    SchoolNoLongerInForce,
)
from kernel.regulation import Step
from kernel.school import School, SchoolCode
from scenarios.children import Child
from scenarios.stage import Stage
from xueji.desk.v1 import desk_pb2
from xueji.organisation.v1 import organisation_pb2

MERGED, INTO, CLOSED, RECLASSIFIED = "二七区汉川街小学", "二七区大学路小学", "二七区荆胡小学", "二七区侯寨学校"
REPARENTED, ELSEWHERE = "上街区峡窝小学", "金水区示范小学"
COUNTY, BEFORE, AFTER, PROVINCE = "郑州市二七区教育局", "郑州市上街区教育局", "郑州市惠济区教育局", "河南省"
ILL = (EvidenceKind.GUARDIAN_APPLICATION, EvidenceKind.MEDICAL_PROOF)
TODAY, TOMORROW = date(2026, 9, 1), date(2026, 9, 2)


def a_change(what: What, *, on: date = TOMORROW) -> OrganisationChange:
    return OrganisationChange(
        change_id=str(new_uuid7()), effective_on=on, what=what, order_number="郑教〔2026〕9号", order_digest="ab" * 32
    )


async def planned(desk: Desk, change: OrganisationChange) -> organisation_pb2.Plan:
    answer: organisation_pb2.PlanChangeResponse = await desk.schools.PlanChange(
        organisation_pb2.PlanChangeRequest(change=change_to_message(change))
    )
    return answer.plan


async def proposed(desk: Desk, change: OrganisationChange) -> organisation_pb2.ChangeView:
    answer: organisation_pb2.ProposeChangeResponse = await desk.schools.ProposeChange(
        organisation_pb2.ProposeChangeRequest(change=change_to_message(change))
    )
    return answer.change


async def approved(desk: Desk, change: OrganisationChange) -> organisation_pb2.ChangeView:
    answer: organisation_pb2.DecideChangeResponse = await desk.schools.DecideChange(
        organisation_pb2.DecideChangeRequest(change_id=change.change_id, approve=True)
    )
    return answer.change


async def school_of(desk: Desk, code: str, on: date | None = None) -> organisation_pb2.GetSchoolResponse:
    asked = organisation_pb2.GetSchoolRequest(code=code, on=on.isoformat() if on else "")
    answer: organisation_pb2.GetSchoolResponse = await desk.schools.GetSchool(asked)
    return answer


async def takes_effect(stage: Stage, change: OrganisationChange, *, waiting: int = 0) -> organisation_pb2.ChangeView:
    """The county asks, the province approves, its day comes, and all whom nothing holds have moved."""
    await proposed(stage.officer(COUNTY), change)
    await approved(stage.officer(PROVINCE), change)
    stage.clock.to(change.effective_on)
    return await carried_out(stage, change, waiting=waiting)


async def carried_out(stage: Stage, change: OrganisationChange, *, waiting: int = 0) -> organisation_pb2.ChangeView:
    async def look() -> organisation_pb2.ChangeView | None:
        asked = organisation_pb2.GetChangeRequest(change_id=change.change_id)
        view: organisation_pb2.ChangeView = (await stage.officer(PROVINCE).schools.GetChange(asked)).change
        assert not view.HasField("lapsed"), view.lapsed.code
        return view if view.state == "in_force" and view.waiting == waiting else None

    return await stage.until("机构变更办完", look)


async def is_at(stage: Stage, child: Child, school: str) -> None:
    """The school's roll has the child, and so has the province, under the number of before."""

    async def on_the_roll() -> bool | None:
        return "numbered" in await stage.on_the_roll(child, school=school) or None

    await stage.until(f"{child.name}到了{school}的名册上", on_the_roll)
    record = await stage.record(child)
    assert (record.number, record.school) == (child.number, stage.school(school).code.text)


def _school(school: School, code: str) -> School:
    return replace(school, code=SchoolCode.parse(code))


@pytest.mark.clause("9.2")
async def test_a_school_that_merges_hands_over_its_pupils_with_their_records(stage: Stage) -> None:
    """汉川街小学并入大学路小学：学生连同学籍档案一起过去，学籍号不变，两个一年级1班不混成一个。"""
    moving = await stage.enrolled_pupil("常意涵", school=MERGED)
    there = await stage.enrolled_pupil("郝明轩", school=INTO)
    held = await stage.enrolled_pupil("祝知远", school=MERGED)
    transfer = await stage.files_transfer(held, to=ELSEWHERE)
    await stage.sees_through(transfer, school=ELSEWHERE, before=Step.OUT_SCHOOL)  # asked, and not yet answered

    officer, code, into = stage.officer(COUNTY), moving.school.code.text, there.school.code.text
    with pytest.raises(ClassesWouldMix):
        await proposed(officer, a_change(Merger(codes=(code,), into=into)))
    renamed = Placing(from_school=code, to_school=into, grade="101", school_class="1班", becomes="2班")
    change = a_change(Merger(codes=(code,), into=into, classes=(renamed,)))
    plan = await planned(officer, change)
    assert (plan.pupils, plan.waiting, plan.open_cases, plan.HasField("refused")) == (2, 1, 1, False)
    view = await takes_effect(stage, change, waiting=1)
    assert view.moved == 1

    await is_at(stage, moving, INTO)
    record = await stage.record(moving)
    assert (record.grade, record.school_class) == ("101", "2班")
    entry = (await stage.history(moving))[-1]
    assert (entry.procedure_title, entry.effective_on, list(entry.articles)) == ("学校合并", "2026-09-02", ["9.2"])
    assert await stage.on_the_roll(moving, school=MERGED) == ["left"]
    # 办理中的转学由原来的单位办完，学生才随之过去。
    await stage.principal(MERGED).decide(
        transfer, desk_pb2.DECISION_REJECT, reason="学生已随校合并", reason_code=CloseReason.GUARDIAN_DISPUTE.value
    )
    assert (await carried_out(stage, change)).moved == 2
    await is_at(stage, held, INTO)

    for on, goes_on in ((TODAY, code), (TOMORROW, into)):
        told = await school_of(officer, code, on)
        assert (told.goes_on, told.archives_at_school, told.HasField("span")) == (goes_on, goes_on, on == TODAY)
    with pytest.raises(SchoolNoLongerInForce):
        await stage.enters(stage.child("晚到的孩子", school=MERGED))


@pytest.mark.clause("9.3")
async def test_a_school_that_closes_leaves_its_archives_with_the_unit_that_the_county_names(stage: Stage) -> None:
    """荆胡小学撤销：区教育局指定档案馆管理其学籍档案，在校学生写明去处，没有写明就不能撤销。"""
    pupil = await stage.enrolled_pupil("梅若溪", school=CLOSED, school_class="荆胡班")
    officer, code, to = stage.officer(COUNTY), pupil.school.code.text, stage.school(INTO).code.text
    unit, placing = "二七区档案馆", Placing(from_school=code, to_school=to)
    with pytest.raises(ArchiveUnitNotNamed):
        await proposed(officer, a_change(Closure(code=code, archive_unit="", placings=(placing,))))
    with pytest.raises(PupilsWithoutSuccessor):
        await proposed(officer, a_change(Closure(code=code, archive_unit=unit)))
    with pytest.raises(OrganisationChangeTooSoon):
        await proposed(officer, a_change(Closure(code=code, archive_unit=unit, placings=(placing,)), on=TODAY))
    await takes_effect(stage, a_change(Closure(code=code, archive_unit=unit, placings=(placing,))))

    await is_at(stage, pupil, INTO)
    told = await school_of(officer, code, TOMORROW)
    assert (told.archives_at_unit, told.archives_county, told.HasField("span")) == (unit, "410103", False)
    with pytest.raises(SchoolCodeUsed):
        await proposed(officer, a_change(Opening(school=pupil.school), on=date(2026, 9, 3)))


@pytest.mark.clause("3.3")
async def test_a_school_that_becomes_one_of_another_category_gets_another_code(stage: Stage) -> None:
    """侯寨学校由小学变更为九年一贯制：启用新的学校标识码，原码停用；学生的学籍号、班级都不变。"""
    pupil = await stage.enrolled_pupil("凌子昂", school=RECLASSIFIED)
    before = pupil.school
    become = Reclassification(code=before.code.text, school=_school(before, "3141000104"))
    change = a_change(become)
    assert [one.before.code for one in (await planned(stage.officer(COUNTY), change)).schools if one.ending] == [
        before.code.text
    ]
    await takes_effect(stage, change)
    record = await stage.record(pupil)
    assert (record.number, record.school, record.school_class) == (pupil.number, "3141000104", "1班")
    told = await school_of(stage.officer(PROVINCE), before.code.text, TOMORROW)
    assert (told.goes_on, told.archives_at_school) == ("3141000104", "3141000104")

    async def known_there() -> bool | None:
        (known,) = await stage.officer(COUNTY).students(number=pupil.number)
        return known.school == "3141000104" or None

    await stage.until("区教育局知道学生在新的学校标识码下", known_there)


@pytest.mark.clause("3.3", "5.1")
async def test_a_county_that_becomes_a_part_of_another_touches_no_number(stage: Stage) -> None:
    """上街区并入惠济区：学校改由惠济区教育局管理，学籍号和学籍记录一个字也不改；已报的业务由原单位办完。"""
    pupil = await stage.enrolled_pupil("方可馨", school=REPARENTED)
    history = await stage.history(pupil)
    begun = await stage.files(
        "suspension",
        pupil,
        proofs=ILL,
        leave_reason="illness",
        leave_from="2026-09-14",
        leave_until="2027-08-31",
        illness_months="12",
        reason="需住院治疗",
    )
    await stage.asked(stage.officer(BEFORE), begun, Step.IN_AUTHORITY)

    change, code = a_change(DivisionReform(renumbered=(("410106", "410108"),))), pupil.school.code.text
    with pytest.raises(OutsideJurisdiction):
        await proposed(stage.officer(COUNTY), change)
    await proposed(stage.officer(AFTER), change)
    await approved(stage.officer(PROVINCE), change)
    stage.clock.to(TOMORROW)
    await carried_out(stage, change)
    assert await stage.history(pupil) == history
    told = await school_of(stage.officer(PROVINCE), code, TOMORROW)
    assert (told.span.school.place, list(told.authority_chain)) == ("410108", ["410108", "410100", "410000"])
    assert (await school_of(stage.officer(PROVINCE), code, TODAY)).span.school.authority == "410106"

    # 老案老办: what was begun with the county of before is finished there, and the county of today hears of it.
    async def refused() -> bool | None:
        with pytest.raises(OfficeHasAnotherAuthority):
            await stage.registrar(REPARENTED).submit_drafts(str(new_uuid7()))
        return True

    await stage.enters(stage.child("穆清扬", school=REPARENTED, school_class="2班"))
    await stage.until("学校知道已换主管部门", refused)
    await stage.approves(stage.officer(BEFORE), begun, Step.IN_AUTHORITY)

    async def suspended() -> bool | None:
        known = await stage.officer(AFTER).students(number=pupil.number)
        return True if [one.status for one in known] == ["suspended"] else None

    await stage.until("惠济区知道该生休学", suspended)
    await stage.outcome(begun, school=REPARENTED)
    assert await stage.officer(BEFORE).students(number=pupil.number) == []

    school, authority = Office(Tier.SCHOOL, code), Office(Tier.AUTHORITY, "410108")
    await stage.theatre.turn_to(school, authority)
    case = await stage.submits(REPARENTED)
    await stage.approves(stage.officer(AFTER), case, Step.IN_AUTHORITY)
    item = (await stage.outcome(case, school=REPARENTED))["穆清扬"]
    assert (item.number[:7], (await stage.record(pupil)).number) == ("L410108", pupil.number)


@pytest.mark.clause("3.3")
async def test_who_asks_for_a_change_at_the_province_does_not_approve_it(stage: Stage) -> None:
    """省里自己申报的机构变更，由另一人批准；县区不能自己批准，学校不能申报。"""
    opened = _school(stage.school(INTO), "2141000199")
    change = a_change(Opening(school=opened))
    await proposed(stage.officer(PROVINCE), change)
    with pytest.raises(MakerIsChecker):
        await approved(stage.officer(PROVINCE), change)
    with pytest.raises(NotOfferedHere):
        await approved(stage.officer(COUNTY), change)
    with pytest.raises(NotOfferedHere):
        await proposed(stage.registrar(INTO), change)
    async with stage.theatre.desk(Office(Tier.PROVINCE, "41"), Role.OFFICER, "p002") as other:
        assert (await approved(other, change)).state == "approved"
    stage.clock.to(TOMORROW)
    await carried_out(stage, change)

    async def listed() -> bool | None:
        answer = await stage.officer(COUNTY).schools.ListSchools(
            organisation_pb2.ListSchoolsRequest(authority="410103", page_size=100)
        )
        return "2141000199" in [span.school.code for span in answer.schools] or None

    await stage.until("县里知道新设的学校", listed)
