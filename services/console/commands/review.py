"""``xueji review``: the review of each term, class by class (Art. 24)."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName, Full

app = typer.Typer(help="学期学籍复核：开启、逐班核对、抽查、封存", no_args_is_help=True)

ReviewId = Annotated[str, typer.Argument(metavar="复核编号", help="复核编号，见 review list")]
Grade = Annotated[str, typer.Option("--grade", metavar="年级", help="如 小学一年级")]
SchoolClass = Annotated[str, typer.Option("--class", metavar="班级", help="如 1班")]
School = Annotated[str, typer.Option("--school", metavar="代码", help="主管部门查看时：哪所学校")]


@app.command("open")
def open_review(
    desk: DeskName,
    review_id: Annotated[
        str, typer.Option("--review-id", metavar="编号", help="重发没有得到答复的开启时，给出原来的编号")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """开启本学期的复核（省或学籍主管部门）：名册以此刻为准，逐级通知到学校"""
    from console.commands import review_work  # noqa: PLC0415 - see the package

    review_work.open_review(desk, review_id, as_json=as_json)


@app.command("list")
def list_reviews(desk: DeskName, as_json: AsJson = False) -> None:
    """本单位参加的各次复核"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.list_reviews(desk, as_json=as_json)


@app.command("classes")
def classes(
    review_id: ReviewId,
    desk: DeskName,
    school: School = "",
    sampled: Annotated[bool, typer.Option("--sampled", help="只看抽中的班")] = False,
    as_json: AsJson = False,
) -> None:
    """各班核对到哪一步"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.classes(desk, review_id, school, sampled=sampled, as_json=as_json)


@app.command("show")
def show(  # noqa: PLR0917 - options
    review_id: ReviewId,
    grade: Grade,
    school_class: SchoolClass,
    desk: DeskName,
    school: School = "",
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """一个班：名册、差异、每种差异应办理的业务"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.show(desk, review_work.Named(review_id, grade, school_class, school), full=full, as_json=as_json)


@app.command("answer")
def answer(  # noqa: PLR0917
    review_id: ReviewId,
    grade: Grade,
    school_class: SchoolClass,
    teacher: Annotated[str, typer.Option("--teacher", metavar="姓名", help="核对的班主任")],
    desk: DeskName,
    differences: Annotated[
        list[str] | None,
        typer.Option(
            "--difference",
            metavar="种类:姓名:学籍号:说明",
            help="人在籍不在、籍在人不在、空挂学籍、信息有误；没有学籍号的空着；可给多次，都在就不给",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """学籍管理员录入一个班的核对情况"""
    from console.commands import review_work  # noqa: PLC0415

    named = review_work.Named(review_id, grade, school_class)
    review_work.answer(desk, named, teacher, differences or [], as_json=as_json)


@app.command("confirm")
def confirm(
    review_id: ReviewId,
    grade: Grade,
    school_class: SchoolClass,
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """学校审核人确认一个班，随即上报"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.check(desk, review_work.Named(review_id, grade, school_class), confirmed=True, as_json=as_json)


@app.command("return")
def give_back(
    review_id: ReviewId,
    grade: Grade,
    school_class: SchoolClass,
    desk: DeskName,
    as_json: AsJson = False,
) -> None:
    """学校审核人退回一个班，重新核对"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.check(desk, review_work.Named(review_id, grade, school_class), confirmed=False, as_json=as_json)


@app.command("sample")
def sample(review_id: ReviewId, desk: DeskName, as_json: AsJson = False) -> None:
    """抽签决定抽查哪些班：种子由全部答复的摘要算出，谁也挑不了"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.sample(desk, review_id, as_json=as_json)


@app.command("finding")
def finding(  # noqa: PLR0917
    review_id: ReviewId,
    school: Annotated[str, typer.Option("--school", metavar="代码", help="哪所学校")],
    grade: Grade,
    school_class: SchoolClass,
    note: Annotated[str, typer.Option("--note", metavar="记录", help="看到了什么")],
    desk: DeskName,
    differs: Annotated[bool, typer.Option("--differs", help="与学校核对情况不符")] = False,
    as_json: AsJson = False,
) -> None:
    """记录抽查一个班的情况"""
    from console.commands import review_work  # noqa: PLC0415

    named = review_work.Named(review_id, grade, school_class, school)
    review_work.finding(desk, named, note, agreed=not differs, as_json=as_json)


@app.command("seal")
def seal(review_id: ReviewId, desk: DeskName, as_json: AsJson = False) -> None:
    """封存结果：签名、上报，此后的变动列入下一次复核"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.seal(desk, review_id, as_json=as_json)


@app.command("missing")
def missing(
    review_id: ReviewId,
    desk: DeskName,
    everybody: Annotated[bool, typer.Option("--all", help="已完成的也列出")] = False,
    as_json: AsJson = False,
) -> None:
    """还没有完成的学校和主管部门"""
    from console.commands import review_work  # noqa: PLC0415

    review_work.missing(desk, review_id, everybody=everybody, as_json=as_json)
