"""The desk of a county's officers: the queue, what is pointed out, and decisions. Its hub is down all the while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kernel.calendar import working_days_after
from kernel.case import ItemState
from kernel.endorsement import Decision
from kernel.feed import CaseAsked, CaseOutcome, CaseProgress, ItemOutcome
from kernel.ids import new_uuid7
from kernel.office import Office, Role, Tier
from kernel.refusals import (
    CaseAlreadyDecided,
    CaseNotAwaitingThisOffice,
    CaseNotFound,
    NotApproved,
    NotOfferedHere,
    OutsideJurisdiction,
    ReasonNotListed,
    ReasonRequired,
    RequestMalformed,
    ReturnedForCorrection,
    RoleNotAllowed,
)
from kernel.regulation import Step
from xueji.desk.v1 import desk_pb2

COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, SECOND_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2141000002")
OTHER_SCHOOL = Office(Tier.SCHOOL, "3141000003")


def except_one(
    item: Any, decision: desk_pb2.Decision.ValueType = desk_pb2.DECISION_RETURN, reason: str = "缺少监护人"
) -> Any:
    return desk_pb2.ItemException(item_id=item.item_id, decision=decision, reason=reason)


def waiting(*, page_size: int = 10, page_token: str = "") -> desk_pb2.ListCasesRequest:
    return desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=page_size, page_token=page_token)


@pytest.fixture
async def asked(county: Any, papers: Any) -> Any:
    """Another county's transfer asks for a pupil of the first school, which has released: the officer is next."""
    case = papers.transfer("transfer_within_province", to=OTHER_SCHOOL.code, out_of=SCHOOL.code, name="张三")
    case = papers.endorse(case, Step.IN_AUTHORITY, OTHER_COUNTY)
    county.absorb(CaseAsked(case, "out_school", {"name": "张三"}))
    case = papers.endorse(case, Step.OUT_SCHOOL, SCHOOL)
    await county.submit(case, by=SCHOOL)
    return case


async def test_the_queue_comes_in_pages_the_soonest_due_first(county: Any, papers: Any, clock: Any) -> None:
    cases = []
    for _ in range(5):
        cases.append(papers.enrolment(papers.pupil()))
        await county.submit(cases[-1])
        clock.advance(timedelta(days=3))
    seen: list[Any] = []
    token = ""
    while True:
        page = await county.desk().ListCases(waiting(page_size=2, page_token=token))
        assert len(page.cases) <= 2
        seen += page.cases
        token = page.next_page_token
        if not token:
            break
    assert {one.case_id for one in seen} == {case.case_id for case in cases}
    assert [one.due_at_ms for one in seen] == sorted(one.due_at_ms for one in seen)
    first = seen[0]
    received_at = clock.now() - timedelta(days=15)
    assert first.due_at_ms == int(working_days_after(received_at, 10).at.timestamp() * 1000)
    assert (first.procedure_title, first.state_title) == ("学籍建立", "待申请（转入）学校学籍主管部门核准")

    await county.decide(cases[0])
    left = (await county.desk().ListCases(waiting())).cases
    assert [one.case_id for one in left] == [one.case_id for one in seen if one.case_id != cases[0].case_id]
    started = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_STARTED, page_size=10)
    assert [one.case_id for one in (await county.desk().ListCases(started)).cases] == [cases[0].case_id]


async def test_a_worklist_is_narrowed_to_a_procedure_or_a_school_on_either_side(
    county: Any, papers: Any, asked: Any
) -> None:
    enrolment = papers.enrolment(papers.pupil())
    await county.submit(enrolment)

    async def found(**only: str) -> list[str]:
        request = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=10, **only)
        return [one.case_id for one in (await county.desk().ListCases(request)).cases]

    assert set(await found()) == {enrolment.case_id, asked.case_id}
    assert await found(procedure="enrolment") == [enrolment.case_id]
    assert await found(procedure="transfer") == [asked.case_id], "of a family whose rows place decides between"
    assert await found(id_ends_with=asked.case_id[-11:]) == [asked.case_id], "as a paper names it"
    assert set(await found(school=SCHOOL.code)) == {enrolment.case_id, asked.case_id}, "it enrols one and releases one"
    assert await found(school=OTHER_SCHOOL.code) == [asked.case_id]
    assert await found(procedure="enrolment", school=OTHER_SCHOOL.code) == []


