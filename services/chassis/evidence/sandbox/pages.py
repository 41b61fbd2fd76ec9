"""Pages: a PDF is taken as it is, when it holds pages and nothing that acts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from chassis.confinement import Refused

PAGES_MAX = 50
OBJECTS_MAX = 20_000
_DEPTH_MAX = 50

# By the key that holds it. A link to an address is let be: it acts only when somebody follows it.
_ACTING_KEYS = {
    "/JS": "脚本",
    "/JavaScript": "脚本",
    "/EmbeddedFiles": "内嵌文件",
    "/EF": "内嵌文件",
    "/XFA": "动态表单",
    "/RichMediaContent": "多媒体",
}
# By the name that an action, an annotation or a stream has.
_ACTING_NAMES = {
    "/JavaScript": "脚本",
    "/Launch": "启动程序的动作",
    "/SubmitForm": "提交表单的动作",
    "/ImportData": "导入数据的动作",
    "/GoToR": "打开其他文件的动作",
    "/GoToE": "打开其他文件的动作",
    "/EmbeddedFile": "内嵌文件",
    "/FileAttachment": "内嵌文件",
    "/RichMedia": "多媒体",
    "/Rendition": "多媒体",
    "/Movie": "多媒体",
    "/Sound": "多媒体",
}
_NAMING_KEYS = ("/S", "/Type", "/Subtype")


def inspect_pages(content: bytes) -> None:
    """Look at every object that the file's tables name.

    No proof that a file is harmless: what a reader's own mistakes can be made to do no inspection tells. But a proof
    needs no program, no file in the file and no password, and what has one is turned away.

    Raises:
        Refused: it does, has no page, or has more pages or objects than a proof has.
    """
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Refused("EVIDENCE_UNSAFE", "打开密码")
    pages = len(reader.pages)
    if not 0 < pages <= PAGES_MAX:
        raise Refused("EVIDENCE_UNREADABLE", f"共 {pages} 页，应为 1 至 {PAGES_MAX} 页")
    named = [(generation, number) for generation, numbers in reader.xref.items() for number in numbers]
    named += [(0, number) for number in reader.xref_objStm]
    if len(named) > OBJECTS_MAX:
        raise Refused("EVIDENCE_UNSAFE", "对象过多")
    _inspect(reader.trailer)
    for generation, number in named:
        _inspect(reader.get_object(IndirectObject(number, generation, reader)))


def _inspect(value: Any) -> None:
    for dictionary in _dictionaries(value, depth=0):
        for key, what in _ACTING_KEYS.items():
            if key in dictionary:
                raise Refused("EVIDENCE_UNSAFE", what)
        for key in _NAMING_KEYS:
            if key in dictionary and (name := str(dictionary.raw_get(key))) in _ACTING_NAMES:
                raise Refused("EVIDENCE_UNSAFE", _ACTING_NAMES[name])


def _dictionaries(value: Any, *, depth: int) -> Iterator[DictionaryObject]:
    """The value's own dictionaries; what it refers to is an object of its own, and is looked at as such."""
    if depth > _DEPTH_MAX:
        raise Refused("EVIDENCE_UNSAFE", "嵌套过深")
    if isinstance(value, DictionaryObject):
        yield value
        inside = [value.raw_get(key) for key in value]
    elif isinstance(value, ArrayObject):
        inside = list(value)
    else:
        return
    for one in inside:
        yield from _dictionaries(one, depth=depth + 1)
