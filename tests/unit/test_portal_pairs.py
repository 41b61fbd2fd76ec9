"""Two records side by side: every word of the comparison has its place, and a masked number is compared as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from kernel.clock import ManualClock
from kernel.office import Office
from national_index.domain.matching.model import read_model
from portal.guard.accounts import Accounts
from portal.guard.door import Door, hang
from portal.guard.premises import Premises
from portal.guard.sessions import Sessions
from portal.guard.shelf import Shelf
from portal.guard.throttle import Throttle
from portal.showing.comparing import Row, compare, parties_of
from portal.showing.likeness import AGREES, DIFFERS, NEARLY, UNKNOWN, likeness
from portal.showing.urgency import days_left
from xueji.adjudication.v1 import adjudication_pb2, province_pb2

NOW = datetime(2026, 9, 9, 1, tzinfo=UTC)


@pytest.fixture
def in_a_request() -> Iterator[None]:
    """Schools have their names."""
    app = Flask("portal")
    premises = Premises(addresses={}, names={Office.parse("school/2141000001"): "金水区示范小学"})
    door = Door(
        premises=premises,
        accounts=Accounts([]),
        sessions=Sessions(),
        throttle=Throttle(),
        shelf=Shelf(),
        clock=ManualClock(NOW),
        paper_key=None,
        public_url="http://127.0.0.1",
    )
    hang(app.extensions, door)
    with app.test_request_context():
        yield


def a_case(**what: str) -> adjudication_pb2.Adjudication:
    first = adjudication_pb2.Party(student_key="a", number="L410105202001080006", province="41")
    second = adjudication_pb2.Party(
        student_key="b", number="L440106202001080008", province="44", word="proved", grounds=["household_proof"]
    )
    return adjudication_pb2.Adjudication(first=first, second=second, **what)


def a_record(key: str, **values: str) -> province_pb2.ComparedRecord:
    return province_pb2.ComparedRecord(student_key=key, school="2141000001", status="enrolled", values=values)


def test_every_level_of_the_indexs_model_has_its_place() -> None:
    labels = {level.label for comparison in read_model().comparisons for level in comparison.levels}
    assert labels == AGREES | NEARLY | DIFFERS | UNKNOWN


def test_what_somebody_wrote_is_told_apart_from_what_was_found() -> None:
    like = likeness(["姓名同音不同字", "性别相同", "身份证号不同", "一方没有监护人", "家长反映转过学"])
    assert (like.agrees, like.nearly) == (("性别相同",), ("姓名同音不同字",))
    assert (like.differs, like.unknown, like.said) == (("身份证号不同",), ("一方没有监护人",), ("家长反映转过学",))


def test_each_side_says_whose_it_is_what_was_said_and_whether_it_stands() -> None:
    first, second = parties_of(a_case(stands="b"), province="41")
    assert (first.ours, first.said, first.stands) == (True, "", False)
    assert (second.ours, second.said, second.stands) == (False, "佐证：本条属实", True)
    assert second.grounds == ("户籍证明",)


@pytest.mark.usefixtures("in_a_request")
def test_numbers_that_look_alike_behind_the_mask_are_told_to_differ() -> None:
    parties = parties_of(a_case(), province="41")
    here = a_record("a", document_number="410105202001081234", name="曾嘉怡", sex="2")
    there = a_record("b", document_number="410104202001081234", name="曾佳怡")
    rows = {row.label: row for row in compare(parties, [there, here], full=False)}
    assert rows["学校"] == Row("学校", ("金水区示范小学", "金水区示范小学"), "相同")
    number = rows["身份证件号"]
    assert number.said[0] == number.said[1]
    assert number.differs
    assert rows["姓名"].said == ("曾嘉怡", "曾佳怡"), "in the order of the parties"
    assert rows["性别"].verdict == "", "of what one does not say, nothing is compared"
    full = {row.label: row for row in compare(parties, [here, there], full=True)}
    assert full["身份证件号"].said[0] == "410105202001081234"


@pytest.mark.usefixtures("in_a_request")
def test_one_record_alone_is_shown_and_compared_with_nothing() -> None:
    rows = compare(parties_of(a_case(), province="41"), [a_record("a", name="曾嘉怡")], full=False)
    assert [(row.said, row.verdict) for row in rows if row.label == "姓名"] == [(("曾嘉怡",), "")]
    assert compare(parties_of(a_case(), province="00"), [], full=False) == []


def test_days_to_the_last_day_are_counted_as_a_worklist_counts_them() -> None:
    assert days_left("2026-09-22", NOW)[0] == "还剩10个工作日", "the 20th, a Sunday, is worked"
    assert days_left("2026-09-09", NOW) == ("今日到期", "urgency-last-day")
    assert days_left("2026-09-08", NOW)[1] == "urgency-overdue"
    assert days_left("", NOW) == ("", "")
