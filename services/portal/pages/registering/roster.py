"""A class registered from its workbook: brought, mended, submitted."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kernel.ids import new_uuid7
from kernel.refusals import FileNotAWorkbook, Refusal
from portal.desk import here
from portal.desk.rosters import Brought, bring_roster, template
from portal.guard.door import door
from portal.pages.registering.frame import blueprint, brought
from xueji.desk.v1 import desk_pb2, roster_pb2

PAGE_SIZE = 50
DISCARD_MAX = 500
CASES_NAMED_MAX = 20
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE_NAME_MAX = 100


@blueprint.get("/")
def index() -> str:
    """What the last workbook said, and a page of drafts."""
    desk = here()
    page = desk.ask(
        desk.rosters.ListDrafts,
        roster_pb2.ListDraftsRequest(page_size=PAGE_SIZE, page_token=request.args.get("after", "")),
    )
    return render_template(
        "registering.html",
        brought=brought(),
        drafts=page.drafts,
        drafts_total=page.drafts_total,
        next_token=page.next_page_token,
        first_page="after" not in request.args,
        request_id=str(new_uuid7()),
    )


@blueprint.get("/template")
def empty_template() -> Response:
    """The national form as an empty workbook, with drop-downs."""
    desk = here()
    return _workbook(desk.run(template(desk)), name="新生花名册（空白模板）.xlsx")


@blueprint.post("/roster")
def bring() -> Response:
    """Take a workbook. What the node says of it, a refusal of the file among it, is shown on the page that follows."""
    file = request.files.get("roster")
    outcome = _bring(file) if file is not None and file.filename else Brought("", FileNotAWorkbook(why="没有选择文件"))
    door().shelf.put(current_user.token, outcome, size_bytes=outcome.size_bytes)
    following = url_for("registering.index")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(next=following)
    return redirect(following)


@blueprint.get("/answer")
def answer() -> Response:
    """The same workbook with a column of reasons."""
    kept = brought()
    if kept is None or not kept.workbook:
        flash("核对结果已不在本机保留，请重新上传花名册；已保存的草稿不受影响。", "warning")
        return redirect(url_for("registering.index"))
    stem = kept.name.removesuffix(".xlsx")
    return _workbook(kept.workbook, name=f"{stem}（核对结果）.xlsx")


@blueprint.post("/rows/<uuid:item_id>/drop")
def drop_row(item_id: Any) -> Response:
    """A row with mistakes that shall become nothing: a child entered twice, a line of notes."""
    kept = brought()
    if kept is not None:
        kept.rows.pop(str(item_id), None)
    return redirect(url_for("registering.index", _anchor="mistakes"))


@blueprint.post("/submit")
def submit() -> Response:
    """Send the drafts to the person who checks. The id was made with the page: a second click makes no second case."""
    desk = here()
    submitted = desk.ask(
        desk.rosters.SubmitDrafts, roster_pb2.SubmitDraftsRequest(request_id=request.form.get("request_id", ""))
    )
    kept = brought()
    if kept is not None and not kept.rows:
        door().shelf.clear(current_user.token)  # nothing of it is left to be done
    cases = ",".join(submitted.case_ids[:CASES_NAMED_MAX])
    return redirect(url_for("registering.submitted", cases=cases, pupils=submitted.pupils))


@blueprint.get("/submitted")
def submitted() -> str:
    """What happens next, and with which cases."""
    desk = here()
    cases = [
        desk.ask(desk.cases.GetCase, desk_pb2.GetCaseRequest(case_id=case_id)).summary
        for case_id in request.args.get("cases", "").split(",")[:CASES_NAMED_MAX]
        if _is_id(case_id)
    ]
    return render_template("registering_submitted.html", cases=cases, pupils=sum(case.items_total for case in cases))


@blueprint.post("/discard")
def discard() -> str | Response:
    """Take drafts back: first who they are, then, confirmed, gone."""
    desk = here()
    chosen = [item_id for item_id in request.form.getlist("item_id")[:DISCARD_MAX] if _is_id(item_id)]
    if not chosen:
        flash("请先勾选要删除的草稿。", "warning")
        return redirect(url_for("registering.index", _anchor="drafts"))
    if not request.form.get("confirmed"):
        return render_template("registering_discard.html", drafts=_drafts(chosen), chosen=chosen)
    gone = desk.ask(desk.rosters.DiscardDrafts, roster_pb2.DiscardDraftsRequest(item_ids=chosen)).discarded
    flash(f"已删除 {gone} 份草稿。", "success")
    return redirect(url_for("registering.index", _anchor="drafts"))


def _bring(file: FileStorage) -> Brought:
    name = (file.filename or "")[-_FILE_NAME_MAX:]
    size_bytes = file.stream.seek(0, io.SEEK_END)
    file.stream.seek(0)
    try:
        return bring_roster(here(), file.stream, name=name, size_bytes=size_bytes)
    except Refusal as no:
        return Brought(name, no)


def _drafts(item_ids: list[str]) -> list[roster_pb2.Draft]:
    """Those of them that are still there."""
    desk = here()
    wanted = set(item_ids)
    token, found = "", list[roster_pb2.Draft]()
    while True:
        page = desk.ask(desk.rosters.ListDrafts, roster_pb2.ListDraftsRequest(page_size=DISCARD_MAX, page_token=token))
        found += [draft for draft in page.drafts if draft.item_id in wanted]
        token = page.next_page_token
        if not token or len(found) == len(wanted):
            return found


def _workbook(content: bytes, *, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=_WORKBOOK, as_attachment=True, download_name=name)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
