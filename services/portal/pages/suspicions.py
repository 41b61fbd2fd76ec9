"""Suspected duplicates (疑似重复), at the nation: the pairs that the index found, and what is done about one.

The index has no names, so a pair is two numbers, two provinces, and in words what agrees and what differs. Whether it
is one child is for the two provinces to say, who have the records: they are asked. What is plainly two children is said
so here, and taken back here.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.logs import get_logger
from kernel.adjudication import ANSWER_WITHIN_DAYS
from kernel.ids import new_uuid7
from kernel.office import Role, Tier
from kernel.refusals import Kind, Refusal
from portal.desk import here
from portal.showing.facts import REASONS
from portal.showing.likeness import likeness
from portal.showing.navigation import Entry
from xueji.adjudication.v1 import adjudication_pb2
from xueji.suspicion.v1 import suspicion_pb2

PAGE_SIZE = 50
WHY_MAX = 200

ENTRIES = (Entry("suspicions.index", "疑似重复", tiers=frozenset({Tier.NATION}), roles=frozenset({Role.OFFICER})),)

blueprint = Blueprint("suspicions", __name__, url_prefix="/suspicions")

log = get_logger()


@blueprint.before_request
def only_at_the_nation() -> None:
    if here().who.office.tier is not Tier.NATION:
        abort(403)


@blueprint.get("/")
def index() -> str:
    """The likest first; those that were decided or taken up on demand."""
    everything = request.args.get("all", "") == "1"
    desk = here()
    page = desk.ask(
        desk.suspicions.List,
        suspicion_pb2.ListRequest(
            page_size=PAGE_SIZE, page_token=request.args.get("after", ""), with_different=everything
        ),
    )
    return render_template(
        "suspicions.html",
        pairs=[(one, likeness(one.reasons)) for one in page.suspicions],
        everything=everything,
        next_token=page.next_page_token,
    )


@blueprint.get("/<uuid:first>/<uuid:second>")
def show(first: Any, second: Any) -> str:
    return _page(str(first), str(second))


@blueprint.post("/<uuid:first>/<uuid:second>/numbers")
def numbers(first: Any, second: Any) -> str | Response:
    """The same with numbers in full, once, for a reason that is written down."""
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        flash("请选择查看完整号码的事由。", "warning")
        return redirect(url_for("suspicions.show", first=first, second=second))
    page = _page(str(first), str(second), full=True)
    who = here().who
    for key in (first, second):
        log.info("numbers_shown", student_key=str(key), reason_code=reason, peer=str(who.office), kind=who.role)
    return page


@blueprint.post("/<uuid:first>/<uuid:second>/apart")
def keep_apart(first: Any, second: Any) -> Response:
    """Two children: never suspected again, until that is taken back."""
    desk = here()
    desk.ask(desk.suspicions.KeepApart, suspicion_pb2.KeepApartRequest(first=str(first), second=str(second)))
    flash("已认定为两名学生，以后不再提示。", "success")
    return redirect(url_for("suspicions.show", first=first, second=second))


@blueprint.post("/<uuid:first>/<uuid:second>/reopen")
def reopen(first: Any, second: Any) -> Response:
    desk = here()
    desk.ask(desk.suspicions.Reopen, suspicion_pb2.ReopenRequest(first=str(first), second=str(second)))
    flash("已撤销认定，重新列为疑似重复。", "success")
    return redirect(url_for("suspicions.show", first=first, second=second))


@blueprint.post("/<uuid:first>/<uuid:second>/ask")
def ask(first: Any, second: Any) -> str | Response | tuple[str, int]:
    """Ask both provinces. The case's id came with the form: a second click asks nothing new."""
    desk = here()
    why = request.form.get("why", "").strip()[:WHY_MAX]
    adjudication_id = request.form.get("adjudication_id", "")
    pair = _get(str(first), str(second))
    try:
        desk.ask(
            desk.nations_adjudications.Open,
            adjudication_pb2.OpenRequest(
                adjudication_id=adjudication_id,
                first_number=pair.first.number,
                second_number=pair.second.number,
                why=why,
            ),
        )
    except Refusal as no:
        if no.kind is Kind.NOT_ALLOWED:
            raise
        return _page(str(first), str(second), why=why, problem=no.sentence), 409
    flash("已请两省核查。", "success")
    return redirect(url_for("adjudications.show", adjudication_id=adjudication_id))


def _page(first: str, second: str, *, full: bool = False, why: str = "", problem: str = "") -> str:
    pair = _get(first, second)
    return render_template(
        "suspicion.html",
        pair=pair,
        like=likeness(pair.reasons),
        full=full,
        reasons=REASONS,
        adjudication_id=new_uuid7(),
        within_days=ANSWER_WITHIN_DAYS,
        why=why,
        why_max=WHY_MAX,
        problem=problem,
    )


def _get(first: str, second: str) -> suspicion_pb2.Suspicion:
    desk = here()
    return desk.ask(desk.suspicions.Get, suspicion_pb2.GetRequest(first=first, second=second)).suspicion
