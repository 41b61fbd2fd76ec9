"""The end of a stage at a hub: a whole class in one case, certificates without gaps and never given twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from kernel.case import Case, Item
from kernel.ids import new_uuid7
from province_hub.store.transaction import HubTransaction

SCHOOL = "2141000001"
CLASS = 45


async def a_class(hub: Any, papers: Any, *, grade: str, count: int) -> list[tuple[str, str]]:
    """Numbers and names of pupils who have just been enrolled."""
    pupils = [papers.pupil(grade=grade) for _ in range(count)]
    case = papers.approved_enrolment(*pupils)
    await hub.submit(case)
    number_of = {item.item_id: item.number for item in (await hub.outcome(case)).items}
    return [(number_of[pupil.item_id], pupil.values["name"]) for pupil in pupils]


def graduation(papers: Any, pupils: list[tuple[str, str]], *, grade: str = "106") -> Case:
    values = {"grade": grade, "school_class": "1班", "outcome": "graduated"}
    items = [Item(str(new_uuid7()), {"number": number, "name": name, **values}) for number, name in pupils]
    case: Case = papers.filed("graduation", *items)
    return case


async def certificates(hub: Any) -> list[tuple[int, str]]:
    def look(tx: HubTransaction) -> list[tuple[int, str]]:
        rows = tx.connection.execute(text("SELECT sequence, number FROM certificates ORDER BY sequence"))
        return [(row[0], row[1]) for row in rows]

    found: list[tuple[int, str]] = await hub.database.run(look)
    return found


async def test_a_class_graduates_in_one_case_and_its_certificates_have_no_gap(
    hub: Any, index: Any, papers: Any
) -> None:
    """One who is not in the last grade, and one whose name is wrong, take no number from the others."""
    pupils = await a_class(hub, papers, grade="106", count=CLASS)
    (younger,) = await a_class(hub, papers, grade="105", count=1)
    wrong_name = (pupils[20][0], "别人")
    case = graduation(papers, [*pupils[:20], younger, wrong_name, *pupils[21:]])
    approved = papers.approved(case)
    await hub.submit(approved)
    outcome = await hub.outcome(case, seconds=60)
    refused = {item.refused.code for item in outcome.items if item.refused}
    assert refused == {"GRADUATION_NOT_ALLOWED", "IDENTITY_MISMATCH"}
    given = [item.standing["certificate_number"] for item in outcome.items if not item.refused]
    assert sorted(given) == [f"{SCHOOL}20261{n:05}" for n in range(1, CLASS)]
    assert await certificates(hub) == list(enumerate(sorted(given), start=1))
    await hub.submit(approved)
    assert len(await certificates(hub)) == CLASS - 1, "the same case again gives nothing"


async def test_a_number_that_was_given_is_never_given_again(hub: Any, index: Any, papers: Any) -> None:
    (pupil,) = await a_class(hub, papers, grade="106", count=1)
    first = graduation(papers, [pupil])
    await hub.submit(papers.approved(first))
    await hub.outcome(first)
    values = {"number": pupil[0], "name": pupil[1], "grade": "106", "school_class": "1班", "reason": "误办"}
    undo = papers.approved(papers.filed("graduation_undo", Item(str(new_uuid7()), values)))
    await hub.submit(undo)
    (undone,) = (await hub.outcome(undo)).items
    assert (undone.refused, undone.status) == (None, "enrolled")
    assert "certificate_number" not in undone.standing
    again = graduation(papers, [pupil])
    await hub.submit(papers.approved(again))
    (done,) = (await hub.outcome(again)).items
    assert done.standing["certificate_number"] == f"{SCHOOL}2026100002"
    assert [sequence for sequence, _ in await certificates(hub)] == [1, 2]


async def test_a_pupil_who_is_named_twice_in_one_case_is_done_once(hub: Any, index: Any, papers: Any) -> None:
    pupil, other = await a_class(hub, papers, grade="106", count=2)
    case = graduation(papers, [pupil, other, pupil])
    await hub.submit(papers.approved(case))
    items = (await hub.outcome(case)).items
    refused = [item.refused.code for item in items if item.refused]
    assert (refused, len(await certificates(hub))) == (["PUPIL_TWICE_IN_CASE"], 2)
