"""Adjudication of two records that may be one child (疑似重复学籍核查, Art. 6): at a province and at the nation.

A province sees both records side by side and says what its own is; the nation sees what the provinces said, and decides
where they do not agree. What will come of a word stands beside it before it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.logs import get_logger
from kernel.adjudication import ANSWER_WITHIN_DAYS, AdjudicationState, Word
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.number import StudentNumber
from kernel.office import Role, Tier
from kernel.refusals import Kind, Refusal
from portal.desk import here
from portal.desk.adjudicating import list_cases, open_case, see
from portal.guard.door import door
from portal.guard.step_up import asks_otp, prove_again
from portal.showing.comparing import compare, parties_of, state_label
from portal.showing.facts import REASONS
from portal.showing.likeness import likeness
from portal.showing.navigation import Entry
from portal.showing.urgency import days_left
from xueji.adjudication.v1 import adjudication_pb2, province_pb2

PAGE_SIZE = 50
WHY_MAX = 200
# What is usually there to prove whose record it is; the list of kinds is longer.
GROUNDS = (
    EvidenceKind.HOUSEHOLD_PROOF,
    EvidenceKind.HOUSEHOLD_REGISTER,
    EvidenceKind.IDENTITY_DOCUMENT,
    EvidenceKind.ATTENDANCE_PROOF,
    EvidenceKind.GUARDIAN_APPLICATION,
    EvidenceKind.ADMISSION_RESULT,
    EvidenceKind.OVERSEAS_STUDY_RECORD,
    EvidenceKind.COURT_ORDER,
    EvidenceKind.OTHER,
)
# The nation's decisions: what it is called, and what comes of it.
DECISIONS = {
    "different": (
        adjudication_pb2.DECISION_DIFFERENT,
        "两名学生",
        "两份学籍都解除标记、照常办理，以后不再提示为疑似重复",
    ),
    "first": (
        adjudication_pb2.DECISION_FIRST_STANDS,
        "同一名学生，保留第一份",
        "第二份并入第一份：保留备查、停止办理业务，两个学籍号都查到第一份；认定有误的可以撤销",
    ),
    "second": (
        adjudication_pb2.DECISION_SECOND_STANDS,
        "同一名学生，保留第二份",
        "第一份并入第二份：保留备查、停止办理业务，两个学籍号都查到第二份；认定有误的可以撤销",
    ),
    "withdrawn": (
        adjudication_pb2.DECISION_WITHDRAWN,
        "撤回核查",
        "没有需要核查的；两份学籍都解除标记，以后仍可能再次提示",
    ),
}

_DECIDERS = frozenset({Tier.PROVINCE, Tier.NATION})
ENTRIES = (
    Entry("adjudications.index", "疑似重复", tiers=frozenset({Tier.PROVINCE}), roles=frozenset({Role.OFFICER})),
    Entry("adjudications.index", "学籍核查", tiers=frozenset({Tier.NATION}), roles=frozenset({Role.OFFICER})),
)

Answered = Response | tuple[str, int]

blueprint = Blueprint("adjudications", __name__, url_prefix="/adjudications")

log = get_logger()


@blueprint.before_request
def only_who_adjudicates() -> None:
    if here().who.office.tier not in _DECIDERS:
        abort(403)


@blueprint.get("/")
def index() -> str:
    """The oldest first: those that wait, or all."""
    everything = request.args.get("all", "") == "1"
    desk = here()
    page = list_cases(desk, with_settled=everything, size=PAGE_SIZE, token=request.args.get("after", ""))
    now = door().clock.now()
    rows = [
        (
            case,
            parties_of(case, province=desk.who.office.code),
            days_left(case.due_on if _is_open(case) else "", now),
        )
        for case in page.cases
    ]
    return render_template(
        "adjudications.html",
        rows=rows,
        everything=everything,
        next_token=page.next_token,
        of_nation=desk.who.office.tier is Tier.NATION,
        state_label=state_label,
        new_id=new_uuid7(),
    )


@blueprint.route("/new/<uuid:adjudication_id>", methods=["GET", "POST"])
def new(adjudication_id: Any) -> str | Response | tuple[str, int]:
    """Ask about two records by their numbers."""
    desk = here()
    typed = {name: request.form.get(name, "").strip() for name in ("first", "second", "why")}
    problem = ""
    if request.method == "POST":
        try:
            numbers = StudentNumber.parse(typed["first"]).text, StudentNumber.parse(typed["second"]).text
            open_case(desk, str(adjudication_id), numbers, why=typed["why"][:WHY_MAX])
        except Refusal as no:
            if no.kind is Kind.NOT_ALLOWED:
                raise
            problem = no.sentence
        else:
            flash("已请双方核查。", "success")
            return redirect(url_for("adjudications.show", adjudication_id=adjudication_id))
    page = render_template(
        "adjudication_new.html",
        typed=typed,
        problem=problem,
        of_nation=desk.who.office.tier is Tier.NATION,
        why_max=WHY_MAX,
        within_days=ANSWER_WITHIN_DAYS,
    )
    return (page, 409) if problem else page


@blueprint.get("/<uuid:adjudication_id>")
def show(adjudication_id: Any) -> str:
    return _page(str(adjudication_id))


@blueprint.post("/<uuid:adjudication_id>/numbers")
def numbers(adjudication_id: Any) -> str | Response:
    """The same with numbers in full, once, for a reason that is written down."""
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        flash("请选择查看完整号码的事由。", "warning")
        return redirect(url_for("adjudications.show", adjudication_id=adjudication_id))
    page = _page(str(adjudication_id), full=True)
    who = here().who
    log.info("numbers_shown", case_id=str(adjudication_id), reason_code=reason, peer=str(who.office), kind=who.role)
    return page


@blueprint.post("/<uuid:adjudication_id>/answer")
def answer(adjudication_id: Any) -> str | Answered:
    """What our record is, signed by the province."""
    desk = here()
    typed = {"word": request.form.get("word", ""), "number": request.form.get("number", "")}
    grounds = request.form.getlist("ground")
    if typed["word"] not in set(Word):
        return _page(str(adjudication_id), typed=typed, grounds=grounds, problem="请选择一种答复。"), 400

    def said() -> adjudication_pb2.Adjudication:
        word = province_pb2.AnswerRequest(adjudication_id=str(adjudication_id), grounds=grounds, **typed)
        return desk.ask(desk.adjudications.Answer, word).adjudication

    return _say(str(adjudication_id), said, done="已答复。", typed=typed, grounds=grounds)


@blueprint.post("/<uuid:adjudication_id>/decide")
def decide(adjudication_id: Any) -> str | Answered:
    """The nation's decision."""
    desk = here()
    typed = {name: request.form.get(name, "").strip() for name in ("decision", "why")}
    if typed["decision"] not in DECISIONS or not typed["why"]:
        problem = "请写明理由。" if typed["decision"] in DECISIONS else "请选择一种结论。"
        return _page(str(adjudication_id), typed=typed, problem=problem), 400
    decision, _, _ = DECISIONS[typed["decision"]]

    def said() -> adjudication_pb2.Adjudication:
        decided = adjudication_pb2.DecideRequest(
            adjudication_id=str(adjudication_id), decision=decision, why=typed["why"][:WHY_MAX]
        )
        return desk.ask(desk.nations_adjudications.Decide, decided).adjudication

    return _say(str(adjudication_id), said, done="已裁定，两省将收到结论。", typed=typed)


