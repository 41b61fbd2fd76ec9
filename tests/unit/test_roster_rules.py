"""The roster: headers as schools have them, cells as spreadsheets leave them, one pupil a row."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from kernel.check_character import check_character
from kernel.form import ITEMS, REQUIRED, item
from kernel.refusals import ColumnMissing, ColumnRepeated
from school_node.domain.roster import (
    Cell,
    RowResult,
    begin_roster,
    check_roster,
    find_layout,
    roster_template_columns,
    row_values,
)

ON = date(2026, 11, 24)
HEADER: list[Cell] = [one.label for one in ITEMS]


def an_id(sequence: int = 2, *, born: str = "20110307") -> str:
    body = f"119900{born}{sequence:03d}"
    return body + check_character(body)


def a_row(**changes: Cell) -> list[Cell]:
    """A pupil's row under ``HEADER``, as a careful registrar fills it in."""
    pupil: dict[str, Cell] = {
        "name": "张三",
        "sex": "2-女",
        "birth_date": "20110307",
        "birth_place": "110105000000",
        "ethnicity": "01-汉族",
        "nationality": "CHN-中国",
        "document_kind": "1-居民身份证",
        "document_number": an_id(),
        "hk_mo_tw_overseas": "00-否",
        "health": "10-健康或良好",
        "household_place": "110105000000",
        "household_kind": "1-农业户口",
        "grade": "小学一年级",
        "school_class": "1班",
        "entry_month": "201709",
        "entry_way": "11-就近入学",
        "attendance": "1-走读",
        "address": "朝阳路1号",
        "mailing_address": "朝阳路1号",
        "home_address": "朝阳路1号",
        "phone": "13800000000",
        "postcode": "100020",
        "preschool": "1-是",
        "left_behind": "0-非留守儿童",
        "migrant_child": "0-否",
        "orphan": "0-否",
        "martyr_child": "0-否",
        "inclusive_class": "0-非随班就读",
        "disability": "0-无残疾",
        "aid_application": "0-否",
        "aid_received": "0-否",
    }
    assert set(changes) <= {one.key for one in ITEMS}
    pupil.update(changes)
    return [pupil.get(one.key) for one in ITEMS]


def check(*rows: list[Cell]) -> list[RowResult]:
    return list(check_roster([(1, HEADER), *enumerate(rows, start=2)], on=ON))


def codes_of(result: RowResult) -> list[tuple[str | None, str]]:
    return [(finding.field, finding.code) for finding in result.findings]


def test_a_careful_row_has_no_finding() -> None:
    (result,) = check(a_row())
    assert result.row == 2
    assert result.findings == ()
    assert result.values["document_number"] == an_id()
    assert result.values["grade"] == "101"


def test_the_template_has_the_forms_columns_and_its_own_header_is_understood() -> None:
    columns = roster_template_columns()
    assert [column.label for column in columns] == HEADER
    assert {column.label for column in columns if column.required} == {item(key).label for key in REQUIRED}
    layout = find_layout([(1, [f"{column.label}★" if column.required else column.label for column in columns])])
    assert layout.columns == {one.key: place for place, one in enumerate(ITEMS)}
    assert layout.unknown == ()


def test_whatever_a_drop_down_offers_is_read() -> None:
    for one, column in zip(ITEMS, roster_template_columns(), strict=True):
        for offered in column.allowed:
            (result,) = check(a_row(**{one.key: offered}))
            assert (one.key, "CODE_UNKNOWN") not in codes_of(result)
            assert result.values[one.key] == offered.partition("-")[0]


@pytest.mark.parametrize("at", [1, 2, 5])
def test_the_header_may_stand_under_titles(at: int) -> None:
    titles: list[tuple[int, list[Cell]]] = [(number, ["某小学学生基本信息表"]) for number in range(1, at)]
    layout = find_layout([*titles, (at, HEADER), (at + 1, a_row())])
    assert layout.header_row == at


def test_a_header_in_the_sixth_row_is_not_looked_for() -> None:
    with pytest.raises(ColumnMissing):
        find_layout([*((number, ["说明"]) for number in range(1, 6)), (6, HEADER)])


def test_columns_may_stand_in_any_order_with_stars_blanks_and_brackets() -> None:
    header = [f" ★{one.label} （必填）" for one in reversed(ITEMS)]
    layout, below = begin_roster([(1, ["序号", "学籍号", *header]), (2, [1, None, *reversed(a_row())])])
    assert layout.columns["name"] == 2 + 71
    assert layout.unknown == ()
    (row,) = below
    assert row_values(layout, row[1])[0]["name"] == "张三"


def test_an_unknown_column_is_a_warning_and_no_error() -> None:
    layout = find_layout([(1, [*HEADER, "鞋码", "序号"])])
    assert layout.unknown == ("鞋码",)


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(ColumnMissing) as refused:
        find_layout([(1, [label for label in HEADER if label not in {"姓名", "民族", "籍贯"}])])
    assert refused.value.detail["columns"] == "姓名、民族"


