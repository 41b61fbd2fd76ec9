"""``xueji file``: begin a case of any procedure that a school may file. The commands are drawn from the table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from console.commands.options import AsJson, DeskName
from kernel.regulation import PROCEDURES, Field, Filer, Procedure
from kernel.regulation.transfers import TRANSFER

app = typer.Typer(help="申请业务：每种业务一条命令，填报项目见各命令的 --help", no_args_is_help=True)

CHOICES_SHOWN_MAX = 12
_Text = inspect.Parameter.KEYWORD_ONLY


def _families() -> Iterator[tuple[str, Procedure]]:
    """A command for each row that a school or a province begins; one for a family, whose rows place decides between."""
    seen: set[str] = set()
    for row in PROCEDURES.values():
        name = row.family or row.name
        if row.filer in (Filer.SCHOOL, Filer.PROVINCE) and not row.begins_record and name not in seen:
            seen.add(name)
            yield name, row


def option(annotated: Any, name: str, default: Any = "") -> inspect.Parameter:
    """An option of a command that is drawn from the table."""
    return inspect.Parameter(name, _Text, default=default, annotation=annotated)


def of_field(field: Field) -> inspect.Parameter:
    """The option for a field of a procedure, with what it may be."""
    choices = _choices(field)
    must = "" if field.required else "，可不填"
    flag = f"--{field.key.replace('_', '-')}"
    return option(Annotated[str, typer.Option(flag, metavar="内容", help=f"{field.label}{choices}{must}")], field.key)


def _choices(field: Field) -> str:
    """What a closed list offers, where it is short enough to be read."""
    labels = field.code_table.labels.values() if field.code_table else ()
    return f"（{'、'.join(labels)}）" if 0 < len(labels) <= CHOICES_SHOWN_MAX else ""


def _signature(row: Procedure) -> inspect.Signature:
    about = [
        option(Annotated[str, typer.Option("--number", metavar="学籍号", help="学生的学籍号")], "number"),
        option(Annotated[str, typer.Option("--name", metavar="姓名", help="学生的姓名")], "name"),
    ]
    other = Annotated[str, typer.Option("--from", metavar="学校标识码", help="转出（毕业、学籍所在）学校")]
    pupils = Annotated[
        Path | None,
        typer.Option(
            "--pupils", exists=True, dir_okay=False, metavar="文件", help="多名学生：CSV，表头为学籍号、姓名、各项目"
        ),
    ]
    proofs = Annotated[
        list[str] | None,
        typer.Option("--evidence", metavar="材料=文件", help="证明材料，可重复，如 居民户口簿=户口簿.jpg"),
    ]
    document = Annotated[
        str,
        typer.Option("--document", metavar="证件号", help="学生的证件号：先做转学预检，过不了的不申请；不填则不预检"),
    ]
    again = Annotated[
        str, typer.Option("--case-id", metavar="编号", help="重做一次没有得到答复的申请时，给出原来的编号")
    ]
    return inspect.Signature(
        [
            option(DeskName, "desk", inspect.Parameter.empty),
            *about,
            *map(of_field, row.fields),
            *([option(other, "releasing_school")] if row.two_sided else []),
            *([option(document, "document")] if row.family == TRANSFER else []),
            *([] if row.one_by_one else [option(pupils, "pupils", None)]),
            option(proofs, "evidence", None),
            option(again, "case_id"),
            option(AsJson, "as_json", False),
        ]
    )


def _command(name: str, row: Procedure) -> Callable[..., None]:
    def file(**given: Any) -> None:
        from console.commands import filing_work  # noqa: PLC0415 - see the package

        filing_work.file(name, row, given)

    signature = _signature(row)
    file.__signature__ = signature  # type: ignore[attr-defined]  # what the command line is drawn from
    file.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    articles = "、".join(f"第{article}条" for article in row.articles)
    title = row.title if not row.family else row.title.removeprefix("同一主管部门内")
    file.__doc__ = f"{title}（《办法》{articles}）"
    return file


for _name, _row in _families():
    app.command(_name.replace("_", "-"))(_command(_name, _row))
