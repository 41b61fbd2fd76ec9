"""The approval queue (审核, 核办): one keyboard goes through a class, and the decisions are sent together.

Marks are the browser's until they are sent; what is sent is a decision about every pupil of a case, so nobody is
approved whom nobody marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from chassis.logs import get_logger
from kernel.custody import RELEASING_SIDE_REASONS
from kernel.office import Role, Tier
from kernel.refusals import Refusal
from kernel.regulation import PROCEDURES, procedure
from portal.desk import Desk, here
from portal.desk.queue import Batch, decide, next_batch, pending_of, whole_cases
from portal.desk.turn import is_releasing, waits_for
from portal.guard.step_up import asks_otp, prove_again
from portal.pages.cases import Pupil, note_numbers_shown, pupil_of, records_of_page
from portal.pages.worklist import schools_below
from portal.showing.facts import NUMBER_KEYS, REASONS
from portal.showing.navigation import Entry
from xueji.desk.v1 import desk_pb2

PAGE_SIZE = 50  # pupils of one large case at once
CASES_MAX = 200  # in one submission
TOLD_MAX = 5  # failures that are told one by one

ENTRIES = (
    Entry("approve.index", "审核", tiers=frozenset({Tier.SCHOOL}), roles=frozenset({Role.PRINCIPAL})),
    Entry("approve.index", "核办", tiers=frozenset({Tier.AUTHORITY, Tier.PROVINCE}), roles=frozenset({Role.OFFICER})),
)
"""A principal checks what the school's registrar entered (审核); an officer approves (核办)."""

blueprint = Blueprint("approve", __name__)

log = get_logger()


class Mark(BaseModel):
    """What a person said of one pupil."""

    decision: Literal["approve", "return", "reject"]
    reason: str = Field("", max_length=500)
    reason_code: str = Field("", pattern="^([a-z][a-z_]{2,39})?$")


