"""Records over two times, through the hub's door: what was true when, by which entries, and who may ask."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.commands import app, asking
from console.federation.running import Reach, Whereabouts
from kernel.case import Case, Evidence, Item
from kernel.history import Approval, counter_of, event_of
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import OutsideJurisdiction, RequestMalformed, RoleNotAllowed, StudentNotFound
from kernel.status import StudentStatus
from kernel.student import Student
from kernel.trail import trail
from xueji.record.v1 import record_pb2, record_pb2_grpc

HUB = Office(Tier.PROVINCE, "41")
PROVINCE = Identity("dev", HUB, Role.OFFICER, "s001")
COUNTY = Office(Tier.AUTHORITY, "410105")
OTHER_COUNTY = Office(Tier.AUTHORITY, "410122")
SCHOOL, OTHER_SCHOOL = "2141000001", "3141000003"  # of the one county and of the other
DAY_MS = 86_400_000
BEGAN_MS = 1_788_220_800_000  # 2026-09-01 08:00 in China
NUMBER = "L410105201501010014"
CASE = Case(
    str(new_uuid7()),
    "transfer_within_province",
    OTHER_SCHOOL,
    SCHOOL,
    "2013",
    BEGAN_MS,
    (Item(str(new_uuid7()), {}),),
    evidence=(Evidence("ab" * 32, "image/png", "household_register"),),
)


@dataclass(frozen=True)
class Asked:
    """The record service, as one caller reaches it."""

    stub: Any

    async def record(
        self, *, on: str = "", known_at_ms: int = 0, number: str = NUMBER, asked_for: str = ""
    ) -> record_pb2.GetRecordResponse:
        request = record_pb2.GetRecordRequest(number=number, on=on, known_at_ms=known_at_ms, asked_for=asked_for)
        answer: record_pb2.GetRecordResponse = await self.stub.GetRecord(request)
        return answer

    async def history(self, *, size: int = 100, token: str = "") -> record_pb2.ListHistoryResponse:
        request = record_pb2.ListHistoryRequest(number=NUMBER, page_size=size, page_token=token)
        answer: record_pb2.ListHistoryResponse = await self.stub.ListHistory(request)
        return answer


@pytest.fixture
def ask(hub: Any) -> Callable[..., Asked]:
    return lambda who=PROVINCE: Asked(record_pb2_grpc.RecordServiceStub(hub.channel(who)))


@pytest.fixture
def moved(hub: Any) -> Student:
    """A pupil who was put into another class in error and back, and then went to a school of another county."""
    begun = Student(
        student_key=str(uuid.uuid4()),
        number=NUMBER,
        status=StudentStatus.ENROLLED,
        school=SCHOOL,
        values={"name": "张三", "grade": "101", "school_class": "1班", "document_number": "410105201501010014"},
        standing={"status_since": "2026-09-01"},
    )
    wrong = replace(begun, values={**begun.values, "school_class": "2班"}, version=2)
    by = Approval(str(COUNTY), "410105-zhao", "随父母迁居")

    def told(days: int) -> dict[str, Any]:
        return {"by": by, "step": "in_authority", "at_ms": BEGAN_MS + days * DAY_MS}

    def write(tx: Any) -> Student:
        tx.students.admit([begun], [event_of(CASE, None, begun, **told(0))])
        tx.students.write(wrong, event_of(CASE, begun, wrong, **told(10)))
        taken_back = counter_of(CASE, tx.students.history(begun.student_key), 2, **told(20))
        right = tx.students.write(replace(wrong, version=3), taken_back)
        there = replace(right, school=OTHER_SCHOOL, version=4)
        arrival = event_of(CASE, right, there, effective_on=date(2026, 10, 1), **told(35))
        stands: Student = tx.students.write(there, arrival)
        return stands

    student: Student = hub.database.transact(write)
    return student


async def test_a_record_is_shown_as_it_was_on_a_day_as_known_then_and_as_known_now(
    ask: Callable[..., Asked], moved: Student
) -> None:
    today = await ask().record()
    assert (today.record.school, today.record.version, today.custody, today.epoch) == (OTHER_SCHOOL, 4, "held", 1)
    assert dict(today.record.values) == dict(moved.values)
    assert dict(today.record.standing) == {"status_since": "2026-09-01"}

    then = BEGAN_MS + 15 * DAY_MS
    believed = await ask().record(on="2026-09-12", known_at_ms=then)
    known = await ask().record(on="2026-09-12")
    assert (believed.record.values["school_class"], known.record.values["school_class"]) == ("2班", "1班")
    # The move was entered five days after it was true.
    assert (await ask().record(on="2026-10-03")).record.school == OTHER_SCHOOL
    assert (await ask().record(on="2026-10-03", known_at_ms=BEGAN_MS + 33 * DAY_MS)).record.school == SCHOOL


async def test_every_entry_says_who_when_why_and_what_changed(ask: Callable[..., Asked], moved: Student) -> None:
    answer = await ask().history()
    assert answer.record.number == moved.number
    first, wrong, back, move = answer.entries
    assert [entry.version for entry in answer.entries] == [1, 2, 3, 4]
    assert {change.key for change in first.changes} >= {"number", "status", "school", "name", "status_since"}
    assert (wrong.countered_by, back.counters, back.effective_on) == (3, 2, wrong.effective_on)
    assert (move.office, move.person, move.reason) == (str(COUNTY), "410105-zhao", "随父母迁居")
    assert (move.recorded_at_ms, move.effective_on) == (BEGAN_MS + 35 * DAY_MS, "2026-10-01")
    assert (move.procedure, move.procedure_title, move.rule_pack) == (CASE.procedure_name, "省内转学", "2013")
    assert (list(move.evidence), move.case_id) == (["ab" * 32], CASE.case_id)
    assert move.articles
    (changed,) = move.changes
    assert (changed.key, changed.label, changed.before, changed.after) == ("school", "学校标识码", SCHOOL, OTHER_SCHOOL)


async def test_the_digests_are_those_of_the_entries_that_are_stored(
    hub: Any, ask: Callable[..., Asked], moved: Student
) -> None:
    stored = hub.database.transact(lambda tx: trail(tx.students.history(moved.student_key)))
    answer = await ask().history()
    assert [entry.digest for entry in answer.entries] == [entry.digest for entry in stored]


async def test_a_history_is_read_page_by_page(ask: Callable[..., Asked], moved: Student) -> None:
    whole = await ask().history()
    told, token = [], ""
    while True:
        page = await ask().history(size=3, token=token)
        told.append(list(page.entries))
        token = page.next_page_token
        if not token:
            break
    assert [len(entries) for entries in told] == [3, 1]
    assert [entry for entries in told for entry in entries] == list(whole.entries)
    with pytest.raises(RequestMalformed):
        await ask().history(token="of somebody else")


async def test_an_authority_sees_what_is_at_its_schools_or_was_on_that_day(
    ask: Callable[..., Asked], moved: Student
) -> None:
    officer = Identity("dev", OTHER_COUNTY, Role.OFFICER, "a001")
    for of_the_new_county in (OTHER_COUNTY, officer):
        assert (await ask(of_the_new_county).record()).record.school == OTHER_SCHOOL
        assert len((await ask(of_the_new_county).history()).entries) == 4
    assert (await ask(COUNTY).record(on="2026-09-20")).record.school == SCHOOL
    with pytest.raises(StudentNotFound):
        await ask(COUNTY).record()
    with pytest.raises(StudentNotFound):
        await ask(COUNTY).history()


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        (Office(Tier.SCHOOL, SCHOOL), OutsideJurisdiction),
        (Office(Tier.AUTHORITY, "440305"), OutsideJurisdiction),
        (Office(Tier.PROVINCE, "44"), OutsideJurisdiction),
        (Identity("dev", Office(Tier.PROVINCE, "44"), Role.OFFICER, "s001"), OutsideJurisdiction),
        (HUB, RoleNotAllowed),
        (Identity("dev", COUNTY, Role.REGISTRAR, "x001"), RoleNotAllowed),
    ],
    ids=str,
)
async def test_nobody_else_is_told_of_a_record(
    ask: Callable[..., Asked], moved: Student, who: Any, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        await ask(who).record()
    with pytest.raises(refused):
        await ask(who).history()


async def test_an_authority_asks_for_its_school_which_is_told_of_its_own_pupils_alone(
    ask: Callable[..., Asked], moved: Student
) -> None:
    here, there = f"school/{SCHOOL}", f"school/{OTHER_SCHOOL}"
    assert (await ask(OTHER_COUNTY).record(asked_for=there)).record.school == OTHER_SCHOOL
    assert (await ask(COUNTY).record(asked_for=here, on="2026-09-20")).record.school == SCHOOL
    with pytest.raises(StudentNotFound):
        await ask(COUNTY).record(asked_for=here)
    with pytest.raises(OutsideJurisdiction):
        await ask(COUNTY).record(asked_for=there)
    with pytest.raises(OutsideJurisdiction):
        await ask(OTHER_COUNTY).record(asked_for=str(COUNTY))


async def test_what_is_not_there_is_not_found_and_what_is_no_day_is_refused(
    ask: Callable[..., Asked], moved: Student
) -> None:
    with pytest.raises(StudentNotFound):
        await ask().record(number="L410105201501010030")
    with pytest.raises(StudentNotFound):
        await ask().record(on="2026-08-31")
    with pytest.raises(StudentNotFound):
        await ask().record(known_at_ms=BEGAN_MS - 1)
    with pytest.raises(RequestMalformed):
        await ask().record(on="2026-02-30")
    with pytest.raises(RequestMalformed):
        await ask().record(on="昨天")


# --- At a terminal ---

Command = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def xueji(hub: Any, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The ``xueji`` command of the province's officer: its exit code, and what it printed."""
    desk = Reach(name="河南省", address=hub.app.address, who=PROVINCE, tls=hub.files(PROVINCE.uri).tls)
    monkeypatch.setattr(asking, "find_whereabouts", lambda: Whereabouts(Path("federation.json"), (desk,)))
    monkeypatch.setenv("COLUMNS", "300")

    async def run(*words: str) -> tuple[int, str]:
        said = await asyncio.to_thread(CliRunner().invoke, app, ["record", *words, "--number", NUMBER, "--desk", "41"])
        return said.exit_code, said.output

    return run


