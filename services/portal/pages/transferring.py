"""A pupil moves to this school (转学): looked at beforehand, filed with its proofs, and followed on both sides.

Before anything is filed, everything that stands against it is asked and told in words (转学预检). What is filed is
asked about once more, so nobody files what was looked at in another form. Deciding is the queue's, and the case has its
own page, with its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.rpc.wire import refusal_from_message
from kernel.clock import SHANGHAI
from kernel.evidence import EvidenceKind
from kernel.filing import read_item
from kernel.ids import new_uuid7
from kernel.office import Role, Tier
from kernel.preflight import Side
from kernel.refusals import EvidenceRequired, Kind, Refusal, ValueMissing
from kernel.regulation import of_family
from kernel.regulation.transfers import TRANSFER
from kernel.school import SchoolCode
from kernel.stages import SchoolSystem
from portal.desk import Desk, here
from portal.desk.proving import Proof
from portal.guard.door import door
from portal.pages.filing import sent_proofs
from portal.showing.fields import Stated, draw_field, told
from portal.showing.form_help import help_of_kind
from portal.showing.navigation import Entry
from portal.showing.procedures import WHO, Who
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2
from xueji.inquiry.v1 import preflight_pb2

PAGE_SIZE = 20  # of each the pupil's name is asked for
DOCUMENT_MAX = 40
ROW = of_family(TRANSFER)[0]  # the three ask for the same
RELEASING = Who("releasing_school", "转出学校标识码")
DOCUMENT = Who("document", "学生证件号码")
ASKED: tuple[Stated, ...] = (RELEASING, *WHO, DOCUMENT, *ROW.fields)
_HELP = {
    "releasing_school": "10位，见转出学校开具的学籍证明或转学联系表",
    "number": "19位，见学籍证明；转学不改变学籍号（办法第五条）",
    "document": "核对是否本人用，不随业务提交；没有证件的填出生日期，如20190307",
    "grade": "转学不变更年级",
}

ENTRIES = (Entry("transferring.index", "转学", tiers=frozenset({Tier.SCHOOL}), roles=frozenset({Role.REGISTRAR})),)

blueprint = Blueprint("transferring", __name__, url_prefix="/transfer")


@dataclass(frozen=True)
class Finding:
    """One thing that stands against it, in words: whose rule, what it says, by which clauses, and what it measured."""

    side: Side
    said: Refusal
    clauses: Sequence[str]
    parameters: Sequence[preflight_pb2.PreflightParameter]
    curable: bool


@dataclass(frozen=True)
class Looked:
    """What the pre-flight told.

    Attributes:
        title: what kind of transfer it would be. silent: why nobody could be asked now; empty where somebody was.
        unanswered: the province that has the record, where it did not answer.
    """

    title: str = ""
    findings: Sequence[Finding] = ()
    unanswered: str = ""
    silent: str = ""

    @property
    def against(self) -> list[Finding]:
        """What no further proof will put right, and no waiting."""
        return [one for one in self.findings if not one.curable and not isinstance(one.said, EvidenceRequired)]

    @property
    def waits(self) -> list[Finding]:
        """What passes by itself, or is put right by another case, while this one waits."""
        return [one for one in self.findings if one.curable]

    @property
    def wanted(self) -> list[EvidenceKind]:
        """Proofs that are asked for and were not brought."""
        missing = [one.said for one in self.findings if isinstance(one.said, EvidenceRequired)]
        return [EvidenceKind.parse(no.detail["kind"]) for no in missing]

    @property
    def clear(self) -> bool:
        """Whether it may be filed."""
        return not (self.against or self.wanted)


@dataclass(frozen=True)
class _Wish:
    """The form as it was filled in."""

    case_id: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    proofs: Sequence[Proof] = ()

    @property
    def said(self) -> dict[str, str]:
        """What the case says of the pupil: all but whom it is asked of, and the document, which nobody needs after."""
        apart = (RELEASING.key, DOCUMENT.key)
        return {key: text for key, text in self.values.items() if key not in apart}


@blueprint.get("/")
def index() -> str:
    """The school's transfers, in and out, soonest due first."""
    desk = here()
    page = desk.ask(
        desk.cases.ListCases,
        desk_pb2.ListCasesRequest(
            view=desk_pb2.VIEW_ALL, procedure=TRANSFER, page_size=PAGE_SIZE, page_token=request.args.get("after", "")
        ),
    )
    names = desk.run(_names(desk, [case.case_id for case in page.cases]))
    return render_template("transfers.html", cases=page.cases, names=names, next_token=page.next_page_token)


@blueprint.get("/new")
def new() -> Response:
    """The case has its id before its form is drawn: the same form sent twice files one."""
    return redirect(url_for("transferring.apply", case_id=new_uuid7()))


@blueprint.get("/new/<uuid:case_id>")
def apply(case_id: Any) -> str:
    return _draw(_Wish(str(case_id)), looked=None, findings=[])


