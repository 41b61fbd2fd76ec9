"""Pupils: found by number, name or document, and one page for each with what the office may know of them.

An address names a pupil by the key of the record, never by a number: addresses stay behind in a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.logs import get_logger
from kernel.office import Tier
from kernel.record_items import label_of, read_value
from kernel.refusals import Kind, Refusal
from portal.desk import here
from portal.desk.finding import find_pupils
from portal.showing.facts import NUMBER_KEYS, REASONS, Grouped, form_facts
from portal.showing.navigation import Entry
from xueji.desk.v1 import desk_pb2
from xueji.record.v1 import record_pb2

PAGE_SIZE = 50
HISTORY_MAX = 500  # entries of one child: some dozens

ENTRIES = (Entry("pupils.index", "学生", tiers=frozenset({Tier.SCHOOL, Tier.AUTHORITY, Tier.PROVINCE})),)

blueprint = Blueprint("pupils", __name__)

log = get_logger()


@dataclass(frozen=True)
class Shown:
    """What a page shows of a pupil.

    Attributes:
        groups: of the form, what is filled.
        standing: what follows from decisions: label and value.
        history: newest first. no_history: why there is none to look at.
    """

    student_key: str
    number: str
    aliases: list[str]
    name: str
    school: str
    status_title: str
    grade: str
    school_class: str
    groups: Grouped
    standing: list[tuple[str, str]]
    history: list[record_pb2.HistoryEntry]
    no_history: str = ""


@blueprint.route("/pupils", methods=["GET", "POST"])
def index() -> str:
    """All of the office's pupils, page by page; or those that somebody looks for, asked by POST (see above)."""
    wanted = request.form.get("wanted", "").strip()
    desk = here()
    page = find_pupils(desk, wanted, size=PAGE_SIZE, token=request.args.get("after", ""))
    return render_template(
        "pupils.html",
        wanted=wanted,
        students=page.students,
        next_token="" if wanted else page.next_page_token,
        many_schools=desk.who.office.tier is not Tier.SCHOOL,
    )


@blueprint.get("/pupils/<uuid:student_key>")
def show(student_key: Any) -> str:
    return _page(str(student_key), full=False)


@blueprint.post("/pupils/<uuid:student_key>/numbers")
def numbers(student_key: Any) -> str | Response:
    """The same with numbers in full, once, for a reason that is written down."""
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        flash("请选择查看完整号码的事由。", "warning")
        return redirect(url_for("pupils.show", student_key=student_key))
    page = _page(str(student_key), full=True)
    who = here().who
    # Who it was stands in the certificate of the call that the node logged beside it.
    log.info("numbers_shown", student_key=str(student_key), reason_code=reason, peer=str(who.office), kind=who.role)
    return page


def _page(student_key: str, *, full: bool) -> str:
    shown = _at_school(student_key) if here().who.office.tier is Tier.SCHOOL else _from_the_record(student_key)
    return render_template("pupil.html", pupil=shown, full=full, reasons=REASONS, number_keys=NUMBER_KEYS)


def _at_school(student_key: str) -> Shown:
    """The school's copy, which is there also when nobody above is; and the history, which the province keeps."""
    desk = here()
    found = desk.ask(desk.cases.GetStudent, desk_pb2.GetStudentRequest(student_key=student_key))
    record, history, no_history = record_pb2.Record(), list[record_pb2.HistoryEntry](), ""
    try:
        answer = desk.ask(desk.records.ListHistory, _history_of(student_key))
        record, history = answer.record, list(reversed(answer.entries))
    except Refusal as no:
        no_history = "学籍已不在本校。" if no.kind is Kind.NOT_FOUND else no.sentence
    summary = found.summary
    return Shown(
        student_key=student_key,
        number=summary.number,
        aliases=list(record.aliases),
        name=summary.name,
        school=summary.school,
        status_title=summary.status_title,
        grade=summary.grade,
        school_class=summary.school_class,
        groups=form_facts(found.values),
        standing=_standing(dict(found.standing)),
        history=history,
        no_history=no_history,
    )


def _from_the_record(student_key: str) -> Shown:
    """The record and its history, as the province's hub tells this office."""
    desk = here()
    found = desk.ask(desk.records.ListHistory, _history_of(student_key))
    record = found.record
    return Shown(
        student_key=student_key,
        number=record.number,
        aliases=list(record.aliases),
        name=record.values.get("name", ""),
        school=record.school,
        status_title=record.status_title,
        grade=record.values.get("grade", ""),
        school_class=record.values.get("school_class", ""),
        groups=form_facts(record.values),
        standing=_standing(dict(record.standing)),
        history=list(reversed(found.entries)),
    )


def _history_of(student_key: str) -> record_pb2.ListHistoryRequest:
    return record_pb2.ListHistoryRequest(student_key=student_key, page_size=HISTORY_MAX)


def _standing(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(label_of(key), read_value(key, value)) for key, value in values.items()]
