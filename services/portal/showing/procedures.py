"""The procedures that a school begins, as a person looks for them: by chapter, with who decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kernel.form import ItemKind
from kernel.refusals import ProcedureUnknown
from kernel.regulation import (
    PROCEDURES,
    Filer,
    Procedure,
    Step,
    absence,
    archives,
    corrections,
    of_family,
    placement,
    protection,
    stages,
)
from kernel.regulation.transfers import TRANSFER

_CHAPTERS = (
    ("休学、复学与离校", absence.ROWS),
    ("调班、升级与安置", placement.ROWS),
    ("信息变更与更正", corrections.ROWS),
    ("毕业与升学", stages.ROWS),
    ("学籍档案与信息保护", (*archives.ROWS, *protection.ROWS)),
)

# As a school says it, whose own second person comes first.
_DECIDERS = {
    Step.IN_SCHOOL: "本校审核",
    Step.IN_AUTHORITY: "学籍主管部门核准",
    Step.IN_PREFECTURE: "市级核准",
    Step.IN_PROVINCE: "省级核准",
    Step.OUT_SCHOOL: "学籍所在学校核办",
    Step.OUT_AUTHORITY: "对方学籍主管部门核办",
    Step.OUT_PREFECTURE: "对方市级核办",
    Step.OUT_PROVINCE: "对方省级核办",
}
assert _DECIDERS.keys() == set(Step), "whoever decides has a name"


@dataclass(frozen=True)
class Offered:
    """What a person begins: a row of the table, or a family of rows between which places or packs decide.

    Attributes:
        name: as it is asked for. row: what its form is drawn from. chains: who decides, in each row of it.
    """

    name: str
    title: str
    row: Procedure
    chains: tuple[tuple[str, ...], ...]

    @property
    def knows_pupils(self) -> bool:
        """Whether its pupils are on this school's roll; otherwise they are named by number."""
        return not self.row.two_sided


@dataclass(frozen=True)
class Who:
    """What says who the pupil is, where that is typed."""

    key: str
    label: str
    kind: ItemKind = ItemKind.TEXT
    required: bool = True
    code_table: None = None
    max_length: int = 100


WHO = (Who("number", "学籍号"), Who("name", "姓名", ItemKind.NAME))
OTHER_SCHOOL = Who("releasing_school", "学籍所在（毕业）学校标识码")


def chapters() -> Iterator[tuple[str, list[Offered]]]:
    """Titles, and what a school begins of each."""
    for title, rows in _CHAPTERS:
        names = dict.fromkeys(row.family or row.name for row in rows if _of_a_school(row))
        if names:
            yield title, [offered(name) for name in names]


def offered(name: str) -> Offered:
    """What is begun under that name.

    Raises:
        ProcedureUnknown: no school begins such a thing by a form like these; transfers have pages of their own.
    """
    rows = of_family(name) or tuple(row for row in PROCEDURES.values() if row.name == name and not row.family)
    if not rows or not _of_a_school(rows[0]):
        raise ProcedureUnknown(field="procedure", procedure=name[:40])
    chains = dict.fromkeys(tuple(_DECIDERS[step] for step in row.chain) for row in rows)
    return Offered(name, rows[0].title, rows[0], tuple(chains))


def _of_a_school(row: Procedure) -> bool:
    return row.filer is Filer.SCHOOL and not row.begins_record and row.family != TRANSFER
