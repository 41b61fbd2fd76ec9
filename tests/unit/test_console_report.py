"""The demonstration's report: a claim that does not hold ends the story and is named."""

from collections.abc import Awaitable, Callable

import pytest

from console.demo.report import NotAsItShouldBe, Report
from kernel.refusals import CaseNotFound


def finding(*answers: str | None) -> Callable[[], Awaitable[str | None]]:
    """A probe that finds these one after the other, a refusal for "refused", and the last for ever."""
    waiting = list(answers)

    async def probe() -> str | None:
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if answer == "refused":
            raise CaseNotFound
        return answer

    return probe


def test_a_claim_that_does_not_hold_is_named_in_the_report() -> None:
    report = Report()
    report.expect("一个成立的", True)
    with pytest.raises(NotAsItShouldBe, match="一个不成立的"):
        report.expect("一个不成立的", False)
    report.failed = "一个不成立的"
    told = report.to_plain()
    assert told["held"] is False
    assert told["failed"] == "一个不成立的"
    assert [expectation["held"] for expectation in told["expectations"]] == [True, False]


async def test_a_wait_goes_on_past_nothing_and_past_refusals() -> None:
    report = Report()
    assert await report.eventually("等到", finding(None, "refused", "到了")) == "到了"
    assert report.expectations == [{"what": "等到", "held": True}]


async def test_a_wait_that_is_over_says_what_was_last_refused() -> None:
    with pytest.raises(NotAsItShouldBe, match="CASE_NOT_FOUND"):
        await Report().eventually("等到", finding("refused"), seconds=0.2)


def test_a_stage_is_measured_only_when_it_is_over() -> None:
    report = Report()
    with pytest.raises(NotAsItShouldBe), report.stage("第一段"):
        report.expect("不成立", False)
    with report.stage("第二段"):
        pass
    assert [stage["name"] for stage in report.stages] == ["第二段"]
