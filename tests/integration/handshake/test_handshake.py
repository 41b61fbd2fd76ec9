"""A child moves from one province to another: the record, its custody, and what can go wrong on the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chassis.rpc import open_channel
from kernel.calendar import working_days_after
from kernel.custody import Custody
from kernel.endorsement import Decision
from kernel.feed import CaseProgress, StudentLeft
from kernel.office import Office, Tier
from kernel.refusals import ArchiveNotAvailable, CaseAlreadyDecided, TransferNotCompleted
from kernel.regulation import Step
from kernel.status import StudentStatus
from xueji.transfer.v1 import archive_pb2, archive_pb2_grpc

NEW_LAW = """
name = "2026"
version = 1
title = "再次修订的《办法》"
in_force_from = 2026-09-01
carries_over = "2025.1"
rule = []
"""


async def test_a_child_moves_and_keeps_its_number_and_history(federation: Any) -> None:
    name, number = await federation.enrolled()
    assert await federation.custodian(number) == ("44", 1)

    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    asked = await federation.losing.asked(case.case_id)
    assert asked.step == Step.OUT_SCHOOL
    assert asked.shown["name"] == name
    await federation.losing.submit(federation.released(asked.case))

    (arrived,) = (await federation.gaining.outcome(case.case_id)).items
    assert arrived.number == number
    assert arrived.record["grade"] == "小学三年级"
    assert await federation.custodian(number) == ("41", 2)

    here = federation.gaining.held(number)
    assert (here.custody, here.epoch, here.student.school) == (Custody.HELD, 2, federation.gaining.school.code)
    steps = [event.step for event in federation.gaining.database.transact(_history, here.student.student_key)]
    assert steps[-1] == "activated"
    assert len(steps) == 2

    left = await federation.losing.entry(StudentLeft, lambda entry: entry.number == number)
    assert left.destination == "41"
    there = federation.losing.held(number)
    assert (there.custody, there.epoch) == (Custody.GONE, 2)
    assert there.student.status is StudentStatus.TRANSFERRED_OUT


async def test_the_worklist_shows_every_step_with_the_office_that_took_it(federation: Any) -> None:
    case, _ = await _moved(federation)
    steps = [e.step for e in await federation.gaining.told() if isinstance(e, CaseProgress) and e.case_id == case]
    expected = ["opening", "opened", "requested", "fetching", "out_school", "out_authority", "escrowed"]
    assert [step for step in steps if step in expected] == expected
    assert steps[-2:] == ["committed", "activated"]


async def test_a_refusal_leaves_the_record_where_it_was_and_says_why(federation: Any) -> None:
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    asked = await federation.losing.asked(case.case_id)
    refused = federation.endorse(
        asked.case,
        Step.OUT_SCHOOL,
        federation.losing.school,
        decision=Decision.REJECT,
        reason="法院裁定限制转学",
        reason_code="court_order",
    )
    await federation.losing.submit(refused)
    (item,) = (await federation.gaining.outcome(case.case_id)).items
    assert isinstance(item.refused, TransferNotCompleted)
    assert item.refused.detail["reason"] == "司法文书限制转学"
    assert await federation.custodian(number) == ("44", 1)
    there = federation.losing.held(number)
    assert (there.custody, there.open_case) == (Custody.HELD, "")


async def test_a_withdrawal_is_asked_of_the_index_and_leaves_nothing_behind(federation: Any) -> None:
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    asked = await federation.losing.asked(case.case_id)
    await federation.withdraw(case.case_id)
    (item,) = (await federation.gaining.outcome(case.case_id)).items
    assert item.refused.detail["reason"] == "转入方撤销"
    (there,) = (await federation.losing.outcome(case.case_id)).items
    assert isinstance(there.refused, TransferNotCompleted)
    assert (federation.losing.held(number).custody, federation.losing.held(number).open_case) == (Custody.HELD, "")
    with pytest.raises(CaseAlreadyDecided):
        await federation.losing.submit(federation.released(asked.case))
    with pytest.raises(CaseAlreadyDecided):
        await federation.withdraw(case.case_id)
    assert await federation.custodian(number) == ("44", 1)


async def test_a_request_that_comes_after_its_own_end_begins_nothing(federation: Any) -> None:
    """The broker was out: the index's receipt overtakes the letter, and no second one would ever come."""
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    federation.broker.kill()
    await federation.gaining.submit(case)
    await federation.gaining.until(lambda: federation.gaining.count("SELECT count(*) FROM letters_out") == 1)
    await federation.withdraw(case.case_id)
    await federation.gaining.outcome(case.case_id)
    await federation.losing.until(lambda: federation.losing.count("SELECT count(*) FROM receipts") == 1)
    federation.broker.start()
    taken = "SELECT count(*) FROM letters_in WHERE state = 'taken'"
    await federation.losing.until(lambda: federation.losing.count(taken) == 1)
    assert federation.losing.count("SELECT count(*) FROM losing") == 0
    there = federation.losing.held(number)
    assert (there.custody, there.open_case) == (Custody.HELD, "")
    assert await federation.custodian(number) == ("44", 1)


async def test_a_name_that_does_not_agree_is_refused_before_anybody_is_asked(federation: Any) -> None:
    _, number = await federation.enrolled()
    case = federation.transfer("别的名字", number)
    await federation.gaining.submit(case)
    (item,) = (await federation.gaining.outcome(case.case_id)).items
    assert item.refused.detail["reason"] == "学籍号与姓名或证件不相符"
    assert not [entry for entry in await federation.losing.told() if case.case_id in str(entry)]
    assert await federation.custodian(number) == ("44", 1)
    assert federation.losing.held(number).custody is Custody.HELD


