"""The trail as people read it: every change by its name, and a code by which a printed one can be compared."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len

from console.records import history
from console.trail_form import COLUMNS, trail_form
from kernel.case import Case, Evidence, Item
from kernel.form import ITEMS
from kernel.history import Approval, HistoryEvent, counter_of, event_of
from kernel.office import Identity
from kernel.record_items import label_of, read_value
from kernel.standing import STANDING
from kernel.status import StudentStatus
from kernel.student import Student
from kernel.trail import ChangedItem, trail
from xueji.record.v1 import record_pb2

AT_MS = 1_788_220_800_000  # 2026-09-01 08:00 in China
DAY_MS = int(timedelta(days=1).total_seconds() * 1000)
NUMBER = "L410105201501010014"
CASE = Case(
    str(uuid.uuid4()),
    "enrolment",
    "2141000001",
    "",
    "2013",
    1,
    (Item(str(uuid.uuid4()), {}),),
    evidence=(Evidence("ab" * 32, "image/png", "household_register"),),
)
BY = Approval("authority/410105", "410105-zhao", "随父母迁居" * 20)
OFFICER = Identity.parse("spiffe://xueji/dev/province/41/desk/officer/p001")


@pytest.fixture
def events() -> list[HistoryEvent]:
    """Enrolled, put into another class in error, and put back."""
    first = Student(
        student_key=str(uuid.uuid4()),
        number=NUMBER,
        status=StudentStatus.ENROLLED,
        school="2141000001",
        values={"name": "张三", "sex": "1", "grade": "101", "school_class": "1班"},
        standing={"attendance_mode": "inclusive"},
    )
    second = replace(first, values={**first.values, "school_class": "2班"}, version=2)
    told = [
        event_of(CASE, None, first, by=BY, step="in_authority", at_ms=AT_MS),
        event_of(CASE, first, second, by=BY, step="in_authority", at_ms=AT_MS + DAY_MS),
    ]
    return [*told, counter_of(CASE, told, 2, by=BY, step="in_authority", at_ms=AT_MS + 3 * DAY_MS)]


def test_a_counter_entry_shows_what_came_back_and_both_name_each_other(events: list[HistoryEvent]) -> None:
    _, wrong, right = trail(events)
    assert wrong.changes == (ChangedItem("school_class", "1班", "2班"),)
    assert right.changes == (ChangedItem("school_class", "2班", "1班"),)
    assert (wrong.countered_by, right.event.counters) == (3, 2)


def test_the_first_entry_says_everything(events: list[HistoryEvent]) -> None:
    (first, *_) = trail(events)
    assert {change.key: change.after for change in first.changes} == {
        "number": NUMBER,
        "status": "enrolled",
        "school": "2141000001",
        "name": "张三",
        "sex": "1",
        "grade": "101",
        "school_class": "1班",
        "attendance_mode": "inclusive",
    }
    assert {change.before for change in first.changes} == {""}


def test_a_digest_stays_when_entries_are_added_and_differs_when_anything_before_it_does(
    events: list[HistoryEvent],
) -> None:
    digests = [entry.digest for entry in trail(events)]
    assert [entry.digest for entry in trail(events[:2])] == digests[:2]
    for position, altered in enumerate(events):
        for other in (replace(altered, person="x"), replace(altered, reason=""), replace(altered, at_ms=AT_MS - 1)):
            told = [entry.digest for entry in trail([*events[:position], other, *events[position + 1 :]])]
            assert told[:position] == digests[:position]
            assert all(one != was for one, was in zip(told[position:], digests[position:], strict=True))


def test_no_key_means_two_things() -> None:
    own = {"number", "status", "school"}
    form, standing = {item.key for item in ITEMS}, set(STANDING)
    assert not own & form
    assert not own & standing
    assert not form & standing


@pytest.mark.parametrize(
    ("key", "value", "label", "text"),
    [
        ("status", "suspended", "学生状态", "休学"),
        ("sex", "1", "性别", "男"),
        ("grade", "101", "年级", "小学一年级"),
        ("attendance_mode", "home_teaching", "就读形式", "送教上门"),
        ("leave_until", "2027-09-01", "休学期满日期", "2027-09-01"),
        ("of_a_newer_program", "7", "of_a_newer_program", "7"),
        ("status", "of_a_newer_program", "学生状态", "of_a_newer_program"),
    ],
)
def test_items_are_read_by_their_labels(key: str, value: str, label: str, text: str) -> None:
    assert (label_of(key), read_value(key, value)) == (label, text)


def messages(events: list[HistoryEvent]) -> tuple[record_pb2.Record, list[record_pb2.HistoryEntry]]:
    record = record_pb2.Record(number=NUMBER, values={"name": "张三"}, status_title="在读", school="2141000001")
    return record, [
        record_pb2.HistoryEntry(
            version=entry.event.version,
            recorded_at_ms=entry.event.at_ms,
            effective_on=entry.event.effective_on.isoformat(),
            case_id=entry.event.case_id,
            procedure_title="学籍建立",
            office=entry.event.office,
            person=entry.event.person,
            reason=entry.event.reason,
            articles=["7.1", "5"],
            rule_pack="2013",
            evidence=entry.event.evidence,
            counters=entry.event.counters,
            countered_by=entry.countered_by,
            changes=[
                record_pb2.ChangedItem(key=one.key, label=label_of(one.key), before=one.before, after=one.after)
                for one in entry.changes
            ],
            digest=entry.digest,
        )
        for entry in trail(events)
    ]


def test_the_printed_trail_fits_a_page_and_says_all_that_a_court_asks(events: list[HistoryEvent]) -> None:
    answer = history(*messages(events), full=True)
    form = trail_form(answer, printed_at=AT_MS + 9 * DAY_MS, printed_by=OFFICER)
    lines = form.splitlines()
    assert max(cell_len(line) for line in lines) <= COLUMNS
    told = "".join(line.strip("　 ") for line in lines)
    for expected in (
        f"学籍号：{NUMBER}",
        "打印时间：2026-09-10 08:00:00",
        "第 2 条",
        "记录时间：2026-09-02 08:00:00.000",
        "生效日期：2026-09-02",
        "办 理 人：410105-zhao",
        "依　　据：第七条第一款、第5条",
        BY.reason,
        f"证明材料：{'ab' * 32}",
        "班级：1班 → 2班",
        "已由第 3 条更正",
        "更正：撤回第 2 条",
        trail(events)[-1].digest.hex(),
    ):
        assert expected in told
    assert "隐去" not in told


def test_numbers_are_printed_in_full_only_for_who_asks(events: list[HistoryEvent]) -> None:
    answer = history(*messages(events), full=False)
    form = trail_form(answer, printed_at=AT_MS, printed_by=OFFICER)
    assert NUMBER not in form
    assert "已部分隐去" in form
    assert NUMBER not in str(answer)
