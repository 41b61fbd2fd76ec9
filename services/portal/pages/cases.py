"""One case: where it is, what it asks for, what the checks found, what became of each pupil, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from chassis.logs import get_logger
from kernel.evidence import MediaType
from kernel.refusals import Refusal
from kernel.regulation import Procedure, procedure
from portal.desk import Desk, here
from portal.desk.known import Known, records_of
from portal.desk.proofs import fetch_proof
from portal.desk.turn import may_withdraw, waits_for
from portal.guard.headers import FOR_PROOFS
from portal.showing.facts import NUMBER_KEYS, REASONS, Grouped, case_facts, form_facts
from portal.showing.way import way_of
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2

PAGE_SIZE = 25  # pupils; a class is two pages, and 2,000 are as quick as one
PROOF_SUFFIXES = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}

blueprint = Blueprint("cases", __name__)

log = get_logger()


@dataclass(frozen=True)
class Pupil:
    """One pupil of a case, as a page shows it.

    Attributes:
        facts: what the case says, and what was before where this office knows. proofs: about this pupil alone.
    """

    item: desk_pb2.ItemView
    facts: Grouped
    proofs: list[case_pb2.Evidence]

    @property
    def name(self) -> str:
        return self.item.values.get("name", "")

    @property
    def number(self) -> str:
        """The student number: given by this case, or that of the record which it is about."""
        return self.item.number or self.item.values.get("number", "")


@blueprint.get("/cases/<uuid:case_id>")
def show(case_id: Any) -> str:
    return _page(str(case_id), full=False)


@blueprint.post("/cases/<uuid:case_id>/numbers")
def numbers(case_id: Any) -> str | AnyResponse:
    """The same with numbers in full, once, for a reason that is written down."""
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        flash("请选择查看完整号码的事由。", "warning")
        return redirect(url_for("cases.show", case_id=case_id))
    page = _page(str(case_id), full=True)
    note_numbers_shown(str(case_id), reason)
    return page


@blueprint.get("/cases/<uuid:case_id>/proofs/<digest>")
def proof(case_id: Any, digest: str) -> Response:
    """A document, to be looked at in the browser and to do nothing there."""
    try:
        wanted = bytes.fromhex(digest)
    except ValueError:
        raise NotFound from None
    if len(wanted) != 32:
        raise NotFound
    found = fetch_proof(here(), str(case_id), wanted)
    if found.media_type not in list(MediaType):
        raise NotFound
    media_type = MediaType(found.media_type)
    response = Response(found.content, mimetype=media_type.value)
    response.headers["Content-Disposition"] = f'inline; filename="{digest[:12]}.{PROOF_SUFFIXES[media_type]}"'
    response.headers["Content-Security-Policy"] = FOR_PROOFS[media_type]
    return response


@blueprint.post("/cases/<uuid:case_id>/withdraw")
def withdraw(case_id: Any) -> str | AnyResponse | tuple[str, int]:
    """Take the case back, or ask whoever has it (撤销)."""
    reason = request.form.get("reason", "").strip()
    desk = here()
    try:
        answer = desk.ask(
            desk.cases.WithdrawCase, desk_pb2.WithdrawCaseRequest(case_id=str(case_id), reason=reason[:500])
        )
    except Refusal as no:
        if not reason:
            return _page(str(case_id), full=False, withdrawal=("请填写撤销理由。", reason)), 400
        return _page(str(case_id), full=False, withdrawal=(no.sentence, reason)), 409
    over = answer.summary.state == "closed"
    flash("已撤销。" if over else "已向现办单位请求撤销；是否受理见本页办理过程。", "success")
    return redirect(url_for("cases.show", case_id=case_id))


def note_numbers_shown(case_id: str, reason: str) -> None:
    """Who it was stands in the certificate of the call that the node logged beside it."""
    who = here().who
    log.info("numbers_shown", case_id=case_id, reason_code=reason, peer=str(who.office), kind=who.role)


def records_of_page(
    desk: Desk, cases: Sequence[desk_pb2.GetCaseResponse], items: Mapping[str, Sequence[desk_pb2.ItemView]]
) -> Known:
    """The records of those pupils: what came down with their case, else what this office may know of its own pupils.

    Args:
        items: of each case, by its id, those that are shown.
    """
    shown: dict[str, Mapping[str, str]] = {}
    own: list[str] = []
    for case in cases:
        row = procedure(case.summary.procedure)
        numbers = [item.values.get("number", "") for item in items[case.summary.case_id]]
        if case.shown:
            shown |= {number: dict(case.shown) for number in numbers}
        elif not (row.begins_record or row.two_sided):
            own += numbers
    known = records_of(desk, own)
    return Known({**known.by_number, **shown}, known.unanswered)


def pupil_of(case: desk_pb2.GetCaseResponse, item: desk_pb2.ItemView, known: Known) -> Pupil:
    row = procedure(case.summary.procedure)
    record = known.by_number.get(item.values.get("number", ""))
    facts = case_facts(row, item.values, record=record)
    if case.shown:
        facts += [(f"现有学籍：{title}", facts) for title, facts in form_facts(case.shown)]
    return Pupil(item, facts, [one for one in case.evidence if one.item_id == item.item_id])


def _page(case_id: str, *, full: bool, withdrawal: tuple[str, str] = ("", "")) -> str:
    desk = here()
    case = desk.ask(desk.cases.GetCase, desk_pb2.GetCaseRequest(case_id=case_id))
    row: Procedure = procedure(case.summary.procedure)
    pages = -(-len(case.items) // PAGE_SIZE)
    chosen = request.args.get("page", "1")
    page = min(max(int(chosen), 1), pages) if chosen.isdigit() and len(chosen) < 6 else 1
    items = list(case.items[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    known = records_of_page(desk, [case], {case_id: items})
    return render_template(
        "case.html",
        case=case.summary,
        row=row,
        pupils=[pupil_of(case, item, known) for item in items],
        proofs=[one for one in case.evidence if not one.item_id],
        entries=case.timeline,
        stages=way_of(case),
        unanswered=known.unanswered,
        page=page,
        pages=pages,
        full=full,
        reasons=REASONS,
        number_keys=NUMBER_KEYS,
        is_my_turn=waits_for(desk.who, case.summary),
        may_withdraw=may_withdraw(desk.who, case.summary),
        withdrawal=withdrawal,
    )
