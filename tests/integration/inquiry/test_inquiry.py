"""Questions that climb from a school to the hub, and what is told to whom on the way."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kernel.clock import SHANGHAI, milliseconds
from kernel.figures.report import ClassCounts, Report, school_year_of
from kernel.figures.tables import TOTAL
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import (
    BreakdownNotOffered,
    FiguresNotReported,
    IdentityNotProven,
    InquiryUnanswered,
    OutsideJurisdiction,
    PeriodNotReported,
    RequestMalformed,
    RoleNotAllowed,
    ScopeMalformed,
    SignatureInvalid,
)
from kernel.statement import StatementKind, statement_digest
from waiting import eventually
from xueji.figures.v1 import figures_pb2, figures_pb2_grpc
from xueji.inquiry.v1 import inquiry_pb2, inquiry_pb2_grpc

HUB, OTHER_HUB = Office(Tier.PROVINCE, "41"), Office(Tier.PROVINCE, "44")
COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, CITY_SCHOOL, OTHER_SCHOOL = (Office(Tier.SCHOOL, f"214100000{n}") for n in (1, 2, 3))
BOYS, GIRLS, DISABLED = 30, 24, 3  # as the province of conftest has them at the first school


def person(office: Office, role: Role = Role.OFFICER) -> Identity:
    return Identity("dev", office, role, "x001")


REGISTRAR = person(SCHOOL, Role.REGISTRAR)


def scope(kind: str, code: str) -> inquiry_pb2.Scope:
    return inquiry_pb2.Scope(kind=kind, code=code)


def today() -> str:
    return datetime.now(UTC).astimezone(SHANGHAI).date().isoformat()


async def ask(province: Any, office: Office, who: Office | Identity, **fields: Any) -> inquiry_pb2.GetFiguresResponse:
    stub = inquiry_pb2_grpc.InquiryServiceStub(province.channel(office, who))
    answer: inquiry_pb2.GetFiguresResponse = await stub.GetFigures(inquiry_pb2.GetFiguresRequest(**fields))
    return answer


def counts(answer: inquiry_pb2.GetFiguresResponse) -> dict[tuple[tuple[str, str], ...], int | None]:
    return {tuple(sorted(cell.by.items())): None if cell.withheld else cell.pupils for cell in answer.cells}


async def test_a_school_is_told_of_its_own_pupils_through_its_authority(province: Any) -> None:
    answer = await ask(province, SCHOOL, REGISTRAR, by=["disability"])
    assert (answer.scope.kind, answer.scope.code, answer.scope_name) == ("school", SCHOOL.code, "第1学校")
    assert (answer.on, answer.threshold, answer.figure) == (today(), 0, "in_school")
    assert counts(answer) == {
        (): BOYS + GIRLS,
        (("disability", "0"),): BOYS + GIRLS - DISABLED,
        (("disability", "5"),): DISABLED,
    }


async def test_its_authority_is_told_the_same_without_the_small_counts(province: Any) -> None:
    answer = await ask(province, COUNTY, person(COUNTY), by=["disability"], scope=scope("school", SCHOOL.code))
    assert answer.threshold == 10
    assert counts(answer) == {(): BOYS + GIRLS, (("disability", "0"),): None, (("disability", "5"),): None}
    assert all(cell.pupils == 0 for cell in answer.cells if cell.withheld)


async def test_a_county_asks_for_its_schools_and_for_its_place(province: Any) -> None:
    own = await ask(province, COUNTY, person(COUNTY), by=["school"])
    assert (own.scope.kind, own.scope.code) == ("authority", COUNTY.code)
    assert counts(own) == {(): BOYS + GIRLS, (("school", SCHOOL.code),): BOYS + GIRLS}
    assert dict(own.names) == {SCHOOL.code: "第1学校"}
    place = await ask(province, COUNTY, person(COUNTY), scope=scope("place", COUNTY.code))
    assert counts(place) == {(): BOYS + GIRLS + 60}


async def test_a_province_is_told_by_place_and_by_authority(province: Any) -> None:
    by_place = await ask(province, HUB, person(HUB), by=["place"])
    assert counts(by_place) == {(): 126, (("place", "410105"),): 114, (("place", "410122"),): 12}
    assert by_place.names["410105"] == "金水区"
    by_authority = await ask(province, HUB, person(HUB), by=["authority"])
    assert counts(by_authority)[(("authority", "410100"),)] == 60


@pytest.mark.parametrize(
    ("office", "who", "asked"),
    [
        (SCHOOL, REGISTRAR, scope("school", OTHER_SCHOOL.code)),
        (SCHOOL, REGISTRAR, scope("authority", COUNTY.code)),
        (SCHOOL, REGISTRAR, scope("place", COUNTY.code)),
        (COUNTY, person(COUNTY), scope("school", CITY_SCHOOL.code)),
        (COUNTY, person(COUNTY), scope("authority", OTHER_COUNTY.code)),
        (COUNTY, person(COUNTY), scope("place", OTHER_COUNTY.code)),
        (COUNTY, person(COUNTY), scope("province", "41")),
        (COUNTY, person(COUNTY), scope("school", "2144000001")),
        (HUB, person(HUB), scope("school", "2144000001")),
        (HUB, person(HUB), scope("province", "44")),
        (HUB, person(HUB), scope("nation", "00")),
        (NATION, person(NATION), scope("authority", COUNTY.code)),
    ],
)
async def test_nobody_is_told_of_others(province: Any, office: Office, who: Identity, asked: inquiry_pb2.Scope) -> None:
    with pytest.raises(OutsideJurisdiction):
        await ask(province, office, who, scope=asked)


@pytest.mark.parametrize(
    ("office", "who", "asked_for"),
    [
        (COUNTY, SCHOOL, str(OTHER_SCHOOL)),  # a school's node for another school
        (COUNTY, OTHER_SCHOOL, ""),  # a school of another authority
        (COUNTY, CITY_SCHOOL, ""),  # a school that stands here and is run by the city
        (HUB, SCHOOL, ""),  # over its authority's head
        (HUB, COUNTY, str(OTHER_SCHOOL)),  # an authority for a school of another
        (HUB, COUNTY, str(OTHER_COUNTY)),
        (HUB, Office(Tier.AUTHORITY, "440105"), ""),  # of another province
        (NATION, HUB, ""),  # the nation answers its own people
        (SCHOOL, COUNTY, ""),  # downward nobody asks
        (COUNTY, person(OTHER_COUNTY), ""),
        (COUNTY, person(COUNTY), str(SCHOOL)),  # a person asks for their own office
    ],
)
async def test_nobody_asks_for_others(province: Any, office: Office, who: Office | Identity, asked_for: str) -> None:
    with pytest.raises(OutsideJurisdiction):
        await ask(province, office, who, asked_for=asked_for)


async def test_an_office_that_is_none_is_nobody(province: Any) -> None:
    with pytest.raises(IdentityNotProven):
        await ask(province, HUB, COUNTY, asked_for="school/12")


async def test_a_node_may_ask_for_itself_and_for_a_school_below_it(province: Any) -> None:
    assert counts(await ask(province, HUB, COUNTY)) == {(): BOYS + GIRLS}
    for_school = await ask(province, HUB, COUNTY, asked_for=str(SCHOOL), by=["disability"])
    assert (("disability", "5"),) in counts(for_school)
    assert for_school.threshold == 0


async def test_a_role_that_does_not_ask_is_refused(province: Any) -> None:
    with pytest.raises(RoleNotAllowed):
        await ask(province, COUNTY, person(COUNTY, Role.REGISTRAR))


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"by": ["sex", "boarding"]}, BreakdownNotOffered),
        ({"by": ["province"]}, BreakdownNotOffered),
        ({"on": "2026-02-30"}, RequestMalformed),
        ({"scope": inquiry_pb2.Scope(kind="school", code="41")}, ScopeMalformed),
        ({"scope": inquiry_pb2.Scope(kind="village", code="41")}, RequestMalformed),
        ({"by": ["stage", "sex", "boarding"]}, RequestMalformed),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_name(
    province: Any, fields: dict[str, Any], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        await ask(province, HUB, person(HUB), **fields)


async def test_who_does_not_answer_is_named(province: Any) -> None:
    """The hub of this county is not there. Nothing was written, so nothing is promised to go on by itself."""
    with pytest.raises(InquiryUnanswered) as unanswered:
        await ask(province, OTHER_COUNTY, person(OTHER_COUNTY))
    assert "河南省学籍数据中心" in unanswered.value.sentence
    with pytest.raises(InquiryUnanswered) as through_the_county:
        await ask(province, OTHER_COUNTY, OTHER_SCHOOL)
    assert "河南省学籍数据中心" in through_the_county.value.sentence


async def test_flows_classes_and_rates_climb_as_well(province: Any) -> None:
    stub = inquiry_pb2_grpc.InquiryServiceStub(province.channel(SCHOOL, REGISTRAR))
    first = (datetime.now(UTC).astimezone(SHANGHAI).date() - timedelta(days=3)).isoformat()
    flows = await stub.GetFlows(inquiry_pb2.GetFlowsRequest(first=first, last=today()))
    told = {flow.figure: flow.pupils for flow in flows.flows if not flow.stage}
    assert told == {"in": 54, "in_registered": 54, "freshmen": 54, "closing": 54}
    classes = await stub.ListClasses(inquiry_pb2.ListClassesRequest(at_least=1, page_size=10))
    assert [(one.school_name, one.grade, one.school_class, one.pupils) for one in classes.listed] == [
        ("第1学校", "101", "1班", 54)
    ]
    assert (classes.classes, classes.large, classes.large_from, classes.huge_from) == (1, 0, 56, 66)
    above = inquiry_pb2_grpc.InquiryServiceStub(province.channel(HUB, person(HUB)))
    large = await above.ListClasses(inquiry_pb2.ListClassesRequest(page_size=10))
    assert [(one.school, one.pupils) for one in large.listed] == [(CITY_SCHOOL.code, 60)]
    assert (large.classes, large.large, large.huge) == (3, 1, 0)
    rates = await stub.GetRetention(inquiry_pb2.GetRetentionRequest())
    assert list(rates.retentions) == []
    with pytest.raises(RequestMalformed):
        await stub.GetFlows(inquiry_pb2.GetFlowsRequest(first=today(), last=first))
    with pytest.raises(RequestMalformed):
        await above.ListClasses(inquiry_pb2.ListClassesRequest(page_size=10, page_token="nonsense"))


# --- The nation ---


async def nations(province: Any, **fields: Any) -> inquiry_pb2.GetFiguresResponse | None:
    """What the nation tells; None while nobody has reported the day."""
    with contextlib.suppress(FiguresNotReported):
        return await ask(province, NATION, person(NATION), **fields)
    return None


async def test_the_nation_adds_what_its_provinces_reported(province: Any) -> None:
    """The hub reports by itself once a day is over; its officer has it counted again. Who did not report is named."""
    yesterday = (datetime.now(UTC).astimezone(SHANGHAI).date() - timedelta(days=1)).isoformat()
    await eventually(lambda: nations(province, on=yesterday))
    desk = figures_pb2_grpc.FiguresDeskServiceStub(province.channel(HUB, person(HUB)))
    await desk.ReportDay(figures_pb2.ReportDayRequest())
    again = await desk.ReportDay(figures_pb2.ReportDayRequest(on=yesterday))
    assert (again.on, again.new) == (yesterday, False)

    async def look() -> inquiry_pb2.GetFiguresResponse | None:
        answer = await nations(province, by=["sex"])
        return answer if answer and counts(answer)[()] else None

    answer = await eventually(look)
    assert (answer.on, answer.threshold, answer.scope_name) == (yesterday, 10, "全国")
    assert counts(answer) == {(): 126, (("sex", "1"),): 90, (("sex", "2"),): 36}
    assert len(answer.missing) == 31
    assert "41" not in {one.province for one in answer.missing}
    by_province = await ask(province, NATION, person(NATION), by=["province"])
    assert counts(by_province) == {(): 126, (("province", "41"),): 126}
    assert by_province.names["41"] == "河南省"


async def test_what_is_small_in_a_province_does_not_leave_it(province: Any) -> None:
    await eventually(lambda: nations(province, by=["disability"]))
    desk = figures_pb2_grpc.FiguresDeskServiceStub(province.channel(HUB, person(HUB)))
    await desk.ReportDay(figures_pb2.ReportDayRequest())

    async def look() -> inquiry_pb2.GetFiguresResponse | None:
        answer = await nations(province, by=["disability"])
        return answer if answer and counts(answer)[()] else None

    answer = await eventually(look)
    withheld = {tuple(cell.by.items()): cell for cell in answer.cells if cell.withheld}
    assert {cell.provinces_withholding for cell in withheld.values()} == {1}
    assert {cell.pupils for cell in withheld.values()} == {0}
    assert set(withheld) == {(("disability", "0"),), (("disability", "5"),)}


async def test_the_nation_tells_the_school_year_so_far_and_how_many_classes_are_large(province: Any) -> None:
    await eventually(lambda: nations(province))
    desk = figures_pb2_grpc.FiguresDeskServiceStub(province.channel(HUB, person(HUB)))
    last = (await desk.ReportDay(figures_pb2.ReportDayRequest())).on
    nation = inquiry_pb2_grpc.InquiryServiceStub(province.channel(NATION, person(NATION)))
    begins = school_year_of(date.fromisoformat(last)).isoformat()

    async def look() -> inquiry_pb2.GetFlowsResponse | None:
        answer = await nation.GetFlows(inquiry_pb2.GetFlowsRequest(first=begins, last=last))
        return answer if any(flow.pupils for flow in answer.flows) else None

    flows = await eventually(look)
    told = {flow.figure: flow.pupils for flow in flows.flows if not flow.stage}
    assert told == {"in": 126, "in_registered": 126, "freshmen": 126, "closing": 126}
    classes = await nation.ListClasses(inquiry_pb2.ListClassesRequest(page_size=10))
    assert (classes.classes, classes.large, list(classes.listed)) == (3, 1, [])
    rates = await nation.GetRetention(inquiry_pb2.GetRetentionRequest())
    assert list(rates.retentions) == []
    with pytest.raises(PeriodNotReported):
        await nation.GetFlows(inquiry_pb2.GetFlowsRequest(first=last, last=last))
    with pytest.raises(FiguresNotReported):
        await nation.GetFigures(inquiry_pb2.GetFiguresRequest(scope=scope("province", "44")))
    with pytest.raises(BreakdownNotOffered):
        await nation.GetFigures(inquiry_pb2.GetFiguresRequest(by=["school"]))


async def test_a_day_that_is_not_over_is_not_reported(province: Any) -> None:
    desk = figures_pb2_grpc.FiguresDeskServiceStub(province.channel(HUB, person(HUB)))
    with pytest.raises(RequestMalformed):
        await desk.ReportDay(figures_pb2.ReportDayRequest(on=today()))
    stub = figures_pb2_grpc.FiguresDeskServiceStub(province.channel(HUB, person(COUNTY)))
    with pytest.raises(OutsideJurisdiction):
        await stub.ReportDay(figures_pb2.ReportDayRequest())


def a_report(province: str, on: date, *, counted_at_ms: int, pupils: int) -> Report:
    return Report(
        province=province,
        on=on,
        counted_at_ms=counted_at_ms,
        threshold=10,
        cells={TOTAL: pupils},
        flows_from=school_year_of(on),
        flows={},
        classes=ClassCounts(1, 0, 0),
        large_from=56,
        huge_from=66,
        retentions=(),
    )


async def test_of_two_reports_for_a_day_the_later_count_stands_in_whatever_order_they_come(province: Any) -> None:
    on, now_ms = date(2026, 3, 1), milliseconds(datetime.now(UTC))
    stub = figures_pb2_grpc.FiguresReportServiceStub(province.channel(NATION, OTHER_HUB))
    sign = province.signer(OTHER_HUB)
    earlier, later = (
        sign(StatementKind.FIGURES, a_report("44", on, counted_at_ms=at_ms, pupils=pupils).to_content())
        for at_ms, pupils in ((now_ms, 50), (now_ms + 1, 70))
    )
    for jws, stands in ((later, later), (earlier, later), (later, later)):
        answer = await stub.Report(figures_pb2.ReportRequest(jws=jws))
        assert (answer.province, answer.on) == ("44", on.isoformat())
        assert answer.digest.hex() == statement_digest(stands)
        told = await ask(province, NATION, person(NATION), on=on.isoformat(), scope=scope("province", "44"))
        assert counts(told) == {(): 70}
    missing = (await ask(province, NATION, person(NATION), on=on.isoformat())).missing
    assert "44" not in {one.province for one in missing}
    assert [one.last_on for one in missing if one.province == "41"] != [""]


async def test_a_province_reports_for_itself_alone(province: Any) -> None:
    now_ms = milliseconds(datetime.now(UTC))
    report = a_report("44", date(2026, 3, 2), counted_at_ms=now_ms, pupils=50).to_content()
    other = figures_pb2_grpc.FiguresReportServiceStub(province.channel(NATION, OTHER_HUB))
    own = figures_pb2_grpc.FiguresReportServiceStub(province.channel(NATION, HUB))
    signed = province.signer(OTHER_HUB)(StatementKind.FIGURES, report)
    with pytest.raises(OutsideJurisdiction):
        await own.Report(figures_pb2.ReportRequest(jws=signed))
    with pytest.raises(OutsideJurisdiction):
        await other.Report(figures_pb2.ReportRequest(jws=province.signer(HUB)(StatementKind.FIGURES, report)))
    with pytest.raises(SignatureInvalid):
        await other.Report(figures_pb2.ReportRequest(jws=province.signer(OTHER_HUB)(StatementKind.ENDORSEMENT, report)))
    with pytest.raises(RequestMalformed):
        await other.Report(
            figures_pb2.ReportRequest(jws=province.signer(OTHER_HUB)(StatementKind.FIGURES, {**report, "form": 2}))
        )
    county = figures_pb2_grpc.FiguresReportServiceStub(province.channel(NATION, COUNTY))
    with pytest.raises(OutsideJurisdiction):
        await county.Report(figures_pb2.ReportRequest(jws=signed))
