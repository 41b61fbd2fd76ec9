"""Procedures of the table as a hub carries them out: what becomes of the record, and by what each decision fell."""

from __future__ import annotations

from typing import Any

from kernel.case import Item
from kernel.endorsement import Decision
from kernel.feed import CaseAsked, CaseProgress
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.regulation import Step
from kernel.status import StudentStatus
from province_hub.store.decisions import Remembered
from province_hub.store.students import Held
from province_hub.store.transaction import HubTransaction
from xueji.desk.v1 import desk_pb2

COUNTY, OTHER_COUNTY = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410122")
HUB = Office(Tier.PROVINCE, "41")
SCHOOL, NEIGHBOUR, ELSEWHERE = "2141000001", "2141000002", "3141000003"


async def a_pupil(hub: Any, papers: Any, **values: str) -> str:
    """The number of a pupil who has just been enrolled."""
    case = papers.approved_enrolment(papers.pupil(name="王小明", **values))
    await hub.submit(case)
    return str((await hub.outcome(case)).items[0].number)


def about(number: str, **values: str) -> Item:
    return Item(str(new_uuid7()), {"number": number, "name": "王小明", "grade": "101", "school_class": "1班", **values})


async def record(hub: Any, number: str) -> Held:
    def look(tx: HubTransaction) -> Held | None:
        return tx.students.by_number(number)

    held: Held | None = await hub.database.run(look)
    assert held is not None
    return held


async def decisions(hub: Any, case_id: str) -> list[Remembered]:
    def look(tx: HubTransaction) -> list[Remembered]:
        return tx.decisions.page(case_id=case_id, size=10)

    found: list[Remembered] = await hub.database.run(look)
    return found


def a_suspension(papers: Any, number: str, **values: str) -> Any:
    leave = {"leave_reason": "illness", "leave_from": "20300101", "leave_until": "20300701", "reason": "住院治疗"}
    proofs = ("guardian_application", "medical_proof")
    return papers.filed("suspension", about(number, **{**leave, **values}), proofs=proofs)


async def test_a_suspension_and_a_resumption_leave_the_school_with_the_same_record(
    hub: Any, index: Any, papers: Any
) -> None:
    number = await a_pupil(hub, papers)
    case = papers.approved(a_suspension(papers, number))
    await hub.submit(case)
    (outcome,) = (await hub.outcome(case)).items
    assert (outcome.refused, outcome.status) == (None, "suspended")
    assert outcome.standing["leave_until"] == "2030-07-01"
    held = await record(hub, number)
    assert (held.student.status, held.student.version, held.open_case) == (StudentStatus.SUSPENDED, 2, "")

    back = papers.approved(papers.filed("resumption", about(number)))
    await hub.submit(back)
    (outcome,) = (await hub.outcome(back)).items
    assert (outcome.refused, outcome.status) == (None, "enrolled")
    assert "leave_until" not in outcome.standing


async def test_a_decision_says_by_which_pack_clauses_and_parameters_it_fell(hub: Any, index: Any, papers: Any) -> None:
    number = await a_pupil(hub, papers)
    case = papers.approved(a_suspension(papers, number))
    await hub.submit(case)
    await hub.outcome(case)
    (decided,) = await decisions(hub, case.case_id)
    assert (decided.said["pack"], decided.said["refusals"], decided.said["breaches"]) == (case.rule_pack, [], [])
    assert "19.1" in decided.said["clauses"]
    assert "leave.max" in decided.said["parameters"]
    assert (decided.facts.status, decided.facts.evidence) == ("enrolled", ("guardian_application", "medical_proof"))


async def test_what_the_rules_do_not_allow_is_refused_by_name_and_changes_nothing(
    hub: Any, index: Any, papers: Any
) -> None:
    number = await a_pupil(hub, papers)
    without_proof = papers.approved(papers.filed("suspension", *a_suspension(papers, number).items))
    expelled = papers.approved(papers.filed("expulsion", about(number, reason="屡次违纪")))
    wrong_name = papers.approved(papers.filed("class_change", about(number, name="王小红", school_class="2班")))
    codes = []
    for case in (without_proof, expelled, wrong_name):
        await hub.submit(case)
        (outcome,) = (await hub.outcome(case)).items
        codes.append(outcome.refused.code)
    assert codes == ["EVIDENCE_REQUIRED", "COMPULSORY_YEARS_FORBID", "IDENTITY_MISMATCH"]
    held = await record(hub, number)
    assert (held.student.status, held.student.version, held.open_case) == (StudentStatus.ENROLLED, 1, "")