async def test_what_is_approved_goes_up_and_excepted_pupils_go_down_with_their_reasons(
    county: Any, papers: Any
) -> None:
    stands, returned, rejected = papers.pupil(), papers.pupil(), papers.pupil()
    case = papers.enrolment(stands, returned, rejected)
    await county.submit(case)
    exceptions = [except_one(returned), except_one(rejected, desk_pb2.DECISION_REJECT, "不在招生范围")]
    summary = await county.decide(case, exceptions=exceptions)
    assert (summary.state, summary.awaited_office) == ("open", "province/41")
    assert (summary.items_total, summary.items_done, summary.items_refused) == (3, 0, 2)
    assert county.waiting_above() == 1

    received, decided, outcome = await county.told(SCHOOL.code)
    assert [received.step, decided.step] == ["received", "in_authority"]
    assert (decided.office, decided.awaited_office) == (str(COUNTY), "province/41")
    assert isinstance(outcome, CaseOutcome)
    assert not outcome.closed
    said = {item.item_id: item.refused for item in outcome.items}
    assert set(said) == {returned.item_id, rejected.item_id}
    for_correction = said[returned.item_id]
    assert isinstance(for_correction, ReturnedForCorrection)
    assert for_correction.detail == {"reason": "缺少监护人"}
    assert isinstance(said[rejected.item_id], NotApproved)
    assert [item.state for item in county.items(case)] == [ItemState.PENDING, ItemState.RETURNED, ItemState.REFUSED]


async def test_the_same_decision_again_is_answered_as_before_and_another_is_refused(county: Any, papers: Any) -> None:
    stands, excepted = papers.pupil(), papers.pupil()
    case = papers.enrolment(stands, excepted)
    await county.submit(case)
    first = await county.decide(case, exceptions=[except_one(excepted)])
    told, endorsed = len(await county.told(SCHOOL.code)), county.record(case).case
    assert await county.decide(case, exceptions=[except_one(excepted)]) == first
    assert len(await county.told(SCHOOL.code)) == told
    assert county.record(case).case == endorsed

    for decision, fields in (
        (Decision.APPROVE, {}),
        (Decision.APPROVE, {"exceptions": [except_one(excepted, reason="另一理由")]}),
        (Decision.REJECT, {"reason": "不予核准"}),
    ):
        with pytest.raises(CaseAlreadyDecided):
            await county.decide(case, decision, **fields)
    assert county.record(case).case == endorsed


@pytest.mark.parametrize(
    ("decision", "refusal", "state"),
    [
        (Decision.RETURN, ReturnedForCorrection, ItemState.RETURNED),
        (Decision.REJECT, NotApproved, ItemState.REFUSED),
    ],
)
async def test_a_whole_case_is_returned_or_refused_with_a_reason_and_nothing_goes_up(
    county: Any, papers: Any, decision: Decision, refusal: type[Exception], state: ItemState
) -> None:
    case = papers.enrolment(papers.pupil(), papers.pupil())
    await county.submit(case)
    with pytest.raises(ReasonRequired):
        await county.decide(case, decision)
    assert county.record(case).case == case

    summary = await county.decide(case, decision, reason="材料不实")
    assert (summary.state, summary.items_refused, summary.awaited_office) == ("closed", 2, "")
    outcome = await county.outcome(case)
    assert outcome.closed
    assert {type(item.refused) for item in outcome.items} == {refusal}
    assert {item.state for item in county.items(case)} == {state}
    assert county.waiting_above() == 0
    assert county.steps(case)[-2:] == [("in_authority", str(COUNTY)), ("settled", str(COUNTY))]
    assert await county.decide(case, decision, reason="材料不实") == summary
    with pytest.raises(CaseAlreadyDecided):
        await county.decide(case)


async def test_exceptions_that_make_no_sense_are_refused(county: Any, papers: Any) -> None:
    one, two = papers.pupil(), papers.pupil()
    case = papers.enrolment(one, two)
    await county.submit(case)
    stranger = papers.pupil()
    for decision, fields in (
        (Decision.APPROVE, {"exceptions": [except_one(stranger)]}),
        (Decision.APPROVE, {"exceptions": [except_one(one), except_one(one)]}),
        (Decision.APPROVE, {"exceptions": [except_one(one), except_one(two)]}),
        (Decision.REJECT, {"exceptions": [except_one(one)], "reason": "材料不实"}),
    ):
        with pytest.raises(RequestMalformed):
            await county.decide(case, decision, **fields)
    assert county.record(case).case == case


async def test_only_an_officer_of_this_county_decides(county: Any, papers: Any) -> None:
    case = papers.enrolment(papers.pupil())
    await county.submit(case)
    approve = desk_pb2.DecideCaseRequest(case_id=case.case_id, decision=desk_pb2.DECISION_APPROVE)
    for desk, refusal in (
        (county.desk(of=OTHER_COUNTY), OutsideJurisdiction),
        (county.desk(Role.PRINCIPAL, of=SCHOOL), OutsideJurisdiction),
        (county.desk(Role.REGISTRAR), RoleNotAllowed),
    ):
        with pytest.raises(refusal):
            await desk.DecideCase(approve)
        with pytest.raises(refusal):
            await desk.GetCase(desk_pb2.GetCaseRequest(case_id=case.case_id))
    assert county.record(case).case == case