@blueprint.post("/<uuid:adjudication_id>/split")
def split(adjudication_id: Any) -> str | Answered:
    """Take a merge back."""
    desk = here()
    typed = {"why": request.form.get("why", "").strip()}
    if not typed["why"]:
        return _page(str(adjudication_id), typed=typed, problem="请写明理由。"), 400

    def said() -> adjudication_pb2.Adjudication:
        taken_back = adjudication_pb2.SplitRequest(adjudication_id=str(adjudication_id), why=typed["why"][:WHY_MAX])
        return desk.ask(desk.nations_adjudications.Split, taken_back).adjudication

    return _say(str(adjudication_id), said, done="已撤销合并，两份学籍各自复原。", typed=typed)


def _say(
    adjudication_id: str,
    said: Callable[[], adjudication_pb2.Adjudication],
    *,
    done: str,
    typed: dict[str, str],
    grounds: Sequence[str] = (),
) -> Answered:
    """Say it, with the second factor; what was typed stays on the page where it cannot be said."""
    why_not = prove_again(request.form.get("otp", ""))
    if why_not:
        return _page(adjudication_id, typed=typed, grounds=grounds, problem=f"{why_not}。"), 403
    try:
        told = said()
    except Refusal as no:
        if no.kind is Kind.NOT_ALLOWED:
            raise
        return _page(adjudication_id, typed=typed, grounds=grounds, problem=no.sentence), 409
    # A province's own page follows the index: for a moment it may still show how it was.
    flash(f"{done}核查现在：{state_label(told.state)}。", "success")
    return redirect(url_for("adjudications.show", adjudication_id=adjudication_id))


def _page(
    adjudication_id: str,
    *,
    full: bool = False,
    typed: dict[str, str] | None = None,
    grounds: Sequence[str] = (),
    problem: str = "",
) -> str:
    desk = here()
    seen = see(desk, adjudication_id)
    parties = parties_of(seen.case, province=desk.who.office.code)
    is_open = _is_open(seen.case)
    return render_template(
        "adjudication.html",
        case=seen.case,
        state=state_label(seen.case.state),
        is_open=is_open,
        is_merged=seen.case.state == AdjudicationState.MERGED.value,
        due=days_left(seen.case.due_on if is_open else "", door().clock.now()),
        parties=parties,
        like=likeness(seen.case.reasons),
        rows=compare(parties, seen.records, full=full),
        seen=seen,
        full=full,
        reasons=REASONS,
        of_nation=desk.who.office.tier is Tier.NATION,
        words=list(Word),
        kinds=GROUNDS,
        decisions=DECISIONS,
        typed=typed or {},
        grounds=grounds,
        problem=problem,
        why_max=WHY_MAX,
        asks_otp=asks_otp(),
    )


def _is_open(case: adjudication_pb2.Adjudication) -> bool:
    return AdjudicationState(case.state).is_open