async def test_late_is_recorded_and_told_and_the_record_is_made_all_the_same(hub: Any, index: Any, papers: Any) -> None:
    number = await a_pupil(hub, papers)
    death = papers.filed("death", about(number, died_on="20260701"), proofs=("death_proof",))
    case = papers.approved(death)
    await hub.submit(case)
    (outcome,) = (await hub.outcome(case)).items
    # The pupil was enrolled after that day: the school must first put right what it entered.
    assert outcome.refused.code == "EFFECTIVE_BEFORE_RECORD"
    (decided,) = await decisions(hub, case.case_id)
    assert decided.said["breaches"] == ["DEATH_REPORT_LATE"]


async def test_an_entry_is_taken_back_by_another_and_both_stay(hub: Any, index: Any, papers: Any) -> None:
    number = await a_pupil(hub, papers)
    moved = papers.filed("class_change", about(number, school_class="9班"))
    await hub.submit(papers.approved(moved))
    await hub.outcome(moved)
    case = papers.approved(papers.filed("counter_entry", about(number, counters="2", reason="误调")))
    await hub.submit(case)
    (outcome,) = (await hub.outcome(case)).items
    assert (outcome.refused, outcome.record["school_class"]) == (None, "1班")

    def look(tx: HubTransaction) -> list[int]:
        held = tx.students.by_number(number)
        assert held is not None
        return [event.counters for event in tx.students.history(held.student.student_key)]

    assert await hub.database.run(look) == [0, 0, 2]


async def test_a_child_without_a_document_is_decided_by_the_province_too(hub: Any, index: Any, papers: Any) -> None:
    pupil = papers.pupil(document_kind="Z", document_number="")
    case = papers.approved(papers.filed("enrolment_without_document", pupil))
    await hub.submit(case)
    stub = hub.desk()
    waiting = await stub.ListCases(desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_WAITING, page_size=10))
    (one,) = [summary for summary in waiting.cases if summary.case_id == case.case_id]
    assert (one.awaited_step, one.awaited_office) == (Step.IN_PROVINCE.value, str(HUB))
    decide = desk_pb2.DecideCaseRequest(case_id=case.case_id, decision=desk_pb2.DECISION_APPROVE)
    await stub.DecideCase(decide)
    await stub.DecideCase(decide)  # a second click changes nothing
    (outcome,) = (await hub.outcome(case)).items
    assert outcome.number.startswith("J")


async def test_a_transfer_waits_for_an_open_case_and_goes_on_when_it_is_settled(
    hub: Any, index: Any, papers: Any
) -> None:
    number = await a_pupil(hub, papers)
    values = {"number": number, "name": "王小明", "grade": "小学一年级", "reason": "随父母迁居"}
    first, second = (
        papers.approved(
            papers.filed(
                "transfer_within_province",
                Item(str(new_uuid7()), {**values, "grade": "101"}),
                school=ELSEWHERE,
                releasing=SCHOOL,
            ),
            by=OTHER_COUNTY,
        )
        for _ in range(2)
    )
    for case in (first, second):
        await hub.submit(case, by=OTHER_COUNTY)

    told = [entry for entry in await hub.told(OTHER_COUNTY) if isinstance(entry, CaseProgress)]
    (waits,) = [entry for entry in told if entry.case_id == second.case_id and entry.step == "waiting"]
    assert waits.waits_for is not None
    assert waits.waits_for.code == "STUDENT_HAS_OPEN_CASE"

    # The releasing school refuses the first: the second goes on by itself, from where it stood.
    refused = papers.endorse(
        first,
        Step.OUT_SCHOOL,
        Office(Tier.SCHOOL, SCHOOL),
        decision=Decision.REJECT,
        reason="监护人意见不一致",
        reason_code="guardian_dispute",
    )
    await hub.submit(refused, by=COUNTY)
    asked = [entry for entry in await hub.told(COUNTY) if isinstance(entry, CaseAsked)]
    assert [entry.case.case_id for entry in asked] == [first.case_id, second.case_id]
