"""How people type codes: full-width digits of an input method, blanks between groups, a zero-width mark of a copy."""

from __future__ import annotations

import unicodedata

# Separators (blanks, U+3000), format marks (zero-width, direction, BOM) and control characters say nothing in a code.
_SILENT_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc"})


def code_as_typed(text: str) -> str:
    """The code that ``text`` writes: compatibility forms folded (Unicode NFKC), blanks and invisible marks dropped.

    For codes and numbers alone. A name must never pass through here: NFKC and dropped blanks change names.
    """
    if text.isascii() and text.isalnum():
        return text
    folded = unicodedata.normalize("NFKC", text)
    spoken = "".join(one for one in folded if unicodedata.category(one) not in _SILENT_CATEGORIES)
    return unicodedata.normalize("NFKC", spoken)  # what a dropped blank kept apart may now compose


def mask_number(text: str) -> str:
    """``text`` for a screen or a log (脱敏): enough to tell two apart on one page, never the birth date.

    Citizen IDs and student numbers keep three characters before and four after; shorter numbers keep one and two; under
    six nothing stays.
    """
    if len(text) >= 18:
        before, after = 3, 4
    elif len(text) >= 6:
        before, after = 1, 2
    else:
        before, after = 0, 0
    hidden = len(text) - before - after
    return text[:before] + "*" * hidden + text[len(text) - after :]
