"""The ``xueji`` command line.

The modules here hold names, options and texts. What does the work is imported when a command runs, because somebody who
asks for help should not wait for gRPC.
"""

from __future__ import annotations

import typer

from console.commands import (
    adjudications,
    archives,
    audit,
    cases,
    disclosures,
    evidence,
    federation,
    figures,
    filing,
    index,
    notices,
    numbers,
    preflight,
    record,
    review,
    roster,
    rules,
    schools,
    staff,
    students,
    supervision,
    year,
)

app = typer.Typer(
    name="xueji",
    help="电子学籍：在一台机器上运行一个完整的学籍体系，并在终端里办理业务。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # its tracebacks show local values, and those may be a child's
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(federation.demo)
app.command("up")(federation.up)
app.command("portals")(federation.portals)
app.add_typer(roster.app, name="roster")
app.add_typer(cases.app, name="cases")
app.add_typer(filing.app, name="file")
app.add_typer(preflight.app, name="preflight")
app.add_typer(notices.app, name="notices")
app.add_typer(archives.app, name="archives")
app.add_typer(evidence.app, name="evidence")
app.add_typer(students.app, name="students")
app.add_typer(record.app, name="record")
app.add_typer(index.app, name="index")
app.add_typer(adjudications.app, name="adjudications")
app.add_typer(numbers.app, name="numbers")
app.add_typer(audit.app, name="audit")
app.add_typer(rules.app, name="rules")
app.add_typer(figures.app, name="figures")
app.add_typer(staff.app, name="staff")
app.add_typer(disclosures.app, name="disclosures")
app.add_typer(review.app, name="review")
app.add_typer(schools.app, name="schools")
app.add_typer(supervision.app, name="supervision")
app.add_typer(year.app, name="year")
