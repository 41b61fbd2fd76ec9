"""Notices as plain JSON values, and as tables that a registrar reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table

from chassis.record_wire import entry_to_message, record_to_message
from chassis.rpc import office_label
from console import plain, records, tables
from kernel.handover import unpacked
from kernel.measures import CLAUSES, citation
from kernel.notice import CONTENT_LABELS
from kernel.office import Office
from kernel.refusals import NoArchiveInside
from kernel.trail import trail
from xueji.notice.v1 import notice_pb2


def notice(summary: notice_pb2.NoticeSummary) -> plain.Plain:
    return {
        "notice_id": summary.notice_id,
        "kind": summary.kind,
        "kind_title": summary.kind_title,
        "from_office": summary.from_office,
        "from_name": office_label(Office.parse(summary.from_office)),
        "to_office": summary.to_office,
        "to_name": office_label(Office.parse(summary.to_office)),
        "at": plain.moment(summary.at_ms),
        "recorded_at": plain.moment(summary.recorded_at_ms),
        "subject": summary.subject,
        "due_on": summary.due_on,
        "wants_receipt": summary.wants_receipt,
        "state": summary.state,
        "state_title": summary.state_title,
    }


def notice_view(view: notice_pb2.GetNoticeResponse, *, full: bool) -> plain.Plain:
    return {
        **notice(view.summary),
        "clauses": list(view.clauses),
        "citations": [citation(clause) for clause in view.clauses if clause in CLAUSES],
        "lines": [
            {
                "key": line.key,
                "label": line.label,
                "values": [_shown(line.key, text, full=full) for text in line.values],
                "records": [
                    {cell.label: _shown(cell.key, cell.value, full=full) for cell in record.cells}
                    for record in line.records
                ],
            }
            for line in view.lines
        ],
        "receipts": [
            {
                "stage": receipt.stage,
                "stage_title": receipt.stage_title,
                "office": receipt.office,
                "office_name": office_label(Office.parse(receipt.office)),
                "at": plain.moment(receipt.at_ms),
                "person": receipt.person,
                "answer": receipt.answer,
                "refusal": plain.refusal(receipt.refusal) if receipt.HasField("refusal") else None,
            }
            for receipt in view.receipts
        ],
    }


def notice_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("编号", "种类", "发文单位", "收文单位", "发文时间", "期限", "状态")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        state = row["state_title"] + ("（须签收）" if row["wants_receipt"] and row["state"] == "delivered" else "")
        table.add_row(
            *(row[key] for key in ("notice_id", "kind_title", "from_name", "to_name")),
            row["at"][:16],
            row["due_on"],
            state,
        )
    tables.say_what_is_left_out(table, len(rows))
    return table


def line_table(rows: Iterable[plain.Plain]) -> Table:
    """What a notice says; a record of a list is one line."""
    table = tables.new_table("项目", "内容")
    for row in rows:
        told = [
            *row["values"],
            *("，".join(f"{label} {text}" for label, text in one.items()) for one in row["records"]),
        ]
        table.add_row(row["label"], "\n".join(told))
    return table


def receipt_table(rows: Iterable[plain.Plain]) -> Table:
    table = tables.new_table("回执", "单位", "时间", "签收人", "答复或原因")
    for row in rows:
        why = row["refusal"]["sentence"] if row["refusal"] else row["answer"]
        table.add_row(row["stage_title"], row["office_name"], row["at"], row["person"], why)
    return table


def as_text(shown: plain.Plain) -> str:
    """A notice as it is printed and sent on paper: to an office that has no node, such as a township's government.

    The addressee is the one that it asks to forward to, where it names one.
    """
    told = [line for line in sorted(shown["lines"], key=_place_of_line) if line["key"] not in _NOT_PRINTED]
    addressees = next((line["values"] for line in shown["lines"] if line["key"] == "forward_to"), [shown["to_name"]])
    year, month, day = shown["at"][:10].split("-")
    return "\n".join(
        [
            shown["kind_title"],
            f"编号：{shown['notice_id']}",
            "",
            f"{'、'.join(addressees)}：",
            *(text for line in told for text in _paragraphs(line)),
            "",
            *([f"依据：《办法》{'、'.join(shown['citations'])}"] if shown["citations"] else []),
            *([f"期限：{shown['due_on']}"] if shown["due_on"] else []),
            f"发文单位：{shown['from_name']}",
            f"{year}年{int(month)}月{int(day)}日",
        ]
    )


# A signed content knows no order; on paper the things stand as the list of them does.
_PLACE_OF_KEY = {key: place for place, key in enumerate(CONTENT_LABELS)}
_PLACE_OF_LABEL = {label: place for place, label in enumerate(CONTENT_LABELS.values())}
_NOT_PRINTED = {"forward_to", "school"}  # the addressee stands above; of a school its name is printed


def _place_of_line(line: plain.Plain) -> int:
    return _PLACE_OF_KEY.get(line["key"], len(_PLACE_OF_KEY))


def _place_of_cell(cell: tuple[str, str]) -> int:
    return _PLACE_OF_LABEL.get(cell[0], len(_PLACE_OF_LABEL))


def _paragraphs(line: plain.Plain) -> list[str]:
    """A list's records item by item, each under its number; anything else in one line."""
    if not line["records"]:
        text = "；".join(line["values"])
        return [f"    {text}" if line["key"] == "text" else f"    {line['label']}：{text}"]
    shown = [f"    {line['label']}："]
    for place, record in enumerate(line["records"], start=1):
        cells = sorted(record.items(), key=_place_of_cell)
        shown.append(f"    {place}. " + "，".join(f"{label}：{text}" for label, text in cells))
    return shown


def archive_in(view: notice_pb2.GetNoticeResponse, *, full: bool) -> plain.Plain:
    """The archive that came with a notice: its record and whole history, found to be what the digest names.

    Raises:
        NoArchiveInside: none came with it. ArchiveCorrupt: it is another than the notice says.
    """
    said = {line.key: line.values[0] for line in view.lines if line.values}
    if not said.get("archive"):
        raise NoArchiveInside(field="archive")
    archive = unpacked(said["archive"], digest=said["archive_digest"])
    entries = [entry_to_message(entry) for entry in trail(archive.history)]
    answer = records.history(record_to_message(archive.student), entries, full=full)
    return {**answer, "record": {**answer["record"], "custody": ""}, "archive_digest": archive.digest}


def _shown(key: str, text: str, *, full: bool) -> str:
    if key == "archive":
        return "随函转交（xueji notices archive 查看）"
    return plain.values({key: text}, full=full)[key]
