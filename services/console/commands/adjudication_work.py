"""What ``xueji adjudications`` and ``xueji index adjudications`` do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console import plain, tables
from console.commands.asking import ask, refuse
from console.desk import Desk
from kernel.adjudication import AdjudicationState, Word
from kernel.divisions import province_name
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.number import StudentNumber
from kernel.refusals import RequestMalformed, StudentNotFound
from kernel.status import StudentStatus
from xueji.adjudication.v1 import adjudication_pb2, province_pb2


def list_at_province(desk: str, *, with_settled: bool, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return _cases(await opened.adjudications.all(with_settled=with_settled), full=full)

    ask(desk, question, as_json=as_json, show=lambda answer: [_table(answer["adjudications"])])


def list_of_the_nation(desk: str, *, with_settled: bool, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return _cases(await opened.nations_adjudications.all(with_settled=with_settled), full=full)

    ask(desk, question, as_json=as_json, show=lambda answer: [_table(answer["adjudications"])])


def show(desk: str, adjudication_id: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return _shown(await opened.adjudications.show(adjudication_id), full=full)

    ask(desk, question, as_json=as_json, show=_pages)


def open_at_province(desk: str, first: str, second: str, *, why: str, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        pair = (StudentNumber.parse(number).text for number in (first, second))
        return _case(await opened.adjudications.open(str(new_uuid7()), *pair, why=why), full=False)

    _ask_for_one(desk, question, as_json=as_json)


def open_by_the_nation(desk: str, first: str, second: str, *, why: str, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        pair = (StudentNumber.parse(number).text for number in (first, second))
        return _case(await opened.nations_adjudications.open(str(new_uuid7()), *pair, why=why), full=False)

    _ask_for_one(desk, question, as_json=as_json)


def answer(
    desk: str, adjudication_id: str, word: str, *, grounds: Sequence[str], number: str, yes: bool, as_json: bool
) -> None:
    """What will come of it is told before it is said."""
    if word not in set(Word):
        refuse(RequestMalformed(field="word", why="没有这样的答复"), as_json=as_json)
    chosen = Word(word)
    if not (yes or as_json):
        typer.echo(f"{chosen.label}。{chosen.consequence}。", err=True)
        typer.confirm("确认答复？", abort=True, err=True)

    async def question(opened: Desk) -> plain.Plain:
        told = await opened.adjudications.answer(adjudication_id, word, grounds=grounds, number=number)
        return _case(told, full=False)

    _ask_for_one(desk, question, as_json=as_json)


def decide(
    desk: str, adjudication_id: str, *, stands: str, different: bool, withdraw: bool, why: str, as_json: bool
) -> None:
    """Exactly one of three: which record stands, that they are two children, or that there is nothing to decide."""
    if [bool(stands), different, withdraw].count(True) != 1:
        refuse(RequestMalformed(field="decision", why="请选择一种结论"), as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        decision = adjudication_pb2.DECISION_DIFFERENT if different else adjudication_pb2.DECISION_WITHDRAWN
        if stands:
            decision = _standing(await opened.nations_adjudications.get(adjudication_id), stands)
        return _case(await opened.nations_adjudications.decide(adjudication_id, decision, why=why), full=False)

    _ask_for_one(desk, question, as_json=as_json)


def split(desk: str, adjudication_id: str, *, why: str, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return _case(await opened.nations_adjudications.split(adjudication_id, why=why), full=False)

    _ask_for_one(desk, question, as_json=as_json)


def _standing(case: adjudication_pb2.Adjudication, number: str) -> adjudication_pb2.Decision.ValueType:
    """Raises StudentNotFound where the number is neither's."""
    given = StudentNumber.parse(number).text
    if given == case.first.number:
        return adjudication_pb2.DECISION_FIRST_STANDS
    if given == case.second.number:
        return adjudication_pb2.DECISION_SECOND_STANDS
    raise StudentNotFound(field="number")


def _ask_for_one(desk: str, question: Callable[[Desk], Awaitable[plain.Plain]], *, as_json: bool) -> None:
    ask(desk, question, as_json=as_json, show=lambda told: [_table([told])])


def _cases(found: Iterable[adjudication_pb2.Adjudication], *, full: bool) -> plain.Plain:
    return {"adjudications": [_case(one, full=full) for one in found]}


def _case(one: adjudication_pb2.Adjudication, *, full: bool) -> plain.Plain:
    return {
        "adjudication_id": one.adjudication_id,
        "state": one.state,
        "state_label": AdjudicationState(one.state).label,
        "first": _party(one.first, full=full),
        "second": _party(one.second, full=full),
        "reasons": list(one.reasons),
        "due_on": one.due_on,
        "stands": _number_of(one, full=full),
        "why": one.why,
        "settled_by": one.settled_by,
    }


def _party(one: adjudication_pb2.Party, *, full: bool) -> plain.Plain:
    return {
        "number": plain.number_shown(one.number, full=full),
        "province": one.province,
        "province_name": province_name(one.province),
        "word": one.word,
        "word_label": Word(one.word).label if one.word else "待答复",
        "grounds": [EvidenceKind.parse(kind).label for kind in one.grounds],
    }


def _number_of(one: adjudication_pb2.Adjudication, *, full: bool) -> str:
    stands = next((party for party in (one.first, one.second) if party.student_key == one.stands), None)
    return plain.number_shown(stands.number, full=full) if stands else ""


def _shown(told: province_pb2.ShowResponse, *, full: bool) -> plain.Plain:
    case = told.adjudication
    parties = {party.student_key: party for party in (case.first, case.second)}
    records = [
        {
            "number": plain.number_shown(parties[one.student_key].number, full=full),
            "province_name": province_name(parties[one.student_key].province),
            "school": one.school,
            "status_label": StudentStatus(one.status).label,
            "values": plain.values(dict(one.values), full=full),
        }
        for one in told.records
    ]
    looks = [{"office": look.office, "person": look.person, "at": plain.moment(look.at_ms)} for look in told.looks]
    return {**_case(case, full=full), "records": records, "other_silent": told.other_silent, "looks": looks}


def _pages(told: plain.Plain) -> list[RenderableType]:
    compared = tables.new_table("项目", *(f"{one['number']}\n{one['province_name']}" for one in told["records"]), "")
    keys = list(dict.fromkeys(key for one in told["records"] for key in one["values"]))
    rows = [
        ("学校", [one["school"] for one in told["records"]]),
        ("状态", [one["status_label"] for one in told["records"]]),
    ]
    rows += [(plain.label(key), [one["values"].get(key, "") for one in told["records"]]) for key in keys]
    for label, said in rows:
        differs = "不同" if len(set(said)) > 1 else ""
        compared.add_row(label, *said, differs)
    silent = [Text("对方省暂时无法连接，请稍后再看", style="yellow")] if told["other_silent"] else []
    looked = tables.new_table("查看单位", "查看人", "时间")
    for look in told["looks"]:
        looked.add_row(look["office"], look["person"], look["at"])
    return [_table([told]), compared, *silent, looked]


def _table(rows: Iterable[plain.Plain]) -> Table:
    table = tables.new_table("核查编号", "一号", "另一号", "为什么", "期限", "结果")
    for row in rows:
        sides = [
            f"{row[side]['number']}\n{row[side]['province_name']}\n{row[side]['word_label']}"
            for side in ("first", "second")
        ]
        stands = f"\n保留 {row['stands']}" if row["stands"] else ""
        result = f"{row['state_label']}{stands}"
        table.add_row(row["adjudication_id"], *sides, "、".join(row["reasons"]), row["due_on"], result)
    return table
