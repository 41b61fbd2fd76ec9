"""The roster (花名册): many pupils' forms in one worksheet, a row each, as a school fills them in.

The columns are the national form's, in any order and under any of the headers seen in practice. Pure: rows come in as
numbers and cells, results go out one by one, and what is remembered between rows is a digest of each pupil's identity.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from itertools import chain

from kernel.documents import document_of
from kernel.form import ITEMS, REQUIRED, Item, ItemKind, by_label, check_values, item
from kernel.identity import DocumentKind
from kernel.names import fold_width
from kernel.refusals import ColumnMissing, ColumnRepeated, DuplicateInWorkbook, NumericIdLostDigits, Refusal
from kernel.school import SchoolCategory
from kernel.stages import SchoolSystem, Stage

ROSTER_SHEET = "学生基本信息"
HEADER_ROW_MAX = 5  # a title, a unit, a date and a note may stand above the header

Cell = str | int | float | bool | date | datetime | None

_NUMBER_LOST_FROM = 10**15  # a spreadsheet keeps fifteen digits
_POSTCODE_DIGITS = 6
_TOLERATED = frozenset({"序号", "学籍号", "行号", "备注", "错误说明"})
_DIGEST_BYTES = 16
_TEXT_MARK = re.compile(r"^['‘’＇](?=.)")  # typed, or put there by an export, to keep a value from being a formula


@dataclass(frozen=True)
class Layout:
    """Where the items stand.

    Attributes:
        header_row: the row of the header, 1-based as people count.
        columns: item key to the 0-based position in a row.
        unknown: headers that name no item; their columns are not read, and the registrar is told.
    """

    header_row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class RowResult:
    """One pupil's row, read and checked.

    Attributes:
        row: its number in the sheet, 1-based.
        values: normalised, by item key; of a faulty row, those that could be read.
        findings: everything wrong with it, each with its item as ``field`` and this row as ``row``.
        written: what stands in it, as text by item key.
    """

    row: int
    values: dict[str, str]
    findings: tuple[Refusal, ...]
    written: dict[str, str]

    @property
    def to_mend(self) -> dict[str, str]:
        """What a person is shown who puts it right: in the form's spelling where it could be read."""
        return {**self.written, **self.values}


@dataclass(frozen=True)
class TemplateColumn:
    """One column of an empty roster; ``width`` in characters, ``allowed`` what its drop-down offers."""

    label: str
    width: int
    allowed: tuple[str, ...]
    required: bool


# Where a school has one stage alone, 一年级 says which grade is meant; a junior school may be 九年一贯制.
_STAGES = {
    SchoolCategory.PRIMARY: Stage.PRIMARY,
    SchoolCategory.SPECIAL: Stage.SPECIAL,
}


def only_stage(category: SchoolCategory) -> Stage | None:
    """The one stage that such a school teaches; None if it may teach several."""
    return _STAGES.get(category)


def roster_template_columns() -> tuple[TemplateColumn, ...]:
    """The empty roster: the 72 columns in the form's order."""
    return tuple(
        TemplateColumn(label=one.label, width=_width(one), allowed=_allowed(one), required=one.required)
        for one in ITEMS
    )


def find_layout(rows: Iterable[tuple[int, Sequence[Cell]]], *, required: Collection[str] | None = None) -> Layout:
    """The layout that a header among the first ``HEADER_ROW_MAX`` rows declares; no further row is taken.

    Raises:
        ColumnMissing: columns of required items are not there, all of them named.
        ColumnRepeated: two columns name one item.
    """
    needed = REQUIRED if required is None else required
    best: tuple[int, Sequence[Cell]] = (0, ())
    most = 0
    for number, cells in rows:
        if number > HEADER_ROW_MAX:
            break
        recognised = sum(isinstance(cell, str) and by_label(cell) is not None for cell in cells)
        if recognised > most:
            best, most = (number, cells), recognised
        if number == HEADER_ROW_MAX:
            break
    layout = _layout(*best)
    missing = [one.label for one in ITEMS if one.key in needed and one.key not in layout.columns]
    if missing:
        raise ColumnMissing(columns="、".join(missing))
    return layout


def row_values(layout: Layout, cells: Sequence[Cell]) -> tuple[dict[str, str], list[Refusal]]:
    """What stands in a row, as text by item key, and the findings that only the cells' types show.

    Spelling is not judged here: ``kernel.form.check_values`` does that, for workbooks and for forms alike.
    """
    values: dict[str, str] = {}
    findings: list[Refusal] = []
    for key, position in layout.columns.items():
        cell = cells[position] if position < len(cells) else None
        one = item(key)
        if _lost_digits(cell):
            findings.append(NumericIdLostDigits(field=key, label=one.label))
            continue
        text = _text(one, cell)
        if text:
            values[key] = text
    return values, findings


