"""The printed trail (学籍变动记录), for a petition or a court: plain text in lines that an A4 page holds.

Each entry ends with a check code (校验码), which covers it and all before it. Whoever asks the province again, however
much later, reads the same code at the same entry, unless the trail is not what it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from chassis.rpc import office_label
from console.plain import Plain, moment
from console.records import change_lines, remarks
from kernel.measures import TITLE
from kernel.office import Identity

COLUMNS = 78  # halves of a Chinese character, at 10 points between the margins of A4
_INDENT = "　　"


def trail_form(answer: Plain, *, printed_at: int, printed_by: Identity) -> str:
    """The whole trail as text.

    Args:
        answer: ``records.history``; numbers in it are masked or not, and so they are printed.
        printed_at: milliseconds since 1970-01-01 UTC.
    """
    lines = list(_head(answer, printed_at=printed_at, printed_by=printed_by))
    for entry in answer["entries"]:
        lines += ["", *_entry(entry)]
    lines += ["", _rule(), *_tail(answer)]
    return "\n".join(folded for line in lines for folded in _folded(line)) + "\n"


def _head(answer: Plain, *, printed_at: int, printed_by: Identity) -> Iterator[str]:
    record = answer["record"]
    title = "学籍变动记录"
    yield " " * ((COLUMNS - cell_len(title)) // 2) + title
    yield _rule()
    yield f"学籍号：{record['number']}"
    if record["aliases"]:
        yield f"曾用学籍号：{'、'.join(record['aliases'])}"
    yield f"姓　名：{record['values'].get('name', '')}"
    yield f"现学校：{record['school']}　　现状态：{record['status_title']}"
    yield f"打印时间：{moment(printed_at)[:19]}（北京时间）"
    yield f"打印单位：{office_label(printed_by.office)}　　打印人：{printed_by.person}"
    yield f"说　明：依据均指《{TITLE}》；记录只增不改，更正以新记录撤回原记录"
    if "*" in record["number"]:
        yield f"{_INDENT}　　学籍号和证件号已部分隐去"
    yield _rule()


def _entry(entry: Plain) -> Iterator[str]:
    yield f"第 {entry['version']} 条　{entry['procedure_title']}"
    for remark in remarks(entry):
        yield f"{_INDENT}{remark}"
    yield f"{_INDENT}记录时间：{entry['recorded_at']}　　生效日期：{entry['effective_on']}"
    yield f"{_INDENT}办理单位：{entry['office_name']}（{entry['office']}）"
    yield f"{_INDENT}办 理 人：{entry['person'] or '系统未记录'}"
    yield f"{_INDENT}业务编号：{entry['case_id']}"
    yield f"{_INDENT}依　　据：{'、'.join(entry['clauses'])}　　规则：{entry['rule_pack'] or '—'}"
    yield f"{_INDENT}理　　由：{entry['reason'] or '—'}"
    for document in entry["evidence"]:
        yield f"{_INDENT}证明材料：{document}"
    if entry["changes"]:
        yield f"{_INDENT}变动内容："
        yield from (f"{_INDENT}{_INDENT}{line}" for line in change_lines(entry))
    else:
        yield f"{_INDENT}变动内容：无"
    yield f"{_INDENT}校 验 码：{entry['digest']}"


def _tail(answer: Plain) -> Iterator[str]:
    count = len(answer["entries"])
    yield f"以上共 {count} 条。第 {count} 条的校验码涵盖全部 {count} 条："
    yield answer["digest"]
    yield "核对办法：向保管该学籍的省级学籍数据中心重新查询，同一条的校验码应与本件相同。"


def _rule() -> str:
    return "─" * COLUMNS


def _folded(line: str) -> Iterator[str]:
    """The line in pieces that the page holds; those after the first stand under the text of the first."""
    indent = line[: len(line) - len(line.lstrip("　 "))] + _INDENT
    piece = ""
    for character in line:
        if cell_len(piece + character) > COLUMNS:
            yield piece
            piece = indent
        piece += character
    yield piece
