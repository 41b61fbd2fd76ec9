"""The papers of a counter: 学籍证明, 花名册, 转学联系表; and the page on which anybody checks a certificate."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

from flask import Blueprint, abort, render_template, request, send_file
from werkzeug.wrappers import Response

from chassis.logs import get_logger
from kernel.clock import SHANGHAI
from kernel.office import Tier
from kernel.record_items import read_value
from kernel.refusals import StatusForbids
from kernel.regulation import procedure
from kernel.status import StudentStatus
from portal.desk import here
from portal.desk.finding import find_pupils
from portal.guard.door import door
from portal.papers.codes import VALID_DAYS, Issued, code_of, read_code
from portal.papers.typesetting import typeset
from portal.showing.facts import case_facts
from portal.showing.navigation import Entry
from portal.showing.way import way_of
from portal.showing.writing import clause, day, grade_label, office_name, school_name
from xueji.desk.v1 import desk_pb2

FOUND_MAX = 20
ROLL_PAGE = 500
CERTIFICATE = "学籍证明"
# Of whom a school certifies that the record is here. A code holds the place in this list: it grows at its end.
STATUSES = (
    StudentStatus.ENROLLED,
    StudentStatus.SUSPENDED,
    StudentStatus.ABROAD,
    StudentStatus.DROPPED_OUT,
    StudentStatus.MISSING,
    StudentStatus.AWAY,
    StudentStatus.WITHDRAWN,
    StudentStatus.EXPELLED,
    StudentStatus.GRADUATED,
    StudentStatus.COMPLETED,
    StudentStatus.LEFT_EARLY,
)

ENTRIES = (Entry("papers.index", "证明与名册", tiers=frozenset({Tier.SCHOOL})),)

blueprint = Blueprint("papers", __name__)

log = get_logger()


@blueprint.route("/papers", methods=["GET", "POST"])
def index() -> str:
    """Find the pupil. Asked by POST, so that no number stays in a browser's history."""
    wanted = request.form.get("wanted", "").strip()
    found: list[desk_pb2.StudentSummary] = []
    if wanted:
        found = list(find_pupils(here(), wanted, size=FOUND_MAX).students)
    return render_template("papers.html", wanted=wanted, found=found, classes=_classes())


@blueprint.post("/papers/certificate")
def certificate() -> Response:
    """学籍证明, with a code by which anybody can ask whether it is genuine."""
    desk = here()
    pupil = desk.ask(desk.cases.GetStudent, desk_pb2.GetStudentRequest(number=request.form.get("number", "")))
    today, summary, values = _today(), pupil.summary, pupil.values
    if pupil.record_status not in STATUSES:
        raise StatusForbids(field="number", status=summary.status_title, procedure=CERTIFICATE)
    status = StudentStatus(pupil.record_status)
    certified = _certified(summary.school, summary.number, summary.name)
    school = door().premises.name(desk.who.office)
    content = typeset(
        "certificate",
        {
            "office": school,
            "school": school,
            "rows": [
                [["姓名", summary.name], ["性别", read_value("sex", values.get("sex", ""))]],
                [["出生日期", read_value("birth_date", values.get("birth_date", ""))], ["学籍号", summary.number]],
                [["学校", f"{school}（{summary.school}）"]],
                [["年级", grade_label(summary.grade)], ["班级", summary.school_class]],
                [["学籍状态", status.label], ["入学年月", read_value("entry_month", values.get("entry_month", ""))]],
            ],
            "issued": f"{today.year}年{today.month}月{today.day}日",
            "code": code_of(_paper_key(), CERTIFICATE, certified, Issued(today, STATUSES.index(status))),
            "check_address": f"{door().public_url}/check",
            "valid_days": VALID_DAYS,
        },
    )
    log.info("paper_made", kind="certificate", student_key=summary.student_key, peer=str(desk.who.office))
    return _pdf(content, "学籍证明.pdf")


@blueprint.post("/papers/roster")
def roster() -> Response:
    """花名册 of a class."""
    grade, _, school_class = request.form.get("class", "").partition("/")
    desk = here()
    pupils = [
        {"name": one.name, "number": one.number, "status": one.status_title}
        for one in _roll()
        if one.grade == grade and one.school_class == school_class and one.status != "left"
    ]
    if not pupils:
        abort(404)
    school = door().premises.name(desk.who.office)
    today = _today()
    data = {
        "office": school,
        "school": school,
        "class": f"{grade_label(grade)}{school_class}",
        "issued": f"{today.year}年{today.month}月{today.day}日",
        "pupils": pupils,
    }
    log.info("paper_made", kind="roster", count=len(pupils), peer=str(desk.who.office))
    return _pdf(typeset("roster", data), "花名册.pdf")


