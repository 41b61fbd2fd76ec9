"""A request that something passing stands against waits at the losing hub, and goes on by itself."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.case import CaseState
from kernel.custody import Custody
from kernel.feed import CaseAsked, CaseProgress
from kernel.ids import new_uuid7
from kernel.refusals import StudentHasOpenCase, TransferNotCompleted


class Obstacle:
    """Another case that holds the pupil's lock at the losing hub."""

    def __init__(self, losing: Any, number: str) -> None:
        self._database = losing.database
        self._key = losing.held(number).student.student_key
        self._case = str(new_uuid7())

    def come(self) -> None:
        self._database.transact(lambda tx: tx.students.open_case(self._key, self._case))

    def go(self) -> None:
        self._database.transact(lambda tx: tx.students.close_cases([self._key], self._case))


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What passes without the hub's doing is seen soon."""
    monkeypatch.setattr("province_hub.app.WAITING_IDLE_SECONDS", 0.2)


@pytest.fixture
async def waiting(federation: Any) -> Any:
    """A transfer that was requested while another case is open: (case, obstacle)."""
    name, number = await federation.enrolled()
    obstacle = Obstacle(federation.losing, number)
    obstacle.come()
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    told = await federation.gaining.entry(CaseProgress, lambda one: one.case_id == case.case_id and one.waits_for)
    assert isinstance(told.waits_for, StudentHasOpenCase)
    assert (told.step, told.office) == ("waiting", "province/44")
    return case, number, obstacle


async def test_the_gaining_side_is_told_what_for_and_nobody_below_is_asked(federation: Any, waiting: Any) -> None:
    case, number, _ = waiting
    for side in (federation.gaining, federation.losing):
        heading = side.case(case.case_id).heading
        assert (heading.state, heading.waits_for.code) == (CaseState.OPEN, "STUDENT_HAS_OPEN_CASE")
    assert not [one for one in await federation.losing.told() if isinstance(one, CaseAsked)]
    assert federation.losing.held(number).custody is Custody.HELD


async def test_it_goes_on_by_itself_and_ends_well(federation: Any, waiting: Any) -> None:
    case, number, obstacle = waiting
    obstacle.go()
    asked = await federation.losing.asked(case.case_id)
    resumed = await federation.gaining.entry(CaseProgress, lambda one: one.step == "resumed")
    assert (resumed.waits_for, resumed.awaited_step) == (None, "out_school")
    await federation.losing.submit(federation.released(asked.case))
    (arrived,) = (await federation.gaining.outcome(case.case_id)).items
    assert arrived.number == number
    assert await federation.custodian(number) == ("41", 2)


async def test_it_can_be_withdrawn_while_it_waits(federation: Any, waiting: Any) -> None:
    case, number, obstacle = waiting
    await federation.withdraw(case.case_id)
    (item,) = (await federation.gaining.outcome(case.case_id)).items
    assert isinstance(item.refused, TransferNotCompleted)
    await federation.losing.until(lambda: federation.losing.case(case.case_id).state is CaseState.CLOSED)
    obstacle.go()
    assert not [one for one in await federation.losing.told() if isinstance(one, CaseAsked)]
    assert await federation.custodian(number) == ("44", 1)


async def test_a_hub_that_was_off_meanwhile_lets_it_go_on(federation: Any, waiting: Any) -> None:
    case, _, obstacle = waiting
    obstacle.go()
    await federation.losing.stop()
    await federation.losing.start()
    assert (await federation.losing.asked(case.case_id)).case.case_id == case.case_id