async def test_two_requests_for_one_child_end_with_one_custodian(federation: Any) -> None:
    name, number = await federation.enrolled()
    first, second = federation.transfer(name, number), federation.transfer(name, number)
    await asyncio.gather(federation.gaining.submit(first), federation.gaining.submit(second))
    ended: list[Any] = []

    async def follow(case: Any) -> None:
        outcome = await federation.gaining.outcome(case.case_id)
        ended.extend(outcome.items)

    async def release(case: Any) -> None:
        asked = await federation.losing.asked(case.case_id)
        await federation.losing.submit(federation.released(asked.case))

    release_tasks = [asyncio.create_task(release(case)) for case in (first, second)]
    await asyncio.gather(follow(first), follow(second))
    for task in release_tasks:
        task.cancel()
    assert sorted(bool(item.number) for item in ended) == [False, True]
    assert await federation.custodian(number) == ("41", 2)


async def test_the_broker_may_lose_everything_it_ever_stored(federation: Any) -> None:
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    federation.broker.kill()
    await federation.gaining.submit(case)
    federation.broker.wipe_storage()
    federation.broker.start()
    asked = await federation.losing.asked(case.case_id)
    federation.broker.kill()
    await federation.losing.submit(federation.released(asked.case))
    federation.broker.wipe_storage()
    federation.broker.start()
    (arrived,) = (await federation.gaining.outcome(case.case_id)).items
    assert arrived.number == number
    assert await federation.custodian(number) == ("41", 2)


async def test_a_hub_that_was_off_goes_on_from_its_rows(federation: Any) -> None:
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    await federation.losing.stop()
    await federation.gaining.submit(case)
    await federation.losing.start()
    asked = await federation.losing.asked(case.case_id)
    await federation.gaining.stop()
    await federation.losing.submit(federation.released(asked.case))
    await federation.gaining.start()
    (arrived,) = (await federation.gaining.outcome(case.case_id)).items
    assert arrived.number == number
    assert await federation.custodian(number) == ("41", 2)


async def test_letters_are_acknowledged_and_kept(federation: Any) -> None:
    await _moved(federation)
    assert federation.gaining.count("SELECT count(*) FROM letters_out") == 1
    assert federation.losing.count("SELECT count(*) FROM letters_out") == 1
    unacknowledged = "SELECT count(*) FROM letters_out WHERE acknowledged_at IS NULL"
    for side in (federation.gaining, federation.losing):
        await side.until(lambda side=side: side.count(unacknowledged) == 0)
    waiting = "SELECT count(*) FROM letters_in WHERE state <> 'taken'"
    assert federation.gaining.count(waiting) == federation.losing.count(waiting) == 0


async def test_the_releasing_side_has_the_time_of_the_nation_whatever_the_other_province_says(federation: Any) -> None:
    """A hub judges its own cases by its own pack, and another hub's letters by the national text alone."""
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    await federation.losing.asked(case.case_id)
    heading = federation.losing.case(case.case_id).heading
    assert heading.due_at == working_days_after(heading.received_at, 10).at


async def test_a_request_under_a_law_that_is_not_here_yet_waits_until_it_is(federation: Any) -> None:
    name, number = await federation.enrolled()
    gaining, losing = federation.gaining, federation.losing
    (gaining.settings.policies_dir / "national-2026.toml").write_text(NEW_LAW, encoding="utf-8")
    await gaining.stop()
    await gaining.start()
    case = federation.transfer(name, number, rule_pack="2026.1+41.1")
    await gaining.submit(case)
    await losing.until(lambda: losing.count("SELECT count(*) FROM letters_in WHERE state = 'waiting'") == 1)
    await losing.stop()
    (losing.settings.policies_dir / "national-2026.toml").write_text(NEW_LAW, encoding="utf-8")
    await losing.start()
    assert (await losing.asked(case.case_id)).case.rule_pack == "2026.1+41.1"


async def test_nobody_but_the_gaining_hub_gets_the_archive(federation: Any) -> None:
    case_id, _ = await _moved(federation)
    digest = federation.losing.database.transact(
        lambda tx: tx.connection.exec_driver_sql("SELECT digest FROM archives").scalar_one()
    )
    stub = archive_pb2_grpc.ArchiveServiceStub(_line(federation, "44", to="44"))
    with pytest.raises(ArchiveNotAvailable):
        async for _ in stub.Fetch(archive_pb2.FetchRequest(transfer_id=case_id, digest=bytes.fromhex(digest))):
            pass


async def _moved(federation: Any) -> tuple[str, str]:
    name, number = await federation.enrolled()
    case = federation.transfer(name, number)
    await federation.gaining.submit(case)
    asked = await federation.losing.asked(case.case_id)
    await federation.losing.submit(federation.released(asked.case))
    await federation.gaining.outcome(case.case_id)
    return case.case_id, number


def _history(tx: Any, student_key: str) -> Any:
    return tx.students.history(student_key)


def _line(federation: Any, caller: str, *, to: str) -> Any:
    side = {"41": federation.gaining, "44": federation.losing}[to]
    tls = federation.files(Office(Tier.PROVINCE, caller)).tls
    return open_channel(side.app.address, office=Office(Tier.PROVINCE, to), tls=tls)
