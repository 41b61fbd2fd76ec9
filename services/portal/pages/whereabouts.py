"""Where is my child's case (办理进度): a slip with a code for a parent, and the page that answers it without login.

The code names the case and the school; nothing is kept of it. The page looks at the desk of the school's own registrar,
whose school gave the code out, and shows of what it finds the procedure, the offices and the days: never a pupil, never
why somebody refused. What it shows is made of the case's heading and its timeline, in which there is no child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from chassis.logs import get_logger
from chassis.rpc.wire import refusal_from_message
from kernel.case import CaseState, ItemState
from kernel.office import Office, Tier
from kernel.refusals import CaseNotFound, CaseWithdrawn, IdentityNotProven
from kernel.regulation import procedure
from portal.desk import here, registrars
from portal.guard.door import door
from portal.papers.case_codes import VALID_DAYS, case_code, read_case_code
from portal.showing.way import Stage, way_of
from xueji.desk.v1 import desk_pb2

_FOUND_MAX = 2  # one is meant; where there are two, nobody knows which

blueprint = Blueprint("whereabouts", __name__)

log = get_logger()


@dataclass(frozen=True)
class Told:
    """All that a stranger is shown of a case.

    Attributes:
        heading: of the stages' badges: whose turn, until when. ended: how it ended; empty while it goes on.
        waits: it waits for something that is to be settled first.
    """

    title: str
    school: str
    heading: desk_pb2.CaseSummary
    stages: list[Stage]
    ended: str
    waits: bool


@blueprint.get("/cases/<uuid:case_id>/slip")
def slip(case_id: Any) -> str:
    """To be printed, or read out: where to ask, and by which code. The code is the same each time."""
    desk = here()
    office = desk.who.office
    if office.tier is not Tier.SCHOOL:
        abort(404)
    case = desk.ask(desk.cases.GetCase, desk_pb2.GetCaseRequest(case_id=str(case_id))).summary
    if procedure(case.procedure).sealed:
        raise CaseNotFound(field="case_id")  # Art. 17: told to those who decide, and to nobody by a slip of paper
    log.info("case_code_shown", case_id=str(case_id), peer=str(office))
    code = case_code(_key(), office, case.case_id)
    return render_template(
        "slip.html",
        case=case,
        school=office.code,
        code=code,
        address=f"{door().public_url}{url_for('whereabouts.ask')}",
        valid_days=VALID_DAYS,
    )


@blueprint.get("/where")
def ask() -> str | tuple[str, int]:
    """The answer to a code. Asked by GET: a parent keeps the address and looks again tomorrow."""
    asked = {name: request.args.get(name, "").strip() for name in ("school", "code")}
    key = _key()
    if not asked["code"]:
        return render_template("where.html", asked=asked, told=None, problem="")
    # By school: behind one address are many parents. Never taken back by a code that is right: whoever has one would
    # try out others for nothing.
    counted = f"where {request.remote_addr} {asked['school'][:10]}"
    minutes = door().throttle.waits(counted)
    if minutes:
        problem = f"查询次数过多，请 {minutes} 分钟后再试。"
        return render_template("where.html", asked=asked, told=None, problem=problem), 429
    told = _find(key, asked["school"], asked["code"])
    if told is None:
        door().throttle.failed(counted)
        problem = "没有找到。请逐字核对学校标识码和查询码；仍然找不到的，请联系学校。"
        return render_template("where.html", asked=asked, told=None, problem=problem), 404
    return render_template("where.html", asked=asked, told=told, problem="")


def _find(key: bytes, school: str, code: str) -> Told | None:
    """The case of a code; None where it is not genuine, too old, or nobody's."""
    try:
        office = Office(Tier.SCHOOL, school)
    except IdentityNotProven:
        return None
    found_by = read_case_code(key, office, code)
    desk = registrars(office) if found_by else None
    if found_by is None or desk is None:
        return None
    asked = desk_pb2.ListCasesRequest(view=desk_pb2.VIEW_ALL, id_ends_with=found_by, page_size=_FOUND_MAX)
    cases = list(desk.ask(desk.cases.ListCases, asked).cases)
    if len(cases) != 1 or procedure(cases[0].procedure).sealed or _is_old(cases[0]):
        return None
    view = desk.ask(desk.cases.GetCase, desk_pb2.GetCaseRequest(case_id=cases[0].case_id))
    case = view.summary
    return Told(
        title=case.procedure_title,
        school=school,
        heading=case,
        stages=way_of(view),
        ended=_ended(case, view.items[0]),
        waits=case.HasField("waits_for"),
    )


def _is_old(case: desk_pb2.CaseSummary) -> bool:
    began = datetime.fromtimestamp(case.received_at_ms / 1000, UTC)
    return case.state == CaseState.CLOSED.value and door().clock.now() - began > timedelta(days=VALID_DAYS)


def _ended(case: desk_pb2.CaseSummary, first: desk_pb2.ItemView) -> str:
    """How it ended, without why: that is for the school to tell, to the parent alone.

    Args:
        first: the only pupil of a case about one; of it nothing is taken but how it ended.
    """
    if case.state != CaseState.CLOSED.value:
        return ""
    if case.items_total > 1:
        counts = f"共 {case.items_total} 名学生，核准 {case.items_done} 名"
        return f"已办结：{counts}。您孩子的结果请向学校了解。"
    if case.items_done:
        return "已办结：学籍已随学生转移。" if procedure(case.procedure).moves_record else "已办结：已经核准。"
    if first.HasField("refusal") and isinstance(refusal_from_message(first.refusal), CaseWithdrawn):
        return "已终止：学校撤销了申请。"
    if first.state == ItemState.RETURNED.value:
        return "已退回学校：请与学校联系，补正后重新提交。"
    return "已办结：没有核准。原因请向学校了解；对结果有异议的，可以向学籍主管部门反映。"


def _key() -> bytes:
    """The key of this portal's papers; a portal without one gives no codes out, and has none to read."""
    key = door().paper_key
    if key is None:
        abort(404)
    return key
