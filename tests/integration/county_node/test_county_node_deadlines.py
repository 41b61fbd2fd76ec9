"""The statutory clock of a county: what rings once, what is told above, what ends. Its hub is down all the while."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chassis.deadlines import Recount, recount, take_overdue, take_overdue_ended, watch_deadlines
from chassis.notices.book import NoticeView
from chassis.packs import load_packs
from county_node.usecases.announce import recount_told
from kernel import calendar
from kernel.alarms import Alarm
from kernel.clock import milliseconds
from kernel.feed import DueRecounted
from kernel.ids import new_uuid7
from kernel.notice import Notice, NoticeKind
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction

COUNTY, PREFECTURE = Office(Tier.AUTHORITY, "410105"), Office(Tier.AUTHORITY, "410100")
SCHOOL = Office(Tier.SCHOOL, "2141000001")
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"


def look(county: Any, clock: Any) -> None:
    """As the node's own loop does, which may have looked already: then there is nothing more."""
    while county.database.transact(watch_deadlines, now=clock.now(), watch=county.bench.watch):
        pass


def written(county: Any, kind: NoticeKind) -> list[tuple[Any, list[str]]]:
    """The notices of a kind that the county wrote, each with the cases that it names.

    Read without their signatures: the keys of tests are good for days, and these stories last for weeks.
    """

    def find(tx: Any) -> list[tuple[Any, list[str]]]:
        page = tx.notices.page(NoticeView.OUTGOING, office=COUNTY, size=100, kind=kind)
        return [(one, _cases(tx.notices.get(one.notice_id).jws)) for one in page.notices]

    return county.database.transact(find)  # type: ignore[no-any-return]


def _cases(jws: str) -> list[str]:
    payload = jws.split(".")[1]
    content = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return [one["case_id"] for one in content["content"]["cases"]]


def cases_in(notices: list[tuple[Any, list[str]]]) -> list[str]:
    return [case_id for _, cases in notices for case_id in cases]


def owed(county: Any) -> list[tuple[str, str, str]]:
    return county.database.transact(  # type: ignore[no-any-return]
        lambda tx: [step.key for step in tx.deadlines.page(under=None, long_before=None, size=100).steps]
    )


def a_report(kind: NoticeKind, case_id: str, office: Office, *, at: Any, by: Office = COUNTY) -> Notice:
    told = {
        "case_id": case_id,
        "procedure_name": "suspension",
        "step_name": "in_authority",
        "office": str(office),
        "school": SCHOOL.code,
        "due_on": "2026-03-13",
    }
    content: dict[str, Any] = {"text": "逾期", "cases": [told]}
    return Notice(str(new_uuid7()), kind, by, PREFECTURE, milliseconds(at), content)


async def test_a_node_that_was_down_for_two_months_reminds_once_and_tells_once(
    county: Any, papers: Any, clock: Any
) -> None:
    cases = [papers.enrolment(papers.pupil()) for _ in range(3)]
    for case in cases:
        await county.submit(case)
    clock.advance(timedelta(days=60))
    look(county, clock)
    look(county, clock)
    ids = sorted(case.case_id for case in cases)
    assert sorted(cases_in(written(county, NoticeKind.REMINDER))) == ids
    ((told, named),) = written(county, NoticeKind.ESCALATION)
    assert (sorted(named), told.to_office, told.wants_receipt) == (ids, county.bench.hub, True)
    for case in cases:
        rung = [step for step, _ in county.steps(case) if step in {one.name.lower() for one in Alarm}]
        assert rung == ["long_overdue"]


async def test_each_alarm_rings_once_and_a_decision_ends_it_above(county: Any, papers: Any, clock: Any) -> None:
    case = papers.enrolment(papers.pupil())
    await county.submit(case)
    due = (await county.view(case)).summary.due_at_ms
    while milliseconds(clock.now()) < due + 3 * 86_400_000:
        clock.advance(timedelta(hours=12))
        look(county, clock)
    rung = [step for step, _ in county.steps(case) if step in {one.name.lower() for one in Alarm}]
    assert rung == ["near", "pressing", "last_day", "overdue"]
    assert cases_in(written(county, NoticeKind.REMINDER)).count(case.case_id) == 4
    assert owed(county) == [(case.case_id, "in_authority", str(COUNTY))]
    assert written(county, NoticeKind.OVERDUE_ENDED) == []
    await county.decide(case)
    look(county, clock)
    assert owed(county) == []
    assert cases_in(written(county, NoticeKind.OVERDUE_ENDED)) == [case.case_id]