def test_an_empty_sheet_misses_every_column() -> None:
    with pytest.raises(ColumnMissing) as refused:
        list(check_roster([], on=ON))
    assert refused.value.detail["columns"].count("、") == len(REQUIRED) - 1


def test_one_item_under_two_headers_is_refused() -> None:
    with pytest.raises(ColumnRepeated):
        find_layout([(1, [*HEADER, "身份证号码"])])


@pytest.mark.parametrize(
    ("key", "cell", "canonical"),
    [
        ("birth_date", date(2011, 3, 7), "20110307"),
        ("birth_date", datetime(2011, 3, 7, 0, 0), "20110307"),  # noqa: DTZ001 - as a spreadsheet has it
        ("birth_date", 20110307, "20110307"),
        ("birth_date", 20110307.0, "20110307"),
        ("birth_date", "2011-3-7", "20110307"),
        ("birth_date", "2011年3月7日", "20110307"),
        ("birth_date", "2011.03.07", "20110307"),
        ("birth_date", " 2011/3/7 ", "20110307"),
        ("birth_date", "'20110307", "20110307"),
        ("entry_month", date(2017, 9, 1), "201709"),
        ("entry_month", 201709, "201709"),
        ("birth_place", 110105000000, "110105000000"),
        ("postcode", 10020, "010020"),
        ("postcode", 100020.0, "100020"),
        ("phone", 13800000000, "13800000000"),
        ("phone", "'+85291234567", "+85291234567"),
        ("ethnicity", 1, "01"),
        ("sex", 2.0, "2"),
        ("orphan", False, "0"),
        ("only_child", True, "1"),
        ("distance_km", 2.5, "2.5"),
        ("class_number_in_class", 7, "7"),
        ("name", "张　三", "张三"),
        ("name", "买买提•艾力", "买买提·艾力"),
        ("document_number", f"'{an_id()}", an_id()),
        ("document_number", f" {an_id()[:6]} {an_id()[6:]}\t", an_id()),
    ],
)
def test_what_a_spreadsheet_makes_of_a_value_is_undone(key: str, cell: Cell, canonical: str) -> None:
    (result,) = check(a_row(**{key: cell}))
    assert result.findings == ()
    assert result.values[key] == canonical


@pytest.mark.parametrize("cell", [110105201103070014, 1.1010520110307e17, float(10**15)])
def test_a_numeric_id_that_lost_its_digits_is_refused_and_told_once(cell: Cell) -> None:
    (result,) = check(a_row(document_number=cell))
    assert codes_of(result) == [("document_number", "NUMERIC_ID_LOST_DIGITS")]
    assert "document_number" not in result.values


@pytest.mark.parametrize("cell", ["20110230", 40609, 2011.3, "前天"])
def test_a_date_that_cannot_be_read_is_never_guessed(cell: Cell) -> None:
    (result,) = check(a_row(birth_date=cell))
    assert codes_of(result) == [("birth_date", "DATE_IMPOSSIBLE")]


def test_a_pupil_in_two_rows_is_told_the_first_one_however_it_is_written() -> None:
    with_x = next(number for number in map(an_id, range(2, 400, 2)) if number.endswith("X"))
    first, twin, again = check(
        a_row(document_number=with_x),
        a_row(document_number=an_id(404), name="张四"),
        a_row(document_number=f" {with_x.lower()}", name="张 三"),
    )
    assert first.findings == twin.findings == ()
    assert codes_of(again) == [("document_number", "DUPLICATE_IN_WORKBOOK")]
    assert again.findings[0].detail == {"first_row": "2"}
    assert again.findings[0].row == 4


def test_pupils_without_documents_are_told_apart_and_the_same_one_is_found() -> None:
    guardian = {
        "document_kind": "Z",
        "document_number": None,
        "guardian1_name": "李四",
        "guardian1_document_kind": "1",
        "guardian1_document_number": an_id(born="19800101"),
    }
    first, sister, again = check(a_row(**guardian), a_row(**guardian, name="张四"), a_row(**guardian))
    assert first.findings == sister.findings == ()
    assert codes_of(again) == [("name", "DUPLICATE_IN_WORKBOOK")]


def test_blank_rows_are_skipped_and_row_numbers_are_the_sheets_own() -> None:
    rows: list[tuple[int, list[Cell]]] = [(2, HEADER), (3, []), (4, [None, " ", "\u3000"]), (9, a_row())]
    assert [result.row for result in check_roster(rows, on=ON)] == [9]


def test_a_short_row_lacks_what_stands_to_its_right() -> None:
    (result,) = check(a_row()[:45][:30])
    assert ("phone", "VALUE_MISSING") in codes_of(result)
    assert all(finding.row == 2 for finding in result.findings)


def test_rows_are_taken_one_at_a_time() -> None:
    taken = 0

    def endless() -> Iterator[tuple[int, list[Cell]]]:
        nonlocal taken
        yield 1, HEADER
        for number in itertools.count(2):
            taken += 1
            yield number, a_row(document_number=an_id(number % 1000))

    results = check_roster(endless(), on=ON)
    for _ in range(10):
        next(results)
    assert taken == 10
