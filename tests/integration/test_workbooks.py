"""Workbooks from outside: what is read, what is refused, and that none of them can hurt anybody."""

import signal
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chassis.workbooks import reading
from chassis.workbooks.reading import Cell, Limits, read_rows
from chassis.workbooks.writing import Column, write_rows
from kernel.refusals import (
    FileBomb,
    FileEncrypted,
    FileNotAWorkbook,
    FileTooLarge,
    FileUnreadable,
)
from school_node.domain.roster import ROSTER_SHEET, check_roster, roster_template_columns

MEBIBYTE = 1024 * 1024
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def a_sheet(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


HARMLESS = a_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>')


def a_workbook(path: Path, *, sheet: str | bytes = HARMLESS, others: dict[str, str | bytes] | None = None) -> Path:
    """A workbook written part by part, as no honest program would write it."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        **(others or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def rows_of(path: Path, *, sheet: str = "", limits: Limits = reading.DEFAULT) -> list[tuple[int, list[Cell]]]:
    return list(read_rows(path, sheet=sheet, limits=limits))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "名册.xlsx"


# --- What is read ---


def test_cells_keep_the_types_that_the_workbook_gave_them(path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    day = datetime(2011, 3, 7)  # noqa: DTZ001 - as a spreadsheet has it
    page.append(["张㛃", 20110307, 2.5, True, date(2011, 3, 7), day.replace(hour=8), None, "110105201103070014"])
    page.append([None])
    page.append([110105201103070014, "=1+1", "#N/A", "\u2003"])
    page["A4"] = 40609
    page["A4"].number_format = 'yyyy"年"m"月"d"日"'
    page["B4"] = 40609
    page["B4"].number_format = '[Red]0.00"日";@'
    book.save(path)
    assert rows_of(path) == [
        (1, ["张㛃", 20110307, 2.5, True, date(2011, 3, 7), day.replace(hour=8), None, "110105201103070014"]),
        (3, [110105201103070000, None, "#N/A", "\u2003"]),
        (4, [date(2011, 3, 7), 40609]),
    ]


def test_strings_are_shared_rich_and_without_their_phonetic_reading(path: Path) -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>姓名</t></si><si><r><t>张</t></r><r><t xml:space="preserve"> 三</t></r>'
        "<rPh sb='0' eb='1'><t>ZHANG</t></rPh></si></sst>"
    )
    sheet = a_sheet('<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="s"><v>9</v></c></row><row><c r="C2"/></row>')
    a_workbook(path, sheet=sheet, others={"xl/sharedStrings.xml": strings})
    assert rows_of(path) == [(1, ["张 三", "姓名"])]


def test_a_formula_is_its_last_value_and_never_evaluated(path: Path) -> None:
    sheet = a_sheet(
        '<row r="7"><c r="B7" t="str"><f>WEBSERVICE("http://x")</f><v>旧值</v></c><c r="C7"><f>1+1</f></c></row>'
    )
    assert rows_of(a_workbook(path, sheet=sheet)) == [(7, [None, "旧值"])]


def test_days_may_count_from_1904(path: Path) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheet = a_sheet('<row r="1"><c r="A1" s="1"><v>39147</v></c></row>')
    from_1904 = WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    a_workbook(path, sheet=sheet, others={"xl/styles.xml": styles, "xl/workbook.xml": from_1904})
    assert rows_of(path) == [(1, [date(2011, 3, 7)])]


def test_elements_may_bear_a_prefix(path: Path) -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert rows_of(a_workbook(path, sheet=sheet)) == [(1, [1])]


@pytest.mark.parametrize(("wanted", "found"), [("学生基本信息", "按名"), ("", "可见"), ("没有", "可见")])
def test_the_sheet_is_chosen_by_name_else_the_first_that_is_visible(path: Path, wanted: str, found: str) -> None:
    book = openpyxl.Workbook()
    for title, state, text in [("藏", "hidden", "隐藏"), ("名册", "visible", "可见"), (ROSTER_SHEET, "hidden", "按名")]:
        page = book.create_sheet(title)
        page.sheet_state = state
        page.append([text])
    del book["Sheet"]
    book.save(path)
    assert rows_of(path, sheet=wanted) == [(1, [found])]


# --- What is written ---


def test_what_is_written_is_read_back_as_the_same_text(path: Path) -> None:
    rows: list[list[Cell]] = [
        ["张㛃·艾力", "110105201103070014", date(2011, 3, 7)],
        [110105201103070014, None, "a\x00b"],
    ]
    assert write_rows(path, [Column("姓名"), Column("身份证件号"), Column("出生日期")], rows, sheet="名册") == 2
    assert rows_of(path, sheet="名册") == [
        (1, ["姓名", "身份证件号", "出生日期"]),
        (2, ["张㛃·艾力", "110105201103070014", "20110307"]),
        (3, ["110105201103070014", None, "ab"]),
    ]


@pytest.mark.parametrize(
    "formula", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']
)
def test_nothing_that_is_written_runs_as_a_formula(path: Path, formula: str) -> None:
    write_rows(path, [Column("特长")], [[formula]], sheet="名册")
    assert rows_of(path)[1] == (2, [f"'{formula}"])
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("number", ["+8613800000000", "-5", "3.5"])
def test_a_plain_number_is_left_as_it_is(path: Path, number: str) -> None:
    write_rows(path, [Column("电话")], [[number]], sheet="名册")
    assert rows_of(path)[1] == (2, [number])


def test_the_template_offers_codes_freezes_its_header_and_keeps_what_is_typed_as_text(path: Path) -> None:
    template = [
        Column(label=one.label, width=one.width, allowed=one.allowed, required=one.required)
        for one in roster_template_columns()
    ]
    write_rows(path, template, sheet=ROSTER_SHEET)
    book = openpyxl.load_workbook(path)
    page = book[ROSTER_SHEET]
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["I"].number_format == "@"
    assert book["代码"].sheet_state == "hidden"
    offers = {str(offer.sqref).partition("2:")[0]: offer.formula1 for offer in page.data_validations.dataValidation}
    assert len(offers) == sum(bool(column.allowed) for column in template)
    sexes = offers["B"].rpartition("!")[2].replace("$", "")
    assert [cell.value for (cell,) in book["代码"][sexes]] == ["1-男", "2-女"]
    assert list(check_roster(read_rows(path, sheet=ROSTER_SHEET), on=date(2026, 11, 24))) == []


def test_a_file_that_fails_half_way_leaves_nothing_behind(path: Path) -> None:
    def failing() -> Iterator[list[Cell]]:
        yield ["一"]
        raise RuntimeError("the source went away")

    with pytest.raises(RuntimeError):
        write_rows(path, [Column("姓名")], failing(), sheet="名册")
    assert list(path.parent.iterdir()) == []


# --- What is refused ---


def test_a_large_file_is_refused_by_its_size_without_being_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with path.open("wb") as file:
        file.truncate(200 * MEBIBYTE)
    monkeypatch.setattr(subprocess, "Popen", None)
    with pytest.raises(FileTooLarge):
        rows_of(path)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileNotAWorkbook),
        (b"\xe5\xa7\x93\xe5\x90\x8d,\xe6\x80\xa7\xe5\x88\xab\n", FileNotAWorkbook),
        (b"%PDF-1.7\n", FileNotAWorkbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), FileNotAWorkbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"), FileEncrypted),
        (b"PK\x03\x04" + bytes(4096), FileUnreadable),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(path: Path, content: bytes, refusal: type[Exception]) -> None:
    path.write_bytes(content)
    with pytest.raises(refusal):
        rows_of(path)


def test_an_archive_of_something_else_is_no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(FileNotAWorkbook):
        rows_of(path)


def test_a_workbook_with_macros_is_refused(path: Path) -> None:
    with pytest.raises(FileNotAWorkbook):
        rows_of(a_workbook(path, others={"xl/vbaProject.bin": b"\xd0\xcf"}))


def test_a_truncated_workbook_is_unreadable(path: Path) -> None:
    a_workbook(path, sheet=a_sheet("".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 5000))))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(FileUnreadable):
        rows_of(path)


def test_broken_xml_is_unreadable_and_rows_before_it_stay_given(path: Path) -> None:
    good = "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 9000))
    rows = read_rows(a_workbook(path, sheet=a_sheet(good + "<row><c></row>")))
    assert next(rows) == (1, [1])
    with pytest.raises(FileUnreadable):
        list(rows)


# --- Bombs and tricks ---


def test_a_zip_bomb_is_refused_by_its_ratio(path: Path) -> None:
    bomb = b"<worksheet><sheetData>" + b" " * (100 * MEBIBYTE)
    a_workbook(path, sheet=bomb)
    assert path.stat().st_size < MEBIBYTE
    with pytest.raises(FileBomb) as refused:
        rows_of(path)
    assert refused.value.detail["why"] == "压缩比异常"


def test_a_part_that_states_less_than_it_holds_is_not_unpacked_beyond_its_statement(path: Path) -> None:
    a_workbook(path, sheet=b"<worksheet><sheetData>" + b" " * (100 * MEBIBYTE))
    content = path.read_bytes()
    stated = struct.pack("<I", 100 * MEBIBYTE + len(b"<worksheet><sheetData>"))
    assert content.count(stated) == 2
    path.write_bytes(content.replace(stated, struct.pack("<I", 1000)))
    with pytest.raises(FileUnreadable):
        rows_of(path)


def test_parts_that_are_too_large_together_are_refused(path: Path) -> None:
    others: dict[str, str | bytes] = {f"xl/media/{n}.txt": bytes(MEBIBYTE) for n in range(8)}
    with pytest.raises(FileBomb):
        rows_of(a_workbook(path, others=others), limits=Limits(unpacked_bytes_max=4 * MEBIBYTE))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/x",
        "/etc/passwd",
        "xl\\..\\x.xml",
        "C:/x.xml",
        "xl/embeddings/inner.xlsx",
        "bomb.zip",
        "a/b.gz",
    ],
)
def test_paths_that_leave_and_archives_within_are_refused(path: Path, name: str) -> None:
    with pytest.raises(FileBomb):
        rows_of(a_workbook(path, others={name: "x"}))


def test_a_link_in_the_archive_is_refused(path: Path) -> None:
    a_workbook(path)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileBomb):
        rows_of(path)


def test_a_hundred_thousand_entries_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    with pytest.raises(FileBomb):
        rows_of(path)


def test_entries_that_overlap_are_refused(path: Path) -> None:
    a_workbook(path, others={"xl/a.xml": "x" * 50})
    content = path.read_bytes()
    directory = content.index(b"PK\x01\x02")
    entry = content.rindex(b"PK\x01\x02")
    offset_of_sheet = content.index(b"PK\x03\x04", content.index(b"sheet1.xml") - 100)
    assert entry > directory > offset_of_sheet
    overlapping = content[: entry + 42] + struct.pack("<I", offset_of_sheet) + content[entry + 46 :]
    path.write_bytes(overlapping)
    with pytest.raises(FileBomb) as refused:
        rows_of(path)
    assert refused.value.detail["why"] == "压缩包内的文件相互重叠"


def test_an_encrypted_part_is_refused_as_encrypted(path: Path) -> None:
    a_workbook(path)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(FileEncrypted):
        rows_of(path)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE worksheet [<!ENTITY l0 "哈">{LAUGHS}]>',
        '<!DOCTYPE worksheet [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_a_document_type_is_refused_in_every_part(path: Path, doctype: str, part: str) -> None:
    whole = {"xl/workbook.xml": WORKBOOK, "xl/worksheets/sheet1.xml": HARMLESS}.get(part, "<sst/>")
    with pytest.raises(FileBomb):
        rows_of(a_workbook(path, others={part: doctype + whole}))


def test_deep_nesting_is_refused(path: Path) -> None:
    with pytest.raises(FileBomb) as refused:
        rows_of(a_workbook(path, sheet="<a>" * 100_000))
    assert refused.value.detail["why"] == "内容嵌套过深"


def test_two_cells_at_opposite_corners_cost_two_cells(path: Path) -> None:
    sheet = a_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="IV1048576"><v>2</v></c></row>')
    assert rows_of(a_workbook(path, sheet=sheet)) == [(1, [1]), (1048576, [*[None] * 255, 2])]


def test_too_many_columns_and_too_many_rows_are_refused(path: Path) -> None:
    with pytest.raises(FileBomb):
        rows_of(a_workbook(path, sheet=a_sheet('<row><c r="XFD1"><v>1</v></c></row>')))
    many = "".join("<row><c><v>1</v></c></row>" for _ in range(11))
    with pytest.raises(FileTooLarge):
        rows_of(a_workbook(path, sheet=a_sheet(many)), limits=Limits(rows_max=10))


def test_row_numbers_never_go_back(path: Path) -> None:
    sheet = a_sheet('<row r="5"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>')
    assert [number for number, _ in rows_of(a_workbook(path, sheet=sheet))] == [5, 6]


def test_a_file_that_needs_more_memory_than_allowed_is_a_bomb(path: Path) -> None:
    strings = "<sst>" + "".join(f"<si><t>{n:09d}{'字' * 40}</t></si>" for n in range(300_000)) + "</sst>"
    a_workbook(path, others={"xl/sharedStrings.xml": strings})
    with pytest.raises(FileBomb) as refused:
        rows_of(path, limits=Limits(memory_bytes=48 * MEBIBYTE))
    assert refused.value.detail["why"] == "所需内存过多"


def test_a_file_that_needs_more_time_than_allowed_is_a_bomb(path: Path) -> None:
    a_workbook(path, sheet=a_sheet("<row/>" * 4_000_000))
    with pytest.raises(FileBomb) as refused:
        rows_of(path, limits=Limits(ratio_max=2_000, cpu_seconds=1))
    assert refused.value.detail["why"] == "读取所需资源过多"
    with pytest.raises(FileBomb) as refused:
        rows_of(path, limits=Limits(ratio_max=2_000, wait_seconds=0))
    assert refused.value.detail["why"] == "读取超时"


def test_closing_early_ends_the_process_that_reads(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def recorded(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:
        started.append(start(*arguments, **named))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", recorded)
    rows = read_rows(a_workbook(path, sheet=a_sheet("".join(f"<row><c><v>{n}</v></c></row>" for n in range(90_000)))))
    next(rows)
    (reader,) = started
    assert reader.poll() is None
    rows.close()  # type: ignore[attr-defined]
    assert reader.returncode == -signal.SIGKILL