class Decided(BaseModel):
    """What a person said of a case whose ``step`` they saw."""

    case_id: str = Field(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    step: str = Field("", pattern="^([a-z][a-z_]{2,39})?$")
    marks: dict[str, Mark] = Field(max_length=2000)


_SUBMITTED = TypeAdapter(list[Decided])

_DECISIONS: dict[str, desk_pb2.Decision.ValueType] = {
    "approve": desk_pb2.DECISION_APPROVE,
    "return": desk_pb2.DECISION_RETURN,
    "reject": desk_pb2.DECISION_REJECT,
}


@dataclass(frozen=True)
class Held:
    """A case of the batch.

    Attributes:
        pupils: those of this page. item_ids: of all who are to be decided. must_see: of those who are to be opened
            before all may be approved at once.
    """

    case: desk_pb2.CaseSummary
    pupils: list[Pupil]
    item_ids: list[str]
    must_see: list[str]
    proofs: list[Any]
    releasing: bool


@blueprint.get("/approve")
def index() -> str:
    return _page(full=False)


@blueprint.post("/approve/numbers")
def numbers() -> str | Response:
    """The same batch with numbers in full, once, for a reason that is written down for each case."""
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        flash("请选择查看完整号码的事由。", "warning")
        return redirect(url_for("approve.index", **_asked()))
    return _page(full=True, reason=reason)


@blueprint.post("/approve")
def submit() -> Response:
    """Send the decisions. The second factor is asked for once more, at most every ten minutes."""
    back = redirect(url_for("approve.index", **_asked()))
    try:
        submitted = _SUBMITTED.validate_json(request.form.get("decisions", ""))
    except ValidationError:
        raise BadRequest from None
    if not 0 < len(submitted) <= CASES_MAX:
        raise BadRequest
    why = prove_again(request.form.get("otp", ""))
    if why:
        flash(f"{why}。标记仍保留在本页。", "danger")
        return back
    failed = _send(here(), submitted)
    taken = len(submitted) - len(failed)
    log.info("decided", count=taken, peer=str(here().who.office))
    if taken:
        flash(f"已办理 {taken} 份业务，决定已签名送出。", "success")
    for sentence in failed[:TOLD_MAX]:
        flash(sentence, "danger")
    if len(failed) > TOLD_MAX:
        flash(f"另有 {len(failed) - TOLD_MAX} 份业务没有办成，仍在待办中。", "danger")
    if failed or "case" not in _asked():
        return back
    queue = {name: value for name, value in _asked().items() if name in {"procedure", "school"}}
    return redirect(url_for("approve.index", **queue))


def _asked() -> dict[str, Any]:
    """What the address says of the batch, as far as it says something."""
    told = {name: request.values.get(name, "").strip() for name in ("procedure", "school", "after", "case", "page")}
    return {name: value for name, value in told.items() if value}


def _page(*, full: bool, reason: str = "") -> str:
    desk = here()
    asked = _asked()
    batch = _batch(desk, asked)
    pages = max(1, -(-len(pending_of(batch.cases[0])) // PAGE_SIZE)) if len(batch.cases) == 1 else 1
    chosen = asked.get("page", "1")
    page = min(max(int(chosen), 1), pages) if chosen.isdigit() and len(chosen) < 6 else 1
    if full:
        for case in batch.cases:
            note_numbers_shown(case.summary.case_id, reason)
    held, unanswered = _held(desk, batch, page)
    return render_template(
        "approve.html",
        held=held,
        asked=asked,
        after=batch.after,
        page=page,
        pages=pages,
        unanswered=unanswered,
        full=full,
        reasons=REASONS,
        number_keys=NUMBER_KEYS,
        releasing_reasons=RELEASING_SIDE_REASONS,
        procedures=[(row.name, row.title) for row in PROCEDURES.values()],
        schools=schools_below(desk.who.office),
        asks_otp=asks_otp(),
        title="审核" if desk.who.office.tier is Tier.SCHOOL else "核办",
    )


def _batch(desk: Desk, asked: dict[str, Any]) -> Batch:
    """The head of the queue, or the one case that the address names."""
    if "case" not in asked:
        return next_batch(
            desk, procedure=asked.get("procedure", ""), school=asked.get("school", ""), after=asked.get("after", "")
        )
    (case,) = whole_cases(desk, [asked["case"]])
    if isinstance(case, Refusal):
        raise case
    return Batch([case] if waits_for(desk.who, case.summary) else [])


def _held(desk: Desk, batch: Batch, page: int) -> tuple[list[Held], bool]:
    pages = {case.summary.case_id: _of_page(case, page) for case in batch.cases}
    known = records_of_page(desk, batch.cases, pages)
    held = [
        Held(
            case=case.summary,
            pupils=[pupil_of(case, item, known) for item in pages[case.summary.case_id]],
            item_ids=[item.item_id for item in pending_of(case)],
            must_see=[item.item_id for item in pending_of(case) if _must_be_seen(case, item)],
            proofs=[one for one in case.evidence if not one.item_id],
            releasing=is_releasing(case.summary),
        )
        for case in batch.cases
    ]
    return held, known.unanswered


def _of_page(case: desk_pb2.GetCaseResponse, page: int) -> list[desk_pb2.ItemView]:
    """The pupils of a page, those who must be seen first."""
    pending = sorted(pending_of(case), key=lambda item: not _must_be_seen(case, item))
    return pending[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def _must_be_seen(case: desk_pb2.GetCaseResponse, item: desk_pb2.ItemView) -> bool:
    """Whether nobody is approved unopened: the checks found something, or a record that stands is changed."""
    row = procedure(case.summary.procedure)
    return bool(item.pre_checks) or row.one_by_one or not row.begins_record


def _send(desk: Desk, submitted: list[Decided]) -> list[str]:
    """Decide each case; what to say of those that were not."""
    found = whole_cases(desk, [decided.case_id for decided in submitted])
    requests: dict[str, desk_pb2.DecideCaseRequest] = {}
    failed: dict[str, str] = {}
    titles: dict[str, str] = {}
    for decided, case in zip(submitted, found, strict=True):
        if isinstance(case, Refusal):
            failed[decided.case_id] = case.sentence
            continue
        titles[decided.case_id] = _title(case)
        asked = _request_of(decided, case)
        if isinstance(asked, str):
            failed[decided.case_id] = asked
        else:
            requests[decided.case_id] = asked
    for case_id, no in decide(desk, requests).items():
        if no is not None:
            failed[case_id] = no.sentence
    return [f"{titles.get(case_id, '业务')}没有办成：{sentence}" for case_id, sentence in failed.items()]


def _title(case: desk_pb2.GetCaseResponse) -> str:
    names = [item.values.get("name", "") for item in case.items[:1]]
    more = f"等 {len(case.items)} 名" if len(case.items) > 1 else ""
    return f"“{case.summary.procedure_title}”（{names[0]}{more}）"


def _request_of(decided: Decided, case: desk_pb2.GetCaseResponse) -> desk_pb2.DecideCaseRequest | str:
    """One decision of the whole case, with its exceptions; or why there is none."""
    pending = [item.item_id for item in pending_of(case)]
    unmarked = [item_id for item_id in pending if item_id not in decided.marks]
    if unmarked and waits_for(here().who, case.summary):
        return f"还有 {len(unmarked)} 名学生没有标记。"
    marks = {item_id: decided.marks[item_id] for item_id in pending or decided.marks if item_id in decided.marks}
    asked = desk_pb2.DecideCaseRequest(case_id=decided.case_id, step=decided.step)
    kinds = {mark.decision for mark in marks.values()}
    if "approve" in kinds:
        asked.decision = desk_pb2.DECISION_APPROVE
        asked.exceptions.extend(
            desk_pb2.ItemException(item_id=item_id, decision=_DECISIONS[mark.decision], reason=mark.reason)
            for item_id, mark in marks.items()
            if mark.decision != "approve"
        )
        return asked
    if len(kinds) != 1:
        return "没有通过的学生时，请全部标为退回修改，或全部标为不予核准。"
    asked.decision = _DECISIONS[kinds.pop()]
    asked.reason = "；".join(dict.fromkeys(mark.reason for mark in marks.values() if mark.reason))[:500]
    asked.reason_code = next((mark.reason_code for mark in marks.values() if mark.reason_code), "")
    return asked