def answer(output: str) -> Any:
    """The one JSON object, among what the hub logs beside it in this process."""
    (told,) = (line for line in output.splitlines() if line.startswith("{"))
    return json.loads(told)


async def test_a_person_at_a_terminal_asks_what_was_true_and_what_was_believed(xueji: Command, moved: Student) -> None:
    code, known = await xueji("show", "--on", "2026-09-12", "--json")
    assert code == 0
    assert answer(known)["values"]["school_class"] == "1班"
    for moment in ("2026-09-19", "2026-09-20 23:59"):
        _, believed = await xueji("show", "--on", "2026-09-12", "--known-at", moment, "--json")
        assert answer(believed)["values"]["school_class"] == "2班"
    code, shown = await xueji("show", "--on", "2026-09-12")
    assert code == 0
    assert "小学一年级" in shown
    assert NUMBER not in shown
    assert "L41************0014" in shown


async def test_a_day_without_an_hour_is_meant_to_its_end(xueji: Command, moved: Student) -> None:
    """The entry of 11 September, 8:00, is known on that day, and not at seven."""
    _, in_the_evening = await xueji("show", "--on", "2026-09-11", "--known-at", "2026-09-11", "--json")
    _, at_seven = await xueji("show", "--on", "2026-09-11", "--known-at", "2026-09-11 07:00", "--json")
    assert answer(in_the_evening)["values"]["school_class"] == "2班"
    assert answer(at_seven)["values"]["school_class"] == "1班"


async def test_what_cannot_be_answered_is_said_with_its_exit_code(xueji: Command, moved: Student) -> None:
    code, said = await xueji("show", "--known-at", "2020-01-01", "--json")
    assert (code, answer(said)["refused"]["code"]) == (asking.EXIT_REFUSED, "STUDENT_NOT_FOUND")
    code, said = await xueji("show", "--known-at", "开学那天", "--json")
    assert (code, "开学那天" in answer(said)["failed"]) == (asking.EXIT_FAILED, True)


async def test_the_trail_is_shown_and_printed(xueji: Command, moved: Student, tmp_path: Path) -> None:
    code, shown = await xueji("history")
    assert code == 0
    assert "已由第 3 条更正" in shown
    code, told = await xueji("history", "--print", str(tmp_path / "trail.txt"), "--full", "--json")
    assert code == 0
    printed = (tmp_path / "trail.txt").read_text(encoding="utf-8")
    trail_told = answer(told)
    assert NUMBER in printed
    assert [entry["digest"] in printed for entry in trail_told["entries"]] == [True] * 4
    assert printed.count(trail_told["digest"]) == 2
