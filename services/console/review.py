"""Reviews as plain JSON values, and as tables that a registrar reads."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from chassis.rpc import office_label
from console import plain, tables
from kernel.office import Office
from kernel.review import DifferenceKind
from xueji.review.v1 import review_pb2


def review(one: review_pb2.Review) -> plain.Plain:
    return {
        "review_id": one.review_id,
        "term": one.term,
        "opened_by": one.opened_by,
        "opened_by_name": office_label(Office.parse(one.opened_by)),
        "opened_at": plain.moment(one.opened_at_ms),
        "on": one.on,
        "due_on": one.due_on,
        "sample_percent": one.sample_percent,
        "state": one.state,
        "state_title": one.state_title,
        "seed": one.seed,
        "digest": one.digest,
        "sealed_at": plain.moment(one.sealed_at_ms),
    }


def school_class(one: review_pb2.ReviewClass) -> plain.Plain:
    return {
        "school": one.school,
        "grade": one.grade,
        "grade_title": plain.grade_label(one.grade),
        "school_class": one.school_class,
        "pupils": one.pupils,
        "state": one.state,
        "state_title": one.state_title,
        "teacher": one.teacher,
        "registrar": one.registrar,
        "principal": one.principal,
        "counts": {kind.value: one.counts.get(kind.value, 0) for kind in DifferenceKind},
        "sampled": one.sampled,
        "agreed": one.agreed if one.HasField("agreed") else None,
        "note": one.note,
    }


def class_view(view: review_pb2.GetClassResponse, *, full: bool) -> plain.Plain:
    return {
        **school_class(getattr(view, "class")),
        "differences": [
            {
                "kind": one.kind,
                "kind_title": one.kind_title,
                "name": one.name,
                "number": plain.number_shown(one.number, full=full),
                "note": one.note,
                "remedies": list(one.remedies),
            }
            for one in view.differences
        ],
        "pupils": [
            {
                "number": plain.number_shown(one.number, full=full),
                "name": one.name,
                "status": one.status,
                "status_title": one.status_title,
            }
            for one in view.pupils
        ],
    }


def progress(one: review_pb2.Progress) -> plain.Plain:
    return {
        "office": one.office,
        "name": one.name,
        "classes": one.classes,
        "confirmed": one.confirmed,
        "done": one.done,
        "counts": {kind.value: one.counts.get(kind.value, 0) for kind in DifferenceKind},
        "digest": one.digest,
    }


def review_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("复核编号", "学期", "开启单位", "名册日期", "期限", "状态", "封存摘要")
    table.columns[0].no_wrap = True  # it is copied into the next command
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        table.add_row(
            *(row[key] for key in ("review_id", "term", "opened_by_name", "on", "due_on", "state_title", "digest"))
        )
    tables.say_what_is_left_out(table, len(rows))
    return table


def class_table(rows: Sequence[plain.Plain]) -> Table:
    kinds = [kind.label for kind in DifferenceKind]
    table = tables.new_table("学校", "年级", "班级", "应到", "状态", "班主任", *kinds, "抽查")
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        seen = {None: "抽中，待查" if row["sampled"] else "", True: "相符", False: f"不符：{row['note']}"}
        table.add_row(
            *(str(row[key]) for key in ("school", "grade_title", "school_class", "pupils", "state_title", "teacher")),
            *(str(row["counts"][kind.value] or "") for kind in DifferenceKind),
            seen[row["agreed"]],
        )
    tables.say_what_is_left_out(table, len(rows))
    return table


def difference_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("差异", "姓名", "学籍号", "说明", "应办理")
    for row in rows:
        table.add_row(*(row[key] for key in ("kind_title", "name", "number", "note")), "、".join(row["remedies"]))
    return table


def pupil_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("学籍号", "姓名", "状态")
    for row in rows:
        table.add_row(*(row[key] for key in ("number", "name", "status_title")))
    return table


def progress_table(rows: Sequence[plain.Plain]) -> Table:
    table = tables.new_table("单位", "名称", "班级", "已核对", "完成", *(kind.label for kind in DifferenceKind))
    for row in rows[: tables.ROWS_SHOWN_MAX]:
        table.add_row(
            *(str(row[key]) for key in ("office", "name", "classes", "confirmed")),
            "是" if row["done"] else "否",
            *(str(row["counts"][kind.value] or "") for kind in DifferenceKind),
        )
    tables.say_what_is_left_out(table, len(rows))
    return table
