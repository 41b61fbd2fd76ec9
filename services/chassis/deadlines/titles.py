"""What people call a procedure and a step; what an office with a newer program names keeps its name."""

from __future__ import annotations

from kernel.refusals import ProcedureUnknown
from kernel.regulation import Step, procedure


def procedure_title(name: str) -> str:
    try:
        return procedure(name).title
    except ProcedureUnknown:
        return name


def step_title(name: str) -> str:
    return Step(name).label if name in list(Step) else name
