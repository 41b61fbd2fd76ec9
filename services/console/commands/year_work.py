"""What ``xueji year`` does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from console import plain, tables
from console.commands.asking import ask, progress_bar, refuse
from console.desk import PAGE_SIZE, Desk
from kernel.packs import Frozen
from kernel.promotion import Blocker
from kernel.refusals import Refusal
from kernel.stages import Stage
from xueji.year.v1 import year_pb2

_RUNS_SHOWN = 20
_ROWS_SHOWN_MAX = 50


def rehearse(desk: str, school: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer: plain.Plain = {"blocked": []}
        token = ""
        while True:
            page: year_pb2.RehearseResponse = await opened.year.Rehearse(
                year_pb2.RehearseRequest(school=school, page_size=PAGE_SIZE, page_token=token)
            )
            if not token:
                answer |= {"go_up": page.go_up, "stay": _counts(page.stay)}
            answer["blocked"] += [_blocked(one, full=full) for one in page.blocked]
            token = page.next_page_token
            if not token:
                return answer

    def show(answer: plain.Plain) -> list[RenderableType]:
        told = [f"将升级 {answer['go_up']} 人"]
        told += [f"{Blocker(why).label} {count} 人" for why, count in answer["stay"].items()]
        return [Text("；".join(told)), _blocked_table(answer["blocked"])]

    ask(desk, question, as_json=as_json, show=show)


def promote(desk: str, year: int, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        run = year_pb2.Run()
        with progress_bar("所学校", hidden=as_json) as bar:
            task = bar.add_task(f"{year} 年升级", total=None)
            async for news in opened.year.Promote(year_pb2.PromoteRequest(year=year)):
                run = news.run
                bar.update(task, total=run.schools, completed=run.schools_done)
        return _run(run)

    ask(desk, question, as_json=as_json, show=lambda answer: [_runs_table([answer])])


def undo_class(desk: str, year: int, school: str, grade: str, school_class: str, *, reason: str, as_json: bool) -> None:
    try:
        code = plain.grade_code(grade)
    except Refusal as no:
        refuse(no, as_json=as_json)

    async def question(opened: Desk) -> plain.Plain:
        answer: year_pb2.UndoClassResponse = await opened.year.UndoClass(
            year_pb2.UndoClassRequest(year=year, school=school, grade=code, school_class=school_class, reason=reason)
        )
        return {"pupils": answer.undone.pupils, "left": answer.left}

    def show(answer: plain.Plain) -> list[RenderableType]:
        said = f"退回 {answer['pupils']} 人"
        if answer["left"]:
            said += f"；另有 {answer['left']} 人此后已有变动或未随班升级，保持不变，需要时逐人更正"
        return [Text(said)]

    ask(desk, question, as_json=as_json, show=show)


class Asked(NamedTuple):
    """A plan to be set; without a school, the plans of the year are shown."""

    school: str
    year: int
    stage: str
    places: int


def plan(desk: str, asked: Asked, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        if asked.school:
            told = year_pb2.Plan(school=asked.school, year=asked.year, stage=asked.stage, places=asked.places)
            return {"plans": [_plan(await opened.year.SetPlan(year_pb2.SetPlanRequest(plan=told)))]}
        found: list[plain.Plain] = []
        token = ""
        while True:
            page: year_pb2.ListPlansResponse = await opened.year.ListPlans(
                year_pb2.ListPlansRequest(year=asked.year, page_size=PAGE_SIZE, page_token=token)
            )
            found += [_plan(one) for one in page.plans]
            token = page.next_page_token
            if not token:
                return {"plans": found}

    def show(answer: plain.Plain) -> list[RenderableType]:
        table = tables.new_table("学校", "年份", "学段", "招生规模", "已入学")
        for one in answer["plans"]:
            stage = Stage(one["stage"]).label
            table.add_row(one["school"], str(one["year"]), stage, str(one["places"]), str(one["entered"]))
        return [table]

    ask(desk, question, as_json=as_json, show=show)


def runs(desk: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        page: year_pb2.ListRunsResponse = await opened.year.ListRuns(year_pb2.ListRunsRequest(page_size=_RUNS_SHOWN))
        return {"runs": [_run(run) for run in page.runs]}

    ask(desk, question, as_json=as_json, show=lambda answer: [_runs_table(answer["runs"])])


def blockers(desk: str, *, full: bool, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer: plain.Plain = {"blocked": []}
        token = ""
        while True:
            page: year_pb2.ListBlockersResponse = await opened.year.ListBlockers(
                year_pb2.ListBlockersRequest(page_size=PAGE_SIZE, page_token=token)
            )
            answer |= {
                "promotion_on": page.promotion_on,
                "cleared_on": page.cleared_on,
                "freezes": [{"what": one.what, "from": one.from_day, "to": one.to_day} for one in page.freezes],
            }
            answer["blocked"] += [_blocked(one, full=full) for one in page.blocked]
            token = page.next_page_token
            if not token:
                return answer

    def show(answer: plain.Plain) -> list[RenderableType]:
        frozen = [f"{one['from']}至{one['to']}暂停{Frozen[one['what'].upper()].label}" for one in answer["freezes"]]
        days = [f"升级日 {answer['promotion_on']} 24 时", f"毕业年级在办业务清理日 {answer['cleared_on']}"]
        return [Text("；".join([*days, *frozen])), _blocked_table(answer["blocked"])]

    ask(desk, question, as_json=as_json, show=show)


def _blocked(one: year_pb2.Blocked, *, full: bool) -> plain.Plain:
    return {
        "number": plain.number_shown(one.number, full=full),
        "name": one.name,
        "school": one.school,
        "grade": one.grade,
        "school_class": one.school_class,
        "blocker": one.blocker,
        "blocker_title": Blocker(one.blocker).label,
    }


def _counts(counts: Iterable[year_pb2.Count]) -> dict[str, int]:
    return {one.blocker: one.pupils for one in counts}


def _plan(one: year_pb2.SetPlanResponse) -> plain.Plain:
    said = one.plan
    return {
        "school": said.school,
        "year": said.year,
        "stage": said.stage,
        "places": said.places,
        "entered": one.entered,
    }


def _run(run: year_pb2.Run) -> plain.Plain:
    return {
        "year": run.year,
        "effective_on": run.effective_on,
        "finished": bool(run.finished_at_ms),
        "schools": run.schools,
        "schools_done": run.schools_done,
        "promoted": run.promoted,
        "stayed": _counts(run.stayed),
        "undone": [
            {"school": one.school, "grade": one.grade, "school_class": one.school_class, "pupils": one.pupils}
            for one in run.undone
        ],
    }


def _blocked_table(rows: list[plain.Plain]) -> RenderableType:
    table = tables.new_table("学校", "年级", "班级", "姓名", "学籍号", "原因")
    for row in rows[:_ROWS_SHOWN_MAX]:
        table.add_row(
            row["school"],
            plain.grade_label(row["grade"]),
            row["school_class"],
            row["name"],
            row["number"],
            row["blocker_title"],
        )
    if len(rows) > _ROWS_SHOWN_MAX:
        table.caption = f"共 {len(rows)} 人，只显示前 {_ROWS_SHOWN_MAX} 人；用 --json 看全部"
    return table


def _runs_table(rows: list[plain.Plain]) -> RenderableType:
    table = tables.new_table("年份", "生效", "学校", "升级", "未升级", "退回的班", "状态")
    for row in rows:
        table.add_row(
            str(row["year"]),
            row["effective_on"],
            f"{row['schools_done']}/{row['schools']}",
            str(row["promoted"]),
            "；".join(f"{Blocker(why).label} {count}" for why, count in row["stayed"].items()),
            "；".join(
                f"{one['school']} {plain.grade_label(one['grade'])}{one['school_class']}" for one in row["undone"]
            ),
            "已完成" if row["finished"] else "进行中",
        )
    return table
