"""A term's review: what can be answered of a class, what it leads to, and a lot that nobody can draw by hand."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.packs import load_packs
from chassis.reviews import campaign_from_notice, opening_content
from console.commands.review_work import difference_of
from kernel.clock import beginning_of, milliseconds
from kernel.ids import new_uuid7
from kernel.notice import Notice, NoticeKind
from kernel.office import Office, Tier
from kernel.refusals import DifferenceUnfitting, RequestMalformed
from kernel.regulation import PROCEDURES
from kernel.review import (
    Campaign,
    ClassResult,
    Difference,
    DifferenceKind,
    ReviewResult,
    SampledClass,
    campaign_of,
    counted,
    draw,
    require_fitting,
    seed_of,
)
from kernel.review.differences import DIFFERENCES_MAX

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
PROVINCE, COUNTY = Office(Tier.PROVINCE, "41"), Office(Tier.AUTHORITY, "410105")
ROLL = {"L410105202001019001", "L410105202001019002"}
ON_ROLL = "L410105202001019001"
ELSEWHERE = "G410105202001019003"
SCHOOL_CLASSES = st.lists(
    st.builds(
        SampledClass, st.sampled_from(["2141000001", "3141000002"]), st.just("101"), st.text("12345", max_size=3)
    ),
    unique=True,
    max_size=60,
)
DIGESTS = st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), unique=True, max_size=20)


def a_campaign(on: date = date(2026, 10, 12)) -> Campaign:
    at_ms = milliseconds(beginning_of(on))
    pack = PACKS.in_force("41", on)
    return campaign_of(str(new_uuid7()), opened_by=PROVINCE, opened_at_ms=at_ms, pack=pack)


@pytest.mark.clause("24.1")
def test_a_review_is_of_the_term_that_has_begun_and_due_when_it_ends() -> None:
    campaign = a_campaign()
    assert campaign.term == "2026—2027学年秋季学期"
    assert campaign.on == date(2026, 10, 12)
    assert date(2027, 1, 1) < campaign.due_on < date(2027, 3, 1)
    assert a_campaign(date(2027, 4, 1)).term == "2026—2027学年春季学期"


def test_a_review_is_told_in_a_notice_and_read_again() -> None:
    campaign = a_campaign()
    notice = Notice(
        notice_id=str(new_uuid7()),
        kind=NoticeKind.TERM_REVIEW_OPENED,
        from_office=PROVINCE,
        to_office=COUNTY,
        at_ms=campaign.opened_at_ms,
        content=opening_content(campaign),
        subject=campaign.review_id,
        due_on=campaign.due_on,
    )
    assert campaign_from_notice(notice) == campaign


def test_every_difference_names_procedures_that_there_are() -> None:
    titles = {row.title for row in PROCEDURES.values()}
    for kind in DifferenceKind:
        assert kind.remedies
        assert set(kind.remedies) <= titles


def test_a_present_child_is_enrolled_or_moved_by_whether_a_record_is_known() -> None:
    without = Difference(DifferenceKind.PRESENT_NOT_REGISTERED, "王小雨")
    elsewhere = Difference(DifferenceKind.PRESENT_NOT_REGISTERED, "王小雨", ELSEWHERE)
    assert (without.remedies, without.ground.item) == (("学籍建立",), "27.1.1")
    assert "跨省转学" in elsewhere.remedies
    assert elsewhere.ground.item == "27.1.5"


@pytest.mark.parametrize(
    "differences",
    [
        [Difference(DifferenceKind.REGISTERED_NOT_PRESENT, "甲", ELSEWHERE)],
        [Difference(DifferenceKind.NEVER_ATTENDED, "甲")],
        [Difference(DifferenceKind.PRESENT_NOT_REGISTERED, "甲", ON_ROLL)],
        [Difference(DifferenceKind.WRONG_DATA, " ", ON_ROLL)],
        [Difference(kind, "甲", ON_ROLL) for kind in (DifferenceKind.WRONG_DATA, DifferenceKind.NEVER_ATTENDED)],
        [Difference(DifferenceKind.PRESENT_NOT_REGISTERED, f"甲{n}") for n in range(DIFFERENCES_MAX + 1)],
    ],
    ids=["not of the class", "no number", "registered", "no name", "twice", "too many"],
)
def test_what_cannot_be_true_of_a_class_is_refused(differences: list[Difference]) -> None:
    with pytest.raises(DifferenceUnfitting):
        require_fitting(differences, roll=ROLL)


def test_differences_are_counted_and_read_again() -> None:
    told = [
        Difference(DifferenceKind.WRONG_DATA, "甲", ON_ROLL, "姓名"),
        Difference(DifferenceKind.PRESENT_NOT_REGISTERED, "乙", "", "插班"),
    ]
    require_fitting(told, roll=ROLL)
    assert counted(told)[DifferenceKind.WRONG_DATA] == 1
    assert sum(counted(told).values()) == 2
    assert [Difference.from_content(one.to_content()) for one in told] == told


@pytest.mark.clause("24.1")
@given(SCHOOL_CLASSES, DIGESTS, st.integers(1, 100), st.randoms(use_true_random=False))
def test_the_lot_depends_on_the_answers_and_on_nothing_else(
    classes: list[SampledClass], answers: list[str], percent: int, order: object
) -> None:
    """Asked again, in whatever order, by whomever: the same classes, and as many as the rule wants."""
    review_id = "01a21626-e079-75b8-b5e0-d5c19d6e112f"
    seed = seed_of(review_id, answers)
    drawn = draw(seed, classes, percent=percent)
    shuffled, answers_too = list(classes), list(answers)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    order.shuffle(answers_too)  # type: ignore[attr-defined]
    assert draw(seed_of(review_id, answers_too), shuffled, percent=percent) == drawn
    assert len(drawn) == math.ceil(len(classes) * percent / 100)
    assert set(drawn) <= set(classes)
    assert seed_of(review_id, [*answers, "f" * 63 + "0"]) != seed or "f" * 63 + "0" in answers


def test_the_lot_falls_on_every_class_sooner_or_later() -> None:
    classes = [SampledClass("2141000001", "101", f"{n}班") for n in range(10)]
    fallen = {draw(seed_of(str(n), []), classes, percent=5)[0] for n in range(200)}
    assert fallen == set(classes)


def test_a_result_says_everything_that_was_answered_and_seen() -> None:
    counts = counted([Difference(DifferenceKind.WRONG_DATA, "甲", ON_ROLL)])
    result = ReviewResult(
        campaign=a_campaign(),
        office=COUNTY,
        sealed_at_ms=1_790_000_000_000,
        person="c001",
        seed="ab",
        classes=(
            ClassResult("2141000001", "101", "1班", 45, counts, "cd", sampled=True, agreed=False, note="少一人"),
            ClassResult("2141000001", "101", "2班", 44, counts, "ef"),
        ),
        missing=("3141000002",),
    )
    assert result.totals[DifferenceKind.WRONG_DATA] == 2
    content = result.to_content()
    assert content["classes"][0]["agreed"] is False
    assert (content["seed"], content["missing"]) == ("ab", ["3141000002"])


def test_a_difference_is_typed_as_people_type_it() -> None:
    told = difference_of("籍在人不在：李小禾：L410105202001019001：9月起没有来：在外地")
    assert (told.kind, told.name, told.note) == ("registered_not_present", "李小禾", "9月起没有来:在外地")
    for wrong in ("李小禾", "没有这种:李小禾::", "空挂学籍:李小禾"):
        with pytest.raises(RequestMalformed):
            difference_of(wrong)
