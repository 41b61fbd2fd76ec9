"""Registering children (学籍建立, Art. 4 to 7), as a class from a workbook or one at a time.

roster    the workbook brought, its rows with mistakes, the drafts, and sending them on
pupil     the form of 72 items: a new child, a row to be mended, a draft to be corrected
"""

from __future__ import annotations

from portal.pages.registering import pupil, roster
from portal.pages.registering.frame import ENTRIES, blueprint

__all__ = ["ENTRIES", "blueprint", "pupil", "roster"]
