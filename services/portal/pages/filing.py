"""Every procedure of the table that a school begins, as a form that is drawn from its row.

First what, then of whom, then the statements and the proofs. What is wrong is told beside its field before the node is
asked, by the same rules; the node checks again, and knows more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from chassis.rpc.wire import refusal_from_message
from kernel.clock import SHANGHAI
from kernel.evidence import EvidenceKind
from kernel.filing import read_item
from kernel.form import ITEMS, item
from kernel.ids import new_uuid7
from kernel.office import Role, Tier
from kernel.record_items import read_value
from kernel.refusals import EvidenceKindUnknown, EvidenceMissing, FieldMissing, Kind, Refusal
from kernel.school import SchoolCode
from kernel.stages import SchoolSystem
from kernel.writing import mask_number
from portal.desk import here
from portal.desk.finding import find_pupils
from portal.desk.proving import Proof, put_proof, read_proof
from portal.guard.door import door
from portal.showing.fields import Field, Stated, draw_field, told
from portal.showing.form_drawing import places_of
from portal.showing.form_help import help_of, help_of_kind
from portal.showing.navigation import Entry
from portal.showing.procedures import OTHER_SCHOOL, WHO, Offered, chapters, offered
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2

PAGE_SIZE = 50
PUPILS_MAX = 50  # of one form; a whole school graduates by a workbook
_SEAT = ("grade", "school_class")  # begins with what the pupil has now
_NEW = "new_"
_MASKED = frozenset({"document_number", "guardian1_document_number", "guardian2_document_number"})

ENTRIES = (Entry("filing.index", "办理业务", tiers=frozenset({Tier.SCHOOL}), roles=frozenset({Role.REGISTRAR})),)

blueprint = Blueprint("filing", __name__, url_prefix="/filing")


@dataclass(frozen=True)
class _Form:
    """A form as it was filled in.

    Attributes:
        pupils: chosen from the roll; without any, number and name are among ``values``.
        refused: pupils who were left out, by name.
    """

    what: Offered
    case_id: str
    pupils: Sequence[desk_pb2.GetStudentResponse] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    proofs: Sequence[Proof] = ()

    @property
    def asked(self) -> tuple[Stated, ...]:
        """Everything that is filled in."""
        other = (OTHER_SCHOOL,) if self.what.row.two_sided else ()
        return (*other, *(() if self.pupils else WHO), *self.what.row.fields)

    @property
    def items(self) -> list[case_pb2.Item]:
        """A pupil each; the ids follow from the form's, so that a second click is a replay."""
        said = {one.key: self.values[one.key] for one in self.what.row.fields if one.key in self.values}
        if not self.pupils:
            typed = {key: self.values.get(key, "") for key in ("number", "name")}
            return [case_pb2.Item(item_id=self.case_id, values=typed | said)]
        return [
            case_pb2.Item(
                item_id=str(uuid.uuid5(uuid.UUID(self.case_id), pupil.summary.student_key)),
                values={"number": pupil.summary.number, "name": pupil.summary.name} | said,
            )
            for pupil in self.pupils
        ]


@blueprint.get("/")
def index() -> str:
    """What can be begun, with who decides and by which article."""
    return render_template("filing.html", chapters=list(chapters()))


@blueprint.route("/<name>/", methods=["GET", "POST"])
def choose(name: str) -> str | AnyResponse:
    """Of whom: pupils of the roll, looked for by POST, so that no address names a child."""
    what = offered(name)
    case_id = str(new_uuid7())
    if not what.knows_pupils:
        return redirect(url_for("filing.form", name=name, case_id=case_id))
    wanted = request.form.get("wanted", "").strip()
    page = find_pupils(here(), wanted, size=PAGE_SIZE, token=request.args.get("after", ""))
    return render_template(
        "filing_pupils.html",
        what=what,
        case_id=case_id,
        wanted=wanted,
        students=page.students,
        next_token="" if wanted else page.next_page_token,
    )


@blueprint.get("/<name>/<uuid:case_id>")
def form(name: str, case_id: Any) -> str | AnyResponse:
    what = offered(name)
    pupils = _pupils(request.args.getlist("pupil"))
    if what.knows_pupils and not pupils and not what.row.attending_may_file:
        flash("请先选择学生。", "warning")
        return redirect(url_for("filing.choose", name=name))
    placed = dict(pupils[0].values) if len(pupils) == 1 else {}
    seat = {one.key: placed[one.key] for one in what.row.fields if one.key in _SEAT and one.key in placed}
    return _draw(_Form(what, str(case_id), pupils, seat), [])


@blueprint.post("/<name>/<uuid:case_id>")
def file(name: str, case_id: Any) -> str | AnyResponse | tuple[str, int]:
    """File the case. The id was made with the form: the same form again files nothing new."""
    what = offered(name)
    keys = (OTHER_SCHOOL.key, *(one.key for one in WHO), *what.row.by_key)
    values = {key: text for key in keys if (text := request.form.get(key, "").strip())}
    proofs, findings = sent_proofs()
    filled = _Form(what, str(case_id), _pupils(request.form.getlist("pupil")), values, proofs)
    findings += _findings(filled)
    if findings:
        return _draw(filled, findings), 400
    desk = here()
    try:
        filed = desk.ask(
            desk.cases.FileCase,
            desk_pb2.FileCaseRequest(
                case_id=filled.case_id,
                procedure=name,
                releasing_school=values.get(OTHER_SCHOOL.key, ""),
                items=filled.items,
                evidence=[proof.message for proof in proofs],
            ),
        )
    except Refusal as no:
        if no.kind is Kind.NOT_ALLOWED:
            raise
        return _draw(filled, [no]), 503 if no.kind is Kind.UNREACHABLE else 409
    if filed.refused:
        return render_template("filed.html", case=filed.summary, refused=_left_out(filled, filed))
    return redirect(url_for("filing.filed", case_id=case_id))


