"""``xueji staff``: who keeps students' status, trained first and on duty then (Article 23)."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.options import AsJson, DeskName

app = typer.Typer(help="学籍管理员：提名、培训、上岗、交接、代理、离岗、报送", no_args_is_help=True)

RoleName = Annotated[
    str,
    typer.Option(
        "--role", metavar="岗位", help="registrar 学籍管理员，principal 学校审核人，officer 主管部门学籍管理员"
    ),
]
Person = Annotated[str, typer.Option("--person", metavar="人员编号", help="岗位证书上的人员编号，如 r002")]
OfficeBelow = Annotated[str, typer.Option("--office", metavar="单位", help="下一级单位，如 school/2141000001")]
OfficeOrOwn = Annotated[
    str, typer.Option("--office", metavar="单位", help="下一级单位，如 school/2141000001；不写为本单位")
]
Day = Annotated[str, typer.Option("--day", metavar="日期", help="如 2026-09-01")]
EntryId = Annotated[
    str, typer.Option("--entry-id", metavar="编号", help="重发一次没有得到答复的登记时，给出原来的编号")
]


@app.command("list")
def list_staff(
    desk: DeskName,
    office: OfficeOrOwn = "",
    below: Annotated[bool, typer.Option("--below", help="所有下一级单位")] = False,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="看哪一天的情况；不写为今天")] = "",
    as_json: AsJson = False,
) -> None:
    """学籍管理员名单：谁受过培训，谁在岗"""
    from console.commands import staff_work  # noqa: PLC0415 - see the package

    staff_work.list_staff(desk, office, on, below=below, as_json=as_json)


@app.command("turnover")
def turnover(
    desk: DeskName,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="到哪一天为止的十二个月；不写为今天")] = "",
    as_json: AsJson = False,
) -> None:
    """各下一级单位十二个月内的人员变动（相对稳定）"""
    from console.commands import staff_work  # noqa: PLC0415

    staff_work.turnover(desk, on, as_json=as_json)


@app.command("propose")
def propose(  # noqa: PLR0917 - each is an option, named on the command line
    role: RoleName,
    person: Person,
    name: Annotated[str, typer.Option("--name", metavar="姓名", help="姓名")],
    day: Day,
    desk: DeskName,
    office: OfficeOrOwn = "",
    phone: Annotated[str, typer.Option("--phone", metavar="电话", help="联系电话")] = "",
    entry_id: EntryId = "",
    as_json: AsJson = False,
) -> None:
    """提名一位学籍管理员，基本信息同时报送上一级；单位的第一位由上一级提名"""
    from console.commands import staff_work  # noqa: PLC0415

    said = staff_work.Said("proposed", office, role, person, day, name=name, phone=phone)
    staff_work.enter(desk, said, entry_id, as_json=as_json)


@app.command("train")
def train(  # noqa: PLR0917 - each is an option, named on the command line
    office: OfficeBelow,
    role: RoleName,
    person: Person,
    course: Annotated[str, typer.Option("--course", metavar="课程", help="培训课程")],
    certificate: Annotated[str, typer.Option("--certificate", metavar="证书号", help="培训证书号")],
    issued_by: Annotated[str, typer.Option("--issued-by", metavar="单位", help="发证单位")],
    day: Day,
    desk: DeskName,
    until: Annotated[str, typer.Option("--until", metavar="日期", help="有效期至；长期有效则不写")] = "",
    entry_id: EntryId = "",
    as_json: AsJson = False,
) -> None:
    """登记培训合格（上一级办理）"""
    from console.commands import staff_work  # noqa: PLC0415

    said = staff_work.Said(
        "trained", office, role, person, day, until=until, course=course, certificate=certificate, issued_by=issued_by
    )
    staff_work.enter(desk, said, entry_id, as_json=as_json)


@app.command("appoint")
def appoint(  # noqa: PLR0917 - each is an option, named on the command line
    office: OfficeBelow,
    role: RoleName,
    person: Person,
    day: Day,
    desk: DeskName,
    entry_id: EntryId = "",
    as_json: AsJson = False,
) -> None:
    """准予从某日起上岗（上一级办理）；须先培训"""
    from console.commands import staff_work  # noqa: PLC0415

    staff_work.enter(desk, staff_work.Said("appointed", office, role, person, day), entry_id, as_json=as_json)


@app.command("hand-over")
def hand_over(  # noqa: PLR0917 - each is an option, named on the command line
    office: OfficeBelow,
    role: RoleName,
    leaving: Annotated[str, typer.Option("--from", metavar="人员编号", help="交出岗位的人")],
    person: Annotated[str, typer.Option("--to", metavar="人员编号", help="接任的人，须先培训")],
    day: Day,
    desk: DeskName,
    entry_id: EntryId = "",
    as_json: AsJson = False,
) -> None:
    """岗位交接（上一级办理）：前任到前一日离岗，接任者当日上岗，在办业务随岗位移交"""
    from console.commands import staff_work  # noqa: PLC0415

    said = staff_work.Said("appointed", office, role, person, day, taken_over_from=leaving)
    staff_work.enter(desk, said, entry_id, as_json=as_json)


@app.command("deputy")
def deputy(  # noqa: PLR0917 - each is an option, named on the command line
    office: OfficeBelow,
    role: RoleName,
    person: Person,
    stands_in_for: Annotated[str, typer.Option("--for", metavar="人员编号", help="代理何人")],
    day: Day,
    until: Annotated[str, typer.Option("--until", metavar="日期", help="代理到哪一天为止")],
    desk: DeskName,
    entry_id: EntryId = "",
    as_json: AsJson = False,
) -> None:
    """临时代理（上一级办理）；代理人也须先培训"""
    from console.commands import staff_work  # noqa: PLC0415

    said = staff_work.Said("deputised", office, role, person, day, until=until, deputy_for=stands_in_for)
    staff_work.enter(desk, said, entry_id, as_json=as_json)


@app.command("leave")
def leave(  # noqa: PLR0917 - each is an option, named on the command line
    office: OfficeBelow,
    role: RoleName,
    person: Person,
    day: Day,
    desk: DeskName,
    entry_id: EntryId = "",
    as_json: AsJson = False,
) -> None:
    """离岗（上一级办理）：--day 是最后在岗的一天"""
    from console.commands import staff_work  # noqa: PLC0415

    staff_work.enter(desk, staff_work.Said("left", office, role, person, day), entry_id, as_json=as_json)


@app.command("report")
def report(desk: DeskName, as_json: AsJson = False) -> None:
    """把本单位学籍管理员的基本信息报送上一级"""
    from console.commands import staff_work  # noqa: PLC0415

    staff_work.report(desk, as_json=as_json)
