"""The worklist (待办), which is what a person sees first: what waits for them, what they started and where it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kernel.ids import new_uuid7
from kernel.office import Office, Role, Tier
from kernel.regulation import PROCEDURES
from portal.desk import here
from portal.desk.nation import nations_work
from portal.guard.addresses import local_path
from portal.guard.door import door
from portal.showing.navigation import Entry
from xueji.deadline.v1 import deadline_pb2
from xueji.desk.v1 import desk_pb2

PAGE_SIZE = 50

ENTRIES = (Entry("worklist.index", "待办"),)
VIEWS = {
    "waiting": ("待我办理", desk_pb2.VIEW_WAITING),
    "started": ("办理中", desk_pb2.VIEW_STARTED),
    "all": ("全部业务", desk_pb2.VIEW_ALL),
}

blueprint = Blueprint("worklist", __name__)


@blueprint.get("/")
def index() -> str:
    """A page of a view, soonest due first. The next page is found by a token: page 2,000 costs what page 1 does."""
    desk = here()
    if desk.who.office.tier is Tier.NATION:
        return render_template("nation.html", work=nations_work(desk))
    chosen = request.args.get("view", "waiting")
    view = chosen if chosen in VIEWS else "waiting"
    filters = {name: request.args.get(name, "").strip() for name in ("procedure", "school")}
    page = desk.ask(
        desk.cases.ListCases,
        desk_pb2.ListCasesRequest(
            view=VIEWS[view][1], page_size=PAGE_SIZE, page_token=request.args.get("after", ""), **filters
        ),
    )
    return render_template(
        "worklist.html",
        view=view,
        views=VIEWS,
        cases=page.cases,
        next_token=page.next_page_token,
        filters=filters,
        procedures=_procedures(),
        schools=schools_below(desk.who.office),
        may_remind=desk.who.role is not Role.PRINCIPAL,
    )


@blueprint.post("/cases/<uuid:case_id>/remind")
def remind(case_id: Any) -> Response:
    """Ask whoever has the case to go on with it (催办), once on each working day."""
    desk = here()
    answer = desk.ask(
        desk.deadlines.RemindCase,
        deadline_pb2.RemindCaseRequest(case_id=str(case_id), notice_id=str(new_uuid7())),
    )
    flash(f"已催办：{door().premises.name_of(answer.asked_office)}。", "success")
    back = local_path(request.form.get("back", ""), otherwise=url_for("worklist.index", view="started"))
    return redirect(back)


def _procedures() -> list[tuple[str, str]]:
    """Names and titles, in the order of the table."""
    return [(row.name, row.title) for row in PROCEDURES.values()]


def schools_below(who: Office) -> list[tuple[str, str]]:
    """Those that this portal has a name for, where an office has more than one below it."""
    if who.tier is Tier.SCHOOL:
        return []
    return [
        (office.code, name)
        for office, name in sorted(door().premises.names.items())
        if office.tier is Tier.SCHOOL and (who.tier is Tier.NATION or office.province == who.province)
    ]
