"""A template and its data become the bytes of a PDF (PDF/A-2b, ISO 19005-2)."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import typst

from kernel.refusals import CharacterNotPrintable

_TEMPLATES = Path(__file__).parent
_FONTS = Path(manimgx_fonts_cjk.__file__).parent
_NOT_DISPLAYED = re.compile(r'the text `"(.)[^`]*"` could not be displayed')  # what PDF/A makes an error
_one_at_a_time = threading.Lock()  # the compiler keeps what it has read; it is quick, and not meant for two threads
_compiler: typst.Compiler | None = None


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of ``<template>.typ``.

    Args:
        data: what the template reads; text in it stays text, whatever characters it is made of.

    Raises:
        CharacterNotPrintable: no font here has the character. A box in a child's name would be no certificate.
    """
    global _compiler  # noqa: PLW0603 - made at the first paper: most processes never set one
    with _one_at_a_time:
        if _compiler is None:
            _compiler = typst.Compiler(root=_TEMPLATES, font_paths=[_FONTS], ignore_system_fonts=True)
        try:
            made = _compiler.compile(
                input=_TEMPLATES / f"{template}.typ",
                format="pdf",
                pdf_standards=["a-2b"],
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            )
        except typst.TypstError as error:
            missing = _NOT_DISPLAYED.search(error.message)
            if missing is None:
                raise
            character = missing[1]
            raise CharacterNotPrintable(character=character, point=f"{ord(character):04X}") from None
    assert isinstance(made, bytes), "one PDF, and no pages"
    return made
