"""A whole county's intake in one workbook: how much memory it takes to read and check."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

from kernel.check_character import check_character
from kernel.form import ITEMS, Item, ItemKind

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

PUPILS = 50_000
MEASURE = """
import json, resource, sys
from datetime import date
from pathlib import Path
from chassis.workbooks.reading import read_rows
from school_node.domain.roster import check_roster

faults = rows = 0
for result in check_roster(read_rows(Path(sys.argv[1])), on=date(2026, 11, 24)):
    rows += 1
    faults += bool(result.findings)
status = Path("/proc/self/status").read_text().split()
own = int(status[status.index("VmHWM:") + 1])
print(json.dumps({"rows": rows, "faults": faults, "own": own,
                  "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}))
"""


def a_value(item: Item, number: int) -> str:
    """What pupil ``number`` of a large roster has in an item; every one of the 72 is filled in."""
    if item.code_table is not None:
        code = {"sex": "2", "guardian1_document_kind": "1"}.get(item.key, next(iter(item.code_table.labels)))
        return f"{code}-{item.code_table.label(code)}"
    born = date(2010, 1, 1) + timedelta(days=number // 500)
    match item.kind:
        case ItemKind.NAME:
            return f"张{chr(0x4E00 + number % 20_000)}{chr(0x4E00 + number // 5)}"
        case ItemKind.DOCUMENT:
            body = f"119900{born:%Y%m%d}{number % 500 * 2:03d}"
            return body + check_character(body)
        case ItemKind.TEXT:
            return f"朝阳区某某街道某某路{number}号{item.number}单元"
    return {
        ItemKind.DATE: f"{born:%Y-%m-%d}",
        ItemKind.MONTH: "201709",
        ItemKind.PERIOD: "2010.06.01-2020.06.01",
        ItemKind.DIVISION12: "110105000000",
        ItemKind.GRADE: "小学一年级",
        ItemKind.PHONE: f"138{number:08d}",
        ItemKind.POSTCODE: "100020",
        ItemKind.PINYIN: "Zhang San",
        ItemKind.EMAIL: f"p{number}@example.cn",
        ItemKind.DISTANCE: "2.5",
    }[item.kind]


def a_large_roster(path: Path) -> Path:
    """``PUPILS`` rows of 72 strings, most of them different, shared as a spreadsheet program shares them."""
    places: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part, io.TextIOWrapper(part, "utf-8") as sheet:
            sheet.write("<worksheet><sheetData>")
            for number in range(PUPILS + 1):
                texts = [one.label if number == 0 else a_value(one, number) for one in ITEMS]
                cells = (f'<c t="s"><v>{places.setdefault(text, len(places))}</v></c>' for text in texts)
                sheet.write(f"<row>{''.join(cells)}</row>")
            sheet.write("</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w") as part, io.TextIOWrapper(part, "utf-8") as strings:
            strings.write("<sst>")
            strings.writelines(f"<si><t>{text}</t></si>" for text in places)
            strings.write("</sst>")
    return path


def test_fifty_thousand_pupils_are_read_and_checked_within_300_mb(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEASURE, str(a_large_roster(tmp_path / "名册.xlsx"))]
    measured = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=150).stdout)
    assert measured["rows"] == PUPILS
    assert measured["faults"] == 0
    assert measured["own"] + measured["reader"] < 300 * 1024
