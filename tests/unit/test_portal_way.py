"""How far a case has come, as a page draws it, from whose turn it is and what the office has noted."""

from __future__ import annotations

from chassis.rpc.wire import refusal_to_message
from kernel.custody import CloseReason
from kernel.refusals import CaseWithdrawn, Refusal, ReturnedForCorrection, TransferNotCompleted
from portal.showing.way import Passed, way_of
from xueji.desk.v1 import desk_pb2

ARRIVING, LEAVING = "2141000001", "2144000001"


def a_case(procedure: str = "transfer_between_provinces", **what: object) -> desk_pb2.CaseSummary:
    releasing = LEAVING if procedure.startswith("transfer") else ""
    described: dict[str, object] = {"state": "open", "items_total": 1, **what}
    return desk_pb2.CaseSummary(procedure=procedure, school=ARRIVING, releasing_school=releasing, **described)  # type: ignore[arg-type]


def noted(*steps: str) -> list[desk_pb2.TimelineEntry]:
    return [desk_pb2.TimelineEntry(at_ms=at, step=step, office="province/41") for at, step in enumerate(steps, 1)]


def seen(case: desk_pb2.CaseSummary, *steps: str, refusal: Refusal | None = None) -> desk_pb2.GetCaseResponse:
    message = refusal_to_message(refusal) if refusal else None
    return desk_pb2.GetCaseResponse(summary=case, timeline=noted(*steps), items=[desk_pb2.ItemView(refusal=message)])


def drawn(case: desk_pb2.CaseSummary, *steps: str) -> str:
    """One letter a stage: done, now, ahead, stopped."""
    return "".join(stage.passed.value[0] for stage in way_of(seen(case, *steps)))


def stopped(view: desk_pb2.GetCaseResponse) -> int:
    return [stage.passed for stage in way_of(view)].index(Passed.STOPPED)


def test_what_was_filed_waits_for_the_schools_second_person() -> None:
    assert drawn(a_case(state="checking"), "filed") == "naaaaa"


def test_whose_turn_it_is_says_where_it_is() -> None:
    at_school = ("filed", "in_school")
    assert drawn(a_case(awaited_step="in_authority"), *at_school) == "dnaaaa"
    assert drawn(a_case(awaited_step="opening"), *at_school, "in_authority", "opening") == "ddnaaa"
    assert drawn(a_case(awaited_step="out_school"), *at_school, "in_authority", "requested") == "dddnaa"


def test_the_releasing_side_sees_its_turn_though_it_was_not_told_of_the_other_sides_steps() -> None:
    case = a_case(awaited_step="out_school", awaited_office=f"school/{LEAVING}")
    stages = way_of(seen(case, "asked"))
    assert [stage.passed for stage in stages[:4]] == [Passed.DONE] * 3 + [Passed.NOW]
    assert stages[0].office == f"school/{ARRIVING}"
    assert stages[1].office == "", "which authority it was, nobody said"
    assert drawn(a_case(), "asked", "out_school") == "ddddna"


def test_where_nobody_is_named_the_last_step_taken_says_it() -> None:
    assert drawn(a_case(), "filed", "in_school") == "dnaaaa"
    assert (
        drawn(a_case(), "in_school", "in_authority", "requested", "out_school", "out_authority", "released") == "dddddn"
    )


def test_what_is_over_is_done() -> None:
    done = a_case(state="closed", items_done=1)
    assert drawn(done, "filed", "in_school", "settled") == "dddddd"


def test_what_was_refused_stopped_with_the_office_that_said_no() -> None:
    over = a_case(state="closed", items_refused=1)
    back = ReturnedForCorrection(reason="材料不清")
    assert stopped(seen(over, "filed", "returned", refusal=back)) == 0
    assert stopped(seen(over, "filed", "in_school", "in_authority", "settled", refusal=back)) == 1
    assert stopped(seen(over, "filed", "in_school", "settled", refusal=CaseWithdrawn(reason="家长撤回"))) == 1
    asked = ("filed", "in_school", "in_authority", "requested")
    dispute = TransferNotCompleted(reason=CloseReason.GUARDIAN_DISPUTE.label)
    assert stopped(seen(over, *asked, "aborted", "settled", refusal=dispute)) == 3
    assert stopped(seen(over, "asked", "out_school", "aborted", refusal=dispute)) == 3, (
        "as the releasing school sees it"
    )
    by_rule = TransferNotCompleted(reason=CloseReason.EXPIRED.label)
    assert stopped(seen(over, "asked", "out_school", "aborted", refusal=by_rule)) == 4
    assert way_of(seen(over, *asked, "aborted", refusal=dispute))[3].at_ms == 5


def test_a_step_that_a_province_adds_is_drawn_where_it_was_asked() -> None:
    case = a_case("key_data_correction", awaited_step="in_province")
    assert [stage.title for stage in way_of(seen(case, "in_school", "in_authority"))][2] == "省级核准"
    assert "省级核准" not in [stage.title for stage in way_of(seen(a_case("suspension", awaited_step="in_authority")))]


def test_within_one_authority_the_releasing_school_comes_before_it() -> None:
    case = a_case("transfer_within_authority", awaited_step="out_school")
    assert [stage.title for stage in way_of(seen(case))] == [
        "转入学校审核",
        "转出学校核办",
        "转入学校主管部门核准",
        "学籍转入",
    ]
