"""One child's form of 72 items: entered, mended after a workbook, or corrected before it is sent on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.rpc.wire import refusal_from_message
from kernel.form import ITEMS
from kernel.ids import new_uuid7
from kernel.refusals import DraftNotFound, Kind, Refusal
from kernel.school import SchoolCode
from portal.desk import here
from portal.pages.registering.frame import blueprint, brought
from portal.showing.form_drawing import draw_form, places_of
from xueji.desk.v1 import roster_pb2

# What one child of a class has in common with the next.
OF_THE_CLASS = ("grade", "school_class", "entry_month", "entry_way")
_VALUE_MAX = 1000
_OUTCOMES = {
    roster_pb2.EnterDraftResponse.OUTCOME_ENTERED: "已保存",
    roster_pb2.EnterDraftResponse.OUTCOME_CORRECTED: "已保存修改",
    roster_pb2.EnterDraftResponse.OUTCOME_UNCHANGED: "与已保存的草稿一致，未作改动",
}


@dataclass(frozen=True)
class _Opened:
    """What a form is opened with.

    Attributes:
        row: of the workbook, where it is a row to be mended. known: a draft is corrected.
    """

    values: Mapping[str, str]
    findings: tuple[Refusal, ...] = ()
    row: int = 0
    known: bool = False


@blueprint.get("/pupils/new")
def new_pupil() -> Response:
    """A form of its own id: sent twice, or opened again, it is the same child's."""
    return redirect(_address(str(new_uuid7()), request.args))


@blueprint.get("/pupils/<uuid:item_id>")
def pupil(item_id: Any) -> str:
    opened = _open(str(item_id))
    return _draw(str(item_id), opened, opened.values, opened.findings)


@blueprint.post("/pupils/<uuid:item_id>")
def save_pupil(item_id: Any) -> str | Response | tuple[str, int]:
    """Keep the form as a draft; what is wrong comes back beside its field, with everything that was typed."""
    desk = here()
    values = {one.key: text for one in ITEMS if (text := request.form.get(one.key, "").strip()[:_VALUE_MAX])}
    try:
        entered = desk.ask(desk.rosters.EnterDraft, roster_pb2.EnterDraftRequest(item_id=str(item_id), values=values))
    except Refusal as no:
        if no.kind is Kind.NOT_ALLOWED:
            raise
        status = 503 if no.kind is Kind.UNREACHABLE else 409
        return _draw(str(item_id), _Opened(values), values, (no,)), status
    if entered.findings:
        findings = tuple(refusal_from_message(finding) for finding in entered.findings)
        return _draw(str(item_id), _open(str(item_id)), values, findings), 400
    flash(f"{values['name']}：{_OUTCOMES[entered.outcome]}。", "success")
    return redirect(_following(str(item_id), values))


def _following(item_id: str, values: Mapping[str, str]) -> str:
    """Where to go from a form that was kept: the list, the next row with mistakes, or the next child of the class."""
    kept = brought()
    row = kept.rows.pop(item_id, None) if kept is not None else None
    if request.form.get("then") != "next":
        return url_for("registering.index", saved=item_id, _anchor="drafts" if row is None else "mistakes")
    if row is not None:
        assert kept is not None, "the row was of it"
        following = kept.after(item_id)
        if following is None:
            return url_for("registering.index", saved=item_id, _anchor="drafts")
        return _address(following.item_id, {"saved": item_id})
    alike = {key: values[key] for key in OF_THE_CLASS if key in values}
    return _address(str(new_uuid7()), {"saved": item_id, **alike})


def _address(item_id: str, asked: Mapping[str, str]) -> str:
    return f"{url_for('registering.pupil', item_id=item_id)}?{urlencode(asked)}"


def _open(item_id: str) -> _Opened:
    kept = brought()
    row = kept.rows.get(item_id) if kept is not None else None
    if row is not None:
        return _Opened(row.values, row.findings, row=row.row)
    draft = _draft(item_id)
    if draft is not None:
        back = (refusal_from_message(draft.refusal),) if draft.HasField("refusal") else ()
        return _Opened(draft.values, back, known=True)
    before = _draft(request.args["of"]) if "of" in request.args else None  # refused for good, and entered anew
    if before is not None:
        return _Opened(before.values)
    return _Opened({key: request.args[key] for key in OF_THE_CLASS if key in request.args})


def _draft(item_id: str) -> roster_pb2.Draft | None:
    desk = here()
    try:
        return desk.ask(desk.rosters.GetDraft, roster_pb2.GetDraftRequest(item_id=item_id)).draft
    except DraftNotFound:
        return None


def _draw(item_id: str, opened: _Opened, values: Mapping[str, str], findings: Iterable[Refusal]) -> str:
    school = here().who.office
    kept = brought()
    return render_template(
        "pupil_form.html",
        item_id=item_id,
        opened=opened,
        form=draw_form(values, findings, category=SchoolCode(school.code).category),
        places=places_of(school.province),
        rows_left=len(kept.rows) if kept is not None and opened.row else 0,
        name=values.get("name", ""),
    )