async def test_a_case_that_is_not_here_or_not_our_turn_cannot_be_decided(county: Any, papers: Any) -> None:
    with pytest.raises(CaseNotFound):
        await county.decide(papers.enrolment(papers.pupil()))
    case = papers.transfer("transfer_within_authority", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    with pytest.raises(CaseNotAwaitingThisOffice):
        await county.decide(case)


async def test_the_releasing_side_releases_or_refuses_by_the_closed_list(county: Any, asked: Any) -> None:
    with pytest.raises(NotOfferedHere):
        await county.decide(asked, Decision.RETURN, reason="再想想")
    with pytest.raises(ReasonNotListed):
        await county.decide(asked, Decision.REJECT, reason="不想放人")
    summary = await county.decide(asked, Decision.REJECT, reason="法院限制", reason_code="court_order")
    assert (summary.state, summary.awaited_office) == ("open", "province/41")  # the hub ends it, for both sides
    assert county.waiting_above() == 1
    assert not [entry for entry in await county.told(SCHOOL.code) if isinstance(entry, CaseOutcome)]


async def test_an_approved_release_goes_up_complete(county: Any, asked: Any) -> None:
    assert county.waiting_above() == 0
    await county.decide(asked)
    record = county.record(asked)
    assert (record.awaited.office, len(record.case.endorsements)) == ("province/41", 4)
    progress = await county.entry(CaseProgress, asked, school=SCHOOL.code)
    assert (progress.step, progress.office) == ("out_authority", str(COUNTY))


async def test_a_transfer_inside_the_county_asks_the_releasing_school_once_the_receiving_side_has_approved(
    county: Any, papers: Any
) -> None:
    case = papers.transfer("transfer_within_province", to=SCHOOL.code, out_of=SECOND_SCHOOL.code, name="张三")
    await county.submit(case)
    await county.decide(case)
    asked = await county.entry(CaseAsked, case, school=SECOND_SCHOOL.code)
    assert asked.step == "out_school"
    released = papers.endorse(asked.case, Step.OUT_SCHOOL, SECOND_SCHOOL)
    await county.submit(released, by=SECOND_SCHOOL)
    assert county.record(case).awaited.step == "out_authority"
    await county.decide(case, step="in_authority")  # a repeated click answers for the turn that it was made in
    assert county.record(case).awaited.step == "out_authority"
    await county.decide(case, step="out_authority")
    assert county.waiting_above() == 1
    assert [step for step, _ in county.steps(case)] == [
        *("in_school", "received", "in_authority"),
        *("out_school", "received", "out_authority"),
    ]


async def test_the_officer_sees_what_the_checks_found_and_only_while_it_is_the_officers_turn(
    county: Any, papers: Any
) -> None:
    plain = papers.pupil()
    twice = papers.pupil(document_number=plain.values["document_number"])
    elsewhere = papers.enrolment(twice, school=SECOND_SCHOOL.code)
    await county.submit(elsewhere)
    away = papers.pupil(household_place="440106000000", document_kind="Z", document_number="")
    case = papers.enrolment(plain, away)
    await county.submit(case)
    view = await county.view(case)
    assert [[check.code for check in item.pre_checks] for item in view.items] == [
        ["DOCUMENT_IN_ANOTHER_CASE"],
        ["HOUSEHOLD_ELSEWHERE", "WITHOUT_DOCUMENT"],
    ]
    (warning,) = view.items[0].pre_checks
    assert warning.severity == desk_pb2.PreCheck.SEVERITY_WARNING
    assert "第六条" in warning.sentence
    assert plain.values["document_number"] not in warning.sentence

    await county.decide(case)
    assert not [check for item in (await county.view(case)).items for check in item.pre_checks]


async def test_a_transfer_has_no_checks_of_a_new_record(county: Any, asked: Any) -> None:
    view = await county.view(asked)
    assert list(view.items[0].pre_checks) == []
    assert (view.summary.releasing_school, dict(view.shown)) == (SCHOOL.code, {"name": "张三"})


async def test_pupils_are_listed_by_number_name_and_page(county: Any, papers: Any) -> None:
    pupils = [papers.pupil(name=name) for name in ("张三", "李四", "张三")]
    case = papers.enrolment(*pupils)
    await county.submit(case)
    await county.decide(case)
    numbers = [f"L41010520200101{end}" for end in ("0012", "0020", "0039")]
    county.absorb(settled(case, numbers))

    async def listed(**fields: Any) -> Any:
        return await county.desk().ListStudents(desk_pb2.ListStudentsRequest(**{"page_size": 10} | fields))

    assert {one.number for one in (await listed(name="张三")).students} == {numbers[0], numbers[2]}
    (one,) = (await listed(number=numbers[1].lower())).students
    assert (one.name, one.school, one.grade, one.status_title) == ("李四", SCHOOL.code, "101", "在读")
    page = await listed(page_size=2)
    rest = await listed(page_size=2, page_token=page.next_page_token)
    assert (len(page.students), len(rest.students), rest.next_page_token) == (2, 1, "")
    for wrong in ({"page_token": "not-a-page"}, {"document": "11010519491231002X"}):
        with pytest.raises(RequestMalformed):
            await listed(**wrong)


def settled(case: Any, numbers: list[str]) -> CaseOutcome:
    items = tuple(
        ItemOutcome(item.item_id, number=number, student_key=str(new_uuid7()))
        for item, number in zip(case.items, numbers, strict=True)
    )
    return CaseOutcome(case.case_id, items, closed=True, at_ms=1_790_000_000_000)
