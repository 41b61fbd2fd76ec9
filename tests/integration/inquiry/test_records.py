"""A record and its history, asked at a school's or an authority's own node and answered by the hub (Art. 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from kernel.case import Case, Item
from kernel.clock import milliseconds
from kernel.history import Approval, event_of
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import InquiryUnanswered, OutsideJurisdiction, RoleNotAllowed, StudentNotFound
from kernel.status import StudentStatus
from kernel.student import Student
from xueji.record.v1 import record_pb2, record_pb2_grpc

HUB = Office(Tier.PROVINCE, "41")
COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
SCHOOL, CITY_SCHOOL = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "2141000002")
HERE, ELSEWHERE = "L410105201501010014", "L410105201501010022"


def person(office: Office, role: Role = Role.OFFICER) -> Identity:
    return Identity("dev", office, role, "x001")


REGISTRAR, PRINCIPAL = person(SCHOOL, Role.REGISTRAR), person(SCHOOL, Role.PRINCIPAL)


@pytest.fixture(scope="module")
def pupils(province: Any) -> None:
    """One at the school, one at the school that the city runs beside it."""
    now_ms = milliseconds(datetime.now(UTC) - timedelta(days=2))
    for number, school in ((HERE, SCHOOL), (ELSEWHERE, CITY_SCHOOL)):
        case = Case(str(new_uuid7()), "enrolment", school.code, "", "2013.1", now_ms, (Item(str(new_uuid7()), {}),))
        values = {"name": "某某", "grade": "101", "school_class": "1班"}
        student = Student(str(new_uuid7()), number, StudentStatus.ENROLLED, school.code, values)
        event = event_of(case, None, student, by=Approval(str(COUNTY)), step="in_authority", at_ms=now_ms)
        province.hub_records.transact(partial(_admit, student, event))


def _admit(student: Student, event: Any, tx: Any) -> None:
    tx.students.admit([student], [event])


def asked(province: Any, office: Office, who: Office | Identity) -> Any:
    return record_pb2_grpc.RecordServiceStub(province.channel(office, who))


@pytest.mark.parametrize("who", [REGISTRAR, PRINCIPAL, person(COUNTY)], ids=str)
async def test_a_record_and_its_history_are_read_at_the_offices_own_node(
    province: Any, pupils: None, who: Identity
) -> None:
    stub = asked(province, who.office, who)
    record = (await stub.GetRecord(record_pb2.GetRecordRequest(number=HERE))).record
    assert (record.number, record.school, record.values["name"]) == (HERE, SCHOOL.code, "某某")
    history = await stub.ListHistory(record_pb2.ListHistoryRequest(number=HERE, page_size=10))
    assert [(entry.procedure, entry.office) for entry in history.entries] == [("enrolment", str(COUNTY))]


@pytest.mark.parametrize("who", [REGISTRAR, person(COUNTY)], ids=str)
async def test_anybody_elses_pupil_is_not_there(province: Any, pupils: None, who: Identity) -> None:
    stub = asked(province, who.office, who)
    with pytest.raises(StudentNotFound):
        await stub.GetRecord(record_pb2.GetRecordRequest(number=ELSEWHERE))
    with pytest.raises(StudentNotFound):
        await stub.ListHistory(record_pb2.ListHistoryRequest(number=ELSEWHERE, page_size=10))


async def test_who_may_not_ask_is_refused_before_anything_is_asked(province: Any) -> None:
    request = record_pb2.GetRecordRequest(number=HERE)
    with pytest.raises(RoleNotAllowed):
        await asked(province, COUNTY, person(COUNTY, Role.REGISTRAR)).GetRecord(request)
    with pytest.raises(OutsideJurisdiction):
        await asked(province, COUNTY, CITY_SCHOOL).GetRecord(request)
    for_another = record_pb2.GetRecordRequest(number=HERE, asked_for=str(CITY_SCHOOL))
    with pytest.raises(OutsideJurisdiction):
        await asked(province, SCHOOL, REGISTRAR).GetRecord(for_another)


async def test_an_office_whose_hub_is_silent_says_who_did_not_answer(province: Any) -> None:
    request = record_pb2.GetRecordRequest(number=HERE)
    with pytest.raises(InquiryUnanswered):
        await asked(province, OTHER_COUNTY, person(OTHER_COUNTY)).GetRecord(request, timeout=5)