def check_roster(
    rows: Iterable[tuple[int, Sequence[Cell]]],
    *,
    on: date,
    required: Collection[str] | None = None,
    system: SchoolSystem = SchoolSystem.SIX_THREE,
    stage: Stage | None = None,
) -> Iterator[RowResult]:
    """Check a whole roster as a stream: ``begin_roster``, then ``check_rows``.

    Raises:
        ColumnMissing, ColumnRepeated: before the first result.
    """
    layout, below = begin_roster(rows, required=required)
    yield from check_rows(layout, below, on=on, required=required, system=system, stage=stage)


def begin_roster(
    rows: Iterable[tuple[int, Sequence[Cell]]], *, required: Collection[str] | None = None
) -> tuple[Layout, Iterator[tuple[int, Sequence[Cell]]]]:
    """The layout of a roster, and the rows below its header, still unread.

    Args:
        rows: ``(number, cells)`` from the first row of the sheet on; blank rows may be left out.

    Raises:
        ColumnMissing, ColumnRepeated.
    """
    remaining = iter(rows)
    top: list[tuple[int, Sequence[Cell]]] = []
    for row in remaining:
        top.append(row)
        if row[0] >= HEADER_ROW_MAX:
            break
    layout = find_layout(top, required=required)
    return layout, chain((row for row in top if row[0] > layout.header_row), remaining)


def check_rows(
    layout: Layout,
    rows: Iterable[tuple[int, Sequence[Cell]]],
    *,
    on: date,
    required: Collection[str] | None = None,
    system: SchoolSystem = SchoolSystem.SIX_THREE,
    stage: Stage | None = None,
) -> Iterator[RowResult]:
    """Check the rows below the header as a stream, one result for each that is not blank.

    Args:
        on: the day of the check. required, system, stage: see ``kernel.form.check_values``.
    """
    first_rows: dict[bytes, int] = {}
    for number, cells in rows:
        written, of_types = row_values(layout, cells)
        if not written and not of_types:
            continue
        values, of_values = check_values(written, on=on, required=required, system=system, stage=stage)
        reported = {finding.field for finding in of_types}
        findings = [*of_types, *(finding for finding in of_values if finding.field not in reported)]
        findings.extend(_repeats(first_rows, number, values))
        for finding in findings:
            finding.row = number
        yield RowResult(row=number, values=values, findings=tuple(findings), written=written)


def _layout(number: int, cells: Sequence[Cell]) -> Layout:
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for position, cell in enumerate(cells):
        header = fold_width(cell) if isinstance(cell, str) else ""
        if not header:
            continue
        one = by_label(header)
        if one is None:
            if header.strip("★* ") not in _TOLERATED:
                unknown.append(header)
        elif one.key in columns:
            raise ColumnRepeated(field=one.key, label=one.label)
        else:
            columns[one.key] = position
    return Layout(header_row=number, columns=columns, unknown=tuple(unknown))


def _lost_digits(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _NUMBER_LOST_FROM


def _text(one: Item, cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case str():
            return _TEXT_MARK.sub("", fold_width(cell))
        case datetime() | date():
            return f"{cell:%Y%m}" if one.kind is ItemKind.MONTH else f"{cell:%Y%m%d}"
        case int() | float():
            return _number_text(one, cell)


def _number_text(one: Item, number: float) -> str:
    text = str(int(number)) if float(number).is_integer() else repr(number)
    # A number has no leading zeros: Hohhot's 010020 arrives as 10020.
    return text.zfill(_POSTCODE_DIGITS) if one.kind is ItemKind.POSTCODE else text


def _repeats(first_rows: dict[bytes, int], number: int, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Art. 6: one pupil, one row. Remembers the row's digest."""
    identity = _identity(values)
    if identity is None:
        return
    field, text = identity
    digest = blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest()
    first_row = first_rows.setdefault(digest, number)
    if first_row != number:
        yield DuplicateInWorkbook(field=field, first_row=first_row)


def _identity(values: Mapping[str, str]) -> tuple[str, str] | None:
    """The item and the text that tell this pupil from the others of the sheet; None if too little is known.

    Without a document number, a pupil of the same name, birth date, sex and first guardian is the same one: twins
    have different names.
    """
    kind, document = values.get("document_kind"), document_of(values)
    if document is not None:
        return "document_number", document.key
    if kind != DocumentKind.OTHER or not values.get("name") or not values.get("birth_date"):
        return None
    parts = ("name", "birth_date", "sex", "guardian1_name", "guardian1_document_number")
    return "name", "\x00".join(values.get(part, "") for part in parts)


def _allowed(one: Item) -> tuple[str, ...]:
    if one.code_table is None:
        return ()
    return tuple(f"{code}-{label}" for code, label in one.code_table.labels.items())


def _width(one: Item) -> int:
    by_kind = {
        ItemKind.DOCUMENT: 22,
        ItemKind.DIVISION12: 16,
        ItemKind.PERIOD: 24,
        ItemKind.EMAIL: 24,
        ItemKind.PHONE: 16,
    }
    address = 30 if one.kind is ItemKind.TEXT and one.max_length >= 200 else 12
    return max(by_kind.get(one.kind, address), 2 * len(one.label) + 2)
