"""XML as events: no DTD, no entity, no depth, and never a whole document in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from chassis.confinement import Refused

_PIECE_BYTES = 64 * 1024
_DEPTH_MAX = 32  # elements within one another; a real sheet has eight


class Events:
    """One part of the workbook as a stream of elements; no DTD, no entity, no depth."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None] | None = None,
    ) -> None:
        self._start, self._end = start, end
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed
        self._parser.StartDoctypeDeclHandler = self._doctype
        if text is not None:
            self._parser.CharacterDataHandler = text

    def feed(self, stream: IO[bytes]) -> Iterator[None]:
        """Parse the stream piece by piece, yielding between the pieces."""
        while piece := stream.read(_PIECE_BYTES):
            self._parser.Parse(piece, False)
            yield
        self._parser.Parse(b"", True)
        yield

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise Refused("FILE_BOMB", "内容嵌套过深")
        # Prefixes differ between programs (<row>, <x:row>) and namespaces between editions: the local name decides.
        self._start(tag.rpartition(":")[2], attributes)

    def _closed(self, tag: str) -> None:
        self._depth -= 1
        self._end(tag.rpartition(":")[2])

    def _doctype(self, *_: object) -> None:
        raise Refused("FILE_BOMB", "含有 DTD 声明")


def elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str, dict[str, str]]]:
    """``(parent, tag, attributes)`` of every element of a small part."""
    found: list[tuple[str, str, dict[str, str]]] = []
    above = [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append((above[-1], tag, attributes))
        above.append(tag)

    def end(_tag: str) -> None:
        above.pop()

    with archive.open(part) as stream:
        for _ in Events(start, end).feed(stream):
            pass
    return found


class InsideText:
    """Whether character data is a string's text: in ``t``, and not in ``rPh``, its reading in kana or pinyin."""

    def __init__(self) -> None:
        self._reading = False
        self.text = False

    def start(self, tag: str) -> None:
        if tag == "rPh":
            self._reading = True
        elif tag == "t":
            self.text = not self._reading

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._reading = False
        elif tag == "t":
            self.text = False
