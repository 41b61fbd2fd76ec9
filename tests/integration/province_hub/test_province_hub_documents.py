"""A correction of a document at the hub: the index is asked before the record changes, and its answer decides."""

from __future__ import annotations

from typing import Any

from kernel.case import Case, Item
from kernel.check_character import check_character
from kernel.feed import CaseProgress
from kernel.ids import new_uuid7
from kernel.refusals import DocumentHeldByAnother, DocumentKindChangeGoesUp, StudentHasOpenCase
from kernel.regulation import Step
from province_hub.store.students import Held


def another_id(pupil: Item) -> str:
    """A citizen ID of the pupil's birth date that is nobody's."""
    first17 = f"419997{pupil.values['document_number'][6:17]}"
    return first17 + check_character(first17)


async def enrolled(hub: Any, papers: Any, pupil: Item) -> str:
    case = papers.approved_enrolment(pupil)
    await hub.submit(case)
    return str((await hub.outcome(case)).items[0].number)


def correction(papers: Any, pupil: Item, number: str, **said: str) -> Case:
    about = {"number": number, "name": pupil.values["name"], "grade": "101", "school_class": "1班", "reason": "更正"}
    item = Item(str(new_uuid7()), {**about, **said})
    filed: Case = papers.filed("key_data_correction", item, proofs=("household_register",))
    approved: Case = papers.approved(filed)
    return approved


def held(hub: Any, number: str) -> Held:
    found: Held = hub.database.transact(lambda tx: tx.students.by_number(number))
    return found


async def test_while_the_index_is_down_the_record_stays_locked_and_as_it_was(hub: Any, index: Any, papers: Any) -> None:
    pupil = papers.pupil()
    number = await enrolled(hub, papers, pupil)
    await index.stop()
    case = correction(papers, pupil, number, new_document_number=another_id(pupil))
    await hub.submit(case)
    await hub.database_shows_a_failed_question()
    waits = [entry for entry in await hub.told() if isinstance(entry, CaseProgress) and entry.case_id == case.case_id]
    assert (waits[-1].awaited_step, waits[-1].awaited_office) == ("document_asked", "nation/00")
    before = held(hub, number)
    assert (before.student.values["document_number"], before.open_case) == (
        pupil.values["document_number"],
        case.case_id,
    )
    beside = correction(papers, pupil, number, new_name="改名")
    await hub.submit(beside)
    assert isinstance((await hub.outcome(beside)).items[0].refused, StudentHasOpenCase)

    await index.start()
    outcome = (await hub.outcome(case, seconds=40)).items[0]
    assert outcome.record["document_number"] == another_id(pupil)
    assert held(hub, number).open_case == ""


async def test_a_hub_that_restarts_asks_again_and_changes_the_record_once(hub: Any, index: Any, papers: Any) -> None:
    pupil = papers.pupil()
    number = await enrolled(hub, papers, pupil)
    await index.stop()
    case = correction(papers, pupil, number, new_document_number=another_id(pupil))
    receipt = await hub.submit(case)
    await hub.restart()
    assert await hub.submit(case) == receipt
    await index.start()
    assert (await hub.outcome(case, seconds=40)).items[0].record["document_number"] == another_id(pupil)
    assert held(hub, number).student.version == 2


async def test_what_another_child_has_is_refused_and_the_lock_is_given_back(hub: Any, index: Any, papers: Any) -> None:
    other, pupil = papers.pupil(), papers.pupil()
    await enrolled(hub, papers, other)
    number = await enrolled(hub, papers, pupil)
    taken = {"new_document_number": other.values["document_number"], "new_birth_date": other.values["birth_date"]}
    case = correction(papers, pupil, number, **taken)
    await hub.submit(case)
    refused = (await hub.outcome(case)).items[0].refused
    assert isinstance(refused, DocumentHeldByAnother)
    assert refused.detail == {"province": "河南省"}
    assert (held(hub, number).student.version, held(hub, number).open_case) == (1, "")


async def test_what_leaves_the_document_alone_asks_nobody(hub: Any, index: Any, papers: Any) -> None:
    pupil = papers.pupil()
    number = await enrolled(hub, papers, pupil)
    await index.stop()
    case = correction(papers, pupil, number, new_name="王小禾")
    await hub.submit(case)
    assert (await hub.outcome(case)).items[0].record["name"] == "王小禾"


async def test_a_change_of_kind_is_not_let_past_the_province(hub: Any, index: Any, papers: Any) -> None:
    """A school that files the shorter chain for a longer matter is refused, whatever its own program thought."""
    pupil = papers.pupil()
    number = await enrolled(hub, papers, pupil)
    kind = {"new_document_kind": "E", "new_document_number": "BRA110015010101"}
    case = correction(papers, pupil, number, **kind)
    await hub.submit(case)
    assert isinstance((await hub.outcome(case)).items[0].refused, DocumentKindChangeGoesUp)
    longer = papers.filed(
        "document_kind_correction",
        Item(str(new_uuid7()), {"number": number, "name": pupil.values["name"], "reason": "更正", **kind}),
        proofs=("identity_document",),
    )
    longer = papers.approved(longer)
    await hub.submit(longer)
    told = [entry for entry in await hub.told() if isinstance(entry, CaseProgress) and entry.case_id == longer.case_id]
    assert told[-1].awaited_step == Step.IN_PROVINCE.value