@blueprint.get("/filed/<uuid:case_id>")
def filed(case_id: Any) -> str:
    """What happens next."""
    desk = here()
    case = desk.ask(desk.cases.GetCase, desk_pb2.GetCaseRequest(case_id=str(case_id))).summary
    return render_template("filed.html", case=case, refused=[])


@blueprint.post("/proofs")
def bring_proof() -> Response | tuple[Response, int]:
    """One proof ahead of its form, for the script that shows the progress."""
    found = request.files.get("file")
    try:
        kind = EvidenceKind.parse(request.form.get("kind", ""))
        if found is None:
            raise FieldMissing(field="evidence", label=kind.label)
        proof = put_proof(here(), found.stream, kind, name=found.filename or "")
    except Refusal as no:
        return jsonify(words=no.sentence), 400
    return jsonify(token=proof.token, kind=proof.kind.label, name=proof.name)


def _draw(filled: _Form, findings: Sequence[Refusal]) -> str:
    category = SchoolCode(here().who.office.code).category
    now = dict(filled.pupils[0].values) if len(filled.pupils) == 1 else {}
    fields = [
        draw_field(
            one,
            filled.values.get(one.key, ""),
            findings,
            category=category,
            helped=_help(one),
            before=_before(one, now),
        )
        for one in filled.asked
    ]
    row = filled.what.row
    return render_template(
        "filing_form.html",
        filled=filled,
        what=filled.what,
        sections=_sections(fields),
        mistakes=told(findings, fields, also={"evidence": "证明材料"}),
        proofs=filled.proofs,
        missing_proofs=[kind for kind in row.evidence if all(proof.kind is not kind for proof in filled.proofs)],
        kinds=list(EvidenceKind),
        proofs_wrong=[no.sentence for no in findings if no.field == "evidence"],
        places=places_of(here().who.office.province),
    )


def _sections(fields: Sequence[Field]) -> list[tuple[str, list[Field]]]:
    """What is stated, and, of a correction, the items by the parts of the national form."""
    parts: dict[str, list[Field]] = {}
    groups = {one.key: one.group.label for one in ITEMS}
    for one in fields:
        of_form = groups.get(one.key.removeprefix(_NEW)) if one.key.startswith(_NEW) else None
        parts.setdefault(f"变更{of_form}（只填要改的）" if of_form else "办理内容", []).append(one)
    return list(parts.items())


def _help(one: Stated) -> str:
    return help_of(item(one.key.removeprefix(_NEW))) if one.key.startswith(_NEW) else help_of_kind(one)


def _before(one: Stated, now: Mapping[str, str]) -> str:
    """What the record says now of an item that is to be changed."""
    key = one.key.removeprefix(_NEW)
    if not one.key.startswith(_NEW) or key not in now:
        return ""
    words = read_value(key, now[key])
    return mask_number(words) if key in _MASKED else words


def _pupils(keys: Sequence[str]) -> list[desk_pb2.GetStudentResponse]:
    """The pupils of the roll with those keys, each once."""
    desk = here()
    return [
        desk.ask(desk.cases.GetStudent, desk_pb2.GetStudentRequest(student_key=key))
        for key in dict.fromkeys(keys[:PUPILS_MAX])
    ]


def sent_proofs() -> tuple[list[Proof], list[Refusal]]:
    """The proofs of a form, brought ahead of it or, where there is no script, with it; and what is wrong with some."""
    proofs: list[Proof] = []
    wrong: list[Refusal] = []
    for token in request.form.getlist("proof"):
        try:
            proofs.append(read_proof(token))
        except ValueError:
            wrong.append(EvidenceKindUnknown(field="evidence", kind=""))
    for name, sent in request.files.items(multi=True):
        if not sent.filename:
            continue
        kind = request.form.get("other_kind", "") if name == "other_proof" else name.removeprefix("proof-")
        try:
            proofs.append(put_proof(here(), sent.stream, EvidenceKind.parse(kind), name=sent.filename))
        except Refusal as no:
            no.field = "evidence"
            wrong.append(no)
    return proofs, wrong


def _findings(filled: _Form) -> list[Refusal]:
    """What can be told before the node is asked, all of it at once."""
    row = filled.what.row
    on = door().clock.now().astimezone(SHANGHAI).date()
    _, said = read_item(row, dict(filled.items[0].values), on=on, system=SchoolSystem.SIX_THREE)
    findings = list(said)
    if row.two_sided and not filled.values.get(OTHER_SCHOOL.key):
        findings.append(FieldMissing(field=OTHER_SCHOOL.key, label=OTHER_SCHOOL.label))
    brought = {proof.kind for proof in filled.proofs}
    findings += [EvidenceMissing(field="evidence", kind=kind.label) for kind in row.evidence if kind not in brought]
    return findings


def _left_out(filled: _Form, answer: desk_pb2.FileCaseResponse) -> list[tuple[str, list[str]]]:
    """Names of the pupils who are not in the case, and why."""
    names = {one.item_id: one.values["name"] for one in filled.items}
    return [
        (names.get(one.item_id, ""), [refusal_from_message(finding).sentence for finding in one.findings])
        for one in answer.refused
    ]
