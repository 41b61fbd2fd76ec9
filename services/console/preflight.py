"""Pre-flight of a transfer at a school's desk: asked, and shown as reasons with what each stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import RenderableType

from chassis.rpc.wire import refusal_from_message
from console import plain, tables
from console.desk import Desk
from kernel.preflight import Side
from kernel.regulation import of_family
from kernel.regulation.transfers import TRANSFER
from xueji.inquiry.v1 import preflight_pb2

FIELDS = of_family(TRANSFER)[0].fields


async def ask_preflight(desk: Desk, given: Mapping[str, Any], *, evidence: Iterable[str]) -> plain.Plain:
    """What stands against the transfer that the options of ``xueji file transfer`` describe."""
    keys = ("number", "name", *(field.key for field in FIELDS))
    request = preflight_pb2.PreflightTransferRequest(
        releasing_school=given["releasing_school"],
        values={key: given[key] for key in keys if given.get(key)},
        document_number=given["document"],
        evidence=evidence,
    )
    return _plain(await desk.preflight_transfer(request))


def blocking(answer: plain.Plain) -> list[str]:
    """The reasons that will not pass by themselves."""
    return [found["sentence"] for found in answer["findings"] if not found["curable"]]


def shown(answer: plain.Plain) -> list[RenderableType]:
    parts: list[RenderableType] = [f"{answer['procedure_title']}，按规则 {answer['rule_pack']} 预检："]
    if answer["findings"]:
        table = tables.new_table("谁的规定", "不符之处", "依据", "规则参数", "可否先申请")
        for found in answer["findings"]:
            table.add_row(
                found["side_title"],
                found["sentence"],
                "、".join(found["clauses"]),
                "\n".join(f"{one['meaning']}：{one['value']}（{one['name']}）" for one in found["parameters"]),
                "可以，解决后自动继续" if found["curable"] else "不可以",
            )
        parts.append(table)
    else:
        parts.append("没有发现不符合规定之处。")
    if answer["unanswered"]:
        parts.append(f"{answer['unanswered']}现在没有答复，转出方的情况没有查到；可以照常申请，转出方受理时会再核对。")
    return parts


def _plain(answer: preflight_pb2.PreflightTransferResponse) -> plain.Plain:
    return {
        "procedure_title": answer.procedure_title,
        "rule_pack": answer.rule_pack,
        "findings": [_finding(one) for one in answer.findings],
        "unanswered": answer.unanswered,
    }


def _finding(one: preflight_pb2.PreflightFinding) -> plain.Plain:
    said = refusal_from_message(one.refusal)
    return {
        "code": said.code,
        "sentence": said.sentence,
        "field": said.field or "",
        "side": one.side,
        "side_title": Side(one.side).label,
        "clauses": list(one.clauses),
        "rule_pack": one.rule_pack,
        "parameters": [
            {"name": each.name, "meaning": each.meaning, "value": each.value, "source": each.source}
            for each in one.parameters
        ],
        "curable": one.curable,
    }
