"""The parts of a workbook that its rows need: which sheet, the strings, and which styles make a number a day."""

from __future__ import annotations

import zipfile
from array import array

from chassis.confinement import Refused
from chassis.workbooks.sandbox.markup import Events, InsideText, elements

TEXT_MAX = 32_767  # characters in a cell, the format's own limit
_STYLES_MAX = 65_490  # cell formats, the format's own limit
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


def find_sheet(archive: zipfile.ZipFile, name: str) -> tuple[str, bool]:
    """The part that holds the sheet called ``name``, else the first visible one, and whether days count from 1904.

    Raises:
        Refused: the archive is no workbook, or has no sheet.
    """
    parts = set(archive.namelist())
    if "xl/workbook.xml" not in parts or "[Content_Types].xml" not in parts:
        raise Refused("FILE_NOT_A_WORKBOOK", "压缩包内没有工作簿")
    sheets, from_1904 = [], False
    for _, tag, attributes in elements(archive, "xl/workbook.xml"):
        if tag == "sheet":
            reference = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), reference))
        elif tag == "workbookPr":
            from_1904 = attributes.get("date1904") in {"1", "true"}
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for _, tag, attributes in elements(archive, "xl/_rels/workbook.xml.rels")
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet")
    }
    readable = [(title, state, _part_of(targets[ref])) for title, state, ref in sheets if ref in targets]
    readable = [sheet for sheet in readable if sheet[2] in parts]
    chosen = next(
        (sheet for sheet in readable if sheet[0].strip() == name),
        next((sheet for sheet in readable if sheet[1] == "visible"), None),
    )
    if chosen is None:
        raise Refused("FILE_NOT_A_WORKBOOK", "没有可读的工作表")
    return chosen[2], from_1904


def _part_of(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


class SharedStrings:
    """The strings that cells refer to, packed end to end: as objects they would need four times the memory."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        self._packed += text[:TEXT_MAX].encode("utf-8", "replace")
        self._ends.append(len(self._packed))

    def get(self, position: int) -> str | None:
        if not 0 <= position < len(self._ends) - 1:
            return None
        return self._packed[self._ends[position] : self._ends[position + 1]].decode("utf-8")

    @classmethod
    def read(cls, archive: zipfile.ZipFile) -> SharedStrings:
        strings = cls()
        part = next((name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
        if part is None:
            return strings
        pieces: list[str] = []
        inside = InsideText()

        def start(tag: str, _attributes: dict[str, str]) -> None:
            if tag == "si":
                pieces.clear()
            inside.start(tag)

        def end(tag: str) -> None:
            inside.end(tag)
            if tag == "si":
                strings.add("".join(pieces))

        def text(data: str) -> None:
            if inside.text:
                pieces.append(data)

        with archive.open(part) as stream:
            for _ in Events(start, end, text).feed(stream):
                pass
        return strings


def date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The cell styles under which a number is a day or a time."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    own_formats: dict[str, bool] = {}
    used: list[str] = []
    for parent, tag, attributes in elements(archive, "xl/styles.xml"):
        if tag == "numFmt":
            own_formats[attributes.get("numFmtId", "")] = _is_date_format(attributes.get("formatCode", ""))
        elif tag == "xf" and parent == "cellXfs" and len(used) < _STYLES_MAX:
            used.append(attributes.get("numFmtId", "0"))
    return frozenset(
        style
        for style, number in enumerate(used)
        if own_formats.get(number, number.isdigit() and int(number) in _DATE_FORMATS)
    )


def _is_date_format(code: str) -> bool:
    """Whether a format has a day or time letter outside quotes, brackets and escapes."""
    ends = {'"': '"', "[": "]"}
    until = ""
    skip = False
    for character in code.partition(";")[0]:
        if skip:
            skip = False
        elif until:
            until = "" if character == until else until
        elif character in ends:
            until = ends[character]
        elif character in "\\_*":
            skip = True
        elif character in "yYmMdDhHsS年月日":
            return True
    return False
