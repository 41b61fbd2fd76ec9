"""What ``xueji file`` does."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from console import plain, tables
from console.commands.asking import ask, refuse
from console.desk import Desk
from console.evidence import parse_named, put
from console.preflight import ask_preflight, blocking
from console.preflight import shown as shown_preflight
from kernel.ids import new_uuid7
from kernel.refusals import ColumnMissing, PreflightAgainst, Refusal
from kernel.regulation import Procedure
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2


def file(name: str, row: Procedure, given: Mapping[str, Any]) -> None:
    """File a case.

    Args:
        name: of the row or its family. given: the options, under the names of the fields.
    """
    as_json = given["as_json"]
    case_id = given["case_id"] or str(new_uuid7())
    # Said before it is asked: whoever gets no answer asks again under the same id, and files nothing twice.
    sys.stderr.write(f"业务编号 {case_id}\n")
    try:
        items = _items(row, given, case_id)
        proofs = [parse_named(text) for text in given["evidence"] or ()]
    except Refusal as no:
        refuse(no, as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        preflight = await _preflight(opened, given, [kind.value for kind, _ in proofs])
        request = desk_pb2.FileCaseRequest(
            case_id=case_id,
            procedure=name,
            releasing_school=given.get("releasing_school", ""),
            items=items,
            evidence=[await put(opened, path, kind) for kind, path in proofs],
        )
        return plain.filed(await opened.file_case(request)) | preflight

    ask(given["desk"], question, as_json=as_json, show=_filed)


async def _preflight(opened: Desk, given: Mapping[str, Any], evidence: list[str]) -> plain.Plain:
    """What the pre-flight found, of a transfer whose pupil's document was given.

    Raises:
        PreflightAgainst: something that will not pass by itself.
    """
    if not given.get("document"):
        return {}
    found = await ask_preflight(opened, given, evidence=evidence)
    if against := blocking(found):
        raise PreflightAgainst(reasons="；".join(against))
    return {"preflight": found}


def _items(row: Procedure, given: Mapping[str, Any], case_id: str) -> list[case_pb2.Item]:
    if given.get("pupils") is not None:
        return _of_file(row, given["pupils"], given)
    values = {key: given[key] for key in ("number", "name", *row.by_key) if given.get(key)}
    # One pupil, one item: the case's id serves for both.
    return [case_pb2.Item(item_id=case_id, values=values)]


def _of_file(row: Procedure, path: Path, given: Mapping[str, Any]) -> list[case_pb2.Item]:
    """A pupil a line, under the labels or the keys of the fields; what the command line says holds for every one.

    Raises:
        ColumnMissing: a column of number or name is not there.
    """
    keys = {"学籍号": "number", "姓名": "name"} | {field.label: field.key for field in row.fields}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        columns = {title: keys.get(title.strip(), title.strip()) for title in reader.fieldnames or ()}
        missing = [label for label, key in list(keys.items())[:2] if key not in columns.values()]
        if missing:
            raise ColumnMissing(columns="、".join(missing))
        common = {key: given[key] for key in row.by_key if given.get(key)}
        return [
            case_pb2.Item(
                item_id=str(new_uuid7()),
                values=common | {columns[title]: text for title, text in line.items() if title in columns and text},
            )
            for line in reader
        ]


def _filed(answer: plain.Plain) -> list[RenderableType]:
    shown: list[RenderableType] = [*shown_preflight(answer["preflight"]), ""] if "preflight" in answer else []
    shown.append(tables.cases([answer["case"]]))
    if answer["refused"]:
        shown.append(f"有问题、未列入本业务的学生 {len(answer['refused'])} 名：")
        shown += [
            f"{one['item_id']}：{'；'.join(found['sentence'] for found in one['findings'])}"
            for one in answer["refused"]
        ]
    return shown