@blueprint.post("/new/<uuid:case_id>")
def file(case_id: Any) -> str | Response | tuple[str, int]:
    """Look, and where that was asked and nothing stands against it, file."""
    values = {one.key: text for one in ASKED if (text := request.form.get(one.key, "").strip())}
    proofs, findings = sent_proofs()
    wish = _Wish(str(case_id), values, proofs)
    findings += _findings(wish)
    if findings:
        return _draw(wish, looked=None, findings=findings), 400
    looked = _look(wish)
    if request.form.get("then") != "file":
        return _draw(wish, looked=looked, findings=[])
    unasked = bool(looked.silent) and request.form.get("unasked") != "yes"
    if unasked or not looked.clear:
        return _draw(wish, looked=looked, findings=[]), 409
    try:
        answer = _file(wish)
    except Refusal as no:
        if no.kind is Kind.NOT_ALLOWED:
            raise
        return _draw(wish, looked=None, findings=[no]), 503 if no.kind is Kind.UNREACHABLE else 409
    if answer.refused:
        said = [refusal_from_message(no) for one in answer.refused for no in one.findings]
        return _draw(wish, looked=None, findings=said), 409
    flash("已提交学校审核。审核人（另一人）审核后报学籍主管部门核准。", "success")
    return redirect(url_for("cases.show", case_id=case_id, saved=case_id))


def _findings(wish: _Wish) -> list[Refusal]:
    """What can be told before anybody is asked, all of it at once."""
    asked = (one for one in (RELEASING, DOCUMENT) if one.key not in wish.values)
    findings: list[Refusal] = [ValueMissing(field=one.key, label=one.label) for one in asked]
    if RELEASING.key in wish.values:
        try:
            SchoolCode.parse(wish.values[RELEASING.key]).require_status_kept()
        except Refusal as no:
            no.field = RELEASING.key
            findings.append(no)
    on = door().clock.now().astimezone(SHANGHAI).date()
    _, said = read_item(ROW, wish.said, on=on, system=SchoolSystem.SIX_THREE)
    return findings + list(said)


def _look(wish: _Wish) -> Looked:
    """Ask both sides. Where the own authority does not answer now, nothing is known, and that is the answer."""
    desk = here()
    asked = preflight_pb2.PreflightTransferRequest(
        releasing_school=wish.values[RELEASING.key],
        values=wish.said,
        document_number=wish.values[DOCUMENT.key][:DOCUMENT_MAX],
        evidence=sorted({proof.kind.value for proof in wish.proofs}),
    )
    try:
        answer = desk.ask(desk.inquiry.PreflightTransfer, asked)
    except Refusal as no:
        if no.kind not in (Kind.UNREACHABLE, Kind.TOO_MUCH):
            raise
        return Looked(silent=no.sentence)
    return Looked(answer.procedure_title, [_told(one) for one in answer.findings], answer.unanswered)


def _told(one: preflight_pb2.PreflightFinding) -> Finding:
    return Finding(
        Side(one.side), refusal_from_message(one.refusal), list(one.clauses), list(one.parameters), one.curable
    )


def _file(wish: _Wish) -> desk_pb2.FileCaseResponse:
    desk = here()
    return desk.ask(
        desk.cases.FileCase,
        desk_pb2.FileCaseRequest(
            case_id=wish.case_id,
            procedure=TRANSFER,
            releasing_school=wish.values[RELEASING.key],
            # One pupil, one item: the case's id serves for both.
            items=[case_pb2.Item(item_id=wish.case_id, values=wish.said)],
            evidence=[proof.message for proof in wish.proofs],
        ),
    )


def _draw(wish: _Wish, *, looked: Looked | None, findings: Sequence[Refusal]) -> str:
    category = SchoolCode(here().who.office.code).category
    fields = [
        draw_field(
            one,
            wish.values.get(one.key, ""),
            findings,
            category=category,
            helped=_HELP.get(one.key) or help_of_kind(one),
        )
        for one in ASKED
    ]
    who = len(WHO) + 2
    return render_template(
        "transfer_form.html",
        wish=wish,
        row=ROW,
        looked=looked,
        sections=[("转出学校和学生", fields[:who]), ("转入本校", fields[who:])],
        mistakes=told(findings, fields, also={"evidence": "证明材料"}),
        proofs=wish.proofs,
        missing_proofs=looked.wanted if looked else [],
        kinds=list(EvidenceKind),
        proofs_wrong=[no.sentence for no in findings if no.field == "evidence"],
    )


async def _names(desk: Desk, case_ids: Sequence[str]) -> dict[str, str]:
    """The name of each case's pupil."""

    async def one(case_id: str) -> str:
        case: desk_pb2.GetCaseResponse = await desk.cases.GetCase(desk_pb2.GetCaseRequest(case_id=case_id))
        return case.items[0].values.get("name", "") if case.items else ""

    return dict(zip(case_ids, await asyncio.gather(*map(one, case_ids)), strict=True))
