"""The regulation as a table: one row per procedure (业务) that may write to a student's record.

The county's queue, the desk's forms, the deadline clock, supervision and the printed documentation all read this one
table. Adding a procedure is adding a row here and an effect in ``kernel.effects``. What a province may change of it is
not here but in its rule pack (``kernel.packs``).
"""

from __future__ import annotations

from kernel.refusals import ProcedureUnknown
from kernel.regulation import (
    absence,
    archives,
    corrections,
    enrolment,
    placement,
    problems,
    protection,
    stages,
    transfers,
)
from kernel.regulation.procedure import Field, Filer, Procedure, Step

__all__ = [
    "ITEMS_PER_CASE_MAX",
    "OF_THE_NATION",
    "PROCEDURES",
    "SEALED",
    "Field",
    "Filer",
    "Procedure",
    "Step",
    "of_family",
    "procedure",
]

ITEMS_PER_CASE_MAX = 2_000  # an intake of 2,000 is one case; a larger one is several

PROCEDURES: dict[str, Procedure] = {
    row.name: row
    for chapter in (enrolment, corrections, problems, protection, transfers, placement, absence, stages, archives)
    for row in chapter.ROWS
}


OF_THE_NATION = frozenset(row.name for row in PROCEDURES.values() if row.filer is Filer.NATION)
"""What hubs carry out on the nation's word, and nobody below takes back."""
SEALED = frozenset(row.name for row in PROCEDURES.values() if row.sealed)
"""What is shown to those who decide it, and of the others only to those who filed it."""


def procedure(name: str) -> Procedure:
    """The row of that name.

    Raises:
        ProcedureUnknown: the table has no such row.
    """
    if name not in PROCEDURES:
        raise ProcedureUnknown(field="procedure", procedure=name[:40])
    return PROCEDURES[name]


def of_family(name: str) -> tuple[Procedure, ...]:
    """The rows between which place decides, e.g. those of ``transfer``; empty where the name is no family's."""
    return tuple(row for row in PROCEDURES.values() if row.family == name)