@blueprint.post("/papers/transfer")
def transfer() -> Response:
    """转学联系表 of a transfer that this office has to do with: what was asked for, and how far it has come."""
    desk = here()
    case = desk.ask(desk.cases.GetCase, desk_pb2.GetCaseRequest(case_id=request.form.get("case_id", "")))
    summary, row = case.summary, procedure(case.summary.procedure)
    if not row.moves_record:
        abort(404)
    (item,) = case.items
    content = typeset(
        "transfer",
        {
            "office": door().premises.name(desk.who.office),
            "case": summary.case_id,
            "title": summary.procedure_title,
            "state": summary.state_title,
            "issued": f"{_today():%Y-%m-%d}",
            "clauses": "、".join(map(clause, row.clauses)),
            "rows": [
                [["姓名", item.values.get("name", "")], ["学籍号", item.values.get("number", "")]],
                [["转出学校", f"{school_name(summary.releasing_school)}（{summary.releasing_school}）"]],
                [["转入学校", f"{school_name(summary.school)}（{summary.school}）"]],
                *(
                    [[fact.label, fact.value]]
                    for _, facts in case_facts(row, item.values, record=None)
                    for fact in facts
                ),
            ],
            "stages": [
                [stage.title, office_name(stage.office), f"{stage.passed.label} {day(stage.at_ms)}".strip()]
                for stage in way_of(case)
            ],
        },
    )
    log.info("paper_made", kind="transfer", case_id=summary.case_id, peer=str(desk.who.office))
    return _pdf(content, "转学联系表.pdf")


@blueprint.route("/check", methods=["GET", "POST"])
def check() -> str | tuple[str, int]:
    """Whether a certificate is genuine; without login, and without a word that is not on the paper."""
    asked = {name: request.form.get(name, "").strip() for name in ("school", "number", "name", "code")}
    if request.method == "GET":
        return render_template("check.html", asked=asked, answer=None)
    key = f"check {request.remote_addr}"
    minutes = door().throttle.waits(key)
    if minutes:
        return render_template("check.html", asked=asked, answer={"wait": minutes}), 429
    certified = _certified(asked["school"], asked["number"], asked["name"])
    issued = read_code(_paper_key(), CERTIFICATE, certified, asked["code"])
    if issued is None:
        door().throttle.failed(key)
        return render_template("check.html", asked=asked, answer={"genuine": False}), 404
    door().throttle.succeeded(key)
    answer = {
        "genuine": True,
        "issued": issued.on,
        "status": STATUSES[issued.stated].label,
        "expired": (_today() - issued.on).days > VALID_DAYS,
        "school": school_name(asked["school"]),
    }
    return render_template("check.html", asked=asked, answer=answer)


def _certified(school: str, number: str, name: str) -> tuple[str, ...]:
    return school, number.upper(), name


def _paper_key() -> bytes:
    """The key of this portal's papers; a portal without one gives none out, and has nothing to check."""
    key = door().paper_key
    if key is None:
        abort(404)
    return key


def _classes() -> list[tuple[str, str, int]]:
    """Every class of the school: its value in the form, what people call it, and how many it has."""
    counted: dict[tuple[str, str], int] = {}
    for one in _roll():
        if one.status != "left":
            counted[one.grade, one.school_class] = counted.get((one.grade, one.school_class), 0) + 1
    return [
        (f"{grade}/{school_class}", f"{grade_label(grade)} {school_class}", pupils)
        for (grade, school_class), pupils in sorted(counted.items())
    ]


def _roll() -> Iterator[desk_pb2.StudentSummary]:
    """Everybody on the school's roll, page by page."""
    desk = here()
    token = ""
    while True:
        asked = desk_pb2.ListStudentsRequest(page_size=ROLL_PAGE, page_token=token)
        page = desk.ask(desk.cases.ListStudents, asked)
        yield from page.students
        token = page.next_page_token
        if not token:
            return


def _today() -> date:
    return door().clock.now().astimezone(SHANGHAI).date()


def _pdf(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