@pytest.mark.clause("14.2")
@pytest.mark.parametrize(("on_expiry", "told"), [("notify", []), ("report", [False]), ("escalate", [True])])
async def test_what_happens_on_expiry_is_what_the_rule_pack_says(
    county: Any, papers: Any, clock: Any, tmp_path: Path, *, on_expiry: str, told: list[bool]
) -> None:
    """催办 stays in the house, 列入上级通报 is told above, 提请上一级督办 has to be confirmed there."""
    for file in POLICIES.glob("national-*.toml"):
        said = file.read_text("utf-8").replace('value = "escalate"', f'value = "{on_expiry}"')
        (tmp_path / file.name).write_text(said, encoding="utf-8")
    await county.submit(papers.enrolment(papers.pupil()))
    watch = replace(county.bench.watch, packs=load_packs(tmp_path))
    later = clock.now() + timedelta(days=40)  # by a look of our own: the node's own clock stands before it
    county.database.transact(watch_deadlines, now=later, watch=watch)
    assert [one.wants_receipt for one, _ in written(county, NoticeKind.ESCALATION)] == told
    assert len(written(county, NoticeKind.REMINDER)) == 1


async def test_what_was_told_to_have_ended_does_not_begin_by_news_from_before(county: Any, clock: Any) -> None:
    case_id, register = str(new_uuid7()), county.bench.register
    began = a_report(NoticeKind.ESCALATION, case_id, COUNTY, at=clock.now())
    ended = a_report(NoticeKind.OVERDUE_ENDED, case_id, COUNTY, at=clock.now() + timedelta(hours=1))
    again = a_report(NoticeKind.ESCALATION, case_id, COUNTY, at=clock.now() + timedelta(hours=2))
    key = (case_id, "in_authority", str(COUNTY))
    for take, notice, listed in (
        (take_overdue_ended, ended, []),
        (take_overdue, began, []),
        (take_overdue, again, [key]),
        (take_overdue, again, [key]),
    ):
        county.database.transact(take, notice, now=clock.now(), register=register)
        assert owed(county) == listed


async def test_nobody_is_named_late_by_an_office_that_is_not_above_it(county: Any, clock: Any) -> None:
    stranger = Office(Tier.AUTHORITY, "410122")
    notice = a_report(NoticeKind.ESCALATION, str(new_uuid7()), stranger, at=clock.now())
    with pytest.raises(OutsideJurisdiction):
        county.database.transact(take_overdue, notice, now=clock.now(), register=county.bench.register)
    assert owed(county) == []


@pytest.fixture
def next_year() -> Iterator[None]:
    """Whatever is announced is forgotten afterwards."""
    yield
    calendar._announced.clear()
    calendar.national_calendar.cache_clear()


async def test_a_provisional_date_is_counted_again_once_and_told_to_the_school(
    county: Any, papers: Any, clock: Any, next_year: None
) -> None:
    clock.advance(datetime(2026, 12, 28, 1, tzinfo=UTC) - clock.now())
    case = papers.enrolment(papers.pupil())
    await county.submit(case)
    by = Recount(COUNTY, county.bench.due, partial(recount_told, bench=county.bench))
    before = (await county.view(case)).summary
    assert before.due_provisional
    calendar.announce(["date,kind,for_holiday\n2027-01-01,rest,元旦\n2027-01-02,work,元旦\n"])
    for _ in range(2):
        while county.database.transact(recount, now=clock.now(), by=by):
            pass
    told = [entry for entry in await county.told(SCHOOL.code) if isinstance(entry, DueRecounted)]
    assert [(entry.case_id, entry.due_provisional) for entry in told] == [(case.case_id, False)]
    after = (await county.view(case)).summary
    assert (after.due_provisional, after.due_at_ms) == (False, told[0].due_at_ms)
    assert [step for step, _ in county.steps(case)].count("due_recounted") == 1
    look(county, clock)
    assert owed(county) == []


async def test_who_counts_the_time_itself_does_not_take_the_date_of_another(
    county: Any, papers: Any, clock: Any
) -> None:
    case = papers.enrolment(papers.pupil())
    await county.submit(case)
    before = (await county.view(case)).summary
    county.absorb(DueRecounted(case.case_id, "in_authority", str(COUNTY), before.due_at_ms + 1, True, 1))
    county.absorb(DueRecounted(str(new_uuid7()), "in_authority", str(COUNTY), 1, True, 1))  # of no case of ours
    assert (await county.view(case)).summary.due_at_ms == before.due_at_ms
